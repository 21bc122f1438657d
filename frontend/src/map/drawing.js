// The edges of the map, and the small picture of all of it. Colours come from the style sheet.

import { CARD } from "./layout.js";

const SPACE = "http://www.w3.org/2000/svg";
const FOOT = 3;

function draw(name, attributes) {
  const element = document.createElementNS(SPACE, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

/** From the right of the upper to the left of the lower one; within a team or pillar as a bracket. */
function way(from, to, kind) {
  const [x1, y1] = [from.x + CARD, from.y + from.height / 2];
  const [x2, y2] = [to.x, to.y + to.height / 2];
  if (kind === "house") return `M${x1} ${y1}H${(x1 + x2) / 2}V${y2}H${x2}`;
  const bend = Math.max(28, Math.abs(x2 - x1) / 2);
  return `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`;
}

/** edges: [{ from, to, kind, lit }] by ids. */
export function drawEdges(svg, edges, places, { width, height }) {
  svg.setAttribute("width", width + 80);
  svg.setAttribute("height", height + 40);
  const lines = edges.toSorted((one, other) => one.lit - other.lit).flatMap(({ from, to, kind, lit }) => {
    const [upper, lower] = [places.get(from), places.get(to)];
    if (!upper || !lower) return [];
    const css = `map-edge map-edge-${kind}${lit ? " is-lit" : ""}`;
    const dot = draw("circle", { class: css, cx: upper.x + CARD, cy: upper.y + upper.height / 2, r: FOOT });
    return [draw("path", { class: css, d: way(upper, lower, kind) }), dot];
  });
  svg.replaceChildren(...lines);
}

/** What is on the map, and where one looks at; nothing where all of it is seen. */
export function drawMini(svg, places, colours, { width, height }, view) {
  const { size } = view;
  const seen = {
    x: -view.x / view.scale,
    y: -view.y / view.scale,
    width: size.width / view.scale,
    height: size.height / view.scale,
  };
  const all = seen.x <= 0 && seen.y <= 0 && seen.x + seen.width >= width && seen.y + seen.height >= height;
  svg.toggleAttribute("hidden", all || !places.size);
  if (all) return;
  svg.setAttribute("viewBox", `-20 -20 ${width + 40} ${height + 40}`);
  const cards = [...places].map(([id, one]) =>
    draw("rect", { class: `mini-card mini-${colours.get(id)}`, x: one.x, y: one.y, width: CARD, height: one.height }),
  );
  svg.replaceChildren(...cards, draw("rect", { class: "mini-view", ...seen }));
}

/** What a pointer over a drawing points at, in the drawing's own measure. */
export function placeOn(svg, { clientX, clientY }) {
  return new DOMPoint(clientX, clientY).matrixTransform(svg.getScreenCTM().inverse());
}
