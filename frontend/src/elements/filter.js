// A filter form: every change is asked for at once, typing after a pause; what is empty stays out of the URL.

const PAUSE = 250;

export class OkapiFilter extends HTMLElement {
  #controller;
  #timer;

  connectedCallback() {
    this.#controller = new AbortController();
    const { signal } = this.#controller;
    this.addEventListener("input", (event) => this.#changed(event), { signal });
    this.addEventListener("htmx:configRequest", leaveOutEmpty, { signal });
    this.addEventListener("submit", () => clearTimeout(this.#timer), { signal });
  }

  disconnectedCallback() {
    this.#controller.abort();
    clearTimeout(this.#timer);
  }

  #changed(event) {
    clearTimeout(this.#timer);
    const typed = event.target.matches('input[type="search"], input[type="text"]');
    // While a Chinese word is being put together it is not yet what is looked for.
    if (event.isComposing) {
      event.target.addEventListener("compositionend", () => this.#ask(PAUSE), { once: true });
      return;
    }
    this.#ask(typed ? PAUSE : 0);
  }

  #ask(wait) {
    this.#timer = setTimeout(() => {
      this.querySelector("form")?.dispatchEvent(new CustomEvent("filter-changed"));
    }, wait);
  }
}

function leaveOutEmpty(event) {
  const { parameters } = event.detail;
  for (const name of Object.keys(parameters)) {
    if (parameters[name] === "") delete parameters[name];
  }
}
