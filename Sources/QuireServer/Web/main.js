// Puts the page together: what the server says goes to the map, to the graphs and into words.

import { models } from "./api.js";
import { startChat } from "./chat.js";
import { followCursor } from "./cursor.js";
import { byId, element, setText } from "./dom.js";
import { offerExamples } from "./examples.js";
import { follow } from "./feed.js";
import { Graphs } from "./graphs.js";
import { History } from "./history.js";
import { describe, notePreemptions, showPages, showSize, showTotals } from "./legend.js";
import { PageMap } from "./map.js";
import { Pages } from "./pages.js";
import { followParameters } from "./parameters.js";

const CONNECTION = {
  live: "live",
  broken: "disconnected, trying again",
  refused: "an API key is needed; send a message to enter one",
};

const pages = new Pages();
const map = new PageMap(pages);
const history = new History();
const graphs = new Graphs(history);
const describeCursor = () => describe(pages, map.cursor);

followParameters();
offerExamples();
startChat();
followCursor(map, describeCursor);
showModels();
follow({
  connection(state) {
    byId("connection").dataset.state = state;
    setText(byId("connection"), CONNECTION[state]);
    if (state === "live" && byId("model").value === "") showModels();
  },
  header(header) {
    pages.open(header);
    map.forgetMarks();
    map.fit();
    showSize(pages);
    showPages(pages);
    describeCursor();
  },
  frame(frame) {
    const lost = pages.apply(frame);
    map.mark(frame, lost);
    map.draw();
    notePreemptions(frame.preemptions);
    showPages(pages);
    describeCursor();
  },
  stats(stats) {
    history.add(stats);
    graphs.draw();
    showTotals(stats);
  },
});

async function showModels() {
  try {
    const listed = await models();
    byId("model").replaceChildren(...listed.map(({ id }) => element("option", { value: id }, id)));
    byId("max-tokens").max = Math.max(...listed.map(({ max_model_len: most }) => most ?? Infinity));
  } catch (error) {
    byId("model").replaceChildren(element("option", { value: "" }, error.message));
  }
}
