// Where the cells of the map are. All lengths are device pixels, so that every edge is crisp.

const LARGEST = 44;
const SMALLEST = 3;

export class Grid {
  /** The largest square cells of which `count` fit into `width` by `height` CSS pixels; too many grow downwards. */
  constructor(count, width, height, ratio) {
    const device = Math.floor(width * ratio);
    let pitch = Math.floor(LARGEST * ratio);
    const smallest = Math.ceil(SMALLEST * ratio);
    const rows = (pitch) => Math.ceil(count / Math.floor(device / pitch));
    while (pitch > smallest && rows(pitch) * pitch > height * ratio) pitch--;
    this.count = count;
    this.ratio = ratio;
    this.pitch = pitch;
    this.columns = Math.max(1, Math.floor(device / pitch));
    this.rows = Math.ceil(count / this.columns);
    this.gap = pitch >= 12 * ratio ? Math.round(2 * ratio) : pitch >= 4 * ratio ? Math.max(1, Math.floor(ratio)) : 0;
    this.size = pitch - this.gap;
    this.width = device;
    this.height = this.rows * pitch;
  }

  left(block) {
    return (block % this.columns) * this.pitch;
  }

  top(block) {
    return Math.floor(block / this.columns) * this.pitch;
  }

  /** The block at CSS pixels from the map's corner, or null. */
  at(x, y) {
    const column = Math.floor((x * this.ratio) / this.pitch);
    const row = Math.floor((y * this.ratio) / this.pitch);
    const block = row * this.columns + column;
    return column >= 0 && column < this.columns && row >= 0 && block < this.count ? block : null;
  }
}
