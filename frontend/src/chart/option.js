// From the data of a run chart (see data.md) to what ECharts draws.

import { coneHeights, coneSeries, foretoldSeries } from "./cone.js";
import { axisMarks, axisNumbers } from "./format.js";
import { eventSeries, lineAt, lineSeries } from "./series.js";
import { tip } from "./tip.js";

const ENDS = 0.4;

/** The x range: half a step is left free at both ends, so that a target of one period is a line too. */
const range = (data) => ({ min: -ENDS, max: data.points.length - 1 + ENDS });

/** Every number that must be in sight. */
function heights(data) {
  const limits = data.limits ? [data.limits.lower, data.limits.mean, data.limits.upper] : [];
  const targets = data.targets.flatMap((target) => [target.value, target.low, target.high]);
  const all = [...data.points.map((point) => point.value), ...targets, ...limits, ...data.expected];
  const plain = all.filter((value) => typeof value === "number");
  const known = [...plain, ...coneHeights(data, plain)];
  return known.length ? known : [0, 1];
}

/** As many labels as have room: at even distances, the last always. */
function labelled(data, width, wide) {
  const count = data.points.length;
  const longest = Math.max(...data.points.map((point) => width(point.label)), 20);
  const every = Math.max(1, Math.ceil((count * (longest + 24)) / wide));
  const places = [];
  for (let place = count - 1; place >= 0; place -= every) places.unshift(place);
  return places;
}

export function option({ data, colour, language, wide, measure }) {
  const marks = axisMarks(heights(data));
  const ends = [...lineSeries(data, colour, range(data)), ...coneSeries(data, colour)];
  const words = Math.max(16, ...ends.map((one) => (one.okapiLabel ? measure(one.okapiLabel, 600) + 20 : 0)));
  // Words at the lines' ends, unless they would take a third of the width.
  const narrow = words > wide / 3;
  const right = narrow ? 16 : words;
  const numbers = axisNumbers({ unit: data.unit, language, step: marks.step, largest: Math.max(Math.abs(marks.min), Math.abs(marks.max)) });
  const left = measure(numbers(marks.max), 400) + 14;
  const axis = { color: colour.text3, fontSize: 11, fontFamily: colour.fonts };
  return {
    animation: false,
    textStyle: { fontFamily: colour.fonts },
    grid: { left: Math.max(left, measure(numbers(marks.min), 400) + 14), right, top: 38, bottom: data.events.length ? 46 : 28 },
    xAxis: {
      type: "value",
      ...range(data),
      axisLine: { show: false },
      axisTick: { show: false },
      splitLine: { show: false },
      axisLabel: {
        ...axis,
        margin: data.events.length ? 26 : 10,
        customValues: labelled(data, (text) => measure(text, 400), wide - left - right),
        formatter: (place) => data.points[Math.round(place)]?.label ?? "",
      },
    },
    yAxis: [
      {
        type: "value",
        min: marks.min,
        max: marks.max,
        interval: marks.step,
        axisLine: { show: false },
        axisTick: { show: false },
        axisLabel: { ...axis, formatter: numbers },
        splitLine: { lineStyle: { color: colour.gridline } },
      },
      { type: "value", min: 0, max: 1, show: false },
    ],
    tooltip: {
      trigger: "axis",
      confine: true,
      transitionDuration: 0,
      backgroundColor: colour.surface,
      borderColor: colour["border-strong"],
      borderWidth: 1,
      padding: [8, 12],
      extraCssText: "border-radius:8px;box-shadow:0 6px 20px rgb(0 0 0 / .10)",
      axisPointer: { type: "line", snap: true, lineStyle: { color: colour["border-strong"], type: "solid" } },
      formatter: (found) => tip(data, Math.round([found].flat()[0].axisValue)),
    },
    series: [actual(data, colour), ...foretoldSeries(data, colour), ...ends.map((one) => (narrow ? { ...one, endLabel: undefined } : atTheEdge(one, wide - right))), ...eventSeries(data, colour)],
  };
}

/** The words of all lines begin in one column, wherever a line ends. */
function atTheEdge(one, edge) {
  return one.okapiLabel ? { ...one, labelLayout: { x: edge + 10, moveOverlap: "shiftY" } } : one;
}

function actual(data, colour) {
  const dots = data.points.length <= 60;
  return {
    name: "actual",
    type: "line",
    z: 5,
    data: data.points.map((point, place) => dot(point, place, data, colour, dots)),
    connectNulls: false,
    showSymbol: true,
    symbol: "circle",
    lineStyle: { color: colour.accent, width: 1.75, cap: "round", join: "round" },
    emphasis: { disabled: true },
    markArea: areas(data, colour),
    markLine: causes(data, colour),
  };
}

/** A signal is large and in its colour; the run that led to it is hollow; a value between gaps is always a dot. */
function dot(point, place, data, colour, dots) {
  if (point.value === null) return { value: [place, null] };
  const alone = (at) => (data.points[at]?.value ?? null) === null;
  const single = alone(place - 1) && alone(place + 1);
  const fill = { bad: colour["bad-fill"], good: colour["ok-fill"], neither: colour.accent }[point.signal];
  if (fill) return { value: [place, point.value], symbolSize: 10.5, itemStyle: { color: fill, borderColor: colour.surface, borderWidth: 1.5 } };
  if (point.run) return { value: [place, point.value], symbolSize: 6, itemStyle: { color: colour.surface, borderColor: colour.accent, borderWidth: 1.5 } };
  const seen = dots || single || alone(place + 1);
  return { value: [place, point.value], symbolSize: seen ? 4.8 : 0, itemStyle: { color: colour.accent } };
}

function areas(data, colour) {
  const shaded = [];
  if (data.baseline) {
    const { first, last, label } = data.baseline;
    shaded.push([{ xAxis: first - ENDS, itemStyle: { color: colour.sunken }, label: { formatter: label } }, { xAxis: last + ENDS }]);
  }
  for (const band of data.targets.filter((target) => target.low !== null || target.high !== null)) {
    const from = { xAxis: band.first - ENDS, itemStyle: { color: colour["ok-soft"] }, label: { show: false } };
    const to = { xAxis: band.last + ENDS };
    if (band.low !== null) from.yAxis = band.low;
    if (band.high !== null) to.yAxis = band.high;
    shaded.push([from, to]);
  }
  const label = { position: "insideTopLeft", color: colour.text3, fontSize: 11, fontFamily: colour.fonts };
  return { silent: true, label, data: shaded };
}

function causes(data, colour) {
  const label = { show: true, position: "end", color: colour.text2, fontSize: 11, fontFamily: colour.fonts };
  // On the right half the words stand left of their line, so that they stay inside.
  const middle = data.points.length / 2;
  const drawn = data.causes.map((cause) => lineAt(cause.at, cause.label, colour, cause.at > middle));
  return { silent: true, symbol: "none", animation: false, label, data: drawn };
}
