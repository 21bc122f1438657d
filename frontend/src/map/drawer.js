// The objective beside the map, fetched when its card is pressed; on narrow screens it is a sheet.

export class Drawer {
  #drawer;

  constructor(drawer) {
    this.#drawer = drawer;
  }

  get isOpen() {
    return !this.#drawer.hidden;
  }

  /** Show what stands at this address; the keyboard goes into it. */
  async show(address) {
    const body = this.#drawer.firstElementChild;
    await window.htmx.ajax("GET", `${address}?fragment=drawer`, { source: body, target: body, swap: "innerHTML" });
    this.#drawer.hidden = false;
    this.#drawer.querySelector("[data-first]")?.focus();
  }

  close() {
    this.#drawer.hidden = true;
  }
}
