// The colours of the theme as it is now. A probe resolves light-dark(), which a custom property keeps as text.

const NAMES = [
  "surface", "sunken", "text", "text2", "text3", "accent", "accent-soft", "gridline", "limit", "border", "border-strong",
  "ok-fill", "ok-soft", "warn-fill", "bad-fill", "none-fill",
  "series2", "cone-half", "cone-most", "cone-nearly", "foretold",
];

/** The resolved colours, by their token's name. */
export function colours(host) {
  const probe = document.createElement("span");
  probe.hidden = true;
  host.append(probe);
  const found = {};
  for (const name of NAMES) {
    probe.style.color = `var(--${name})`;
    found[name] = getComputedStyle(probe).color;
  }
  found.fonts = getComputedStyle(host).fontFamily;
  probe.remove();
  return found;
}
