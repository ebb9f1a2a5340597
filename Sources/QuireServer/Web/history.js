// The last two minutes of the server's figures, and rates between them.

export const SPAN = 120;

// Totals are told twice a second; a rate over less than two seconds would flicker, and prompts come seldom.
const RATE_SPAN = 2;
const HIT_SPAN = 10;

export class History {
  /** `[{time, stats, generated, prompt, hits}]`, oldest first; rates are null where nothing can be said. */
  samples = [];

  add(stats) {
    const last = this.samples.at(-1);
    // A server that began anew counts from nothing, and its clock may have been set.
    if (last && (stats.time < last.time || stats.requests_total < last.stats.requests_total)) this.samples = [];
    this.samples.push({ time: stats.time, stats, ...this.#rates(stats) });
    while (this.samples[0].time < stats.time - SPAN) this.samples.shift();
  }

  #rates(stats) {
    const [near, far] = [this.#before(stats.time - RATE_SPAN), this.#before(stats.time - HIT_SPAN)];
    if (!near) return { generated: null, prompt: null, hits: null };
    const since = (old, name) => stats[name] - old[name];
    const prompts = since(far, "prompt_tokens_total");
    return {
      generated: since(near, "generation_tokens_total") / (stats.time - near.time),
      prompt: since(near, "prompt_tokens_total") / (stats.time - near.time),
      hits: prompts > 0 ? (100 * since(far, "cached_tokens_total")) / prompts : null,
    };
  }

  /** The stats of the oldest sample that is not older than `time`. */
  #before(time) {
    return this.samples.find((sample) => sample.time >= time - 0.25)?.stats;
  }
}
