// What the OpenAPI description says, as the page needs it: operations by group, examples, fields.

const METHODS = ["get", "post", "put", "patch", "delete"];
const DEEPEST = 4;

export class Description {
  #json;

  constructor(json) {
    this.#json = json;
    this.groups = json.tags.map((tag) => ({ title: tag["x-displayName"] ?? tag.name, name: tag.name, operations: [] }));
    const byName = new Map(this.groups.map((group) => [group.name, group]));
    for (const [path, methods] of Object.entries(json.paths)) {
      for (const method of METHODS.filter((one) => one in methods)) {
        const told = methods[method];
        byName.get(told.tags[0]).operations.push({ ...told, path, method, id: told.operationId });
      }
    }
  }

  operation(id) {
    return this.groups.flatMap((group) => group.operations).find((one) => one.id === id);
  }

  /** The schema of what is sent, or null. */
  body(operation) {
    return operation.requestBody?.content["application/json"]?.schema ?? null;
  }

  /** The schema of what comes back when all is well; of a page, that of its things. */
  answer(operation) {
    const [status] = Object.keys(operation.responses).filter((one) => one < "300");
    const schema = operation.responses[status]?.content?.["application/json"]?.schema;
    if (!schema) return null;
    const found = this.resolve(schema);
    const isPage = found.properties?.items && "next" in found.properties;
    return isPage ? found.properties.items.items : schema;
  }

  resolve(schema) {
    if (schema.$ref) return this.resolve(this.#json.components.schemas[schema.$ref.split("/").pop()]);
    if (schema.allOf?.length === 1) return { ...this.resolve(schema.allOf[0]), ...schema };
    return schema;
  }

  /** Each field: name, type in short, whether it has to be there, and what is said of it. */
  fields(schema, required = []) {
    const found = this.resolve(schema.type === "array" ? schema.items : schema);
    const needed = new Set(found.required ?? required);
    return Object.entries(found.properties ?? {}).map(([name, one]) => ({
      name,
      type: this.type(one),
      required: needed.has(name),
      text: one.description ?? this.resolve(one).description ?? "",
    }));
  }

  type(schema) {
    const found = this.resolve(schema);
    const choices = found.anyOf ?? found.oneOf;
    if (choices) return choices.map((one) => this.type(one)).join(" | ");
    if (found.enum) return found.enum.map((one) => JSON.stringify(one)).join(" | ");
    if (found.const !== undefined) return JSON.stringify(found.const);
    if (found.type === "array") return `${found.items ? this.type(found.items) : "any"}[]`;
    if (found.format) return `${found.type} (${found.format})`;
    return Array.isArray(found.type) ? found.type.join(" | ") : (found.type ?? "any");
  }

  /** A body that says as much as is needed; where nothing is, its first field. */
  example(schema, depth = 0) {
    const found = this.resolve(schema);
    if (found.examples?.length) return found.examples[0];
    if (found.example !== undefined) return found.example;
    if (found.default !== undefined && found.default !== null && depth) return found.default;
    if (found.enum) return found.enum[0];
    const choices = found.anyOf ?? found.oneOf;
    if (choices) return this.example(choices[0], depth);
    if (found.type === "array") return depth > DEEPEST || !found.items ? [] : [this.example(found.items, depth + 1)];
    if (found.properties) return this.#object(found, depth);
    const [type] = [found.type].flat();
    return { integer: 1, number: 1, boolean: true, object: {} }[type] ?? (found.format === "date" ? today() : "");
  }

  #object(found, depth) {
    const names = Object.keys(found.properties);
    const told = names.filter((name) => found.properties[name].examples?.length);
    const needed = names.filter((name) => found.required?.includes(name) || told.includes(name));
    const chosen = needed.length || depth ? needed : names.slice(0, 1);
    return Object.fromEntries(chosen.map((name) => [name, this.example(found.properties[name], depth + 1)]));
  }
}

function today() {
  return new Date().toISOString().slice(0, 10);
}
