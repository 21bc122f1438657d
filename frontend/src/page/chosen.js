// Rows of a list that are chosen: the bar that changes them says how many, and lets go of all.

const chosen = () => [...document.querySelectorAll(".row-pick:checked")];

function tell() {
  const many = String(chosen().length);
  for (const one of document.querySelectorAll("[data-chosen]")) {
    one.hidden = false;
    if (one.textContent !== many) one.textContent = many;
  }
  for (const one of document.querySelectorAll("[data-choose-none]")) one.hidden = false;
}

function chooseNone() {
  for (const box of chosen()) box.checked = false;
  tell();
}

document.addEventListener("change", (event) => event.target.matches?.(".row-pick") && tell());
document.addEventListener("htmx:afterSettle", () => chosen().length && tell());

// What was changed together is chosen no longer.
document.addEventListener("okapi-bulk-done", chooseNone);

// The bar goes with its button, so the keyboard goes back to the list.
document.addEventListener("click", (event) => {
  if (!event.target.closest?.("[data-choose-none]")) return;
  const [first] = chosen();
  chooseNone();
  first?.focus();
});
