// The state of the KV cache's blocks, as the server's frames tell it.

import { Hues, SEVERAL } from "./hues.js";

export const FREE = 0;
export const CACHED = 1;
export const PRIVATE = 2;
export const SHARED = 3;

// Far above any cache that a map can show; a bound on what a header can make the page allocate.
const MOST_BLOCKS = 1 << 20;

export class Pages {
  blockSize = 0;
  states = new Uint8Array(0);
  /** Per block the hue of whose it is, or SEVERAL. */
  hues = new Uint8Array(0);
  references = new Uint32Array(0);
  counts = [0, 0, 0, 0];
  tables = [];
  running = 0;
  waiting = 0;
  #hues = new Hues();

  get total() {
    return this.states.length;
  }

  open({ block_size, total_blocks }) {
    const total = Math.min(total_blocks, MOST_BLOCKS);
    this.blockSize = block_size;
    this.states = new Uint8Array(total);
    this.hues = new Uint8Array(total);
    this.references = new Uint32Array(total);
    this.counts = [total, 0, 0, 0];
    this.tables = [];
  }

  /** Takes a frame, and returns the blocks that each of the requests preempted in it has lost. */
  apply(frame) {
    const lost = this.#blocksOf(frame.preemptions.map(({ request }) => request));
    this.running = frame.running;
    this.waiting = frame.waiting;
    this.tables = frame.tables;
    this.states.fill(FREE);
    this.references.fill(0);
    // Typed arrays ignore writes outside of them, so that a wrong number harms nothing.
    for (const block of frame.cached) this.states[block] = CACHED;
    for (const [block, count] of frame.references) {
      this.states[block] = count > 1 ? SHARED : PRIVATE;
      this.references[block] = count;
    }
    this.counts.fill(0);
    for (const state of this.states) this.counts[state]++;
    this.#colour();
    return lost;
  }

  hueOf(request) {
    return this.#hues.of(request);
  }

  /** Requests that hold blocks, in order of their tables: `[{request, branches, tokens, blocks}]`. */
  requests() {
    const found = new Map();
    for (const { request, tokens, blocks } of this.tables) {
      const entry = found.get(request) ?? { request, branches: 0, tokens: 0, blocks: new Set() };
      entry.branches++;
      entry.tokens = Math.max(entry.tokens, tokens);
      for (const block of blocks) entry.blocks.add(block);
      found.set(request, entry);
    }
    return [...found.values()].map((entry) => ({ ...entry, blocks: entry.blocks.size }));
  }

  /** Tables that hold `block`, with its place in them: `[{table, place}]`. */
  holders(block) {
    return this.tables
      .map((table) => ({ table, place: table.blocks.indexOf(block) }))
      .filter(({ place }) => place >= 0);
  }

  #colour() {
    this.#hues.assign(this.tables.map(({ request }) => request));
    this.hues.fill(SEVERAL);
    const owner = new Map();
    for (const { request, blocks } of this.tables) {
      for (const block of blocks) {
        const first = owner.get(block);
        if (first === undefined) owner.set(block, request);
        const isTheirs = first === undefined || first === request;
        this.hues[block] = isTheirs ? this.#hues.of(request) : SEVERAL;
        if (!isTheirs) owner.set(block, null);
      }
    }
  }

  #blocksOf(requests) {
    const gone = new Set(requests);
    return this.tables.filter(({ request }) => gone.has(request)).flatMap(({ blocks }) => blocks);
  }
}
