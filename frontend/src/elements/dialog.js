// Around a <dialog>: opened by [data-opens="its id"], closed by [data-close], Escape, or a press outside.

import { holdsWork } from "../page/morph.js";

export class OkapiDialog extends HTMLElement {
  #controller;

  connectedCallback() {
    this.#controller = new AbortController();
    const { signal } = this.#controller;
    this.addEventListener("click", (event) => this.#pressed(event), { signal });
    // A form that came back with errors is shown again where it was.
    if (this.dialog?.hasAttribute("data-open")) this.open();
  }

  disconnectedCallback() {
    this.#controller.abort();
  }

  get dialog() {
    return this.querySelector("dialog");
  }

  open() {
    if (this.dialog && !this.dialog.open) this.dialog.showModal();
  }

  #pressed(event) {
    const { dialog } = this;
    if (event.target.closest("[data-close]")) dialog.close();
    else if (event.target === dialog && !outsideIsWork(dialog)) dialog.close();
  }
}

/** A press beside the dialog closes it only when nothing that was typed is lost. */
function outsideIsWork(dialog) {
  return [...dialog.children].some(holdsWork);
}

document.addEventListener("click", (event) => {
  const id = event.target.closest?.("[data-opens]")?.dataset.opens;
  if (!id) return;
  event.target.closest("details.menu")?.removeAttribute("open");
  document.getElementById(id)?.closest("okapi-dialog")?.open();
});

// A form with several buttons opens it once htmx knows which one was pressed: opening moves the keyboard away.
document.addEventListener("htmx:beforeRequest", ({ detail: { elt } }) => {
  const id = elt?.dataset?.opensWith;
  if (id) document.getElementById(id)?.closest("okapi-dialog")?.open();
});
