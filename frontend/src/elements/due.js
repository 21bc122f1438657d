// The list of what is due: one item is open as a form. j and k open the next and the one before; after
// one is sent the next is open, and the keyboard is at its confidence.

const TYPED = 'input:not([type="checkbox"], [type="radio"]), textarea, select';

export class OkapiDue extends HTMLElement {
  #controller;

  connectedCallback() {
    this.#controller = new AbortController();
    const { signal } = this.#controller;
    // Before the keys of every page, for which j and k move the focus.
    document.addEventListener("keydown", (event) => this.#pressed(event), { signal, capture: true });
    document.addEventListener("htmx:afterSettle", (event) => this.#settled(event), { signal });
  }

  disconnectedCallback() {
    this.#controller.abort();
  }

  #pressed(event) {
    const by = { j: 1, k: -1 }[event.key];
    if (!by || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.matches?.(TYPED) || document.querySelector("dialog[open]")) return;
    const items = [...this.querySelectorAll(".due-item")];
    const opener = items[items.findIndex((item) => item.matches(".due-open")) + by]?.querySelector("[data-open-due]");
    if (!opener) return;
    event.preventDefault();
    event.stopPropagation();
    opener.click();
  }

  #settled({ detail }) {
    const asked = detail.requestConfig?.elt;
    if (!asked?.matches?.("[data-open-due], form.check-in") || detail.target?.id !== this.id) return;
    const steps = this.querySelectorAll('.due-open input[name="confidence"]');
    ([...steps].find((step) => step.checked) ?? steps[0])?.focus({ preventScroll: true });
    this.querySelector(".due-open")?.scrollIntoView({ block: "nearest" });
  }
}
