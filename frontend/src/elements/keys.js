// Keys of every page: g then a letter goes; one letter presses what bears it; / searches; ? shows them all;
// t turns a chart into its table; j and k go through what can be stepped through, x chooses; ⌘ ↵ (Ctrl ↵) sends.

const SECOND_WITHIN = 1200;
const TYPED = 'input:not([type="checkbox"], [type="radio"], [type="button"], [type="submit"]), textarea, select, [contenteditable="true"]';

// Key caps show what stands on this keyboard.
if (/^(Mac|iP)/.test(navigator.platform)) document.documentElement.dataset.apple = "";

export class OkapiKeys extends HTMLElement {
  #controller;
  #first = "";
  #firstAt = -Infinity;

  connectedCallback() {
    this.#controller = new AbortController();
    const { signal } = this.#controller;
    document.addEventListener("keydown", (event) => this.#pressed(event), { signal });
    document.addEventListener("click", hideWithoutUse, { signal, capture: true });
  }

  disconnectedCallback() {
    this.#controller.abort();
  }

  #pressed(event) {
    if (event.defaultPrevented || event.isComposing) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.target.closest?.("form")?.requestSubmit();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches?.(TYPED)) return;
    if (document.querySelector("dialog[open]")) return;
    if (this.#answer(event)) event.preventDefault();
  }

  #answer(event) {
    const second = event.timeStamp - this.#firstAt < SECOND_WITHIN ? `${this.#first} ${event.key}` : "";
    this.#first = event.key;
    this.#firstAt = event.timeStamp;
    if (second && press(`[data-keys="${CSS.escape(second)}"]`)) return true;
    switch (event.key) {
      case "?":
        return press("[data-opens='keys']");
      case "/":
        return focus("[data-key-search]") || press("[data-opens='palette']");
      case "t":
        return turnChart();
      case "j":
        return step(1);
      case "k":
        return step(-1);
      case "x":
        return choose();
      default:
        return event.key.length === 1 && press(`[data-key="${CSS.escape(event.key)}"]`);
    }
  }
}

/** The list of keys leaves out those that do nothing on this page. */
function hideWithoutUse(event) {
  if (!event.target.closest?.("[data-opens='keys']")) return;
  for (const row of document.querySelectorAll("#keys [data-needs]")) {
    row.hidden = !document.querySelector(row.dataset.needs);
  }
}

function press(selector) {
  const found = document.querySelector(selector);
  // A dialog gives the focus back to what opened it.
  found?.focus({ preventScroll: true });
  found?.click();
  return Boolean(found);
}

function focus(selector) {
  const found = document.querySelector(selector);
  found?.focus();
  found?.select?.();
  return Boolean(found);
}

/** Choose the row that one is at, or take it out again. */
function choose() {
  const row = document.activeElement?.closest?.("[data-step]");
  const box = row?.querySelector(".row-pick");
  box?.click();
  return Boolean(box);
}

function turnChart() {
  const chart = document.querySelector("okapi-chart:hover, okapi-chart:focus-within") ?? document.querySelector("okapi-chart");
  return chart?.turn() ?? false;
}

function step(by) {
  const steps = [...document.querySelectorAll("[data-step]")];
  const now = steps.findIndex((one) => one.contains(document.activeElement));
  const next = steps[now < 0 ? (by > 0 ? 0 : steps.length - 1) : now + by];
  if (!next) return false;
  const inside = next.matches("a, button, input, [tabindex]") ? next : next.querySelector("a, button, input, summary");
  inside?.focus();
  return Boolean(inside);
}
