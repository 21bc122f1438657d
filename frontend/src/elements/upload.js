// A form with a file: how much of it has arrived is shown and said, and the sending can be stopped. Without this
// script the form is sent as any other.

const TENTH = 10;

export class OkapiUpload extends HTMLElement {
  #controller;
  #request;
  #said;

  connectedCallback() {
    this.#controller = new AbortController();
    const { signal } = this.#controller;
    this.addEventListener("submit", (event) => this.#send(event), { signal });
    this.addEventListener("click", (event) => event.target.closest("[data-cancel]") && this.#request?.abort(), { signal });
  }

  disconnectedCallback() {
    this.#controller.abort();
    this.#request?.abort();
  }

  #send(event) {
    const form = event.target;
    if (!form.matches('[enctype="multipart/form-data"]') || this.#request) return;
    event.preventDefault();
    const request = new XMLHttpRequest();
    this.#request = request;
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "json";
    request.upload.addEventListener("progress", (sent) => sent.lengthComputable && this.#show(sent.loaded, sent.total));
    request.addEventListener("load", () => this.#answered(request));
    request.addEventListener("error", () => this.#failed("failed"));
    request.addEventListener("abort", () => this.#failed("stopped"));
    const body = new FormData(form, event.submitter);
    this.#switch(true);
    this.#said = -1;
    this.#show(0, form.querySelector('input[type="file"]').files[0]?.size ?? 0);
    this.querySelector("[data-cancel]").focus();
    request.send(body);
  }

  #switch(isSending) {
    this.querySelector("[data-sending]").hidden = !isSending;
    for (const button of this.querySelectorAll('button[type="submit"]')) button.disabled = isSending;
    this.querySelector("[data-wrong]").hidden = true;
  }

  #show(done, total) {
    const share = total ? done / total : 0;
    const percent = new Intl.NumberFormat(document.documentElement.lang, { style: "percent" });
    this.querySelector("progress").value = share;
    this.querySelector("[data-share]").textContent = percent.format(share);
    this.querySelector("[data-counted]").textContent = `${size(done)} / ${size(total)}`;
    const tenth = Math.floor(share * TENTH);
    if (tenth === this.#said) return;
    this.#said = tenth;
    const said = this.querySelector("[data-said]");
    said.textContent = tenth === TENTH ? said.dataset.sent : percent.format(tenth / TENTH);
  }

  #answered(request) {
    const onward = request.status === 200 ? request.response?.onward : undefined;
    if (onward) window.location.assign(onward);
    else this.#failed("failed", request.response?.error);
  }

  #failed(how, text) {
    this.#request = undefined;
    this.#switch(false);
    const wrong = this.querySelector("[data-wrong]");
    wrong.textContent = text || wrong.dataset[how];
    wrong.hidden = false;
    this.querySelector('input[type="file"]').focus();
  }
}

/** Bytes as people read them. */
function size(bytes) {
  const [unit, by] = bytes < 1e6 ? ["kilobyte", 1e3] : ["megabyte", 1e6];
  const words = { style: "unit", unit, maximumFractionDigits: bytes < 1e7 ? 1 : 0 };
  return new Intl.NumberFormat(document.documentElement.lang, words).format(bytes / by);
}
