// Menus are <details class="menu">: one open at a time; Escape and a press elsewhere close it.

const opened = () => document.querySelectorAll("details.menu[open]");

function closeAll(except) {
  for (const menu of opened()) {
    if (menu !== except && !menu.contains(except)) menu.open = false;
  }
}

document.addEventListener("pointerdown", (event) => closeAll(event.target.closest("details.menu")));
document.addEventListener("focusin", (event) => closeAll(event.target.closest("details.menu")));

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.("details.menu[open]");
  if (!menu) return;
  if (event.key === "Escape") {
    menu.open = false;
    menu.querySelector("summary").focus();
    event.stopPropagation();
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    move(menu, event);
  }
});

/** Up and down go through the menu's items; radio buttons have these keys for themselves. */
function move(menu, event) {
  if (event.target.matches('input[type="radio"], textarea')) return;
  const items = [...menu.querySelectorAll("a, button, input")];
  const place = items.indexOf(document.activeElement);
  const step = event.key === "ArrowDown" ? 1 : -1;
  items.at((place + step + items.length) % items.length)?.focus();
  event.preventDefault();
}
