// The map in words: for those who do not see it, and for the block that is looked at.

import { plural } from "./dom.js";
import { CACHED, PRIVATE, SHARED } from "./pages.js";

// More would not fit into a line.
const MOST_HOLDERS = 4;

export function summary({ counts, total, running, waiting }) {
  const [used, shared, queued] = [counts[PRIVATE] + counts[SHARED], counts[SHARED], waiting]
    .map((count) => count.toLocaleString("en"));
  const requests = `${plural(running, "request")} running, ${queued} waiting`;
  return `${used} of ${plural(total, "block")} in use, ${shared} of them shared; ${requests}.`;
}

export function description(pages, block) {
  if (block === null) return "Point at a block, or focus the map and use the arrow keys.";
  const state = pages.states[block];
  if (state === CACHED) return `Block ${block}: cached. Unused, but found again by what it holds.`;
  if (state < PRIVATE) return `Block ${block}: free.`;
  const holders = pages.holders(block);
  const named = holders.slice(0, MOST_HOLDERS).map(({ table, place }) =>
    `request ${table.request}, branch ${table.branch} (its block ${place + 1} of ${table.blocks.length})`);
  const more = holders.length > MOST_HOLDERS ? ` and ${holders.length - MOST_HOLDERS} more` : "";
  const held = named.length > 0 ? `, held by ${named.join("; ")}${more}` : "";
  const kind = state === SHARED ? "shared" : "private";
  return `Block ${block}: ${kind}, ${plural(pages.references[block], "reference")}${held}.`;
}

export const preemption = ({ request, reason }) => `Request ${request} was preempted: ${reason}`;
