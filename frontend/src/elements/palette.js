// The command palette: ⌘ K (Ctrl K) opens it, letters ask the server, arrows choose, Enter goes.

const WAIT = 120;

export class OkapiPalette extends HTMLElement {
  #controller;
  #timer = 0;

  connectedCallback() {
    this.#controller = new AbortController();
    const { signal } = this.#controller;
    document.addEventListener("keydown", (event) => this.#called(event), { signal });
    document.addEventListener("click", (event) => this.#opened(event), { signal });
    this.input.addEventListener("input", () => this.#ask(WAIT), { signal });
    this.input.addEventListener("keydown", (event) => this.#pressed(event), { signal });
    this.lines.addEventListener("htmx:afterSwap", () => this.#choose(this.options[0]), { signal });
    this.lines.addEventListener("pointermove", (event) => this.#choose(event.target.closest?.('[role="option"]')), { signal });
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
    this.#controller.abort();
  }

  get input() {
    return this.querySelector("input");
  }

  get lines() {
    return this.querySelector('[role="listbox"]');
  }

  get options() {
    return [...this.lines.querySelectorAll('[role="option"]')];
  }

  get chosen() {
    return this.lines.querySelector('[aria-selected="true"]');
  }

  #called(event) {
    if (event.key.toLowerCase() !== "k" || !(event.metaKey || event.ctrlKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    const dialog = this.querySelector("dialog");
    if (dialog.open) dialog.close();
    else if (!document.querySelector("dialog[open]")) document.querySelector("[data-opens='palette']")?.click();
  }

  #opened(event) {
    if (!event.target.closest?.("[data-opens='palette']")) return;
    this.input.focus();
    this.input.select();
    this.#ask(0);
  }

  #ask(wait) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.input.dispatchEvent(new CustomEvent("ask", { bubbles: true })), wait);
  }

  #pressed(event) {
    if (event.isComposing) return;
    const all = this.options;
    const now = all.indexOf(this.chosen);
    const to = { ArrowDown: now + 1, ArrowUp: now - 1, PageDown: now + 8, PageUp: now - 8 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      const wraps = event.key.startsWith("Arrow");
      const place = wraps ? (to + all.length) % all.length : Math.max(0, Math.min(all.length - 1, to));
      this.#choose(all[place], true);
    } else if (event.key === "Enter" && this.chosen) {
      event.preventDefault();
      this.chosen.click();
      this.querySelector("dialog").close();
    } else if (event.key === "Escape") {
      // A search input would only be emptied by it.
      event.preventDefault();
      clearTimeout(this.#timer);
      this.querySelector("dialog").close();
    }
  }

  #choose(option, scrolls = false) {
    if (!option || option === this.chosen) return;
    this.chosen?.setAttribute("aria-selected", "false");
    option.setAttribute("aria-selected", "true");
    this.input.setAttribute("aria-activedescendant", option.id);
    if (scrolls) option.scrollIntoView({ block: "nearest" });
  }
}
