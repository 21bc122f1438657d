// A box that finds people, KPIs or goals by a few letters: a combobox with a list of what fits. What is chosen
// stands in the box by name, and is sent by its value. Without this script the server looks the name up.

const PAUSE = 150;
let made = 0;

export class OkapiPick extends HTMLElement {
  #controller;
  #timer;
  #asked = 0;
  #list;

  connectedCallback() {
    this.#controller = new AbortController();
    const { signal } = this.#controller;
    this.#prepare();
    const { box } = this;
    box.addEventListener("input", (event) => this.#typed(event), { signal });
    box.addEventListener("compositionend", () => this.#askSoon(), { signal });
    box.addEventListener("focus", () => box.select(), { signal });
    box.addEventListener("keydown", (event) => this.#pressed(event), { signal });
    box.addEventListener("blur", () => setTimeout(() => this.#close(), 120), { signal });
    box.addEventListener("click", () => this.#list.hidden && this.#askSoon(), { signal });
    this.#list.addEventListener("pointerdown", (event) => this.#pointed(event), { signal });
  }

  disconnectedCallback() {
    this.#controller.abort();
    clearTimeout(this.#timer);
    this.#list.remove();
  }

  get box() {
    return this.querySelector('input[type="text"]');
  }

  get value() {
    return this.querySelector('input[type="hidden"]');
  }

  #prepare() {
    this.#list = document.createElement("ul");
    this.#list.className = "pick-list";
    this.#list.id = `pick-${(made += 1)}`;
    this.#list.setAttribute("role", "listbox");
    this.#list.setAttribute("aria-label", this.querySelector("label")?.textContent ?? "");
    this.#list.hidden = true;
    this.querySelector(".field-box").append(this.#list);
    const { box } = this;
    box.setAttribute("role", "combobox");
    box.setAttribute("aria-autocomplete", "list");
    box.setAttribute("aria-expanded", "false");
    box.setAttribute("aria-controls", this.#list.id);
  }

  #typed(event) {
    // What stands in the box is no longer what was chosen.
    this.value.value = "";
    if (!event.isComposing) this.#askSoon();
  }

  #askSoon() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(), PAUSE);
  }

  async #ask() {
    const number = (this.#asked += 1);
    const text = this.value.value ? "" : this.box.value;
    try {
      const answer = await fetch(`${this.dataset.find}?q=${encodeURIComponent(text)}`, { headers: { "HX-Request": "true" } });
      if (!answer.ok || number !== this.#asked || document.activeElement !== this.box) return;
      this.#show(await answer.text());
    } catch {
      this.#close(); // without a connection what was typed is looked up when it is sent
    }
  }

  #show(html) {
    const page = new DOMParser().parseFromString(html, "text/html");
    this.#list.replaceChildren(...page.body.children);
    this.options.forEach((option, at) => (option.id = `${this.#list.id}-${at}`));
    this.#list.hidden = false;
    this.box.setAttribute("aria-expanded", "true");
    this.#mark(this.box.value && !this.value.value ? this.options[0] : undefined);
  }

  get options() {
    return [...this.#list.querySelectorAll('[role="option"]')];
  }

  #mark(option) {
    for (const one of this.options) one.setAttribute("aria-selected", String(one === option));
    if (option) {
      this.box.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else {
      this.box.removeAttribute("aria-activedescendant");
    }
  }

  #pressed(event) {
    const { options } = this;
    const now = options.findIndex((one) => one.getAttribute("aria-selected") === "true");
    const isOpen = !this.#list.hidden;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      if (!isOpen) this.#askSoon();
      else if (options.length) this.#mark(options.at((now + step + options.length) % options.length));
    } else if (event.key === "Enter" && isOpen && options[now] && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      this.#choose(options[now]);
    } else if (event.key === "Escape" && isOpen) {
      event.preventDefault(); // the dialog around it stays
      event.stopPropagation();
      this.#close();
    }
  }

  #pointed(event) {
    const option = event.target.closest('[role="option"]');
    event.preventDefault(); // the box keeps the keyboard
    if (option) this.#choose(option);
  }

  #choose(option) {
    this.box.value = option.dataset.text;
    this.value.value = option.dataset.value;
    this.#close();
    const event = new CustomEvent("picked", { bubbles: true, cancelable: true, detail: option.dataset });
    // Whoever takes the choice elsewhere (a list of people) leaves the box empty.
    if (!this.dispatchEvent(event)) {
      this.box.value = "";
      this.value.value = "";
    }
    this.value.dispatchEvent(new Event("change", { bubbles: true }));
  }

  #close() {
    clearTimeout(this.#timer);
    this.#asked += 1;
    this.#list.hidden = true;
    this.box.setAttribute("aria-expanded", "false");
    this.box.removeAttribute("aria-activedescendant");
  }
}

// Several people: each choice becomes one more box, ticked.
document.addEventListener("picked", (event) => {
  const group = event.target.closest(".people-picker");
  if (!group) return;
  event.preventDefault();
  const { value, text } = event.detail;
  const known = [...group.querySelectorAll('input[type="checkbox"]')].find((one) => one.value === value);
  if (known) known.checked = true;
  else group.querySelector(".people-chosen").append(ticked(group.dataset.name, value, text));
});

function ticked(name, value, text) {
  const label = document.createElement("label");
  const box = document.createElement("input");
  const words = document.createElement("span");
  label.className = "check";
  Object.assign(box, { type: "checkbox", name, value, checked: true });
  words.textContent = text;
  label.append(box, " ", words);
  return label;
}
