// Where drafts are kept: in the tab, for a reload, and in the browser, for a tab that was closed; in both under the
// name of their person (data-whose of the frame: person:organisation), for two weeks. Signing out clears them all.

const PREFIX = "okapi-draft:";
const SENT = "okapi-sent:";
const DAYS = 14;

const whose = () => document.querySelector("[data-whose]")?.dataset.whose ?? "";
const placeOf = (key) => `${PREFIX}${whose()}:${key}`;
const STORES = [sessionStorage, localStorage];

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

export const ofTab = (key) => read(sessionStorage, placeOf(key));
export const ofBrowser = (key) => (whose() ? read(localStorage, placeOf(key)) : []);

/** Whether it was kept in the tab; `everywhere` also for when the tab is closed. */
export function keep(key, fields, everywhere) {
  const kept = write(sessionStorage, placeOf(key), fields);
  return (everywhere && whose() && write(localStorage, placeOf(key), fields)) || kept;
}

export const forgetInTab = (key) => sessionStorage.removeItem(placeOf(key));
export const forgetInBrowser = (key) => localStorage.removeItem(placeOf(key));

function move(store, place, to) {
  const kept = store.getItem(place);
  store.removeItem(place);
  if (kept !== null) store.setItem(to, kept);
}

/** A form is being sent, and the next page will say what came of it (see `settle`). */
export function send(key, everywhere) {
  const place = placeOf(key);
  const to = SENT + place.slice(PREFIX.length);
  for (const store of everywhere ? STORES : [sessionStorage]) move(store, place, to);
}

/** A page of the organisation follows a form that was taken; asked to sign in, or told of a failure, one goes on with it. */
function settle() {
  const isTaken = Boolean(whose());
  for (const store of STORES) {
    for (const place of Object.keys(store).filter((one) => one.startsWith(SENT))) {
      if (isTaken) store.removeItem(place);
      else move(store, place, PREFIX + place.slice(SENT.length));
    }
  }
}

/** Drafts in this browser that `gone` says are to go. */
function clear(store, gone) {
  const kept = (place) => !place.startsWith(PREFIX) && !place.startsWith(SENT);
  for (const place of Object.keys(store)) if (!kept(place) && gone(place)) store.removeItem(place);
}

/** On a shared machine: who signs out leaves nothing typed behind, and another person finds nothing. */
export function watchSignOut() {
  document.addEventListener("submit", ({ target }) => {
    if (!target.action?.endsWith("/sign-out")) return;
    for (const store of STORES) clear(store, () => true);
  });
  settle();
  if (!whose()) return;
  const mine = `${PREFIX}${whose().split(":", 1)[0]}:`;
  for (const store of STORES) clear(store, (place) => !place.startsWith(mine));
}
