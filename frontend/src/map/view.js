// Looking at the map: moved by dragging, wheel, two fingers, arrows; larger and smaller about the place one points at.

const LEAST = 0.15;
const MOST = 2;
const FAR = 0.5;
const STEP = 1.25;
const MOVED = 5;

export class View {
  #view;
  #stage;
  #pointers = new Map();
  #changed;
  #dragged = 0;
  scale = 1;
  x = 24;
  y = 24;
  /** Where the page scrolls and nothing is moved: on a phone. */
  still = false;

  constructor(view, stage, signal, changed) {
    this.#view = view;
    this.#stage = stage;
    this.#changed = changed;
    const on = (name, what, more = {}) => view.addEventListener(name, (event) => this.still || what(event), { signal, ...more });
    on("wheel", (event) => this.#wheel(event), { passive: false });
    on("pointerdown", (event) => this.#down(event));
    on("pointermove", (event) => this.#move(event));
    for (const name of ["pointerup", "pointercancel"]) on(name, (event) => this.#up(event));
    // A drag that began on a card is no press of it.
    on("click", (event) => this.#dragged > MOVED && (event.preventDefault(), event.stopPropagation()), { capture: true });
    on("dragstart", (event) => event.preventDefault());
  }

  get size() {
    return { width: this.#view.clientWidth, height: this.#view.clientHeight };
  }

  show() {
    this.#stage.style.transform = this.still ? "" : `translate(${this.x}px, ${this.y}px) scale(${this.scale})`;
    this.#view.classList.toggle("map-far", !this.still && this.scale < FAR);
    this.#changed();
  }

  pan(dx, dy) {
    this.x += dx;
    this.y += dy;
    this.show();
  }

  /** Scale by a factor, about a point of the view (its middle). */
  zoom(factor, x = this.size.width / 2, y = this.size.height / 2) {
    const scale = Math.min(MOST, Math.max(LEAST, this.scale * factor));
    this.x = x - ((x - this.x) * scale) / this.scale;
    this.y = y - ((y - this.y) * scale) / this.scale;
    this.scale = scale;
    this.show();
  }

  step(by) {
    this.zoom(by > 0 ? STEP : 1 / STEP);
  }

  /** All of it, but no larger than it is. */
  fit(width, height, least = LEAST, into = this.size) {
    const room = { width: into.width - 48, height: into.height - 48 };
    this.scale = Math.max(least, Math.min(1, room.width / width, room.height / height));
    this.x = Math.max(24, (into.width - width * this.scale) / 2);
    this.y = Math.max(24, (into.height - height * this.scale) / 2);
    this.show();
  }

  /** Put a place of the stage into the middle, or (gently) only into sight. */
  reveal({ x, y, width, height }, { centre = false } = {}) {
    const { size } = this;
    const box = { left: this.x + x * this.scale, top: this.y + y * this.scale };
    const right = box.left + width * this.scale;
    const bottom = box.top + height * this.scale;
    const inside = box.left >= 8 && box.top >= 8 && right <= size.width - 8 && bottom <= size.height - 8;
    if (inside && !centre) return;
    this.pan(size.width / 2 - (box.left + right) / 2, size.height / 2 - (box.top + bottom) / 2);
  }

  #wheel(event) {
    event.preventDefault();
    const { left, top } = this.#view.getBoundingClientRect();
    const lines = event.deltaMode === 1 ? 16 : 1;
    this.zoom(Math.exp(-event.deltaY * lines * (event.ctrlKey ? 0.01 : 0.0015)), event.clientX - left, event.clientY - top);
  }

  #down(event) {
    if (event.button !== 0 || event.target.closest(".map-zoom, .map-mini")) return;
    this.#dragged = 0;
    this.#pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  }

  #move(event) {
    const before = this.#pointers.get(event.pointerId);
    if (!before) return;
    const now = { x: event.clientX, y: event.clientY };
    const others = [...this.#pointers].filter(([id]) => id !== event.pointerId).map(([, one]) => one);
    this.#pointers.set(event.pointerId, now);
    this.#dragged += Math.hypot(now.x - before.x, now.y - before.y);
    if (this.#dragged > MOVED && !this.#view.hasPointerCapture(event.pointerId)) this.#view.setPointerCapture(event.pointerId);
    if (!others.length) {
      if (this.#dragged > MOVED) this.pan(now.x - before.x, now.y - before.y);
      return;
    }
    const [other] = others;
    const { left, top } = this.#view.getBoundingClientRect();
    const apart = (one) => Math.hypot(one.x - other.x, one.y - other.y) || 1;
    this.pan((now.x - before.x) / 2, (now.y - before.y) / 2);
    this.zoom(apart(now) / apart(before), (now.x + other.x) / 2 - left, (now.y + other.y) / 2 - top);
  }

  #up(event) {
    this.#pointers.delete(event.pointerId);
  }
}
