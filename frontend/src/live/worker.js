// The stream of all tabs of this browser: one per organisation, while at least one tab is listening.

import { Stream } from "./stream.js";

const rooms = new Map();

self.addEventListener("connect", (event) => {
  const [port] = event.ports;
  port.addEventListener("message", ({ data }) => (data.leave ? leave(port, data.leave) : join(port, data)));
  port.start();
});

function join(port, { url, last }) {
  let room = rooms.get(url);
  if (!room) {
    const ports = new Set();
    room = { ports, stream: new Stream(url, (message) => ports.forEach((one) => one.postMessage(message))) };
    rooms.set(url, room);
    room.stream.start(last);
  }
  room.ports.add(port);
  port.postMessage({ state: room.stream.state });
  room.stream.since(last).forEach((change) => port.postMessage({ change }));
}

function leave(port, url) {
  const room = rooms.get(url);
  if (!room?.ports.delete(port) || room.ports.size) return;
  room.stream.stop();
  rooms.delete(url);
}
