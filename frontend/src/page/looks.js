// A form that says what its choices come to (a key result on another KPI, a target spread over months): when
// something in a part marked [data-looks] changes, the form is looked at anew. Without this its button does it.

const PAUSE = 250;
let timer;

function lookAgain(event) {
  const part = event.target.closest?.("[data-looks]");
  if (!part || event.target.name?.startsWith("take-")) return;
  const form = part.closest("form");
  clearTimeout(timer);
  timer = setTimeout(() => form.isConnected && form.dispatchEvent(new CustomEvent("look-again")), PAUSE);
}

document.addEventListener("change", lookAgain);
document.addEventListener("draft-restored", (event) => {
  const part = event.target.querySelector("[data-looks]");
  if (part) lookAgain({ target: part });
});
