"""Checks the web page of a running server in headless Chromium.

    python Tests/Clients/page/check_page.py http://127.0.0.1:8000/ [--key SECRET] [--screenshot FILE] [--scheme light|dark]

One line per check; the exit status is 1 if one failed. Of the model nothing is expected but that it says something.
With `--key` the server must ask for one. Needs Python 3.11 with selenium, chromium and chromedriver. Without a server:
`mock_server.py`.
"""

import argparse
import sys

from selenium.common.exceptions import WebDriverException

import chat_checks as chat
import look_checks as look
from browser import Browser

CHECKS = {
    "the page opens without complaints": look.opens,
    "an answer streams": chat.streams,
    "a conversation goes on": chat.goes_on,
    "three completions stream side by side": chat.shows_columns,
    "the map's summary changes meanwhile": look.map_lives,
    "a beam search shows its hypotheses": chat.searches_beams,
    "Stop stops": chat.stops,
    "everything is reached and used by keyboard": look.works_by_keyboard,
    "360 pixels are wide enough": look.fits_a_phone,
    "canvases are crisp on high resolution": look.is_crisp,
    "text has contrast in the light": look.is_light,
    "text has contrast in the dark": look.is_dark,
    "the console stays empty, the content security policy unbroken": look.stays_quiet,
    "an error is told in the server's words": chat.tells_errors,
}


def take_screenshot(page, options):
    """A conversation with three answers on their way, and the map in the middle of it."""
    page.prefer(color_scheme=options.scheme)
    page.find("#new").click()
    page.set("max-tokens", 48)
    page.say("What is a quire?")
    page.settled()
    page.set("n", 3)
    page.set("max-tokens", 256)
    page.say("Tell me a story.")
    page.wait(lambda: len(page.text(".turn:last-child .text")) > 150 or page.state() == "done", 10)
    page.screenshot(options.screenshot)
    page.find("#new").click()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url")
    parser.add_argument("--key")
    parser.add_argument("--screenshot")
    parser.add_argument("--scheme", choices=("light", "dark"), default="light")
    options = parser.parse_args()
    page = Browser(options.url)
    failures = 0
    try:
        for name, check in CHECKS.items():
            try:
                problem = check(page, options)
            except WebDriverException as error:
                problem = error.msg
            failures += bool(problem)
            print(f"FAILED {name}: {problem}" if problem else f"ok     {name}", flush=True)
        if options.screenshot:
            take_screenshot(page, options)
    finally:
        page.quit()
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
