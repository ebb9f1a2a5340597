// Which hue a request has. It keeps it while it holds blocks, and neighbours in time get different ones.

/** Hues of single requests, then one for blocks that several requests share. */
export const HUES = 8;
export const SEVERAL = HUES;

export class Hues {
  #of = new Map();
  #next = 0;

  /** Gives hues to `requests`, which are all that hold blocks, and takes back those of others. */
  assign(requests) {
    const present = new Set(requests);
    for (const request of this.#of.keys()) if (!present.has(request)) this.#of.delete(request);
    const users = new Array(HUES).fill(0);
    for (const hue of this.#of.values()) users[hue]++;
    for (const request of present) {
      if (this.#of.has(request)) continue;
      const fewest = Math.min(...users);
      while (users[this.#next] > fewest) this.#next = (this.#next + 1) % HUES;
      users[this.#next]++;
      this.#of.set(request, this.#next);
      this.#next = (this.#next + 1) % HUES;
    }
  }

  of(request) {
    return this.#of.get(request);
  }
}
