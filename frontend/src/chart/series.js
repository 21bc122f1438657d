// The lines of a run chart beside the measured one: target, expected path, limits; and its events.

const ENDS = 0.4;

/** Target steps, expected path and limits; each with the words at its right end. */
export function lineSeries(data, colour, { max }) {
  return [
    ...data.targets.flatMap((target) => targetLines(target, colour)),
    ...expected(data, colour),
    ...limits(data, colour, max),
  ];
}

function line(name, points, style, label, labelStyle = {}) {
  return {
    name,
    type: "line",
    data: points,
    silent: true,
    showSymbol: false,
    lineStyle: style,
    emphasis: { disabled: true },
    tooltip: { show: false },
    labelLayout: { moveOverlap: "shiftY" },
    okapiLabel: label,
    endLabel: label ? { show: true, formatter: label, fontSize: 11, distance: 10, minMargin: 3, ...labelStyle } : undefined,
  };
}

function targetLines(target, colour) {
  const heights = [target.value, target.low, target.high].filter((value) => value !== null);
  return heights.map((height, place) => {
    const style = { color: colour.text, width: 1.5, type: "solid", opacity: target.old ? 0.4 : 1 };
    const words = place === heights.length - 1 ? target.label : "";
    const label = { color: colour.text, fontWeight: 600, opacity: target.old ? 0.4 : 1, fontFamily: colour.fonts };
    const points = [[target.first - ENDS, height], { value: [target.last + ENDS, height], symbol: "diamond", symbolSize: 8 }];
    const drawn = line("target", points, style, words, label);
    return {
      ...drawn,
      showSymbol: true,
      showAllSymbol: true,
      symbol: "none",
      z: 4,
      itemStyle: { color: colour.text, opacity: target.old ? 0.4 : 1 },
    };
  });
}

function expected(data, colour) {
  const points = data.expected.map((value, place) => [place, value]);
  if (!points.some(([, value]) => value !== null)) return [];
  return [line("expected", points, { color: colour.text3, width: 1, type: [2, 3] }, "")];
}

function limits(data, colour, max) {
  if (!data.limits) return [];
  const { lower, mean, upper, first, labels } = data.limits;
  const from = first - ENDS;
  const words = { color: colour.text3, fontFamily: colour.fonts };
  const across = (height) => [[from, height], [max, height]];
  const dashed = { color: colour.limit, width: 1, type: [5, 4] };
  const drawn = [
    [upper, dashed, labels.upper],
    [mean, { color: colour.limit, width: 1, opacity: 0.7 }, labels.mean],
    [lower, dashed, labels.lower],
  ];
  return drawn
    .filter(([height]) => typeof height === "number")
    .map(([height, style, label]) => line("limit", across(height), style, label, words));
}

const SHAPES = {
  check_in: { symbol: "circle", hollow: true, size: 8 },
  adjustment: { symbol: "diamond", size: 10 },
  review: { symbol: "rect", size: [5, 10] },
  case: { symbol: "path://M0 0V12H2V7H9L7 3.5L9 0Z", size: [9, 11], bad: true },
};

/** Events stand in a row under the plot, at their period. */
export function eventSeries(data, colour) {
  if (!data.events.length) return [];
  const points = data.events.map((event) => {
    const { symbol, size, hollow, bad } = SHAPES[event.kind];
    const ink = bad ? colour["bad-fill"] : colour.text2;
    const itemStyle = hollow ? { color: colour.surface, borderColor: ink, borderWidth: 1.5 } : { color: ink };
    return { value: [event.at, 0], symbol, symbolSize: size, symbolOffset: [0, 14], itemStyle };
  });
  return [{ name: "events", type: "scatter", yAxisIndex: 1, silent: true, clip: false, z: 6, data: points, tooltip: { show: false } }];
}

/** A dashed line upwards with its words: a dated cause, or today. */
export function lineAt(place, label, colour, leftOf) {
  return {
    xAxis: place,
    lineStyle: { color: colour.text2, width: 1, type: [2, 3] },
    label: { formatter: label, align: leftOf ? "right" : "left", offset: [leftOf ? 4 : -4, 0] },
  };
}
