"""A headless Chromium with the page open, and what the checks do to it."""

import time

from selenium import webdriver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

# Contrast of all visible text with what lies behind it, by the formula of WCAG 2.2 (section 1.4.3).
CONTRAST = """
const parse = (text) => text.match(/[\\d.]+/g).map(Number);
const linear = (c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
const light = ([r, g, b]) => 0.2126 * linear(r / 255) + 0.7152 * linear(g / 255) + 0.0722 * linear(b / 255);
const behind = (node) => {
  for (; node; node = node.parentElement) {
    const colour = parse(getComputedStyle(node).backgroundColor);
    if (colour.length < 4 || colour[3] === 1) return colour;
  }
  return [255, 255, 255];
};
const low = [];
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
  const node = walker.currentNode.parentElement;
  const isSeen = node.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  if (!isSeen || !walker.currentNode.data.trim()) continue;
  if (node.closest(".visually-hidden, :disabled, option")) continue;
  const [a, b] = [light(parse(getComputedStyle(node).color)), light(behind(node))];
  const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  if (ratio < 4.5) low.push(`${walker.currentNode.data.trim().slice(0, 30)}: ${ratio.toFixed(2)}`);
}
return low;
"""


class Browser:
    def __init__(self, url):
        options = webdriver.ChromeOptions()
        for argument in ("headless=new", "no-sandbox", "disable-gpu", "disable-dev-shm-usage", "hide-scrollbars"):
            options.add_argument(f"--{argument}")
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        service = webdriver.ChromeService("/usr/bin/chromedriver")
        self.driver = webdriver.Chrome(options=options, service=service)
        self.driver.set_script_timeout(60)
        self.size(1280, 800)
        self.url = url

    def open(self):
        self.driver.get(self.url)

    def quit(self):
        self.driver.quit()

    def size(self, width, height, ratio=1):
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": height, "deviceScaleFactor": ratio, "mobile": width < 600})

    def prefer(self, **features):
        named = [{"name": f"prefers-{name.replace('_', '-')}", "value": value} for name, value in features.items()]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": named})

    def script(self, code, *arguments):
        return self.driver.execute_script(code, *arguments)

    def find(self, selector):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def text(self, selector):
        return self.script("return document.querySelector(arguments[0])?.textContent ?? ''", selector)

    def count(self, selector):
        return self.script("return document.querySelectorAll(arguments[0]).length", selector)

    def keys(self, *keys):
        for key in keys:
            ActionChains(self.driver).send_keys(key).perform()

    def shifted(self, key):
        ActionChains(self.driver).key_down(Keys.SHIFT).send_keys(key).key_up(Keys.SHIFT).perform()

    def set(self, name, value):
        """As typing does, whether the details are open or not."""
        self.script("""const field = document.getElementById(arguments[0]);
            field.value = arguments[1];
            field.dispatchEvent(new Event("input", { bubbles: true }));""", name, str(value))

    def choose(self, mode):
        self.script("document.querySelector(`input[name=mode][value=${arguments[0]}]`).click()", mode)

    def say(self, text):
        self.set("text", text)
        self.find("#send").click()

    def state(self):
        """The state of the last turn: streaming, done, stopped or failed; None without one."""
        return self.script("return [...document.querySelectorAll('.turn')].at(-1)?.dataset.state ?? null")

    def settled(self, seconds=60):
        self.wait(lambda: self.state() not in (None, "streaming"), seconds)
        return self.state()

    def wait(self, condition, seconds=15):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if value := condition():
                return value
            time.sleep(0.02)
        return None

    def errors(self):
        """What the console has complained of since the last call, violations of the content security policy too."""
        return [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")]

    def contrast(self):
        return self.script(CONTRAST)

    def screenshot(self, path):
        self.driver.save_screenshot(path)
