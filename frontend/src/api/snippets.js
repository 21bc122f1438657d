// The same call for other programs. The token stands in neither: it is taken from the environment.

/** For a shell. */
export function curl(call) {
  const parts = [`curl ${call.method === "GET" ? "" : `-X ${call.method} `}${quoted(call.url)}`];
  parts.push('-H "Authorization: Bearer $TOKEN"');
  for (const [name, value] of Object.entries(call.headers)) parts.push(`-H ${quoted(`${name}: ${value}`)}`);
  if (call.body !== null) parts.push(`-d ${quoted(call.body)}`);
  return parts.join(" \\\n  ");
}

/** For Python, with nothing but its standard library. */
export function python(call) {
  const headers = Object.entries(call.headers).map(([name, value]) => `        ${literal(name)}: ${literal(value)},`);
  return [
    "import json, os",
    "from urllib.request import Request, urlopen",
    "",
    "request = Request(",
    `    ${literal(call.url)},`,
    `    method=${literal(call.method)},`,
    ...(call.body === null ? [] : [`    data=${literal(call.body)}.encode(),`]),
    "    headers={",
    `        "Authorization": f"Bearer {os.environ['TOKEN']}",`,
    ...headers,
    "    },",
    ")",
    "with urlopen(request) as answer:",
    "    text = answer.read()",
    "print(json.dumps(json.loads(text), indent=2, ensure_ascii=False) if text else answer.status)",
  ].join("\n");
}

function quoted(text) {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

// What JSON writes of a text, Python reads too.
function literal(text) {
  return JSON.stringify(text);
}
