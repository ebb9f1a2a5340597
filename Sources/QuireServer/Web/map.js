// The map: two canvases above each other, sized to their frame, drawn when something changed.

import { Cells } from "./cells.js";
import { byId } from "./dom.js";
import { Grid } from "./grid.js";
import { Marks } from "./marks.js";
import { dark, palette } from "./palette.js";

export class PageMap {
  grid = null;
  cursor = null;
  #pages;
  #frame = byId("map-frame");
  #cells = new Cells(byId("map"));
  #marks = new Marks(byId("marks"));
  #colours = palette();
  #isDue = false;

  constructor(pages) {
    this.#pages = pages;
    new ResizeObserver(() => this.fit()).observe(this.#frame);
    dark.addEventListener("change", () => this.fit());
  }

  /** Lays the cells out for the frame's size and the number of blocks. */
  fit() {
    this.#colours = palette();
    if (this.#pages.total === 0) return;
    const { clientWidth, clientHeight } = this.#frame;
    const style = getComputedStyle(this.#frame);
    const height = clientHeight - parseFloat(style.paddingTop) - parseFloat(style.paddingBottom);
    const width = clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    this.grid = new Grid(this.#pages.total, width, height, devicePixelRatio);
    this.#cells.reset(this.grid);
    this.#marks.reset(this.grid);
    if (this.cursor >= this.grid.count) this.cursor = null;
    this.draw();
  }

  /** Shows what a frame says has happened. */
  mark({ copies, evictions }, lost) {
    for (const [from, to] of copies) this.#marks.add("copy", to, from);
    for (const block of evictions) this.#marks.add("evicted", block);
    for (const block of lost) this.#marks.add("preempted", block);
  }

  forgetMarks() {
    this.#marks.clear();
  }

  draw() {
    if (this.#isDue || !this.grid) return;
    this.#isDue = true;
    requestAnimationFrame(() => {
      this.#isDue = false;
      const table = this.cursor === null ? null : this.#pages.holders(this.cursor)[0]?.table;
      this.#cells.draw(this.#pages, this.#colours);
      if (this.#marks.draw(this.grid, this.#colours, this.cursor, table)) this.draw();
    });
  }
}
