/**
 * The board that a digit is dragged on, or drawn on, by hand or by keys.
 */

import { DRAWN, labelOf, placeInWords, standing } from "./digit-state.mjs";
import { paintDigit } from "./digit-pictures.mjs";
import { afterKey, make, put, within } from "./frame.mjs";
import { FARTHEST, SIDE } from "./readers.mjs";

/** @typedef {import("./frame.mjs").Frame} Frame */
/** @typedef {import("./digit-state.mjs").Dragged} Dragged */

/** Where the pen stands while a digit is drawn. */
let pen = [SIDE / 2, SIDE / 2];

/** @param {Frame} frame */
export function board(frame) {
  const canvas = make("canvas", { "aria-hidden": "true" });
  const cursor = make("div", { class: "pen", hidden: "" });
  const held = make(
    "div",
    {
      class: "board",
      tabindex: "0",
      role: "application",
      "aria-roledescription": "digit; the arrow keys move it",
    },
    [canvas, cursor],
  );
  const caption = make("figcaption", { class: "kind-input" });
  const note = make("p");
  const box = make("figure", {}, [caption, held, note]);
  listenToBoard(held, frame);
  return {
    box,
    update(/** @type {Dragged} */ state) {
      const drawing = state.digit === DRAWN;
      paintDigit(canvas, standing(state));
      put(caption, "text", drawing ? "Your digit" : `A ${labelOf(state)}`);
      put(held, "aria-label", placeInWords(state));
      put(cursor, "hidden", drawing ? null : "");
      put(cursor, "style", `top:${(100 * pen[0]) / SIDE}%;left:${(100 * pen[1]) / SIDE}%`);
      put(note, "text", drawing ? DRAWING : "Drag it, or move it with the arrow keys.");
    },
  };
}

const DRAWING =
  "Draw here; with keys, the arrows move the pen and the space bar paints. Move it with the buttons.";

/** @param {HTMLElement} held @param {Frame} frame */
function listenToBoard(held, frame) {
  /** @type {{ x: number, y: number, down: number, right: number } | null} */
  let start = null;
  const isDrawing = () => frame.state().digit === DRAWN;
  held.addEventListener("pointerdown", (event) => {
    held.setPointerCapture(event.pointerId);
    const { down, right } = frame.state();
    start = { x: event.clientX, y: event.clientY, down, right };
    if (isDrawing()) paintAt(pixelUnder(held, event, frame.state()), frame);
  });
  held.addEventListener("pointermove", (event) => {
    if (!start) return;
    if (isDrawing()) return paintAt(pixelUnder(held, event, frame.state()), frame);
    const cell = held.getBoundingClientRect().width / SIDE;
    const by = (/** @type {number} */ from, /** @type {number} */ to) =>
      Math.round((to - from) / cell);
    moveTo(
      start.down + by(start.y, event.clientY),
      start.right + by(start.x, event.clientX),
      frame,
    );
  });
  for (const end of ["pointerup", "pointercancel"])
    held.addEventListener(end, () => (start = null));
  held.addEventListener("keydown", (event) =>
    isDrawing() ? drawByKey(event, frame) : moveByKey(event, frame),
  );
}

/** @param {number} down @param {number} right @param {Frame} frame */
function moveTo(down, right, frame) {
  const place = [down, right].map((by) => within(by, -FARTHEST, FARTHEST));
  const now = frame.state();
  if (now.down !== place[0] || now.right !== place[1])
    frame.change({ down: place[0], right: place[1] });
}

/** @param {HTMLElement} held @param {PointerEvent} event @param {any} state */
function pixelUnder(held, event, { down, right }) {
  const { top, left, width } = held.getBoundingClientRect();
  return [
    Math.floor(((event.clientY - top) / width) * SIDE) - down,
    Math.floor(((event.clientX - left) / width) * SIDE) - right,
  ];
}

/** A brush of 2 by 2 pixels. @param {number[]} at @param {Frame} frame */
function paintAt([row, column], frame) {
  const drawn = new Set(frame.state().drawn);
  for (const [r, c] of [
    [row, column],
    [row + 1, column],
    [row, column + 1],
    [row + 1, column + 1],
  ])
    if (Math.min(r, c) >= 0 && Math.max(r, c) < SIDE) drawn.add(r * SIDE + c);
  if (drawn.size !== frame.state().drawn.length) frame.change({ drawn: [...drawn] });
}

/** @param {KeyboardEvent} event @param {Frame} frame */
function moveByKey(event, frame) {
  const { down, right } = frame.state();
  const next = afterKey(event, [down, right], [1, 1], [3, 3]);
  if (!next) return;
  event.preventDefault();
  moveTo(
    ...(event.key === "Home" || event.key === "End"
      ? /** @type {[number, number]} */ ([0, 0])
      : next),
    frame,
  );
}

/** @param {KeyboardEvent} event @param {Frame} frame */
function drawByKey(event, frame) {
  const next = afterKey(event, /** @type {any} */ (pen), [SIDE, SIDE], [3, 3]);
  if (event.key !== " " && !next) return;
  event.preventDefault();
  if (next) pen = next.map((at) => within(at, 0, SIDE - 1));
  const { down, right } = frame.state();
  if (next) frame.change({});
  else paintAt([pen[0] - down, pen[1] - right], frame);
}
