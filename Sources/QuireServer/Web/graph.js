// One running graph on a canvas: lines over the last two minutes.

import { SPAN } from "./history.js";

const PADDING = { top: 7, right: 2, bottom: 7, left: 34 };
const LABEL_HEIGHT = 14;
const DASHES = [[], [5, 3], [1.5, 2.5]];
// A longer silence is a gap, not a line.
const LONGEST_STEP = 3;

/** Draws `series`, each a list of numbers or null, at `times` in seconds. */
export function drawGraph(canvas, colours, times, series, scale) {
  const ratio = devicePixelRatio;
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  if (width === 0) return;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const context = canvas.getContext("2d");
  context.scale(ratio, ratio);
  const bottom = height - PADDING.bottom;
  const end = times.at(-1);
  const x = (time) => width - PADDING.right - ((end - time) / SPAN) * (width - PADDING.left - PADDING.right);
  const y = (value) => bottom - scale.place(value) * (bottom - PADDING.top);
  drawGrid(context, colours, { width, x, y, end, bottom }, scale.ticks);
  series.forEach((values, index) => {
    context.strokeStyle = context.fillStyle = colours.series[index];
    context.setLineDash(DASHES[index]);
    for (const run of runs(times, values)) drawRun(context, run, { x, y, bottom, isFilled: index === 0 });
  });
}

function drawGrid(context, colours, { width, x, y, end, bottom }, ticks) {
  context.font = `11px ${getComputedStyle(document.body).fontFamily}`;
  context.textAlign = "right";
  context.textBaseline = "middle";
  context.strokeStyle = colours.line;
  context.fillStyle = colours.muted;
  context.beginPath();
  let labelled = Infinity;
  for (const tick of ticks) {
    const at = Math.round(y(tick)) + 0.5;
    context.moveTo(PADDING.left, at);
    context.lineTo(width, at);
    if (labelled - at < LABEL_HEIGHT) continue;
    context.fillText(short(tick), PADDING.left - 6, at);
    labelled = at;
  }
  const minute = Math.round(x(end - SPAN / 2)) + 0.5;
  context.moveTo(minute, PADDING.top);
  context.lineTo(minute, bottom);
  context.stroke();
}

function drawRun(context, points, { x, y, bottom, isFilled }) {
  context.lineWidth = 1.75;
  context.lineJoin = "round";
  context.beginPath();
  for (const [time, value] of points) context.lineTo(x(time), y(value));
  context.stroke();
  if (!isFilled) return;
  context.lineTo(x(points.at(-1)[0]), bottom);
  context.lineTo(x(points[0][0]), bottom);
  context.globalAlpha = 0.12;
  context.fill();
  context.globalAlpha = 1;
}

/** The stretches without gaps. */
function runs(times, values) {
  const found = [];
  let run = [];
  times.forEach((time, index) => {
    const isGap = values[index] === null || (run.length > 0 && time - run.at(-1)[0] > LONGEST_STEP);
    if (isGap && run.length > 0) found.push(run);
    if (isGap) run = [];
    if (values[index] !== null) run.push([time, values[index]]);
  });
  return run.length > 0 ? [...found, run] : found;
}

export const short = (value) => {
  const digits = { maximumSignificantDigits: 3 };
  return value >= 1000 ? `${(value / 1000).toLocaleString("en", digits)}k` : value.toLocaleString("en", digits);
};
