// Around a box and a button: the button copies what the box holds, and says so for a moment.

const SAID = 2000;

export class OkapiCopy extends HTMLElement {
  #controller;
  #timer;

  connectedCallback() {
    this.#controller = new AbortController();
    const { signal } = this.#controller;
    this.querySelector("button")?.addEventListener("click", () => this.#copy(), { signal });
    this.box?.addEventListener("focus", () => this.box.select(), { signal });
  }

  disconnectedCallback() {
    this.#controller.abort();
    clearTimeout(this.#timer);
  }

  get box() {
    return this.querySelector("input, textarea");
  }

  async #copy() {
    this.box.select();
    try {
      await navigator.clipboard.writeText(this.box.value);
    } catch {
      // Without https there is no clipboard to write to; what is selected can be copied by hand.
      if (!document.execCommand("copy")) return;
    }
    this.#say();
  }

  #say() {
    const words = this.querySelector("button span");
    const before = words.dataset.before ?? words.textContent;
    words.dataset.before = before;
    words.textContent = this.dataset.done;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => (words.textContent = before), SAID);
  }
}
