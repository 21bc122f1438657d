// What came back: its status, how long it took, its headers, and its body written so that it can be read.

import { h } from "./dom.js";

const LONGEST = 200_000;

/** Send a call with a token; resolves to what came, also where nothing did. */
export async function send(call, token, language, signal) {
  const begun = performance.now();
  const headers = { ...call.headers, "Accept-Language": language };
  if (token) headers.Authorization = `Bearer ${token}`;
  try {
    const came = await fetch(call.path, { method: call.method, headers, body: call.body, credentials: "omit", cache: "no-store", signal });
    const text = await came.text();
    return { status: came.status, reason: came.statusText, ms: performance.now() - begun, text, headers: [...came.headers] };
  } catch (wrong) {
    if (wrong.name === "AbortError") return null;
    return { status: 0, reason: String(wrong.message), ms: performance.now() - begun, text: "", headers: [] };
  }
}

/** The cursor of the next page, where the answer is a page that has one. */
export function following(found) {
  try {
    return JSON.parse(found.text).next ?? null;
  } catch {
    return null;
  }
}

/** One line that says how it went. */
export function outcome(found, words) {
  if (!found.status) return `${words.failed} ${found.reason}`;
  const bytes = new TextEncoder().encode(found.text).length;
  const size = bytes < 1000 ? `${bytes} B` : `${(bytes / 1000).toFixed(1)} kB`;
  return [`${found.status} ${found.reason}`.trim(), `${Math.round(found.ms)} ms`, size].join(" · ");
}

/** Headers and body below that line. */
export function shown(found, words) {
  const listed = found.headers.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value)));
  const headers = h("details", { class: "api-more" }, h("summary", {}, words.headers), h("dl", { class: "api-headers" }, ...listed));
  const body = h("pre", { class: "api-code api-body", tabindex: "0", role: "region", "aria-label": words.answer }, pretty(found.text));
  return [listed.length ? headers : null, found.text ? body : h("p", { class: "quiet" }, words.nothing)];
}

function pretty(text) {
  let written = text;
  try {
    written = JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    // Not every answer is JSON; then it stands as it came.
  }
  return written.length > LONGEST ? `${written.slice(0, LONGEST)}\n…` : written;
}
