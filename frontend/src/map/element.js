// The alignment map: nested lists laid out as cards with edges. Arrows walk along the edges, Space folds, Enter shows
// the objective beside the map; what is folded is fetched when it is opened. On a phone the lists stay what they are,
// a tree.

import { tellLevel } from "../elements/tree.js";
import { Drawer } from "./drawer.js";
import { drawEdges, drawMini, placeOn } from "./drawing.js";
import { Finder } from "./find.js";
import { Folding } from "./folding.js";
import { FACE, ITEM, above, cardOf, childrenOf, edges, everyOne, faceOf, foldOf, forest, isGroup, isOpen, itemOf, lineage } from "./items.js";
import { CARD, layout } from "./layout.js";
import { View } from "./view.js";

const PAN = 80;
const READABLE = 0.8;
const PHONE = "(max-width: 767px)";
const ARROWS = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const PAPER = { width: 1040, height: 680 };

export class OkapiMap extends HTMLElement {
  #controller;
  #view;
  #folding;
  #drawer;
  #seen = [];
  #laid = { places: new Map(), width: 0, height: 0 };
  #chosen = "";
  #phone = window.matchMedia(PHONE);

  connectedCallback() {
    this.#controller = new AbortController();
    const { signal } = this.#controller;
    this.roots = this.querySelector(".map-roots");
    this.#view = new View(this.querySelector(".map-view"), this.querySelector(".map-stage"), signal, () => this.#looked());
    this.#folding = new Folding(this, () => this.#lay(), (item) => this.#reveal(item));
    this.#drawer = new Drawer(this.querySelector(".map-drawer"));
    new Finder(this.querySelector(".map-find"), signal, (key) => this.#go(this.#named(key)));
    this.addEventListener("click", (event) => this.#clicked(event), { signal });
    this.addEventListener("keydown", (event) => this.#pressed(event), { signal });
    this.addEventListener("focusin", ({ target }) => target.matches(FACE) && this.#choose(itemOf(target)), { signal });
    this.querySelector(".map-mini").addEventListener("pointerdown", (event) => this.#jump(event), { signal });
    document.addEventListener("okapi:renewed", () => this.#lay(), { signal });
    window.addEventListener("beforeprint", () => this.#print(), { signal });
    window.addEventListener("afterprint", () => this.#begin(), { signal });
    this.#phone.addEventListener("change", () => this.#settle(), { signal });
    this.#settle();
  }

  /** A map where there is room for one, else a tree. */
  #settle() {
    this.classList.toggle("is-laid", !this.#phone.matches);
    this.classList.toggle("is-tree", this.#phone.matches);
    this.querySelector(".map-zoom").hidden = this.#phone.matches;
    this.#view.still = this.#phone.matches;
    this.#lay();
    this.#begin();
  }

  disconnectedCallback() {
    this.#controller.abort();
  }

  #named(key) {
    return [...this.querySelectorAll(ITEM)].find((one) => one.dataset.key === key && !isGroup(one));
  }

  /** Everything that is readable at once, or else the beginning; about the one that was asked for. */
  #begin() {
    const { width, height } = this.#laid;
    this.#view.fit(width, height, READABLE);
    const focus = this.querySelector(`${ITEM}[data-focus]`);
    const first = this.#laid.places.get(this.#seen[0]?.id);
    if (focus) {
      this.#choose(focus);
      this.#reveal(focus, true);
    } else if (first && height * this.#view.scale > this.#view.size.height) {
      this.#view.x = 24;
      this.#view.y = Math.min(24, this.#view.size.height / 2 - (first.y + first.height / 2) * this.#view.scale);
      this.#view.show();
    }
  }

  #print() {
    this.#view.fit(this.#laid.width, this.#laid.height, 0.05, PAPER);
  }

  /** Put every card in its place and draw the edges. */
  #lay() {
    const items = forest(this.roots);
    this.#seen = everyOne(items);
    this.#laid = layout(items, this.dataset.by === "goal");
    const moved = (x, y) => (this.#phone.matches ? "" : `translate(${x}px, ${y}px)`);
    for (const { id, item } of this.#seen) {
      const { x, y } = this.#laid.places.get(id);
      faceOf(item).style.transform = moved(x, y);
    }
    const more = this.roots.querySelector(":scope > .map-more");
    if (more) more.style.transform = moved(0, this.#laid.height + 16);
    this.roots.setAttribute("role", "tree");
    this.roots.setAttribute("aria-label", this.dataset.label);
    this.roots.setAttribute("aria-describedby", "map-help");
    tellLevel(this.roots, 1, { item: ITEM, face: FACE });
    if (!this.roots.querySelector(`${FACE}[tabindex="0"]`) && this.#seen.length) faceOf(this.#seen[0].item).tabIndex = 0;
    this.#draw();
    this.#looked();
  }

  #draw() {
    const lit = this.#chosen ? lineage(this.#seen, this.#chosen) : new Set();
    for (const { id, item } of this.#seen) {
      cardOf(item).parentElement.classList.toggle("is-lit", lit.has(id));
      cardOf(item).parentElement.classList.toggle("is-chosen", id === this.#chosen);
    }
    drawEdges(this.querySelector(".map-edges"), edges(this.#seen, lit), this.#laid.places, this.#laid);
  }

  #looked() {
    if (!this.#view) return;
    this.querySelector(".map-scale").textContent = `${Math.round(this.#view.scale * 100)}%`;
    const colours = new Map(this.#seen.map(({ id, item }) => [id, /map-(ok|warn|bad|none|late|group)\b/.exec(cardOf(item).className)?.[1]]));
    drawMini(this.querySelector(".map-mini"), this.#laid.places, colours, this.#laid, this.#view);
  }

  #jump(event) {
    const at = placeOn(event.currentTarget, event);
    this.#view.reveal({ x: at.x, y: at.y, width: 0, height: 0 }, { centre: true });
  }

  #choose(item) {
    for (const other of this.querySelectorAll(`${FACE}[tabindex="0"]`)) other.tabIndex = -1;
    faceOf(item).tabIndex = 0;
    this.#chosen = item.dataset.id;
    this.#draw();
  }

  #reveal(item, centre = false) {
    if (this.#phone.matches) return faceOf(item).scrollIntoView({ block: centre ? "center" : "nearest" });
    const place = this.#laid.places.get(item.dataset.id);
    if (place) this.#view.reveal({ ...place, width: CARD }, { centre });
  }

  /** Open everything above one, and go there. */
  #go(item, centre = true) {
    if (!item) return false;
    let changed = false;
    for (let one = above(item); one; one = above(one)) {
      if (!isOpen(one)) changed = true;
      one.setAttribute("data-open", "");
    }
    if (changed) this.#lay();
    faceOf(item).focus({ preventScroll: true });
    this.#reveal(item, centre);
    return true;
  }

  #clicked(event) {
    const zoom = event.target.closest("[data-zoom]");
    const item = itemOf(event.target);
    if (zoom) this.#zoom(zoom.dataset.zoom);
    else if (event.target.closest("[data-close-drawer]")) this.#leave();
    else if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    else if (event.target.closest(".map-fold")) this.#folding.turn(item);
    else if (event.target.closest(".map-more")) this.#folding.more(event.target.closest(".map-more"));
    else if (!item || !event.target.closest(".map-card")) return;
    else this.#press(item);
    event.preventDefault();
  }

  #zoom(how) {
    if (how === "fit") this.#view.fit(this.#laid.width, this.#laid.height);
    else this.#view.step(how === "in" ? 1 : -1);
  }

  #press(item) {
    faceOf(item).focus({ preventScroll: true });
    if (isGroup(item)) this.#folding.turn(item);
    else this.#show(item);
  }

  #pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (!event.target.matches(`${FACE}, .map-view, .map-drawer, .map-drawer *`)) return;
    if (!this.#answer(event)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  #answer({ target, key, shiftKey }) {
    if (key === "Escape") return this.#leave();
    if (target.closest(".map-drawer")) return false;
    if (this.#phone.matches) return target.matches(FACE) && this.#walk(itemOf(target), key);
    if (key === "+" || key === "=" || key === "-" || key === "0") {
      this.#zoom({ "-": "out", 0: "fit" }[key] ?? "in");
      return true;
    }
    if (key in ARROWS && (shiftKey || !target.matches(FACE))) {
      this.#view.pan(...ARROWS[key].map((by) => by * PAN));
      return true;
    }
    return target.matches(FACE) && this.#walk(itemOf(target), key);
  }

  #walk(item, key) {
    switch (key) {
      case "ArrowRight":
        if (!isOpen(item) && foldOf(item)) return this.#folding.turn(item);
        return this.#go(childrenOf(item)[0], false);
      case "ArrowLeft":
        return this.#go(above(item), false);
      case "ArrowDown":
      case "ArrowUp":
        return this.#go(this.#beside(item, key === "ArrowDown" ? 1 : -1), false);
      case "Home":
        return this.#go(this.#seen[0].item, false);
      case "End":
        return this.#go(this.#seen.at(-1).item, false);
      case "Enter":
        this.#press(item);
        return true;
      case " ":
        if (foldOf(item)) this.#folding.turn(item);
        return true;
      default:
        return false;
    }
  }

  /** The next card in the same column; of a tree the next row. */
  #beside(item, by) {
    if (this.#phone.matches) return this.#seen[this.#seen.findIndex((one) => one.id === item.dataset.id) + by]?.item;
    const here = this.#laid.places.get(item.dataset.id);
    const column = this.#seen.map((one) => ({ ...one, ...this.#laid.places.get(one.id) })).filter((one) => one.depth === here.depth);
    column.sort((one, other) => one.y - other.y);
    return column[column.findIndex((one) => one.id === item.dataset.id) + by]?.item;
  }

  async #show(item) {
    await this.#drawer.show(cardOf(item).querySelector("a").getAttribute("href"));
    this.#reveal(item);
    this.#looked();
  }

  #leave() {
    if (!this.#drawer.isOpen) return false;
    this.#drawer.close();
    this.querySelector(`${ITEM}[data-id="${this.#chosen}"] > ${FACE}`)?.focus({ preventScroll: true });
    this.#looked();
    return true;
  }
}
