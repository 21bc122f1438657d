// Who presses twice means it once: until a form that was sent is answered, it is not sent again.

const PATIENCE = 10_000;
const sent = new Map();

const leaves = (xhr) => ["HX-Redirect", "HX-Location", "HX-Refresh"].some((name) => xhr?.getResponseHeader(name));
const waits = (form) => performance.now() - (sent.get(form) ?? -PATIENCE) < PATIENCE;

addEventListener(
  "submit",
  (event) => {
    if (event.target.method !== "post" || !waits(event.target)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  },
  { capture: true },
);

// Behind all others: what one of them has stopped was not sent, or is sent by htmx, which tells below.
addEventListener("submit", (event) => {
  if (event.target.method === "post" && !event.defaultPrevented) sent.set(event.target, performance.now());
});

document.addEventListener("htmx:beforeSend", ({ detail }) => {
  if (detail.elt.matches?.("form")) sent.set(detail.elt, performance.now());
});
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (!leaves(detail.xhr)) sent.delete(detail.elt);
});

// A page that comes back by the back button has its forms as they were.
addEventListener("pageshow", () => sent.clear());
