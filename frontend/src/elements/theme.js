// Light, dark, or as the system has it; remembered in a cookie, which the server reads for the next page.

const YEAR = 31536000;

export class OkapiTheme extends HTMLElement {
  #controller;

  connectedCallback() {
    this.#controller = new AbortController();
    const { signal } = this.#controller;
    this.addEventListener("change", (event) => choose(event.target.value), { signal });
    document.addEventListener("okapi:theme", () => this.#show(), { signal });
    this.#show();
  }

  disconnectedCallback() {
    this.#controller.abort();
  }

  #show() {
    const now = document.documentElement.dataset.theme ?? "";
    for (const input of this.querySelectorAll("input")) input.checked = input.value === now;
  }
}

function choose(theme) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `okapi_theme=${theme}; Path=/; Max-Age=${theme ? YEAR : 0}; SameSite=Lax${secure}`;
  turn(theme);
}

function turn(theme) {
  const root = document.documentElement;
  if (theme) root.dataset.theme = theme;
  else delete root.dataset.theme;
  document.dispatchEvent(new CustomEvent("okapi:theme"));
}

// Paper is light: charts are drawn anew for it, and for the screen when it is done.
let kept;
window.addEventListener("beforeprint", () => {
  kept = document.documentElement.dataset.theme ?? "";
  turn("light");
});
window.addEventListener("afterprint", () => turn(kept));

// Charts and others hear of the system's change by the same event.
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  document.dispatchEvent(new CustomEvent("okapi:theme"));
});
