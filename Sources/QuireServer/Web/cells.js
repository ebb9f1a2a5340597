// Draws the cells of the map. Only what differs from the last drawing is drawn: of 50,000 cells few change in a step.

import { CACHED, FREE, PRIVATE, SHARED } from "./pages.js";

const NEVER = 255;

export class Cells {
  #canvas;
  #drawn = new Uint8Array(0);
  #grid = null;

  constructor(canvas) {
    this.#canvas = canvas;
  }

  /** Begins anew after a change of size or colours. */
  reset(grid) {
    this.#grid = grid;
    for (const side of ["width", "height"]) {
      this.#canvas[side] = grid[side];
      this.#canvas.style[side] = `${grid[side] / grid.ratio}px`;
    }
    this.#drawn = new Uint8Array(grid.count).fill(NEVER);
  }

  draw(pages, colours) {
    const context = this.#canvas.getContext("2d");
    for (let block = 0; block < this.#drawn.length; block++) {
      const state = pages.states[block];
      const look = state >= PRIVATE ? state | (pages.hues[block] << 2) : state;
      if (this.#drawn[block] === look) continue;
      this.#drawn[block] = look;
      this.#cell(context, block, state, pages.hues[block], colours);
    }
  }

  /** States differ in shape as well as in colour: a dot is cached, full is in use, a frame within is shared. */
  #cell(context, block, state, hue, colours) {
    const { size, ratio } = this.#grid;
    const [x, y] = [this.#grid.left(block), this.#grid.top(block)];
    const isSmall = size < 7 * ratio;
    const fill = (colour, inset) => {
      context.fillStyle = colour;
      context.fillRect(x + inset, y + inset, size - 2 * inset, size - 2 * inset);
    };
    context.clearRect(x, y, size, size);
    if (state === FREE) fill(colours.free, 0);
    if (state === CACHED) {
      fill(isSmall ? colours.cached : colours.free, 0);
      if (!isSmall) fill(colours.cached, Math.round(size * 0.3));
    }
    if (state === PRIVATE) fill(colours.pale[hue], 0);
    if (state === SHARED) {
      fill(colours.strong[hue], 0);
      if (!isSmall) {
        const inset = Math.round(size * 0.22);
        fill(colours.surface, inset);
        fill(colours.strong[hue], inset + Math.max(1, Math.round(size * 0.09)));
      }
    }
  }
}
