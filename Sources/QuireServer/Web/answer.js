// How one turn looks: the prompt, a column per choice, and a line of figures or what went wrong.

import { element, plural, setText } from "./dom.js";

const ENDINGS = { length: "cut at the limit of tokens", content_filter: "withheld" };

// Each turn's radio buttons are a group of their own.
let groups = 0;

export class Answer {
  constructor(turn, count) {
    this.turn = turn;
    this.columns = new Map();
    this.choices = element("div", { className: "choices" });
    this.note = element("p", { className: "note" });
    const said = turn.mode === "chat" ? "You" : "Prompt";
    this.element = element(
      "article", { className: "turn" },
      element("div", { className: "said" }, element("h3", { className: "visually-hidden" }, said), turn.prompt),
      this.choices, this.note);
    // A screen reader hears the answer when it is complete, not token by token.
    this.element.ariaBusy = "true";
    this.element.dataset.state = "streaming";
    for (let index = 0; index < count; index++) this.column(index);
  }

  append(index, text) {
    const column = this.column(index);
    // Models that were trained on words with a space before them begin with one.
    const isOpening = this.turn.mode === "chat" && column.text.data === "";
    column.text.appendData(isOpening ? text.trimStart() : text);
    this.turn.choices.set(index, column.text.data);
  }

  ended(index, reason) {
    setText(this.column(index).ending, ENDINGS[reason] ?? "");
  }

  /** `state` is done, stopped or failed. */
  finish(state, note) {
    this.element.dataset.state = state;
    this.element.ariaBusy = "false";
    setText(this.note, note);
    if (this.turn.choices.size > 1 && this.turn.mode === "chat") this.offerChoice();
  }

  fail(error) {
    if (this.turn.choices.size === 0) this.choices.replaceChildren();
    const detail = [error.type, error.code, error.param].filter(Boolean).join(", ");
    this.finish("failed", "");
    this.note.replaceWith(
      element("p", { className: "error", role: "alert" }, error.message,
        ...(detail ? [element("small", {}, detail)] : [])));
  }

  column(index) {
    const known = this.columns.get(index);
    if (known) return known;
    const text = document.createTextNode("");
    const ending = element("p", { className: "note" });
    const name = this.turn.mode === "chat" ? "Answer" : "Text";
    const head = element("h3", { className: "choice-head visually-hidden" }, name);
    const box = element("div", { className: "choice" }, head, element("p", { className: "text" }, text), ending);
    const column = { text, ending, head, box };
    this.columns.set(index, column);
    this.choices.append(box);
    if (this.columns.size > 1) this.numberColumns();
    return column;
  }

  numberColumns() {
    this.choices.classList.add("several");
    for (const [index, { head }] of this.columns) {
      head.classList.remove("visually-hidden");
      setText(head, `${index + 1}`);
    }
  }

  offerChoice() {
    const name = `chosen-${groups++}`;
    for (const [index, { head }] of this.columns) {
      const radio = element("input", { type: "radio", name, checked: index === this.turn.chosen });
      radio.addEventListener("change", () => (this.turn.chosen = index));
      head.replaceChildren(element("label", {}, radio, `${index + 1}`, element("span", {}, " go on from here")));
    }
  }
}

/** The figures of an answer as the browser saw them, and what the server counted. */
export function figures({ usage, began, first, ended }) {
  const said = [];
  if (usage) {
    const cached = usage.prompt_tokens_details?.cached_tokens;
    said.push(plural(usage.completion_tokens, "token"));
    said.push(`prompt ${usage.prompt_tokens}${cached ? `, ${cached} of them cached` : ""}`);
    const seconds = (ended - first) / 1000;
    if (first && seconds > 0) said.push(`${(usage.completion_tokens / seconds).toFixed(0)} tokens/s`);
  }
  if (first) said.push(`first after ${(first - began).toFixed(0)} ms`);
  return said.join(" · ");
}
