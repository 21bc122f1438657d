// The list items that the map is made of: which are seen, what they are joined by, and more of them from the server.

import { toast } from "../elements/toast.js";

export const ITEM = "li.map-item";
export const FACE = ".map-spot";

export const itemOf = (node) => node?.closest?.(ITEM) ?? null;
export const above = (item) => itemOf(item.parentElement);
export const isGroup = (item) => cardOf(item).classList.contains("map-group");
export const faceOf = (item) => item.querySelector(`:scope > ${FACE}`);
export const cardOf = (item) => item.querySelector(":scope > .map-spot > .map-card");
export const isOpen = (item) => item.hasAttribute("data-open");
export const foldOf = (item) => item.querySelector(":scope > .map-spot > .map-fold");
export const childrenOf = (item) => [...(item.querySelector(":scope > ul")?.children ?? [])].filter((one) => one.matches(ITEM));
export const titleOf = (item) => item.querySelector(".map-title").textContent;
export const edgesUp = (item) => (item.dataset.above ? item.dataset.above.split(" ") : []);

/** The open part of a list, as the layout wants it. */
export function forest(list) {
  return [...list.children].filter((one) => one.matches(ITEM)).map((item) => ({
    id: item.dataset.id,
    item,
    height: item.querySelector(":scope > .map-spot").offsetHeight,
    above: edgesUp(item),
    below: isOpen(item) ? forest(item.querySelector(":scope > ul")) : [],
  }));
}

export function everyOne(items) {
  return items.flatMap((one) => [one, ...everyOne(one.below)]);
}

/** Each edge between two that are seen. */
export function edges(seen, lit) {
  const ids = new Set(seen.map((one) => one.id));
  return seen.flatMap(({ id, item, above: ups }) => {
    const parent = above(item);
    const house = parent && isGroup(parent) ? [{ from: parent.dataset.id, to: id, kind: "house" }] : [];
    const goals = ups.filter((one) => ids.has(one)).map((one) => ({ from: one, to: id, kind: "goal" }));
    return [...house, ...goals].map((one) => ({ ...one, lit: Number(lit.has(one.from) && lit.has(one.to)) }));
  });
}

/** The chosen one, everything above it and what is directly below. */
export function lineage(seen, chosen) {
  const known = new Map(seen.map((one) => [one.id, one]));
  const lit = new Set();
  const climb = (id) => {
    if (!known.has(id) || lit.has(id)) return;
    lit.add(id);
    for (const up of known.get(id).above) climb(up);
  };
  climb(chosen);
  for (const one of seen) if (one.above.includes(chosen)) lit.add(one.id);
  return lit;
}

/** The next items below one, put into its list: each only once on the map. */
export async function load(root, address, list) {
  const answer = await fetch(address, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) {
    toast(document.querySelector("#toasts")?.dataset[answer ? "failed" : "offline"]);
    return null;
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const found = page.querySelector("ul[data-rest]");
  for (const item of [...found.children]) {
    const known = root.querySelector(`${ITEM}[data-id="${item.dataset.id}"]`);
    if (!known) list.append(item);
  }
  return { rest: Number(found.dataset.rest), next: found.dataset.next };
}
