// Beginnings that show something on the map. They fill the form, so that one sees what they set, and send nothing.

import { byId, element } from "./dom.js";

const EXAMPLES = [
  { name: "Three answers share a prompt", mode: "chat", text: "Tell me a story about the sea.", n: 3, beamWidth: 0 },
  { name: "A beam search copies on write", mode: "completion", text: "The capital of France is", n: 4, beamWidth: 4 },
  { name: "Eight beginnings of a tale", mode: "completion", text: "Once upon a time", n: 8, beamWidth: 0 },
];

export function offerExamples() {
  byId("examples").append(...EXAMPLES.map((example) => {
    const button = element("button", { type: "button", className: "quiet" }, example.name);
    button.addEventListener("click", () => fill(example));
    return element("li", {}, button);
  }));
}

function fill({ mode, text, n, beamWidth }) {
  document.querySelector(`input[name=mode][value=${mode}]`).checked = true;
  byId("n").value = n;
  byId("beam-width").value = beamWidth;
  byId("text").value = text;
  // What else depends on these fields is told as if they had been typed.
  byId("n").dispatchEvent(new Event("input"));
  byId("text").focus();
}
