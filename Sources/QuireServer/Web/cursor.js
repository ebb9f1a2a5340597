// Looking at one block: with the pointer, or with the arrow keys while the map has the focus.

import { byId } from "./dom.js";

/** Keeps `map.cursor`, and calls `changed` when it moves. */
export function followCursor(map, changed) {
  const canvas = byId("map");
  const move = (block) => {
    if (block === map.cursor) return;
    map.cursor = block;
    map.draw();
    changed();
  };
  const point = ({ offsetX, offsetY }) => map.grid && move(map.grid.at(offsetX, offsetY));
  canvas.addEventListener("pointermove", point);
  canvas.addEventListener("pointerdown", point);
  canvas.addEventListener("pointerleave", ({ pointerType }) => pointerType === "mouse" && move(null));
  canvas.addEventListener("blur", () => move(null));
  canvas.addEventListener("keydown", (event) => {
    const block = map.grid && !event.ctrlKey && !event.metaKey && !event.altKey ? target(event.key, map) : undefined;
    if (block === undefined) return;
    event.preventDefault();
    move(block);
    if (block !== null) keepVisible(map, block);
  });
}

function target(key, { cursor, grid }) {
  const last = grid.count - 1;
  const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -grid.columns, ArrowDown: grid.columns }[key];
  if (by !== undefined && cursor === null) return 0;
  if (by !== undefined) return cursor + by >= 0 && cursor + by <= last ? cursor + by : cursor;
  return { Home: 0, End: last, Escape: null }[key];
}

/** A map of very many blocks is taller than its frame. */
function keepVisible({ grid }, block) {
  const frame = byId("map-frame");
  const top = grid.top(block) / grid.ratio;
  const bottom = top + grid.pitch / grid.ratio;
  if (top < frame.scrollTop) frame.scrollTop = top;
  if (bottom > frame.scrollTop + frame.clientHeight) frame.scrollTop = bottom - frame.clientHeight;
}
