// The form's parameters, as the API names them. An empty field leaves the choice to the server.

import { byId, setText } from "./dom.js";

const SAMPLING = { temperature: "temperature", top_p: "top-p", seed: "seed" };

const number = (id) => (byId(id).value === "" ? undefined : byId(id).valueAsNumber);

export const mode = () => document.querySelector("input[name=mode]:checked").value;

/** The part of a request's body that both endpoints share; a beam search takes no sampling parameters. */
export function parameters() {
  const beamWidth = number("beam-width");
  const limit = mode() === "chat" ? "max_completion_tokens" : "max_tokens";
  const body = { model: byId("model").value, [limit]: number("max-tokens"), n: number("n") };
  if (beamWidth > 0) return { ...body, use_beam_search: true, beam_width: beamWidth };
  for (const [name, id] of Object.entries(SAMPLING)) body[name] = number(id);
  return body;
}

/** Keeps the form's parts in agreement with each other. */
export function followParameters() {
  const settings = byId("settings");
  const update = () => {
    const searches = number("beam-width") > 0;
    for (const id of Object.values(SAMPLING)) byId(id).disabled = searches;
    byId("system-field").hidden = mode() !== "chat";
    byId("text").placeholder = mode() === "chat" ? "Message" : "Prompt, continued as it stands";
    document.querySelector("label[for=text]").textContent = mode() === "chat" ? "Message" : "Prompt";
    setText(byId("settings-summary"), summary(searches));
  };
  byId("ask").addEventListener("input", update);
  for (const control of byId("ask").elements) control.addEventListener("input", update);
  // A field in closed details cannot be focused, and the browser would refuse to send without a word.
  settings.addEventListener("invalid", () => (settings.open = true), true);
  update();
}

function summary(searches) {
  const count = number("n") > 1 ? `, ${number("n")} completions` : "";
  if (searches) return `beam width ${number("beam-width")}${count}`;
  const temperature = number("temperature");
  return (temperature === undefined ? "default temperature" : `temperature ${temperature}`) + count;
}
