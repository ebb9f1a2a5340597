// What is drawn above the cells: events for a moment, and the block that is looked at with the table that holds it.

import { lessMotion } from "./palette.js";

const MOMENT = 600;
// Frames reach beyond the cells at the map's edges, by so many CSS pixels.
const EDGE = 8;
// A whole cache may be evicted at once; beyond this many marks nobody sees single ones.
const MOST_MARKS = 4000;

export class Marks {
  #canvas;
  #events = [];

  constructor(canvas) {
    this.#canvas = canvas;
  }

  /** `kind` is copy, evicted or preempted; `from` is the block that was copied. */
  add(kind, block, from = null) {
    if (this.#events.length < MOST_MARKS) this.#events.push({ kind, block, from, began: performance.now() });
  }

  reset(grid) {
    const edge = Math.round(EDGE * grid.ratio);
    this.#canvas.width = grid.width + 2 * edge;
    this.#canvas.height = grid.height + 2 * edge;
    this.#canvas.getContext("2d").translate(edge, edge);
    for (const side of ["left", "top"]) this.#canvas.style[side] = `${-edge / grid.ratio}px`;
    for (const side of ["width", "height"]) this.#canvas.style[side] = `${this.#canvas[side] / grid.ratio}px`;
  }

  clear() {
    this.#events = [];
  }

  /** Draws what is to be seen now, and returns whether it will change by itself. */
  draw(grid, colours, cursor, table) {
    const context = this.#canvas.getContext("2d");
    const now = performance.now();
    context.clearRect(-EDGE * grid.ratio, -EDGE * grid.ratio, this.#canvas.width, this.#canvas.height);
    this.#events = this.#events.filter(({ began, block }) => now - began < MOMENT && block < grid.count);
    for (const event of this.#events) this.#event(context, grid, colours, event, (now - event.began) / MOMENT);
    context.globalAlpha = 1;
    if (table) this.#table(context, grid, colours, table);
    if (cursor !== null) this.#frame(context, grid, cursor, grid.ratio, 2.5 * grid.ratio, colours.accent);
    return this.#events.length > 0;
  }

  #event(context, grid, colours, { kind, block, from }, age) {
    const still = lessMotion.matches;
    const spread = still ? grid.ratio : (1 + 4 * age) * grid.ratio;
    context.globalAlpha = still ? 1 : 1 - age ** 2;
    context.fillStyle = colours.marks[kind];
    // Whoever caused an eviction is in the block by now, and is to be seen.
    if (kind !== "evicted") context.fillRect(grid.left(block), grid.top(block), grid.size, grid.size);
    this.#frame(context, grid, block, spread, 1.5 * grid.ratio, colours.marks[kind]);
    if (from !== null) this.#line(context, grid, [from, block], colours.marks[kind]);
  }

  /** The order of a sequence's blocks, which lie anywhere. */
  #table(context, grid, colours, table) {
    this.#line(context, grid, table.blocks, colours.accent);
    for (const block of table.blocks) this.#frame(context, grid, block, 0, 1.5 * grid.ratio, colours.accent);
  }

  #frame(context, grid, block, distance, width, colour) {
    const outside = distance + width / 2;
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.strokeRect(
      grid.left(block) - outside, grid.top(block) - outside, grid.size + 2 * outside, grid.size + 2 * outside);
  }

  #line(context, grid, blocks, colour) {
    const half = grid.size / 2;
    context.strokeStyle = colour;
    context.lineWidth = grid.ratio;
    context.beginPath();
    for (const block of blocks) context.lineTo(grid.left(block) + half, grid.top(block) + half);
    context.stroke();
  }
}
