// From the data of a waterfall (see data.md) to what ECharts draws: bars between levels, dotted lines across.

import { axisMarks, axisNumbers } from "./format.js";

const BAR = 0.62;
// Narrower than this, the bars lie one below the other.
const NARROW = 480;

/** The axis: bars begin at 0, unless the change would be too small to be seen; then they are cut. */
function reach(bars) {
  const steps = bars.slice(1, -1).flatMap((bar) => [bar.from, bar.to]);
  const levels = [...steps, bars[0].to, bars.at(-1).to];
  const low = Math.min(...levels);
  const high = Math.max(...levels);
  const small = high - low < 0.4 * Math.max(Math.abs(low), Math.abs(high));
  if (!small || low <= 0) return { marks: axisMarks([0, ...levels]), cut: false };
  const marks = axisMarks([Math.max(0, low - 0.35 * (high - low || Math.abs(low) * 0.01)), high]);
  return { marks, cut: marks.min > 0 };
}

const fills = (colour) => ({ end: colour["none-fill"], worse: colour["bad-fill"], better: colour["ok-fill"] });

export function waterfall({ data, colour, language, wide, measure }) {
  const { bars } = data;
  const longestFigure = Math.max(...bars.map((bar) => measure(bar.text, 600)));
  // Figures stand above upright bars only where each has room over its own.
  const lying = wide < NARROW || longestFigure + 8 > (wide - 64) / bars.length;
  const { marks, cut } = reach(bars);
  const numbers = axisNumbers({ unit: data.unit, language, step: marks.step, largest: Math.max(Math.abs(marks.min), Math.abs(marks.max)) });
  const text = { fontSize: 11, fontFamily: colour.fonts };
  const longest = Math.max(...bars.map((bar) => measure(bar.label, 400)));
  const room = lying ? Math.min(longest + 6, wide * 0.36) : (wide - 56) / bars.length - 4;
  const names = {
    type: "category",
    data: bars.map((bar) => bar.label),
    inverse: lying,
    axisTick: { show: false },
    axisLine: { show: !lying, lineStyle: { color: colour["border-strong"] } },
    axisLabel: { ...text, color: colour.text3, interval: 0, width: room, overflow: lying ? "truncate" : "break" },
  };
  const values = {
    type: "value",
    min: marks.min,
    max: marks.max,
    interval: marks.step,
    axisLabel: { ...text, color: colour.text3, formatter: numbers, hideOverlap: true },
    splitLine: { lineStyle: { color: colour.gridline } },
  };
  const left = lying ? room + 12 : Math.max(measure(numbers(marks.max), 400), measure(numbers(marks.min), 400)) + 14;
  return {
    animation: false,
    textStyle: { fontFamily: colour.fonts },
    grid: { left, right: lying ? longestFigure + 10 : 8, top: cut ? 30 : lying ? 8 : 24, bottom: lying ? 28 : 44 },
    xAxis: lying ? values : names,
    yAxis: lying ? names : values,
    tooltip: { show: false },
    series: [
      {
        type: "custom",
        silent: true,
        clip: false,
        data: bars.map((bar, place) => [place, bar.from, bar.to]),
        renderItem: ({ coordSys }, api) => drawn({ bars, place: api.value(0), api, lying, colour, floor: marks.min, note: cut ? data.cut : "", plot: coordSys }),
      },
    ],
  };
}

/** One bar with its words, and the dotted line from its end to the next bar. */
function drawn({ bars, place, api, lying, colour, floor, note, plot }) {
  const bar = bars[place];
  const point = (at, level) => (lying ? api.coord([level, at]) : api.coord([at, level]));
  const from = point(place, Math.max(bar.from, floor));
  const to = point(place, bar.to);
  const step = lying ? api.size([0, 1])[1] : api.size([1, 0])[0];
  const half = (step * BAR) / 2;
  const shape = lying
    ? { x: Math.min(from[0], to[0]), y: from[1] - half, width: Math.max(1.5, Math.abs(to[0] - from[0])), height: 2 * half }
    : { x: from[0] - half, y: Math.min(from[1], to[1]), width: 2 * half, height: Math.max(1.5, Math.abs(to[1] - from[1])) };
  const words = lying
    ? { x: shape.x + shape.width + 6, y: from[1], align: "left", verticalAlign: "middle" }
    : { x: from[0], y: shape.y - 6, align: "center", verticalAlign: "bottom" };
  const children = [
    { type: "rect", shape: { ...shape, r: 2 }, style: { fill: fills(colour)[bar.tone] ?? colour.limit } },
    { type: "text", style: { ...words, text: bar.text, fill: colour.text, font: `600 11px ${colour.fonts}` } },
  ];
  if (place < bars.length - 1) {
    const next = point(place + 1, bar.to);
    const line = lying
      ? { x1: to[0], y1: to[1] + half, x2: next[0], y2: next[1] - half }
      : { x1: to[0] + half, y1: to[1], x2: next[0] - half, y2: next[1] };
    children.push({ type: "line", shape: line, style: { stroke: colour.limit, lineWidth: 1, lineDash: [2, 3] } });
  }
  // The bars do not begin at 0: it has to be said.
  if (note && place === 0) {
    const at = { x: plot.x, y: plot.y - 8, align: "left", verticalAlign: "bottom" };
    children.push({ type: "text", style: { ...at, text: note, fill: colour.text3, font: `400 11px ${colour.fonts}` } });
  }
  return { type: "group", children };
}
