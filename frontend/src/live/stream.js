// One stream of server-sent events, and what came lately for those who join later.

const KEPT = 500;
const FIRST_WAIT = 2000;
const LONGEST_WAIT = 60000;

/**
 * @param {string} url with the organisation in its query
 * @param {(message: object) => void} tell is given {state}, {change} or {resync}
 */
export class Stream {
  #source;
  #recent = [];
  #wait = FIRST_WAIT;
  #timer;

  constructor(url, tell) {
    this.url = url;
    this.tell = tell;
    this.last = 0;
    this.state = "reconnecting";
  }

  /** Listen, from the event that the page knows already. */
  start(last = 0) {
    this.last = Math.max(this.last, last);
    this.#connect();
  }

  stop() {
    clearTimeout(this.#timer);
    this.#source?.close();
  }

  /** What a page that knows everything up to `last` has missed. */
  since(last) {
    return last ? this.#recent.filter((change) => change.number > last) : [];
  }

  #connect() {
    const from = this.last ? `&last=${this.last}` : "";
    this.#source = new EventSource(this.url + from);
    this.#source.addEventListener("hello", () => this.#opened());
    this.#source.addEventListener("change", (event) => this.#changed(event));
    this.#source.addEventListener("resync", () => this.tell({ resync: true }));
    this.#source.addEventListener("error", () => this.#failed());
  }

  #opened() {
    this.#wait = FIRST_WAIT;
    this.#say("live");
  }

  #changed(event) {
    const number = Number(event.lastEventId) || 0;
    const change = { number, ...JSON.parse(event.data) };
    this.last = Math.max(this.last, number);
    this.#recent.push(change);
    if (this.#recent.length > KEPT) this.#recent.shift();
    this.tell({ change });
  }

  /** The browser tries again by itself while it is connecting; a closed stream is for us to open. */
  #failed() {
    this.#say("reconnecting");
    if (this.#source.readyState !== EventSource.CLOSED) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#connect(), this.#wait * (0.75 + Math.random() / 2));
    this.#wait = Math.min(this.#wait * 2, LONGEST_WAIT);
  }

  #say(state) {
    if (state === this.state) return;
    this.state = state;
    this.tell({ state });
  }
}
