// The page to try the API: operations at the side, one of them in the middle, chosen by the address's hash.

import { following, outcome, send, shown } from "./answer.js";
import { Description } from "./description.js";
import { h, marked } from "./dom.js";
import { Fields } from "./fields.js";
import { curl, python } from "./snippets.js";

const WIDE = "(min-width: 768px)";

export class OkapiApi extends HTMLElement {
  #ended;
  #words;
  #description;
  #fields;
  #sending;

  async connectedCallback() {
    this.#ended = new AbortController();
    const { signal } = this.#ended;
    this.#words = JSON.parse(this.dataset.words);
    this.#part("menu").open = matchMedia(WIDE).matches;
    this.#part("filter").addEventListener("input", () => this.#filter(), { signal });
    addEventListener("hashchange", () => this.#choose(true), { signal });
    try {
      const came = await fetch(this.dataset.description, { headers: { "Accept-Language": this.#language }, signal });
      this.#description = new Description(await came.json());
    } catch (wrong) {
      if (wrong.name !== "AbortError") this.#part("one").replaceChildren(h("p", {}, this.#words.failed));
      return;
    }
    this.#list();
    this.#choose(false);
  }

  disconnectedCallback() {
    this.#ended.abort();
    this.#sending?.abort();
  }

  get #language() {
    return document.documentElement.lang;
  }

  #part(name) {
    return this.querySelector(`[data-part="${name}"]`);
  }

  #list() {
    const groups = this.#description.groups.map((group) => {
      const links = group.operations.map((one) =>
        h("li", {}, h("a", { class: "api-link", href: `#${one.id}`, "data-find": `${one.summary} ${one.path} ${one.id}`.toLowerCase() },
          method(one), h("span", {}, ...marked(one.summary)))),
      );
      return h("details", { class: "api-group" }, h("summary", {}, group.title), h("ul", {}, ...links));
    });
    this.#part("list").replaceChildren(...groups);
  }

  /** What has what is typed in its title, address or name; without it, the group of the chosen one is open. */
  #filter() {
    const typed = this.#part("filter").value.trim().toLowerCase();
    for (const group of this.querySelectorAll(".api-group")) {
      const links = [...group.querySelectorAll(".api-link")];
      for (const link of links) link.parentElement.hidden = !link.dataset.find.includes(typed);
      group.hidden = links.every((link) => link.parentElement.hidden);
      group.open = typed !== "" || links.some((link) => link.ariaCurrent === "true");
    }
  }

  #choose(isAsked) {
    const id = location.hash.slice(1) || this.#description.groups[0].operations[0].id;
    const operation = this.#description.operation(id);
    if (!operation) return;
    this.#sending?.abort();
    for (const link of this.querySelectorAll(".api-link")) {
      const isThis = link.hash === `#${id}`;
      if (isThis) link.ariaCurrent = "true";
      else link.removeAttribute("aria-current");
    }
    this.#filter();
    this.#show(operation);
    if (!isAsked) return;
    if (!matchMedia(WIDE).matches) this.#part("menu").open = false;
    this.querySelector(".api-title").focus({ preventScroll: true });
    this.#part("one").scrollIntoView({ block: "start" });
  }

  #show(operation) {
    const words = this.#words;
    this.#fields = new Fields(words, this.#description, operation);
    const button = h("button", { class: "button button-primary", type: "submit" }, h("span", {}, words.send));
    const form = h("form", { class: "api-form", "aria-label": words.parameters }, ...this.#fields.nodes(), h("div", { class: "buttons" }, button));
    form.addEventListener("input", () => this.#renew());
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
    const said = (operation.description ?? "").split("\n\n").filter(Boolean);
    this.#part("one").replaceChildren(
      h("h2", { class: "section-title api-title", tabindex: "-1" }, ...marked(operation.summary)),
      h("p", { class: "api-path" }, method(operation), h("code", {}, operation.path)),
      ...said.map((text) => h("p", { class: "reading" }, ...marked(text.replaceAll("\n", " ")))),
      form,
      h("section", { class: "api-answer", "aria-label": words.answer },
        h("p", { class: "api-outcome", role: "status" }), h("div", { class: "stack-close", "data-part": "came" })),
      this.#copied("curl", "curl"),
      this.#copied("python", "Python"),
      this.#table(words.fields_in, this.#description.body(operation)),
      this.#table(words.fields_out, this.#description.answer(operation)),
      this.#statuses(operation),
    );
    this.#renew();
  }

  #call() {
    const call = this.#fields.call();
    return { ...call, url: `${location.origin}${call.path}` };
  }

  #renew() {
    const call = this.#call();
    this.#part("curl").value = curl(call);
    this.#part("python").value = python(call);
  }

  async #send() {
    const line = this.querySelector(".api-outcome");
    const token = this.querySelector("#api-token").value.trim();
    this.#sending?.abort();
    this.#sending = new AbortController();
    line.textContent = this.#words.sending;
    line.removeAttribute("data-ok");
    const found = await send(this.#call(), token, this.#language, this.#sending.signal);
    if (found === null) return;
    line.textContent = outcome(found, this.#words);
    line.dataset.ok = String(found.status > 0 && found.status < 400);
    this.#part("came").replaceChildren(...[...shown(found, this.#words), this.#next(found)].filter(Boolean));
    if (found.status === 401) this.querySelector("#api-token").focus();
  }

  #next(found) {
    const cursor = following(found);
    if (cursor === null || !this.#fields.has("cursor")) return null;
    const button = h("button", { class: "button", type: "button" }, h("span", {}, this.#words.next_page));
    button.addEventListener("click", () => {
      this.#fields.set("cursor", cursor);
      this.#renew();
      this.#send();
    });
    return h("div", { class: "buttons" }, button);
  }

  #copied(part, name) {
    const box = h("textarea", { class: "input api-code", readonly: true, rows: 4, "data-part": part, "aria-label": name, spellcheck: "false" });
    const button = h("button", { class: "button button-small", type: "button" }, h("span", {}, this.#words.copy));
    const copy = h("okapi-copy", { class: "stack-close", "data-done": this.#words.copied }, box, h("div", { class: "buttons" }, button));
    return h("details", { class: "api-more" }, h("summary", {}, name), copy);
  }

  #table(title, schema) {
    const rows = schema ? this.#description.fields(schema) : [];
    if (!rows.length) return "";
    const { name, type, what, required } = this.#words;
    const head = h("tr", {}, ...[name, type, what].map((one) => h("th", { scope: "col" }, one)));
    const lines = rows.map((row) =>
      h("tr", {},
        h("th", { scope: "row" }, h("code", {}, row.name)),
        h("td", {}, row.type, row.required && title === this.#words.fields_in ? ` (${required})` : ""),
        h("td", {}, ...marked(row.text))),
    );
    const table = h("table", { class: "api-fields" }, h("thead", {}, head), h("tbody", {}, ...lines));
    return h("details", { class: "api-more" }, h("summary", {}, title), h("div", { class: "api-wide", tabindex: "0", role: "region", "aria-label": title }, table));
  }

  #statuses(operation) {
    const lines = Object.entries(operation.responses).map(([status, told]) => h("div", {}, h("dt", {}, status), h("dd", {}, told.description)));
    return h("details", { class: "api-more" }, h("summary", {}, this.#words.statuses), h("dl", { class: "api-headers" }, ...lines));
  }
}

function method(operation) {
  return h("span", { class: `api-method api-${operation.method}` }, operation.method.toUpperCase());
}
