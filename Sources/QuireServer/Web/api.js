// Requests to the server that this page came from. Paths are relative, so that a proxy may serve it below a folder.

import { apiKey, askForKey } from "./key.js";
import { serverSentEvents } from "./sse.js";

/** What the server or the network said, in words for people. `status` is 0 where there was no answer. */
export class ApiError extends Error {
  constructor(message, { status = 0, type, code, param } = {}) {
    super(message);
    Object.assign(this, { status, type, code, param });
  }
}

/** The server's models: `[{id, max_model_len}]`. */
export async function models() {
  const answer = await request("v1/models");
  return (await answer.json()).data;
}

/** Chunks of a streamed completion, until `[DONE]`. Throws `ApiError`, also for an error within the stream. */
export async function* completion(path, body, signal) {
  const answer = await request(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ ...body, stream: true, stream_options: { include_usage: true } }),
    signal,
  });
  for await (const { data } of serverSentEvents(answer.body)) {
    if (data === "[DONE]") return;
    const chunk = JSON.parse(data);
    if (chunk.error) throw errorOf(chunk.error, answer.status);
    yield chunk;
  }
  throw new ApiError("The answer broke off.");
}

/** What happens to the pages: `{event, data}` with parsed data, until the connection ends. */
export async function* pageEvents(opened) {
  const answer = await request("pages");
  opened();
  for await (const { event, data } of serverSentEvents(answer.body)) yield { event, data: JSON.parse(data) };
}

async function request(path, options = {}) {
  for (;;) {
    const key = apiKey();
    const headers = { ...options.headers, ...(key && { Authorization: `Bearer ${key}` }) };
    const answer = await fetch(path, { ...options, headers }).catch((error) => {
      if (error.name === "AbortError") throw error;
      throw new ApiError("The server cannot be reached.");
    });
    if (answer.ok) return answer;
    if (answer.status === 401 && (await askForKey(key))) continue;
    const body = await answer.json().catch(() => null);
    throw errorOf(body?.error, answer.status);
  }
}

function errorOf(error, status) {
  const { message, type, code, param } = error ?? {};
  return new ApiError(message ?? `The server answered with status ${status}.`, { status, type, code, param });
}
