// Everything around the map that is text: the summary, counts, and who holds blocks.

import { byId, element, plural, setText } from "./dom.js";
import { description, preemption, summary } from "./words.js";

// Two rows of two; the last place says how many more there are.
const MOST_REQUESTS = 4;
const PREEMPTION_STAYS = 5000;

const STATES = ["free", "cached", "private", "shared"];
const EVENTS = { copies: "copies_total", evictions: "evictions_total", preemptions: "preemptions_total" };

let lastPreemption = null;

export function showSize({ total, blockSize }) {
  setText(byId("pages-size"), `${plural(total, "block")} of ${plural(blockSize, "token")}`);
}

export function showPages(pages) {
  setText(byId("map-summary"), summary(pages));
  STATES.forEach((state, index) => setText(byId(`count-${state}`), pages.counts[index].toLocaleString("en")));
  showRequests(pages);
}

export function showTotals(stats) {
  for (const [event, total] of Object.entries(EVENTS)) {
    setText(byId(`count-${event}`), stats[total].toLocaleString("en"));
  }
}

export function notePreemptions(preemptions) {
  if (preemptions.length > 0) lastPreemption = { text: preemption(preemptions.at(-1)), at: performance.now() };
}

export function describe(pages, cursor) {
  const isNew = lastPreemption && performance.now() - lastPreemption.at < PREEMPTION_STAYS;
  setText(byId("block-description"), cursor === null && isNew ? lastPreemption.text : description(pages, cursor));
}

/** Keeps the elements of requests that are still there: they change 20 times a second. */
function showRequests(pages) {
  const list = byId("requests");
  const requests = pages.requests();
  const shown = requests.length > MOST_REQUESTS ? requests.slice(0, MOST_REQUESTS - 1) : requests;
  while (list.children.length > shown.length) list.lastChild.remove();
  shown.forEach(({ request, branches, tokens, blocks }, index) => {
    const item = list.children[index] ?? list.appendChild(element("li", {}, element("span"), element("span")));
    const swatch = `swatch hue-${pages.hueOf(request)}`;
    if (item.firstChild.className !== swatch) item.firstChild.className = swatch;
    const sequences = branches > 1 ? `, ${branches} branches` : "";
    setText(item.lastChild, `request ${request}: ${plural(tokens, "token")} in ${plural(blocks, "block")}${sequences}`);
  });
  list.dataset.more = requests.length > shown.length ? `and ${requests.length - shown.length} more` : "";
}
