// "Find on the map": what is found stands below the box as links; one that is on the map already is gone to.

const PAUSE = 250;

export class Finder {
  #form;
  #go;
  #timer;
  #request;

  /** go(key): whether the map has it and now shows it. */
  constructor(form, signal, go) {
    this.#form = form;
    this.#go = go;
    form.addEventListener("input", () => this.#later(), { signal });
    form.addEventListener("submit", (event) => this.#submitted(event), { signal });
    form.addEventListener("click", (event) => this.#clicked(event), { signal });
    form.addEventListener("keydown", (event) => this.#pressed(event), { signal });
    signal.addEventListener("abort", () => clearTimeout(this.#timer));
  }

  get #box() {
    return this.#form.querySelector("input[type=search]");
  }

  get #links() {
    return [...this.#form.querySelectorAll("[data-goto]")];
  }

  #later() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(), PAUSE);
  }

  async #ask() {
    this.#request?.abort();
    this.#request = new AbortController();
    const address = `${this.#form.dataset.found}&find=${encodeURIComponent(this.#box.value)}`;
    try {
      const answer = await fetch(address, { headers: { "HX-Request": "true" }, signal: this.#request.signal });
      if (!answer.ok || answer.redirected) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      this.#form.querySelector(".map-found").replaceWith(page.querySelector(".map-found"));
    } catch (error) {
      if (error.name !== "AbortError" && !(error instanceof TypeError)) throw error;
    }
  }

  async #submitted(event) {
    event.preventDefault();
    clearTimeout(this.#timer);
    await this.#ask();
    this.#links[0]?.click();
  }

  #clicked(event) {
    const link = event.target.closest("[data-goto]");
    if (!link || !this.#go(link.dataset.goto)) return;
    event.preventDefault();
    this.#close();
  }

  #close() {
    this.#box.value = "";
    this.#form.querySelector(".map-found").replaceChildren();
  }

  #pressed(event) {
    if (event.key === "Escape") {
      this.#close();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const all = [this.#box, ...this.#links];
      const at = all.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
      all[(at + all.length) % all.length].focus();
      event.preventDefault();
    }
  }
}
