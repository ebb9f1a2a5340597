// Colours for canvases, from the style sheet: there they follow the light and the dark scheme.

import { HUES } from "./hues.js";

export const dark = matchMedia("(prefers-color-scheme: dark)");
export const lessMotion = matchMedia("(prefers-reduced-motion: reduce)");

export function palette() {
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(name).trim();
  const hues = [...Array(HUES).keys(), "several"];
  return {
    muted: colour("--muted"),
    line: colour("--line"),
    accent: colour("--accent"),
    surface: colour("--surface"),
    free: colour("--free"),
    cached: colour("--cached"),
    strong: hues.map((hue) => colour(`--hue-${hue}`)),
    pale: hues.map((hue) => colour(`--pale-${hue}`)),
    series: [1, 2, 3].map((index) => colour(`--series-${index}`)),
    marks: { copy: colour("--copy"), evicted: colour("--evicted"), preempted: colour("--preempted") },
  };
}
