// Which graphs there are, and what they show.

import { byId, element, setText } from "./dom.js";
import { drawGraph, short } from "./graph.js";
import { dark, palette } from "./palette.js";
import { linear, logarithmic } from "./scale.js";

const GRAPHS = [
  {
    title: "Throughput", unit: "tokens/s", scale: linear, least: 20,
    series: { generated: ({ generated }) => generated, prompt: ({ prompt }) => prompt },
  },
  {
    title: "Latency", unit: "ms, medians and p99", scale: logarithmic, least: 1,
    series: {
      "first token": ({ stats }) => stats.ttft_ms_p50,
      next: ({ stats }) => stats.itl_ms_p50,
      "next p99": ({ stats }) => stats.itl_ms_p99,
    },
  },
  {
    title: "Requests", unit: "", scale: linear, least: 4,
    series: { running: ({ stats }) => stats.running, waiting: ({ stats }) => stats.waiting },
  },
  { title: "Cache hits", unit: "% of prompt tokens", scale: linear, least: 100, series: { "": ({ hits }) => hits } },
  {
    title: "Cache in use", unit: "% of blocks", scale: linear, least: 100,
    series: { "": ({ stats }) => 100 * stats.kv_usage },
  },
];

/** Draws the history's samples, now and whenever its size or colours change. */
export class Graphs {
  #history;
  #views = GRAPHS.map((graph) => new View(graph));

  constructor(history) {
    this.#history = history;
    byId("graphs").append(...this.#views.map(({ figure }) => figure));
    new ResizeObserver(() => this.draw()).observe(byId("graphs"));
    dark.addEventListener("change", () => this.draw());
  }

  draw() {
    const colours = palette();
    if (this.#history.samples.length > 0) for (const view of this.#views) view.draw(this.#history.samples, colours);
  }
}

class View {
  constructor(graph) {
    this.graph = graph;
    this.canvas = element("canvas", { role: "img" });
    this.values = Object.keys(graph.series).map(() => element("b", {}, "–"));
    const keys = Object.keys(graph.series).map((name, index) =>
      element("li", {}, element("span", { className: `line series-${index + 1}` }), name, " ", this.values[index]));
    this.figure = element(
      "figure", {},
      element("figcaption", {},
        element("h3", {}, graph.title, " ", element("small", {}, graph.unit)), element("ul", {}, ...keys)),
      this.canvas);
  }

  draw(samples, colours) {
    const { title, unit, series, scale, least } = this.graph;
    const lines = Object.values(series).map((value) => samples.map(value));
    const last = lines.map((line) => line.at(-1));
    last.forEach((value, index) => setText(this.values[index], value === null ? "–" : short(value)));
    const now = last.map((value) => (value === null ? "unknown" : short(value)));
    const said = Object.keys(series).map((name, index) => `${name} ${now[index]}`.trim());
    this.canvas.ariaLabel = `${title} ${unit} over two minutes; now ${said.join(", ")}`;
    const present = lines.flat().filter((value) => value !== null);
    drawGraph(this.canvas, colours, samples.map(({ time }) => time), lines, scale(present, least));
  }
}
