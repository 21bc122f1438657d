// Around the field of a formula: KPIs and functions are offered while one types.

const PAUSE = 150;
// What is being typed before the caret: a key in an open bracket, or a word.
const TOKEN = /(?:[[【［]([^\][【】［］\n]*)|([^\W\d][\w.]*|[\p{L}][\p{L}\p{N}_.]*))$/u;

export class OkapiFormula extends HTMLElement {
  #controller;
  #timer;
  #asked = 0;

  connectedCallback() {
    this.#controller = new AbortController();
    const { signal } = this.#controller;
    this.addEventListener("input", (event) => event.target === this.field && this.#typed(event), { signal });
    this.addEventListener("keydown", (event) => event.target === this.field && this.#pressed(event), { signal });
    this.addEventListener("focusout", (event) => !this.contains(event.relatedTarget) && this.#close(), { signal });
    // Before the field loses its focus, so that the caret stays where it was.
    this.addEventListener("mousedown", (event) => this.#chosen(event), { signal });
    this.addEventListener("click", (event) => this.#function(event), { signal });
  }

  disconnectedCallback() {
    this.#controller.abort();
    clearTimeout(this.#timer);
  }

  get field() {
    return this.querySelector("textarea");
  }

  get list() {
    return this.querySelector("[role=listbox]");
  }

  get current() {
    return this.list.querySelector('[aria-selected="true"]');
  }

  #token() {
    const found = TOKEN.exec(this.field.value.slice(0, this.field.selectionStart));
    return found && { text: found[1] ?? found[2], start: found.index, isKey: found[1] !== undefined };
  }

  #typed(event) {
    clearTimeout(this.#timer);
    // While a Chinese word is being put together it is not yet what is looked for.
    if (event.isComposing) return;
    const token = this.#token();
    if (!token || (!token.isKey && token.text.length < 2)) this.#close();
    else this.#timer = setTimeout(() => this.#offer(token), PAUSE);
  }

  async #offer(token) {
    const asked = (this.#asked += 1);
    const functions = token.isKey ? "" : this.#functions(token.text.toLowerCase());
    const names = await this.#names(token.text);
    if (asked !== this.#asked || document.activeElement !== this.field) return;
    this.list.innerHTML = functions + names;
    this.list.hidden = !this.list.children.length;
    this.#select(this.list.firstElementChild);
  }

  async #names(text) {
    try {
      const answer = await fetch(`${this.dataset.names}?q=${encodeURIComponent(text)}`, {
        headers: { "HX-Request": "true" },
        signal: this.#controller.signal,
      });
      return answer.ok ? await answer.text() : "";
    } catch {
      return ""; // offline, or gone: typing goes on without help
    }
  }

  #functions(begin) {
    const items = document.createElement("ul");
    for (const button of this.querySelectorAll(".formula-function")) {
      if (!button.dataset.insert.startsWith(begin)) continue;
      const item = document.createElement("li");
      Object.assign(item, { id: `formula-function-${items.children.length}`, className: "formula-name" });
      item.setAttribute("role", "option");
      item.dataset.insert = button.dataset.insert;
      item.append(button.firstElementChild.cloneNode(true), " ", button.nextElementSibling.cloneNode(true));
      items.append(item);
    }
    return items.innerHTML;
  }

  #select(item) {
    this.current?.removeAttribute("aria-selected");
    item?.setAttribute("aria-selected", "true");
    item?.scrollIntoView({ block: "nearest" });
    if (item) this.field.setAttribute("aria-activedescendant", item.id);
    else this.field.removeAttribute("aria-activedescendant");
  }

  #pressed(event) {
    if (this.list.hidden || event.isComposing) return;
    const steps = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" };
    if (event.key in steps) this.#select(this.current?.[steps[event.key]] ?? this.current);
    else if ((event.key === "Enter" || event.key === "Tab") && this.current) this.#insert(this.current);
    else if (event.key === "Escape") this.#close();
    else return;
    // Escape closes the list, not the dialog around it.
    event.preventDefault();
    event.stopPropagation();
  }

  #chosen(event) {
    const item = event.target.closest("[role=option]");
    if (!item) return;
    event.preventDefault();
    this.#insert(item);
  }

  #function(event) {
    const button = event.target.closest(".formula-function");
    if (button) this.#write(button.dataset.insert, this.field.selectionStart);
  }

  #insert(item) {
    const token = this.#token();
    this.#write(item.dataset.insert, token ? token.start : this.field.selectionStart);
    this.#close();
  }

  #write(text, start) {
    const { field } = this;
    let end = field.selectionEnd;
    // A bracket that stands behind the caret already is not written twice.
    if (text.endsWith("]") && /^[\]】］]/.test(field.value.slice(end))) end += 1;
    field.focus();
    field.setRangeText(text, start, end, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  #close() {
    clearTimeout(this.#timer);
    this.#asked += 1;
    this.list.hidden = true;
    this.list.replaceChildren();
    this.#select(null);
  }
}
