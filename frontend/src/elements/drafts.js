// Where drafts are kept: in the tab, for a reload, and in the browser, for a tab that was closed. In the browser
// they are under the name of their person (data-whose of the frame: person:organisation), for two weeks; signing out clears them all.

const PREFIX = "okapi-draft:";
const DAYS = 14;

const whose = () => document.querySelector("[data-whose]")?.dataset.whose ?? "";
const inTab = (key) => PREFIX + key;
const inBrowser = (key) => `${PREFIX}${whose()}:${key}`;

/** A list of what fields held, or none: what cannot be read is no draft. */
function read(store, place) {
  try {
    const found = JSON.parse(store.getItem(place) ?? "null");
    return found?.until > Date.now() && Array.isArray(found.fields) ? found.fields : [];
  } catch {
    return [];
  }
}

/** A browser that is full or forbids it keeps nothing; typing goes on. */
function write(store, place, fields) {
  try {
    store.setItem(place, JSON.stringify({ until: Date.now() + DAYS * 86_400_000, fields }));
    return true;
  } catch {
    return false;
  }
}

export const ofTab = (key) => read(sessionStorage, inTab(key));
export const ofBrowser = (key) => (whose() ? read(localStorage, inBrowser(key)) : []);

/** Whether it was kept in the tab; `everywhere` also for when the tab is closed. */
export function keep(key, fields, everywhere) {
  const kept = write(sessionStorage, inTab(key), fields);
  return (everywhere && whose() && write(localStorage, inBrowser(key), fields)) || kept;
}

export const forgetInTab = (key) => sessionStorage.removeItem(inTab(key));
export const forgetInBrowser = (key) => localStorage.removeItem(inBrowser(key));

/** Drafts in this browser that `gone` says are to go. */
function clear(store, gone) {
  for (const place of Object.keys(store)) if (place.startsWith(PREFIX) && gone(place)) store.removeItem(place);
}

/** On a shared machine: who signs out leaves nothing typed behind, and another person finds nothing. */
export function watchSignOut() {
  document.addEventListener("submit", ({ target }) => {
    if (!target.action?.endsWith("/sign-out")) return;
    for (const store of [localStorage, sessionStorage]) clear(store, () => true);
  });
  if (!whose()) return;
  const mine = `${PREFIX}${whose().split(":", 1)[0]}:`;
  clear(localStorage, (place) => !place.startsWith(mine));
}
