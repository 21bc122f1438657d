// Where each card stands: a column for each level, and for each one a stretch of its own beside which all that is
// below it has room, so that nothing overlaps. Pure: heights and edges in, places out.

export const CARD = 248;
export const PITCH = 304;
const GAP = 16;
const APART = 28;

/**
 * items: [{ id, height, above: [id], below: [item] }] from the top; byLevel: whether edges push to the right.
 * Gives a Map of id → { x, y, height, depth }, and the size of it all.
 */
export function layout(items, byLevel) {
  const depths = byLevel ? levels(items) : new Map();
  const places = new Map();
  let bottom = 0;
  for (const item of items) {
    bottom += put(item, 0, bottom, depths, places) + APART;
  }
  const right = Math.max(0, ...[...places.values()].map((one) => one.x + CARD));
  return { places, width: right, height: Math.max(0, bottom - APART) };
}

/** How tall an item is with all below it. */
function tall(item) {
  const below = item.below.reduce((sum, one) => sum + tall(one) + GAP, -GAP);
  return Math.max(item.height, item.below.length ? below : 0);
}

function put(item, depth, top, depths, places) {
  const height = tall(item);
  const at = depths.get(item.id) ?? depth;
  places.set(item.id, { x: at * PITCH, y: top + (height - item.height) / 2, height: item.height, depth: at });
  const below = item.below.reduce((sum, one) => sum + tall(one) + GAP, -GAP);
  let next = top + (item.below.length ? Math.max(0, (height - below) / 2) : 0);
  for (const one of item.below) next += put(one, at + 1, next, depths, places) + GAP;
  return height;
}

/** The column of each: one to the right of everything that it contributes to. */
function levels(items) {
  const known = new Map();
  const visit = (item, parent) => {
    known.set(item.id, { item, parent });
    for (const one of item.below) visit(one, item);
  };
  for (const item of items) visit(item, null);
  const depths = new Map();
  const depth = (id) => {
    if (depths.has(id)) return depths.get(id);
    depths.set(id, 0); // a circle ends here
    const { item, parent } = known.get(id);
    const over = [...(parent ? [parent.id] : []), ...item.above.filter((one) => known.has(one))];
    depths.set(id, Math.max(-1, ...over.map(depth)) + 1);
    return depths.get(id);
  };
  for (const id of known.keys()) depth(id);
  return depths;
}
