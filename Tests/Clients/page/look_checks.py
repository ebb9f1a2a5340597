"""Checks of the page as a whole: that it opens, and that everyone can use it. They return what is wrong, or nothing."""

from selenium.webdriver.common.keys import Keys

from chat_checks import PROMPT

CONTROLS = {"model", "mode", "new", "log", "system", "temperature", "n", "beam-width", "text", "send", "map"}
FOCUS = """
const node = document.activeElement;
const drawn = node.matches(".switch input") ? node.nextElementSibling : node;
const { outlineStyle, outlineWidth } = getComputedStyle(drawn);
const isVisible = outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
return { id: node.id || node.name || node.tagName, isVisible };
"""


def opens(page, options):
    page.open()
    if options.key:
        if not page.wait(lambda: page.script("return document.getElementById('key-dialog').open")):
            return "no key was asked for"
        page.keys(options.key, Keys.ENTER)
        page.errors()
    if not page.wait(lambda: page.script("return document.getElementById('model').value")):
        return "no model is offered"
    if not page.wait(lambda: page.script("return document.getElementById('connection').dataset.state === 'live'")):
        return "the page events do not come"
    return page.errors()


# A small model answers within the time between two frames: this goes on for long enough to be seen.
LONG_REQUEST = """
fetch("v1/completions", {
  method: "POST",
  headers: { "Content-Type": "application/json", ...(arguments[0] && { Authorization: `Bearer ${arguments[0]}` }) },
  body: JSON.stringify({ prompt: "Once", n: 1, max_tokens: 1000, ignore_eos: true, stream: true }),
}).then((answer) => answer.text());
"""


def map_lives(page, options):
    page.script(LONG_REQUEST, options.key or "")
    changed = page.wait(lambda: page.script("return seen.summaries.size") > 1, 5)
    return "" if changed else f"the summary stays {page.text('#map-summary')!r}"


def works_by_keyboard(page, _):
    page.open()
    page.wait(lambda: page.script("return document.getElementById('model').value"))
    page.script("document.getElementById('settings').open = true")
    reached, hidden = [], set()
    for _ in range(30):
        page.keys(Keys.TAB)
        focus = page.script(FOCUS)
        if focus["id"] == "BODY":
            break
        reached.append(focus["id"])
        if not focus["isVisible"]:
            hidden.add(focus["id"])
    missing = CONTROLS - set(reached)
    if missing or hidden:
        return f"not reached: {missing}, no visible focus: {hidden}"
    page.script("document.getElementById('settings').open = false; document.getElementById('text').focus()")
    page.keys(PROMPT)
    page.keys(Keys.ENTER)
    if page.settled() != "done":
        return "Enter does not send"
    page.keys("a")
    page.shifted(Keys.ENTER)
    page.keys("b")
    if "\n" not in page.script("return document.getElementById('text').value") or page.count(".turn") != 1:
        return "Shift+Enter does not begin a line"
    page.set("text", "")
    while page.script(FOCUS)["id"] != "map":
        page.keys(Keys.TAB)
    page.keys(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.ARROW_RIGHT)
    return "" if "Block 2:" in page.text("#block-description") else page.text("#block-description")


def fits_a_phone(page, _):
    page.set("n", 3)
    page.say(PROMPT)
    page.settled()
    page.set("n", 1)
    page.size(360, 740, 2)
    page.script("document.getElementById('settings').open = true")
    width = page.script("return document.scrollingElement.scrollWidth")
    page.script("document.getElementById('settings').open = false")
    return "" if width <= 360 else f"{width} pixels wide"


def is_crisp(page, _):
    width, shown = page.script("const map = document.getElementById('map'); return [map.width, map.clientWidth]")
    page.size(1280, 800)
    return "" if abs(width - 2 * shown) <= 2 else f"{width} pixels for {shown}"


def is_light(page, _):
    page.prefer(color_scheme="light")
    return page.contrast()


def is_dark(page, _):
    page.prefer(color_scheme="dark")
    ground = page.script("return getComputedStyle(document.documentElement).backgroundColor.match(/\\d+/g).map(Number)")
    low = page.contrast()
    page.prefer(color_scheme="light")
    return low if max(ground) < 64 else f"the ground is {ground}"


def stays_quiet(page, _):
    return page.errors()
