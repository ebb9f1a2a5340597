// Keeps the stream of page events open: what breaks is opened again, later each time.

import { pageEvents } from "./api.js";
import { keys } from "./key.js";

const FIRST_WAIT = 500;
const LONGEST_WAIT = 15_000;

/** Calls `on[event](data)` for each event, and `on.connection(state)` with live, broken or refused. */
export async function follow(on) {
  let wait = FIRST_WAIT;
  for (;;) {
    try {
      for await (const { event, data } of pageEvents(() => on.connection("live"))) {
        wait = FIRST_WAIT;
        handle(on[event], data);
      }
    } catch (error) {
      if (error.status === 401) {
        // Who has declined to give a key must not be asked again and again; a message that is sent asks anew.
        on.connection("refused");
        await new Promise((resolve) => keys.addEventListener("given", resolve, { once: true }));
        continue;
      }
    }
    on.connection("broken");
    await new Promise((resolve) => setTimeout(resolve, wait));
    wait = Math.min(wait * 2, LONGEST_WAIT);
  }
}

/** A frame that cannot be shown is a fault to be seen in the console, not a broken connection. */
function handle(handler, data) {
  try {
    handler?.(data);
  } catch (error) {
    reportError(error);
  }
}
