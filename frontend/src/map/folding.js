// Opening and closing what is below a card; what is not there yet is fetched, a page at a time.

import { childrenOf, foldOf, isOpen, load, titleOf } from "./items.js";

export class Folding {
  #map;
  #lay;
  #reveal;

  /** lay(): put everything in its place again; reveal(item): bring a card into sight. */
  constructor(map, lay, reveal) {
    this.#map = map;
    this.#lay = lay;
    this.#reveal = reveal;
  }

  /** Close what is open, open what is closed, and where more is to come fetch it. */
  turn(item) {
    const fold = foldOf(item);
    if (isOpen(item) && !Number(fold.dataset.hidden)) item.removeAttribute("data-open");
    else if (!isOpen(item) && childrenOf(item).length) item.setAttribute("data-open", "");
    else this.#load(item, fold);
    this.#tell(item, fold);
    this.#lay();
    return true;
  }

  async #load(item, fold) {
    if (item.hasAttribute("aria-busy")) return;
    item.setAttribute("aria-busy", "true");
    const list = item.querySelector(":scope > ul") ?? item.appendChild(document.createElement("ul"));
    const found = await load(this.#map, fold.dataset.level, list);
    item.removeAttribute("aria-busy");
    if (!found) return;
    fold.dataset.hidden = found.rest;
    fold.dataset.level = found.next;
    if (list.children.length) item.setAttribute("data-open", "");
    else list.remove();
    this.#tell(item, fold);
    this.#lay();
    this.#reveal(childrenOf(item)[0] ?? item);
  }

  /** The next of those that nothing stands above. */
  async more(more) {
    const link = more.querySelector("a");
    const found = await load(this.#map, link.href, this.#map.roots);
    if (!found) return;
    more.remove();
    if (found.rest) {
      link.href = found.next;
      link.textContent = this.#map.dataset.more.replace("{n}", found.rest);
      this.#map.roots.append(more);
    }
    this.#lay();
  }

  #tell(item, fold) {
    const hidden = Number(fold.dataset.hidden);
    const inside = childrenOf(item).length;
    const { fold: close, unfold: open } = this.#map.dataset;
    fold.firstElementChild.textContent = isOpen(item) && !hidden ? "−" : `+${isOpen(item) ? hidden : hidden + inside}`;
    fold.setAttribute("aria-label", (isOpen(item) && !hidden ? close : open).replace("{title}", titleOf(item)));
  }
}
