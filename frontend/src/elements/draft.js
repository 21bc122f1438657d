// Around a form: what was typed stays in the browser until it is sent, so that going elsewhere, a closed
// dialog or a lost connection loses nothing. It is told when it came back, and can be discarded. After the tab
// was closed it is offered, and put in only when wanted; until then it stays as it is. What the
// form began with (hidden fields with data-keep) is kept too: a draft of yesterday's version is put together
// with what others changed since. A form that the server sent back holds the truth: nothing older replaces it.

import * as drafts from "./drafts.js";

export class OkapiDraft extends HTMLElement {
  #controller;
  #offered = [];

  connectedCallback() {
    this.#controller = new AbortController();
    const { signal } = this.#controller;
    this.addEventListener("input", () => this.#keep(), { signal });
    this.addEventListener("change", () => this.#keep(), { signal });
    this.addEventListener("submit", () => !this.form?.hasAttribute("hx-post") && this.#send(), { signal });
    this.addEventListener("click", (event) => event.target.closest("[data-draft-drop]") && this.#drop(), { signal });
    this.addEventListener("click", (event) => this.#decide(event.target), { signal });
    document.addEventListener("htmx:afterRequest", (event) => this.#answered(event), { signal });
    for (const field of this.#hidden) field.dataset.began ??= field.value;
    if (this.hasAttribute("data-came-back")) this.#keep();
    else this.#restore();
    this.#focus();
  }

  disconnectedCallback() {
    this.#controller.abort();
  }

  get form() {
    return this.querySelector("form");
  }

  get #hidden() {
    return this.querySelectorAll('input[type="hidden"][data-keep]');
  }

  /** In a dialog the keyboard begins at what is wrong, else at the first thing that is asked. */
  #focus() {
    if (!this.closest("dialog[open]")) return;
    const wrong = '[aria-invalid="true"], .contested input[type="radio"]';
    const first = 'input:not([type="hidden"]), textarea, select';
    (this.querySelector(wrong) ?? this.querySelector("[autofocus]") ?? this.querySelector(first))?.focus();
  }

  #keep() {
    if (!this.dataset.key) return;
    const kept = [...this.fields()].map((field) => [field.name, field.value, isTicked(field)]);
    if (drafts.keep(this.dataset.key, kept, this.#offered.length === 0)) this.#show("[data-draft-kept]");
  }

  #restore() {
    if (!this.dataset.key) return;
    const kept = drafts.ofTab(this.dataset.key);
    if (kept.length > 0) {
      this.#putIn(kept);
      return;
    }
    this.#offered = drafts.ofBrowser(this.dataset.key);
    if (this.#offered.length > 0) this.#show("[data-draft-offered]");
  }

  /** What came of an offer: put in, or thrown away; what was typed meanwhile is kept in its place. */
  #decide(pressed) {
    const wanted = pressed.closest("[data-draft-take]");
    if (this.#offered.length === 0 || !(wanted || pressed.closest("[data-draft-refuse]"))) return;
    const kept = this.#offered;
    this.#offered = [];
    this.querySelector("[data-draft-offered]").hidden = true;
    if (wanted) this.#putIn(kept);
    else drafts.forgetInBrowser(this.dataset.key);
    if (wanted || drafts.ofTab(this.dataset.key).length > 0) this.#keep();
    this.#focus();
  }

  #putIn(kept) {
    for (const rows of this.querySelectorAll("okapi-rows")) rows.fit(kept.map(([name]) => name));
    const seen = new Map();
    let differs = false;
    for (const [name, value, ticked] of kept) {
      const same = [...this.fields()].filter((field) => field.name === name);
      const box = same.find((field) => isBox(field) && field.value === value);
      const place = seen.get(name) ?? 0;
      seen.set(name, place + 1);
      const field = box ?? same[place];
      if (!field || (!box && isBox(field))) continue;
      differs ||= field.type !== "hidden" && (box ? box.checked !== ticked : field.value !== value);
      if (box) box.checked = ticked;
      else field.value = value;
    }
    if (!differs) return;
    this.#show("[data-draft-told]");
    this.dispatchEvent(new CustomEvent("draft-restored", { bubbles: true }));
  }

  #answered({ detail }) {
    const ok = detail.xhr?.status >= 200 && detail.xhr.status < 300;
    if (ok && detail.elt === this.form) this.#forget();
  }

  /** As the form came, without what was typed. */
  #drop() {
    this.#forget();
    for (const one of this.querySelectorAll("[data-draft-told], [data-draft-kept]")) one.hidden = true;
    this.form?.reset();
    for (const field of this.#hidden) field.value = field.dataset.began;
    this.dispatchEvent(new CustomEvent("draft-restored", { bubbles: true }));
  }

  #forget() {
    if (!this.dataset.key) return;
    drafts.forgetInTab(this.dataset.key);
    if (this.#offered.length === 0) drafts.forgetInBrowser(this.dataset.key);
  }

  /** Sent as a page: the next one says what came of it. */
  #send() {
    if (this.dataset.key) drafts.send(this.dataset.key, this.#offered.length === 0);
  }

  #show(which) {
    this.querySelector(which)?.removeAttribute("hidden");
  }

  /** What can be kept: not buttons, nor files, which no page may choose. */
  *fields() {
    for (const field of this.form?.elements ?? []) {
      const passing = ["submit", "button", "file"].includes(field.type) || (field.type === "hidden" && !("keep" in field.dataset));
      if (field.name && !passing && field.tagName !== "FIELDSET") yield field;
    }
  }
}

const isBox = (field) => field.type === "checkbox" || field.type === "radio";
const isTicked = (field) => isBox(field) && field.checked;
