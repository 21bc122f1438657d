// A short word at the edge. One that says an error stays until it is closed.

const STAYS = 6000;

export class OkapiToast extends HTMLElement {
  #timer;

  connectedCallback() {
    this.querySelector("[data-close]")?.addEventListener("click", () => this.remove());
    this.addEventListener("pointerenter", () => clearTimeout(this.#timer));
    this.addEventListener("pointerleave", () => this.#leaveLater());
    this.addEventListener("focusin", () => clearTimeout(this.#timer));
    this.#leaveLater();
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
  }

  #leaveLater() {
    clearTimeout(this.#timer);
    if (this.dataset.kind !== "red") this.#timer = setTimeout(() => this.remove(), STAYS);
  }
}

/** Show a toast: an element that the server has written, or a sentence of an error. */
export function toast(what) {
  const place = document.querySelector("#toasts");
  if (!place || !what) return;
  intoDialog(place);
  const words = [...place.querySelectorAll(".toast-words")].map((element) => element.textContent);
  if (what instanceof Element) {
    if (what.dataset.kind === "red" && words.includes(what.querySelector(".toast-words").textContent)) return;
    place.append(document.adoptNode(what));
    window.htmx.process(what);
    return;
  }
  if (words.includes(what)) return;
  const made = document.querySelector("#toast-template").content.cloneNode(true);
  made.querySelector(".toast-words").textContent = what;
  place.append(made);
}

/** Beside an open dialog nothing can be pressed: while there is one, toasts stand in it. */
function intoDialog(place) {
  const dialog = document.querySelector("dialog[open]");
  if (!dialog || place.parentElement === dialog) return;
  dialog.append(place);
  dialog.addEventListener("close", () => document.body.append(place), { once: true });
}
