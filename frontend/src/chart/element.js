// A chart beside the table of the same numbers. ECharts is loaded when the first chart comes into sight.

import { colours } from "./colours.js";
import { option } from "./option.js";
import { waterfall } from "./waterfall.js";

const pen = document.createElement("canvas").getContext("2d");
const NEAR = "400px";
let library;

export class OkapiChart extends HTMLElement {
  #controller;
  #watchers = [];
  #chart;
  #drawn = "";

  connectedCallback() {
    this.#controller = new AbortController();
    const { signal } = this.#controller;
    // Height is set by script, since the policy of the pages allows no style attribute.
    this.plot.style.height = `${this.dataset.height}px`;
    this.switch?.addEventListener("click", () => this.turn(), { signal });
    document.addEventListener("okapi:theme", () => this.draw(true), { signal });
    document.addEventListener("okapi:renewed", () => this.draw(), { signal });
    document.addEventListener("htmx:afterSettle", () => this.draw(), { signal });
    window.addEventListener("beforeprint", () => this.#open(), { signal });
    const seen = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      seen.disconnect();
      this.#load();
    }, { rootMargin: NEAR });
    seen.observe(this);
    this.#watchers = [seen];
  }

  disconnectedCallback() {
    this.#controller.abort();
    this.#watchers.forEach((watcher) => watcher.disconnect());
    this.#chart?.dispose();
    this.#chart = undefined;
    this.#drawn = "";
  }

  get plot() {
    return this.querySelector(".chart-plot");
  }

  get switch() {
    return this.querySelector(".chart-switch");
  }

  /** Chart or table; says whether there is a table to turn to. */
  turn() {
    const table = this.querySelector(".chart-table");
    if (!table) return false;
    table.hidden = !table.hidden;
    this.plot.hidden = !table.hidden;
    const words = table.hidden ? this.dataset.showTable : this.dataset.showChart;
    this.switch.setAttribute("aria-pressed", String(!table.hidden));
    this.switch.title = words;
    this.switch.querySelector(".visually-hidden").textContent = words;
    if (table.hidden) this.#chart?.resize();
    return true;
  }

  /** Draw, when the data, the width or the colours have changed. */
  draw(anyway = false) {
    const text = this.querySelector('script[type="application/json"]')?.textContent;
    if (!this.#chart || !text || this.plot.hidden || (text === this.#drawn && !anyway)) return;
    this.#drawn = text;
    const colour = colours(this);
    const measure = (words, weight) => {
      pen.font = `${weight} 11px ${colour.fonts}`;
      return pen.measureText(words).width;
    };
    const language = document.documentElement.lang.startsWith("zh") ? "zh" : "en";
    const data = { ...JSON.parse(text), marks: this.querySelector(".chart-marks") };
    const build = data.kind === "waterfall" ? waterfall : option;
    const drawing = build({ data, colour, language, wide: this.plot.clientWidth, measure });
    this.#chart.setOption(drawing, { notMerge: true });
    // With it the drawing shrinks as a whole where paper is narrower than the screen was.
    this.plot.querySelector("svg")?.setAttribute("viewBox", `0 0 ${this.#chart.getWidth()} ${this.#chart.getHeight()}`);
  }

  async #load() {
    library = await import(/* @vite-ignore */ this.dataset.library);
    this.#open();
  }

  /** Begin to draw, once there is the library; on paper at once, whether in sight or not. */
  #open() {
    if (!library || !this.isConnected || this.#chart) return;
    this.#chart = library.init(this.plot, null, { renderer: "svg" });
    this.draw();
    const sized = new ResizeObserver(() => {
      if (!this.#chart || this.plot.clientWidth === this.#chart.getWidth()) return;
      this.#chart.resize();
      this.draw(true);
    });
    sized.observe(this.plot);
    this.#watchers.push(sized);
  }
}
