// Sends what is typed, and shows what comes back while it comes.

import { Answer, figures } from "./answer.js";
import { ApiError, completion } from "./api.js";
import { Conversation } from "./conversation.js";
import { byId } from "./dom.js";
import { mode, parameters } from "./parameters.js";

// More columns than anyone can read, and a bound on what a stream can make the page build.
const MOST_CHOICES = 1024;

// Stands in the empty log, and is out of the document while there are turns.
const hint = byId("hint");

let conversation = new Conversation();
let running = null;

export function startChat() {
  const text = byId("text");
  byId("ask").addEventListener("submit", (event) => {
    event.preventDefault();
    if (!running && text.value.trim() !== "") send(text.value);
  });
  text.addEventListener("keydown", (event) => {
    // Enter also ends the composition of a word in an input method; that one is not ours.
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      byId("ask").requestSubmit();
    }
    if (event.key === "Escape") running?.abort();
  });
  byId("stop").addEventListener("click", () => running?.abort());
  byId("new").addEventListener("click", () => {
    running?.abort();
    conversation = new Conversation();
    byId("log").replaceChildren(hint);
    text.focus();
  });
}

async function send(text) {
  const abort = new AbortController();
  const turn = conversation.begin(mode(), text);
  const body = parameters();
  const answer = new Answer(turn, body.n);
  const times = { began: performance.now() };
  setRunning(abort);
  byId("text").value = "";
  hint.remove();
  byId("log").append(answer.element);
  byId("log").scrollTop = byId("log").scrollHeight;
  try {
    for await (const chunk of ask(turn, body, abort.signal)) {
      times.usage = chunk.usage ?? times.usage;
      if (chunk.choices?.length > 0) times.first ??= performance.now();
      keepAtEnd(() => show(chunk, answer));
    }
    times.ended = performance.now();
    keepAtEnd(() => answer.finish("done", figures(times)));
  } catch (error) {
    if (abort.signal.aborted) answer.finish("stopped", "stopped");
    else keepAtEnd(() => answer.fail(inWords(error)));
    // What got no answer at all can be sent again without typing it again.
    if (turn.choices.size === 0 && byId("text").value === "") byId("text").value = text;
  } finally {
    if (running === abort) setRunning(null);
  }
}

function ask(turn, body, signal) {
  if (turn.mode === "completion") return completion("v1/completions", { ...body, prompt: turn.prompt }, signal);
  const messages = conversation.messages(byId("system").value.trim());
  return completion("v1/chat/completions", { ...body, messages }, signal);
}

function show(chunk, answer) {
  for (const { index, delta, text, finish_reason: reason } of chunk.choices ?? []) {
    if (!Number.isInteger(index) || index < 0 || index >= MOST_CHOICES) continue;
    const more = text ?? delta?.content;
    if (more) answer.append(index, more);
    if (reason) answer.ended(index, reason);
  }
}

/** Follows the text only where the reader is at its end already. */
function keepAtEnd(change) {
  const log = byId("log");
  const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 48;
  change();
  if (atEnd) log.scrollTop = log.scrollHeight;
}

function setRunning(abort) {
  running = abort;
  const [send, stop] = [byId("send"), byId("stop")];
  const hidden = abort ? send : stop;
  const hadFocus = document.activeElement === hidden;
  send.hidden = abort !== null;
  stop.hidden = abort === null;
  if (hadFocus) byId("text").focus();
}

function inWords(error) {
  if (error instanceof ApiError) return error;
  return new ApiError(error instanceof SyntaxError ? "The server sent what is not JSON." : "The connection was lost.");
}
