// The form of an operation: a field for each parameter, and the body. It knows what was typed into it.

import { h, marked } from "./dom.js";

export class Fields {
  #words;
  #description;
  #operation;
  #boxes = [];
  #body = null;

  constructor(words, description, operation) {
    this.#words = words;
    this.#description = description;
    this.#operation = operation;
  }

  /** What is filled in, in the order of the address, then the body. */
  nodes() {
    const parameters = (this.#operation.parameters ?? []).filter((one) => one.in !== "cookie");
    const order = ["path", "query", "header"];
    parameters.sort((one, other) => order.indexOf(one.in) - order.indexOf(other.in));
    const made = parameters.map((one) => this.#field(one));
    const schema = this.#description.body(this.#operation);
    if (!schema) return made;
    const text = JSON.stringify(this.#description.example(schema), null, 2);
    this.#body = h("textarea", { class: "input api-code", id: "api-body", spellcheck: "false", rows: 6 });
    this.#body.value = text;
    return [...made, labelled("api-body", this.#words.body, "JSON", null, this.#body)];
  }

  has(name) {
    return this.#boxes.some(({ parameter }) => parameter.name === name);
  }

  /** Another value for a parameter, as `cursor` of the next page. */
  set(name, value) {
    this.#boxes.find(({ parameter }) => parameter.name === name).box.value = value;
  }

  /** The call that is meant: its method, address from the root, headers, and body. */
  call() {
    let path = this.#operation.path;
    const query = new URLSearchParams();
    const headers = {};
    for (const { parameter, box } of this.#boxes) {
      const typed = box.value.trim();
      if (typed === "") continue; // a part of the address that is still empty shows its name
      if (parameter.in === "path") path = path.replace(`{${parameter.name}}`, encodeURIComponent(typed));
      else if (parameter.in === "header") headers[parameter.name] = typed;
      else for (const one of isList(parameter) ? split(typed) : [typed]) query.append(parameter.name, one);
    }
    const asked = query.toString();
    const body = this.#body?.value ?? null;
    if (body !== null) headers["Content-Type"] = "application/json";
    return { method: this.#operation.method.toUpperCase(), path: asked ? `${path}?${asked}` : path, headers, body };
  }

  #field(parameter) {
    const id = `api-${parameter.in}-${parameter.name}`;
    const schema = this.#description.resolve(parameter.schema ?? {});
    const about = parameter.description ?? schema.description ?? "";
    const note = isList(parameter) ? [this.#words.commas] : [];
    const box = this.#box(id, parameter, schema);
    this.#boxes.push({ parameter, box });
    const type = [this.#description.type(schema), parameter.required ? this.#words.required : ""];
    const help = [about, ...note].filter(Boolean).join("; ");
    return labelled(id, parameter.name, type.filter(Boolean).join(", "), help, box);
  }

  #box(id, parameter, schema) {
    const shared = { id, name: parameter.name, required: parameter.required, "aria-describedby": `${id}-help` };
    const choices = schema.enum ?? schema.anyOf?.map((one) => this.#description.resolve(one)).find((one) => one.enum)?.enum;
    const offered = choices ?? (schema.type === "boolean" ? ["true", "false"] : null);
    if (offered) {
      const options = offered.map((one) => h("option", { value: one }, String(one)));
      const empty = parameter.required ? [] : [h("option", { value: "" }, "")];
      return h("select", { class: "input", ...shared }, ...empty, ...options);
    }
    const kind = schema.type === "integer" ? "number" : "text";
    const initial = schema.default === null || Array.isArray(schema.default) ? "" : (schema.default ?? "");
    return h("input", {
      class: "input",
      type: kind,
      autocomplete: "off",
      autocapitalize: "off",
      spellcheck: "false",
      placeholder: parameter.in === "path" ? null : String(initial),
      min: schema.minimum,
      max: schema.maximum,
      ...shared,
    });
  }
}

function labelled(id, name, type, help, box) {
  return h(
    "div",
    { class: "field" },
    h("label", { class: "field-label", for: id }, h("b", {}, name), h("span", { class: "field-aside" }, type)),
    box,
    h("span", { class: "field-help", id: `${id}-help` }, ...(help ? marked(help) : [])),
  );
}

function isList(parameter) {
  return parameter.schema?.type === "array";
}

function split(typed) {
  return typed.split(/[,，]/).map((one) => one.trim()).filter(Boolean);
}
