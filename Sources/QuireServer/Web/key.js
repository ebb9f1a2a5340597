// The API key: asked for when a request is refused without one, and kept as long as the tab is.

import { byId, setText } from "./dom.js";

const STORED = "quire-api-key";

/** Tells "given" when someone has entered a key. */
export const keys = new EventTarget();

let asking = null;

export const apiKey = () => sessionStorage.getItem(STORED);

/** Asks for a key and resolves to whether there is one. Requests that are refused together share one question. */
export function askForKey(refusedKey) {
  // Another request may have got a new key while this one was on its way.
  if (apiKey() !== refusedKey) return Promise.resolve(true);
  asking ??= ask(refusedKey).finally(() => (asking = null));
  return asking;
}

function ask(refusedKey) {
  const dialog = byId("key-dialog");
  const field = byId("key");
  const reason = refusedKey === null ? "This server asks for an API key." : "The server refused this key.";
  setText(byId("key-reason"), reason);
  field.value = "";
  dialog.showModal();
  return new Promise((resolve) => {
    byId("key-cancel").onclick = () => dialog.close();
    byId("key-form").onsubmit = () => {
      sessionStorage.setItem(STORED, field.value);
      keys.dispatchEvent(new Event("given"));
    };
    dialog.onclose = () => resolve(apiKey() !== refusedKey);
  });
}
