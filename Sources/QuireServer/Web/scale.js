// Axes: how high a value stands, from 0 to 1, and which values are written beside the lines.

/** From 0 to a round number above every value, and never below `least`. */
export function linear(values, least) {
  const largest = Math.max(least, ...values);
  const power = 10 ** Math.floor(Math.log10(largest));
  const top = [1, 2, 4, 6, 8, 10].map((step) => step * power).find((step) => step >= largest);
  return { place: (value) => value / top, ticks: [0, top / 2, top] };
}

/** Between powers of ten: waits for a first token and between tokens differ too much for one linear axis. */
export function logarithmic(values, least) {
  const positive = values.filter((value) => value > 0);
  const low = Math.floor(Math.log10(Math.min(least, ...positive)));
  const high = Math.max(low + 2, Math.ceil(Math.log10(Math.max(least, ...positive))));
  const ticks = [];
  for (let power = low; power <= high; power++) ticks.push(10 ** power);
  const place = (value) => Math.max(0, (Math.log10(value) - low) / (high - low));
  return { place, ticks };
}
