// Keeps the page true. Every region with data-topic="kind:id …" and data-fragment="address" is fetched
// anew when one of its topics changes, and morphed; `kind:*` means any of that kind.

import { morph } from "../page/morph.js";
import { listen } from "./share.js";

const LATEST = 300;

export class OkapiLive extends HTMLElement {
  #controller;
  #stop = () => {};
  #topics = new Set();
  #timer;
  #busy = new Map();

  connectedCallback() {
    this.#controller = new AbortController();
    const { signal } = this.#controller;
    document.addEventListener("visibilitychange", () => this.#later(), { signal });
    // A page that comes back from the browser's cache has missed what happened meanwhile.
    window.addEventListener("pagehide", () => this.#stop(), { signal });
    window.addEventListener("pageshow", (event) => event.persisted && this.#return(), { signal });
    this.#begin();
  }

  disconnectedCallback() {
    this.#controller.abort();
    this.#stop();
    clearTimeout(this.#timer);
    for (const request of this.#busy.values()) request.abort();
  }

  #begin() {
    const { url, worker, last } = this.dataset;
    this.#stop = listen({ url, worker, last: Number(last) || 0, tell: (message) => this.#hear(message) });
  }

  #return() {
    this.#begin();
    this.#mark("*");
  }

  #hear({ state, change, resync }) {
    if (state) this.#show(state);
    if (resync) this.#mark("*");
    if (change) this.#mark(`${change.kind}:${change.id}`);
  }

  #show(state) {
    this.hidden = false;
    this.dataset.state = state;
    const words = state === "live" ? this.dataset.live : this.dataset.reconnecting;
    this.querySelector(".live-words").textContent = words;
    this.title = words;
  }

  #mark(topic) {
    this.#topics.add(topic);
    this.#later();
  }

  /** All tabs of all people would ask at the same moment; a hidden one waits until it is seen. */
  #later() {
    if (document.hidden || !this.#topics.size || this.#timer) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      const topics = this.#topics;
      this.#topics = new Set();
      for (const region of regions(topics)) this.#renew(region);
    }, Math.random() * LATEST);
  }

  async #renew(region) {
    const address = region.dataset.fragment;
    this.#busy.get(address)?.abort();
    const request = new AbortController();
    this.#busy.set(address, request);
    try {
      const headers = { "HX-Request": "true", "X-Okapi-Live": "1" };
      const answer = await fetch(address, { headers, signal: request.signal, credentials: "same-origin" });
      if (answer.ok && !answer.redirected) this.#put(region, await answer.text());
      else if (answer.status === 404 || answer.status === 410) region.dataset.gone = "";
    } catch (error) {
      // Aborted, because something newer is asked for; or offline: the stream will resume and tell.
      if (error.name !== "AbortError" && !(error instanceof TypeError)) throw error;
    } finally {
      if (this.#busy.get(address) === request) this.#busy.delete(address);
    }
  }

  #put(region, html) {
    if (!region.isConnected) return;
    const content = new DOMParser().parseFromString(`<body><template>${html}</template></body>`, "text/html");
    const fragment = content.querySelector("template").content;
    const changed = morph(region, [...fragment.children]);
    for (const element of changed ?? []) window.htmx.process(element);
    document.dispatchEvent(new CustomEvent("okapi:renewed", { detail: { address: region.dataset.fragment } }));
  }
}

/** The regions that one of these topics concerns; those inside another that is fetched anyway are left out. */
function regions(topics) {
  const kinds = new Set([...topics].map((topic) => `${topic.split(":")[0]}:*`));
  const concerns = (topic) => topics.has("*") || topics.has(topic) || kinds.has(topic);
  const found = [...document.querySelectorAll("[data-topic][data-fragment]")].filter((region) =>
    region.dataset.fragment && region.dataset.topic.split(/\s+/).some(concerns),
  );
  return found.filter((region) => !found.some((other) => other !== region && other.contains(region)));
}
