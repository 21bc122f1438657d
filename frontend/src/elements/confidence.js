// 0–10 as radio buttons: a digit chooses, 1 and then 0 is ten; arrows work as in every radio group.

const TEN_WITHIN = 700;

export class OkapiConfidence extends HTMLElement {
  #controller;
  #oneAt = -Infinity;

  connectedCallback() {
    this.#controller = new AbortController();
    this.addEventListener("keydown", (event) => this.#typed(event), { signal: this.#controller.signal });
  }

  disconnectedCallback() {
    this.#controller.abort();
  }

  #typed(event) {
    if (!/^[0-9]$/.test(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
    const isTen = event.key === "0" && event.timeStamp - this.#oneAt < TEN_WITHIN;
    this.#oneAt = event.key === "1" ? event.timeStamp : -Infinity;
    const input = this.querySelector(`input[value="${isTen ? 10 : event.key}"]`);
    if (!input) return;
    event.preventDefault();
    input.focus();
    if (!input.checked) {
      input.checked = true;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }
}
