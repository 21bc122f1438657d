// Editing in place: a small form stands where the text stood. Escape or its cross gives the text back; when it was
// answered well it goes, and the page fetches itself anew.

function leave(form) {
  form.closest("okapi-draft")?.remove();
  document.body.dispatchEvent(new CustomEvent("okapi-changed"));
}

document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.("form.inline-form");
  if (!form || event.key !== "Escape" || event.defaultPrevented) return;
  event.preventDefault();
  leave(form);
});

document.addEventListener("click", (event) => {
  const cross = event.target.closest?.("[data-inline-leave]");
  if (cross) leave(cross.closest("form"));
});

document.addEventListener("htmx:afterSwap", (event) => {
  event.detail.target?.querySelector?.(".inline-form :is(input:not([type=hidden]), textarea)")?.focus();
});

document.addEventListener("htmx:afterRequest", ({ detail: { elt, xhr } }) => {
  if (elt?.matches?.("form.inline-form") && xhr?.status >= 200 && xhr.status < 300) elt.closest("okapi-draft")?.remove();
});
