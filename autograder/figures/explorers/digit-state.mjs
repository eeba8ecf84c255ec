/**
 * The digit of a state: its pixels where they stand, and what both networks say of them.
 */

import { softmax, unpackBytes } from "./forward.mjs";
import { data } from "./frame.mjs";
import { SIDE, moved, readerOf } from "./readers.mjs";

/** @typedef {import("./forward.mjs").Maps} Maps */
/** @typedef {import("./readers.mjs").Network} Network */
/** @typedef {{ digit: number, down: number, right: number, mixed: boolean, drawn: number[] }} Dragged */

/** @type {{ networks: Network[], digits: string, labels: number[], order: number[] }} */
export const given = data();

export const DIGITS = unpackBytes(given.digits);
export const DRAWN = given.labels.length;
export const readers = given.networks.map((network) => readerOf(network, given.order));

/** The first seven: it is the one to begin with. */
export const FIRST = given.labels.indexOf(7);

/** Its pixels where it was written. @param {Dragged} state @returns {ArrayLike<number>} */
export function written({ digit, drawn }) {
  if (digit !== DRAWN) return DIGITS.subarray(digit * SIDE * SIDE, (digit + 1) * SIDE * SIDE);
  const pixels = new Float32Array(SIDE * SIDE);
  for (const pixel of drawn) pixels[pixel] = 255;
  return pixels;
}

/** @param {Dragged} state */
export const standing = (state) => moved(written(state), state.down, state.right);

/** @param {Dragged} state */
export const movesOf = ({ down, right }) => Math.abs(down) + Math.abs(right);

/** What it is; nobody knows of a drawn one. @param {Dragged} state @returns {number | undefined} */
export const labelOf = ({ digit }) => given.labels[digit];

/** @typedef {{ said: number, shares: number[], stages: Maps[] }} Answer */

/** @type {WeakMap<object, Answer[]>} */
const answered = new WeakMap();

/** What both networks say: asked once of each state. @param {Dragged} state @returns {Answer[]} */
export function answersTo(state) {
  const answers = answered.get(state) ?? readers.map((reader) => answerOf(reader, state));
  answered.set(state, answers);
  return answers;
}

/** @param {import("./readers.mjs").DigitReader} reader @param {Dragged} state @returns {Answer} */
function answerOf(reader, state) {
  const stages = reader.stages(standing(state), state.mixed);
  const shares = softmax(/** @type {Maps} */ (stages.at(-1)).values);
  return { stages, shares, said: shares.indexOf(Math.max(...shares)) };
}

/** @param {any} state */
export function placeInWords(state) {
  const label = labelOf(state);
  const what = label === undefined ? "Your digit" : `A ${label}`;
  const ways = [
    state.down && `${Math.abs(state.down)} ${state.down > 0 ? "down" : "up"}`,
    state.right && `${Math.abs(state.right)} ${state.right > 0 ? "right" : "left"}`,
  ].filter(Boolean);
  return `${what}, ${ways.length ? `moved ${ways.join(" and ")}` : "where it was written"}`;
}
