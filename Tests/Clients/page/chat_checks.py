"""Checks of the conversation. Each takes a `Browser` and the options, and returns what is wrong, or nothing."""

PROMPT = "Once upon a time"
# Watches the map's summary from now on, and the lengths of the last turn's texts as they grow.
WATCH = """
window.seen = { summaries: new Set(), lengths: [] };
new MutationObserver(() => seen.summaries.add(document.getElementById("map-summary").textContent))
  .observe(document.getElementById("map-summary"), { childList: true, characterData: true, subtree: true });
new MutationObserver(() => {
  const texts = [...document.querySelectorAll(".turn:last-child .text")].map((text) => text.textContent.length);
  seen.lengths.push(texts);
}).observe(document.getElementById("log"), { childList: true, characterData: true, subtree: true });
"""
# Presses Stop as soon as there is text: a small model may be done before a driver could.
STOP_AT_FIRST_TEXT = """
const log = document.getElementById("log");
const observer = new MutationObserver(() => {
  if (![...log.querySelectorAll(".turn:last-child .text")].some((text) => text.textContent)) return;
  observer.disconnect();
  document.getElementById("stop").click();
});
observer.observe(log, { childList: true, characterData: true, subtree: true });
"""


def streams(page, _):
    page.script(WATCH)
    page.say(PROMPT)
    if (state := page.settled()) != "done":
        return f"the turn is {state}: {page.text('.turn:last-child')}"
    grown = {lengths[0] for lengths in page.script("return seen.lengths") if lengths}
    return "" if len(grown) > 2 else f"the text came in {len(grown)} pieces"


def goes_on(page, _):
    page.say("And then?")
    state = page.settled()
    return "" if state == "done" and page.count(".turn") == 2 else f"the second turn is {state}"


def shows_columns(page, _):
    page.set("n", 3)
    page.script("seen.lengths = []")
    page.say(PROMPT)
    state = page.settled()
    boxes = page.script("""return [...document.querySelectorAll(".turn:last-child .choice")]
        .map((choice) => choice.getBoundingClientRect()).map(({ left, top }) => [left, top]);""")
    grown = page.script("return seen.lengths")
    together = any(sum(map(bool, lengths)) > 1 and sum(lengths) < sum(grown[-1]) for lengths in grown)
    page.set("n", 1)
    if state != "done" or len(boxes) != 3:
        return f"{len(boxes)} columns, {state}"
    if not together:
        return "the columns do not grow together"
    lefts, tops = zip(*boxes)
    return "" if len(set(tops)) == 1 and len(set(lefts)) == 3 else f"they stand at {boxes}"


def searches_beams(page, _):
    page.set("beam-width", 3)
    page.set("n", 2)
    page.set("max-tokens", 24)
    page.say(PROMPT)
    state, columns = page.settled(), page.count(".turn:last-child .choice")
    page.set("beam-width", 0)
    page.set("n", 1)
    return "" if state == "done" and columns == 2 else f"{columns} columns, {state}: {page.text('.turn:last-child')}"


def stops(page, _):
    page.choose("completion")
    page.set("max-tokens", 1500)
    page.set("n", 8)
    page.set("temperature", 1.5)
    for _ in range(5):
        page.script(STOP_AT_FIRST_TEXT)
        page.say(PROMPT)
        if (state := page.settled()) == "stopped":
            break
    before = page.text(".turn:last-child")
    grew = page.wait(lambda: page.text(".turn:last-child") != before, 0.5)
    for name, value in (("max-tokens", 64), ("n", 1), ("temperature", 0.8)):
        page.set(name, value)
    page.choose("chat")
    return "" if state == "stopped" and not grew else f"the turn is {state}"


def tells_errors(page, _):
    page.set("top-p", 0)
    page.say(PROMPT)
    page.settled()
    page.set("top-p", 1)
    said, kept = page.text(".turn:last-child .error"), page.script("return document.getElementById('text').value")
    page.set("text", "")
    return "" if "top_p" in said and kept == PROMPT else f"it says {said!r}, and keeps {kept!r}"
