// Rows of inputs: one more by its button (a copy of the template), one less by its bin. Names of a row end with
// its number, which only tells rows apart; the server reads them in their order and leaves empty ones out.

export class OkapiRows extends HTMLElement {
  #controller;

  connectedCallback() {
    this.#controller = new AbortController();
    const { signal } = this.#controller;
    this.addEventListener("click", (event) => this.#pressed(event), { signal });
    for (const button of this.querySelectorAll("[data-add-row], [data-remove-row]")) button.hidden = false;
    // Blank rows are for those without this script.
    for (const row of [...this.rows].slice(1)) if (isBlank(row)) row.remove();
  }

  disconnectedCallback() {
    this.#controller.abort();
  }

  get list() {
    return this.querySelector("[data-rows]");
  }

  get rows() {
    return this.list.children;
  }

  /** As many rows as a draft has names for. */
  fit(names) {
    const numbers = names.map((name) => numberOf(name, this.dataset.name)).filter((one) => one !== null);
    const most = Math.max(-1, ...numbers);
    while (this.#next() <= most) this.add();
  }

  #next() {
    const numbers = [...this.list.querySelectorAll("[name]")].map((one) => numberOf(one.name, this.dataset.name) ?? -1);
    return Math.max(-1, ...numbers) + 1;
  }

  add() {
    const number = this.#next();
    const row = document.createElement("li");
    row.className = "rows-row";
    row.append(this.querySelector("template").content.cloneNode(true));
    for (const attribute of ["name", "id", "for", "aria-describedby"]) {
      for (const one of row.querySelectorAll(`[${attribute}]`)) {
        one.setAttribute(attribute, one.getAttribute(attribute).replaceAll("__", String(number)));
      }
    }
    this.list.append(row);
    return row;
  }

  #pressed(event) {
    if (event.target.closest("[data-add-row]")) {
      this.add().querySelector("input:not([type=hidden]), textarea")?.focus();
    } else if (event.target.closest("[data-remove-row]")) {
      event.target.closest("li").remove();
      this.querySelector("[data-add-row]").focus();
    } else {
      return;
    }
    this.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

/** The number in `steps-3-title` where the rows are those of `steps`. */
function numberOf(name, rows) {
  const found = new RegExp(`^${rows}-(\\d+)-`).exec(name);
  return found ? Number(found[1]) : null;
}

function isBlank(row) {
  const fields = [...row.querySelectorAll("input, textarea, select")];
  return fields.every((one) => one.value === "" || one.value === one.dataset.blank || one.tagName === "SELECT");
}
