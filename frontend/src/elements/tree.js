// A tree of nested lists with links that open and close (`a.tree-fold`). It becomes a tree for the keyboard and for
// screen readers: arrows, Home, End, *, Enter, Space and first letters. A level is fetched when it is opened for the
// first time; the address keeps what is open, so that a reload, a link and the live page show the same.

const TYPED_WITHIN = 700;
const ITEM = "li.tree-item";
const FACE = ".tree-line";

export class OkapiTree extends HTMLElement {
  #controller;
  #watcher;
  #typed = "";
  #typedAt = -Infinity;

  connectedCallback() {
    this.#controller = new AbortController();
    const { signal } = this.#controller;
    this.addEventListener("click", (event) => this.#clicked(event), { signal });
    this.addEventListener("keydown", (event) => this.#pressed(event), { signal });
    this.addEventListener("focusin", (event) => this.#arrived(event), { signal });
    // What is fetched, or made true by the live page, is told to screen readers too.
    this.#watcher = new MutationObserver(() => this.#tell());
    this.#tell();
  }

  disconnectedCallback() {
    this.#controller.abort();
    this.#watcher.disconnect();
  }

  /** Roles, levels and places; and only one item is reached by Tab. */
  #tell() {
    this.#watcher.disconnect();
    const roots = this.querySelector(":scope > ul");
    roots?.setAttribute("role", "tree");
    roots?.setAttribute("aria-label", this.dataset.label);
    if (roots) tellLevel(roots, 1);
    const items = this.#seen();
    const here = this.querySelector(`${FACE}[tabindex="0"]`)?.closest(ITEM);
    if (!items.includes(here)) items[0]?.querySelector(FACE).setAttribute("tabindex", "0");
    this.#watcher.observe(this, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-open", "role"] });
  }

  /** The items that are not within a closed one, in their order. */
  #seen() {
    return [...this.querySelectorAll(ITEM)].filter((item) => !item.parentElement.closest(`${ITEM}[data-fold]:not([data-open])`));
  }

  #clicked(event) {
    const fold = event.target.closest("a.tree-fold");
    if (!fold || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.#turn(fold.closest(ITEM));
  }

  #arrived({ target }) {
    const face = target.closest(FACE);
    if (!face) return;
    for (const other of this.querySelectorAll(`${FACE}[tabindex="0"]`)) other.tabIndex = -1;
    face.tabIndex = 0;
  }

  #pressed(event) {
    const face = event.target;
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || !face.matches(FACE)) return;
    if (!this.#answer(face.closest(ITEM), event.key)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  #answer(item, key) {
    const items = this.#seen();
    const at = items.indexOf(item);
    switch (key) {
      case "ArrowDown":
        return go(items[at + 1]);
      case "ArrowUp":
        return go(items[at - 1]);
      case "Home":
        return go(items[0]);
      case "End":
        return go(items.at(-1));
      case "ArrowRight":
        return this.#right(item);
      case "ArrowLeft":
        if (item.hasAttribute("data-open")) return this.#turn(item);
        return go(item.parentElement.closest(ITEM));
      case "Enter":
        return press(item.querySelector(".tree-name a"));
      case " ":
        return item.dataset.fold ? this.#turn(item) : true;
      case "*":
        for (const one of item.parentElement.children) if (isClosed(one)) this.#turn(one);
        return true;
      default:
        return key.length === 1 && this.#find(items, at, key, performance.now());
    }
  }

  #right(item) {
    if (isClosed(item)) return this.#turn(item);
    return go(item.querySelector(`:scope > ul > ${ITEM}`));
  }

  /** The next item that begins with what was typed; keys of the page work where none does. */
  #find(items, at, key, now) {
    this.#typed = now - this.#typedAt < TYPED_WITHIN ? this.#typed + key : key;
    this.#typedAt = now;
    const wanted = this.#typed.toLocaleLowerCase();
    const start = this.#typed.length > 1 ? at : at + 1;
    const ordered = [...items.slice(start), ...items.slice(0, start)];
    return go(ordered.find((one) => nameOf(one).toLocaleLowerCase().startsWith(wanted)));
  }

  /** Open what is closed, close what is open. */
  #turn(item) {
    if (item.hasAttribute("aria-busy")) return true;
    if (item.hasAttribute("data-open")) {
      item.removeAttribute("data-open");
    } else if (item.querySelector(":scope > ul")) {
      item.setAttribute("data-open", "");
    } else {
      this.#load(item);
      return true;
    }
    this.#keep(item);
    return true;
  }

  async #load(item) {
    const fold = item.querySelector("a.tree-fold");
    item.setAttribute("aria-busy", "true");
    await window.htmx.ajax("GET", fold.dataset.level, { source: item, target: item, swap: "beforeend" });
    item.removeAttribute("aria-busy");
    if (!item.querySelector(":scope > ul")) return;
    item.setAttribute("data-open", "");
    this.#keep(item);
  }

  /** The address says what is open; so do the links of the live page. */
  #keep(changed) {
    const fold = changed.querySelector("a.tree-fold");
    const words = changed.hasAttribute("data-open") ? this.dataset.closeWords : this.dataset.openWords;
    fold.setAttribute("aria-label", words.replace("{title}", nameOf(changed)));
    const region = this.closest("[data-fragment]");
    const address = this.#address(new URL(location.href));
    history.replaceState(history.state, "", address);
    address.searchParams.set("fragment", "list");
    region.dataset.fragment = `${address.pathname}${address.search}`;
    region.setAttribute("hx-get", region.dataset.fragment);
    window.htmx.process(region);
  }

  #address(url) {
    const query = url.searchParams;
    for (const name of ["open", "goal"]) query.delete(name);
    query.set("view", "tree");
    const all = query.get("kr") === "1";
    const items = [...this.querySelectorAll(`${ITEM}[data-fold]`)];
    for (const item of items) {
      const { fold, key } = item.dataset;
      const isOpen = item.hasAttribute("data-open");
      if (fold === "open" ? isOpen : isOpen !== all) query.append(fold, key);
    }
    if (!query.has("open")) query.append("open", "");
    return url;
  }
}

/** Tell a list and all below it as items of a tree: `kind` selects them, `face` is what one is seen by. */
export function tellLevel(list, level, { item: kind = ITEM, face = FACE } = {}) {
  const items = [...list.children].filter((one) => one.matches(kind));
  items.forEach((item, at) => {
    const shown = item.querySelector(`:scope > ${face}`);
    set(shown, "role", "treeitem");
    set(shown, "aria-level", level);
    set(shown, "aria-posinset", at + 1);
    set(shown, "aria-setsize", items.length);
    if (!shown.hasAttribute("tabindex")) shown.tabIndex = -1;
    if (item.dataset.fold) set(shown, "aria-expanded", item.hasAttribute("data-open"));
    for (const link of shown.querySelectorAll("a")) link.tabIndex = -1;
    shown.querySelector("[data-level]")?.setAttribute("aria-hidden", "true");
    const below = item.querySelector(":scope > ul");
    if (!below) return;
    set(below, "role", "group");
    tellLevel(below, level + 1, { item: kind, face });
  });
  for (const one of list.children) set(one, "role", "none");
}

function set(element, name, value) {
  if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value);
}

const isClosed = (item) => Boolean(item.dataset?.fold) && !item.hasAttribute("data-open");
const nameOf = (item) => item.querySelector(".tree-name a")?.textContent ?? item.querySelector(".tree-name").textContent;

function go(item) {
  item?.querySelector(FACE).focus();
  return Boolean(item);
}

function press(link) {
  link?.click();
  return Boolean(link);
}
