// Swapping by morphing: what did not change stays as it is, and nobody loses what they are typing.
// An htmx extension of our own, because the one that comes with idiomorph evaluates strings, which
// the content security policy forbids. Use: hx-swap="morph" (or morph:outerHTML, morph:innerHTML).

const { Idiomorph } = window;

/** Whether somebody is at this control, or has left something in it that was not sent. */
function isBusy(control) {
  if (control === document.activeElement) return true;
  if (control instanceof HTMLSelectElement) {
    return [...control.options].some((option) => option.selected !== option.defaultSelected);
  }
  if (control.type === "checkbox" || control.type === "radio") return control.checked !== control.defaultChecked;
  if (control.type === "hidden" || control.type === "submit" || control.type === "button") return false;
  return control.value !== control.defaultValue;
}

const CONTROLS = "input, textarea, select";

/** Whether this element is, or holds, something a person is busy with. */
export function holdsWork(element) {
  if (!(element instanceof Element)) return false;
  if (element.matches(CONTROLS)) return isBusy(element);
  if (element.matches("dialog[open]")) return true;
  return [...element.querySelectorAll(CONTROLS)].some(isBusy) || element.querySelector("dialog[open]") !== null;
}

const callbacks = {
  beforeNodeMorphed(before, after) {
    if (!(before instanceof Element)) return true;
    if (before.matches(CONTROLS) && isBusy(before)) return false;
    // A picker has made a list of its own; what stands in it is what the person chose.
    if (before.matches("okapi-pick")) return false;
    // What a chart has drawn is its own; it redraws when its data changed.
    if (before.matches(".chart-plot")) return false;
    // What a part of the page has fetched for itself stays.
    if (before.matches("[data-kept]")) return false;
    if (before.matches("[data-flash]") && after instanceof Element) {
      before.toggleAttribute("data-differs", before.textContent.trim() !== after.textContent.trim());
    }
    return true;
  },
  afterNodeMorphed(before) {
    if (before instanceof Element && before.hasAttribute("data-differs")) flash(before);
  },
  beforeNodeRemoved: (node) => !holdsWork(node),
  beforeAttributeUpdated(name, element) {
    // Menus and dialogs stay as the person has left them.
    if (name === "open" && element.matches("details, dialog")) return false;
    return !(name === "data-differs" || (name === "class" && element.classList.contains("is-changed")));
  },
};

/** A value that changed on the server lights up for a moment. */
function flash(element) {
  element.removeAttribute("data-differs");
  element.classList.add("is-changed");
  const done = () => element.classList.remove("is-changed");
  element.addEventListener("animationend", done, { once: true });
  setTimeout(done, 1000);
}

/** Make `target` like `content`, gently. */
// What is being typed in is left alone with all that is in it. A link or a button that has the focus is not: after a
// dialog closes it is the one that opened it, and it may have become another one by then.
const TYPED_IN = "input, textarea, select, [contenteditable]";

export function morph(target, content, morphStyle = "outerHTML") {
  const ignoreActiveValue = Boolean(document.activeElement?.matches(TYPED_IN));
  return Idiomorph.morph(target, content, { morphStyle, ignoreActiveValue, callbacks });
}

const STYLES = { morph: "outerHTML", "morph:outerHTML": "outerHTML", "morph:innerHTML": "innerHTML" };

window.htmx.defineExtension("morph", {
  isInlineSwap: (style) => STYLES[style] === "outerHTML",
  handleSwap: (style, target, fragment) => (STYLES[style] ? morph(target, fragment.children, STYLES[style]) : false),
});
