// The icons that we use, from Lucide (ISC), as one SVG of symbols.

import { readFile } from "node:fs/promises";
import { join } from "node:path";

const INSIDE = /<svg[^>]*>([\s\S]*)<\/svg>/;

/** The text of the sprite; fails when an icon of `src/icons.json` does not exist. */
export async function sprite(here) {
  const names = JSON.parse(await readFile(join(here, "src", "icons.json"), "utf8"));
  const symbols = await Promise.all(names.map((name) => symbol(here, name)));
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`;
}

async function symbol(here, name) {
  const file = join(here, "node_modules", "lucide-static", "icons", `${name}.svg`);
  const shapes = INSIDE.exec(await readFile(file, "utf8"))[1].replace(/\s+/g, " ").trim();
  const strokes = 'fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round"';
  return `<symbol id="${name}" viewBox="0 0 24 24" ${strokes}>${shapes}</symbol>`;
}
