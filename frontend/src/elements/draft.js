// Around a form: what was typed stays in the browser until it is sent, so that going elsewhere, a closed
// dialog or a lost connection loses nothing.

const PREFIX = "okapi-draft:";

export class OkapiDraft extends HTMLElement {
  #controller;

  connectedCallback() {
    this.#controller = new AbortController();
    const { signal } = this.#controller;
    this.addEventListener("input", () => this.#keep(), { signal });
    this.addEventListener("change", () => this.#keep(), { signal });
    this.addEventListener("submit", () => !this.form?.hasAttribute("hx-post") && this.#forget(), { signal });
    document.addEventListener("htmx:afterRequest", (event) => this.#answered(event), { signal });
    this.#restore();
    // In a dialog the keyboard begins at the first thing that is asked.
    if (this.closest("dialog[open]")) this.querySelector('input:not([type="hidden"])')?.focus();
  }

  disconnectedCallback() {
    this.#controller.abort();
  }

  get form() {
    return this.querySelector("form");
  }

  get place() {
    return PREFIX + this.dataset.key;
  }

  #keep() {
    const kept = [...this.fields()].map((field) => [field.name, field.value, isTicked(field)]);
    sessionStorage.setItem(this.place, JSON.stringify(kept));
  }

  #restore() {
    const kept = JSON.parse(sessionStorage.getItem(this.place) ?? "[]");
    for (const [name, value, ticked] of kept) {
      const same = [...this.fields()].filter((field) => field.name === name);
      const box = same.find((field) => isBox(field) && field.value === value);
      if (box) box.checked = ticked;
      else if (same[0] && !isBox(same[0])) same[0].value = value;
    }
  }

  #answered({ detail }) {
    const ok = detail.xhr?.status >= 200 && detail.xhr.status < 300;
    if (ok && detail.elt === this.form) this.#forget();
  }

  #forget() {
    sessionStorage.removeItem(this.place);
  }

  *fields() {
    for (const field of this.form?.elements ?? []) {
      if (field.name && !["hidden", "submit", "button"].includes(field.type) && field.tagName !== "FIELDSET") yield field;
    }
  }
}

const isBox = (field) => field.type === "checkbox" || field.type === "radio";
const isTicked = (field) => isBox(field) && field.checked;
