// Server-sent events read from a response's body. EventSource cannot send an Authorization header, nor POST.

/** Yields `{event, data}` for each event; both are text. Lines end with LF or CRLF, as our server writes them. */
export async function* serverSentEvents(body) {
  let event = "message";
  let data = [];
  for await (const line of lines(body)) {
    if (line === "") {
      if (data.length > 0) yield { event, data: data.join("\n") };
      event = "message";
      data = [];
      continue;
    }
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "data") data.push(value);
    if (field === "event") event = value;
  }
}

async function* lines(body) {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      rest += decoder.decode(value, { stream: true });
      let start = 0;
      for (let end; (end = rest.indexOf("\n", start)) >= 0; start = end + 1) {
        yield rest.slice(start, end).replace(/\r$/, "");
      }
      rest = rest.slice(start);
    }
  } finally {
    // A reader that leaves early must end the request, or the server goes on writing.
    reader.cancel().catch(() => {});
  }
}
