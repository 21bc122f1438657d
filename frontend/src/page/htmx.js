// What htmx needs to know: the token against forged requests, and what to say when something failed.

import "./morph.js";
import { toast } from "../elements/toast.js";

const token = () => document.querySelector('meta[name="csrf-token"]')?.content;

document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = token();
});

document.addEventListener("htmx:responseError", (event) => {
  const { xhr } = event.detail;
  // A toast of the server says more precisely what went wrong.
  const answer = new DOMParser().parseFromString(xhr.responseText ?? "", "text/html").querySelector("okapi-toast");
  toast(answer ?? document.querySelector("#toasts")?.dataset.failed);
});

document.addEventListener("htmx:sendError", () => toast(document.querySelector("#toasts")?.dataset.offline));
document.addEventListener("htmx:timeout", () => toast(document.querySelector("#toasts")?.dataset.offline));

document.addEventListener("okapi-close", () => document.querySelector("dialog[open]")?.close());

// A form that was answered well is empty again, and its dialog closes; a look at it is no answer.
document.addEventListener("htmx:afterRequest", (event) => {
  const { elt: form, xhr } = event.detail;
  if (!form?.matches?.("form[data-after]") || !xhr || xhr.status >= 300 || xhr.status < 200) return;
  const wishes = form.dataset.after.split(" ");
  if (wishes.includes("reset")) form.reset();
  if (wishes.includes("close")) form.closest("dialog")?.close();
});
