// How the tabs of a browser share one stream: a SharedWorker; without it the tab that holds a lock
// listens and tells the others by a channel; without either each tab has a stream of its own.

import { Stream } from "./stream.js";

/** Begin to listen; the answer is a function that stops. */
export function listen({ url, worker, last, tell }) {
  if (worker && "SharedWorker" in window) return byWorker(url, worker, last, tell);
  if (navigator.locks && "BroadcastChannel" in window) return byLock(url, last, tell);
  return alone(url, last, tell);
}

function byWorker(url, worker, last, tell) {
  const { port } = new SharedWorker(worker, { name: "okapi-live" });
  port.addEventListener("message", ({ data }) => tell(data));
  port.start();
  port.postMessage({ url, last });
  return () => {
    port.postMessage({ leave: url });
    port.close();
  };
}

function byLock(url, last, tell) {
  const channel = new BroadcastChannel(`okapi-live ${url}`);
  const giveUp = new AbortController();
  let stream;
  let release = () => {};
  const say = (message) => channel.postMessage(message);
  channel.addEventListener("message", ({ data }) => {
    if (data.joined === undefined) tell(data);
    else if (stream) greet(stream, data.joined, say);
  });
  const hold = () => {
    stream = new Stream(url, (message) => {
      tell(message);
      say(message);
    });
    stream.start(last);
    return new Promise((resolve) => {
      release = () => {
        stream.stop();
        resolve();
      };
    });
  };
  // The next tab gets the lock, and so the stream, when this one goes.
  navigator.locks.request(`okapi-live ${url}`, { signal: giveUp.signal }, hold).catch(() => {});
  say({ joined: last });
  return () => {
    giveUp.abort();
    release();
    channel.close();
  };
}

/** Tell one who joins later how things are, and what it has missed; the others hear it twice, which harms nothing. */
function greet(stream, last, say) {
  say({ state: stream.state });
  for (const change of stream.since(last)) say({ change });
}

function alone(url, last, tell) {
  const stream = new Stream(url, tell);
  stream.start(last);
  return () => stream.stop();
}
