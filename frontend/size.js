// What a page loads before charts, compressed; fails above the budget of 150 kB.

import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const statics = join(dirname(fileURLToPath(import.meta.url)), "..", "src", "okapi", "web", "static");
const { vendors } = JSON.parse(await readFile(join(statics, "okapi", "build.json"), "utf8"));
const BUDGET = 150_000;

const size = async (file) => gzipSync(await readFile(join(statics, file)), { level: 9 }).length;
const show = (file, bytes) => console.log(`${String(bytes).padStart(8)}  ${file}`);

const first = [
  "okapi/app.js",
  "okapi/app.css",
  "okapi/icons.svg",
  "okapi/live-worker.js",
  `${vendors["htmx.org"]}/htmx.min.js`,
  `${vendors.idiomorph}/idiomorph.min.js`,
];
let total = 0;
for (const file of first) {
  const bytes = await size(file);
  total += bytes;
  show(file, bytes);
}
show("before charts, of at most 150000", total);
const charts = `${vendors.echarts}/echarts.js`;
show(`${charts} (only where there is a chart)`, await size(charts));
show("okapi/api.js (only on the page to try the API)", await size("okapi/api.js"));
process.exitCode = total > BUDGET ? 1 : 0;
