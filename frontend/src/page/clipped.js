// What is cut with an ellipsis shows the whole of it to a pointer that rests on it.

const isCut = (one) => {
  const { overflowX, textOverflow, webkitLineClamp } = getComputedStyle(one);
  if (overflowX !== "hidden") return false;
  if (textOverflow === "ellipsis" && one.scrollWidth > one.clientWidth) return true;
  return webkitLineClamp !== "none" && one.scrollHeight > one.clientHeight;
};

document.addEventListener(
  "pointerenter",
  ({ target }) => {
    if (!(target instanceof HTMLElement) || target.title || target.closest("[title]") || !isCut(target)) return;
    target.title = target.innerText.replace(/\s+/g, " ").trim();
  },
  { capture: true, passive: true },
);
