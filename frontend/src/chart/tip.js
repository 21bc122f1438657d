// The tooltip of one period: its days, the value with its status, the signal, what happened, the source.

import { coneWords } from "./cone.js";

/** An element, built without markup, since words of people stand in it. */
function make(tag, className, ...content) {
  const element = document.createElement(tag);
  element.className = className;
  element.append(...content);
  return element;
}

export function tip(data, place) {
  const point = data.points[place];
  if (!point) return "";
  const box = make("div", "chart-tip");
  box.append(make("div", "", [point.label, point.days].filter(Boolean).join(" · ")));
  const forecast = coneWords(data, place);
  const ahead = point.value === null && forecast.value;
  const value = make("div", "tip-value", make("b", ahead ? "tip-forecast" : "", ahead || point.text));
  if (point.status) value.append(mark(data, point.status));
  box.append(value);
  if (point.signal_text) box.append(make("div", `tip-signal tip-${point.signal}`, point.signal_text));
  for (const words of forecast.lines) box.append(make("div", "", words));
  for (const target of data.targets) {
    if (target.label && !target.old && place >= target.first && place <= target.last) box.append(make("div", "", target.label));
  }
  const events = data.events.filter((event) => event.at === place && event.text);
  const more = [...events.map((event) => event.text), point.source].filter(Boolean);
  if (more.length) box.append(make("div", "tip-more", ...more.map((words) => make("div", "", words))));
  return box;
}

/** The status as the page writes it elsewhere: the server has put one of each kind into a template. */
function mark(data, kind) {
  const drawn = data.marks?.content.querySelector(`[data-kind="${CSS.escape(kind)}"] > *`);
  return drawn ? document.importNode(drawn, true) : "";
}
