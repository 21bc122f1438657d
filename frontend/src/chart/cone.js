// What a run chart shows of forecasts: the cone ahead, and a ribbon of what was forecast before.

/** The edges of bands must be in sight, unless they are so far out that nothing else could be read. */
const MOST = 3;

/** Numbers of forecasts that the axis has to hold, beside those that it holds anyway. */
export function coneHeights(data, others) {
  const steps = data.cone?.steps ?? [];
  const told = (data.foretold ?? []).flatMap((step) => [step.low, step.median, step.high]);
  const inner = [...told, ...steps.flatMap((step) => [step.median, ...step.bands[0], ...step.bands[1]])];
  const outer = steps.flatMap((step) => step.bands[2]);
  const reach = (values) => Math.max(...values) - Math.min(...values);
  const plain = [...others, ...inner];
  if (!outer.length || !plain.length) return inner;
  return reach([...plain, ...outer]) > MOST * reach(plain) ? inner : [...inner, ...outer];
}

/** A filled band between two edges, along places. */
function band(name, rows, fill, z) {
  return {
    name,
    type: "custom",
    silent: true,
    clip: true,
    z,
    tooltip: { show: false },
    data: [[rows[0].at, rows[0].low]],
    renderItem: (_, api) => ({
      type: "polygon",
      shape: { points: [...rows.map((row) => api.coord([row.at, row.high])), ...rows.toReversed().map((row) => api.coord([row.at, row.low]))] },
      style: { fill },
    }),
  };
}

/** The cone: three bands, the widest below, and its median with the words at the end. */
export function coneSeries(data, colour) {
  const { cone } = data;
  if (!cone?.steps.length) return [];
  const value = cone.start === null ? null : data.points[cone.start].value;
  const begin = value === null ? [] : [{ at: cone.start, low: value, high: value, median: value }];
  const rows = (level) => [...begin, ...cone.steps.map((step) => ({ at: step.at, low: step.bands[level][0], high: step.bands[level][1] }))];
  const fills = ["cone-half", "cone-most", "cone-nearly"];
  const bands = [2, 1, 0].map((level) => band("cone", rows(level), colour[fills[level]], 1));
  const words = { show: true, formatter: cone.label, fontSize: 11, distance: 10, minMargin: 3, color: colour.accent, fontFamily: colour.fonts };
  const median = {
    name: "forecast",
    type: "line",
    silent: true,
    showSymbol: false,
    z: 4,
    data: [...begin, ...cone.steps].map((row) => [row.at, row.median]),
    lineStyle: { color: colour.accent, width: 1.5, type: [4, 3] },
    emphasis: { disabled: true },
    tooltip: { show: false },
    labelLayout: { moveOverlap: "shiftY" },
    okapiLabel: cone.label,
    endLabel: words,
  };
  return [...bands, median];
}

/** Stretches of places that follow each other, so that the ribbon has gaps where nothing was said. */
function stretches(steps) {
  const found = [];
  for (const step of steps) {
    const last = found.at(-1);
    if (last && step.at === last.at(-1).at + 1) last.push(step);
    else found.push([step]);
  }
  return found;
}

/** What was forecast of each period before it came: a ribbon of 80 % and its median. */
export function foretoldSeries(data, colour) {
  return stretches(data.foretold ?? []).flatMap((steps) => {
    // A single period is as wide as half a step on either side.
    const alone = steps.length === 1 ? [{ ...steps[0], at: steps[0].at - 0.3 }, { ...steps[0], at: steps[0].at + 0.3 }] : steps;
    const median = {
      name: "foretold",
      type: "line",
      silent: true,
      showSymbol: false,
      z: 3,
      data: alone.map((step) => [step.at, step.median]),
      lineStyle: { color: colour.series2, width: 1.25, type: [2, 2] },
      emphasis: { disabled: true },
      tooltip: { show: false },
    };
    return [band("foretold", alone, colour.foretold, 1), median];
  });
}

/** What the tooltip says of forecasts at a place: of a period to come all bands, of another what was said before. */
export function coneWords(data, place) {
  const step = data.cone?.steps.find((one) => one.at === place);
  const told = (data.foretold ?? []).find((one) => one.at === place);
  const ahead = step ? step.ranges.toReversed() : [];
  return { value: step?.text ?? "", lines: [...ahead, ...(told ? [told.text] : [])] };
}
