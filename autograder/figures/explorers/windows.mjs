/** Where a window stands on a picture, what it computes there, and how that is said. */
import { count, data, show } from "./frame.mjs";
import {
  crossCorrelate,
  flipped,
  framed,
  outputSize,
  padded,
  placesReading,
  readCounts,
} from "./arithmetic.mjs";

/** @typedef {import("./frame.mjs").State} State */
/** @typedef {import("./arithmetic.mjs").Matrix} Matrix */

/** The picture: the cat's eye of the lessons, 16 × 16 pixels from 0 (black) to 9 (white).
 * @type {Matrix} */
const EYE = data().picture;

const GRAY = 5;

/** @type {Record<string, (row: number, column: number, state: State) => number>} */
const FILLINGS = {
  zeros: () => 0,
  gray: () => GRAY,
  border: (row, column, { height, width }) =>
    EYE[Math.min(height - 1, Math.max(0, row))][Math.min(width - 1, Math.max(0, column))],
};

/** @param {State} state */
export const tall = (state) => ({
  size: state.height,
  kernel: state.kernelHeight,
  before: state.top,
  after: state.bottom,
  stride: state.down,
});

/** @param {State} state */
export const wide = (state) => ({
  size: state.width,
  kernel: state.kernelWidth,
  before: state.left,
  after: state.right,
  stride: state.across,
});

/** The padded picture of a state. @param {State} state @returns {Matrix} */
export function pictureOf(state) {
  const image = EYE.slice(0, state.height).map((row) => row.slice(0, state.width));
  const fill = FILLINGS[state.filling];
  return framed(image, /** @type {any} */ (state), (row, column) => fill(row, column, state));
}

/** A kernel of any size that compares left with right, its first row twice as strong.
 * @param {number} height @param {number} width @returns {Matrix} */
function kernelOf(height, width) {
  const row = Array.from({ length: width }, (_, v) => Math.sign(2 * v - width + 1));
  return Array.from({ length: height }, (_, u) =>
    row.map((weight) => (width === 1 ? 1 : weight) * (u === 0 ? 2 : 1)),
  );
}

/** The kernel as it slides. @param {State} state */
export const sliding = (state) => {
  const kernel = kernelOf(state.kernelHeight, state.kernelWidth);
  return state.flip ? flipped(kernel) : kernel;
};

/** @param {State} state */
export const places = (state) => [outputSize(tall(state)).places, outputSize(wide(state)).places];

/** @param {State} state */
export const fits = (state) => outputSize(tall(state)).fits && outputSize(wide(state)).fits;

/** @param {State} state @param {number} rows @param {number} columns */
export const gives = (state, rows, columns) =>
  fits(state) && places(state)[0] === rows && places(state)[1] === columns;

/* ---- in words ---------------------------------------------------------------------------- */

/** The law of sizes for one side, with its numbers. @param {ReturnType<typeof tall>} side */
export function law(side) {
  const { size, kernel, before, after, stride } = side;
  const { places, left, fits } = outputSize(side);
  const formula = `(${size} + ${before} + ${after} − ${kernel})/${stride} + 1`;
  if (!places) return `${formula}: the window is larger than the ${padded(side)} pixels it has`;
  if (fits) return `${formula} = ${places}`;
  const exact = show((padded(side) - kernel) / stride + 1);
  return `${formula} = ${exact} is not a whole number: remainder ${left}, so it does not fit`;
}

/** From one pixel to another, counted from 0. @param {number} from @param {number} length */
const span = (from, length) => (length === 1 ? `${from}` : `${from} to ${from + length - 1}`);

/** The state in words. @param {State} state */
export function describe(state) {
  const [rows, columns] = places(state);
  if (!rows || !columns) return "The window does not fit into the padded picture: there is no map.";
  const shape = `The map is ${rows}×${columns}.`;
  const held = state.pinned ? " It is pinned: Enter or a click lets it go." : "";
  if (state.pointed) return `${shape} ${aboutPixel(state)}${held}`;
  return `${shape} ${aboutWindow(state)}${held}${fits(state) ? "" : ` ${leftOver(state)}`}`;
}

/** @param {State} state */
function aboutWindow(state) {
  const [top, left] = [state.row * state.down, state.column * state.across];
  const sum = crossCorrelate(pictureOf(state), sliding(state), [state.down, state.across]);
  const where = `rows ${span(top, state.kernelHeight)} and columns ${span(left, state.kernelWidth)}`;
  return (
    `At row ${state.row}, column ${state.column} of the map, the window covers ${where} of the ` +
    `padded picture; its sum is ${show(sum[state.row][state.column])}.`
  );
}

/** @param {State} state */
function aboutPixel(state) {
  const [i, j] = fedBy(state);
  const often = i.length * j.length;
  const pixel = `The pixel at row ${state.pixelRow}, column ${state.pixelColumn}`;
  return often
    ? `${pixel} feeds ${count(often, "number")} of the map.`
    : `${pixel} is read by no window.`;
}

/** @param {State} state */
function leftOver(state) {
  const [rows, columns] = [tall, wide].map(
    (side) => readCounts(side(state)).filter((often) => often === 0).length,
  );
  const lost = [rows && count(rows, "row"), columns && count(columns, "column")].filter(Boolean);
  return `No window reads ${lost.join(" and ")}.`;
}

/** The rows and the columns of the map that the pixel pointed at feeds. @param {State} state */
export const fedBy = (state) => [
  placesReading(tall(state), state.pixelRow),
  placesReading(wide(state), state.pixelColumn),
];

/* ---- the learner's own results ----------------------------------------------------------- */

/**
 * What the learner's function returned for one side, in words with = or ≠.
 * @param {any} yours @param {ReturnType<typeof tall>} side
 */
export function yoursForSide(yours, side) {
  const call = `${yours.name}(${side.size}, ${side.kernel}, ${side.before}, ${side.stride})`;
  if (side.before !== side.after) return `${yours.name} takes the same padding on both sides`;
  const place = [side.size - 1, side.kernel - 1, side.before, side.stride - 1];
  const index = place.reduce((sum, at, axis) => sum * yours.shape[axis] + at, 0);
  const value = yours.values[index];
  const { places, fits } = outputSize(side);
  if (value === undefined || value === null) return `${call} was not tried: there was no time left`;
  if (typeof value === "number")
    return `${call} returned ${show(value)} ${fits && value === places ? "=" : "≠"}`;
  return `${call} ${yours.errors[value[0]]} ${!fits && value[0] === 0 ? "=" : "≠"}`;
}

/** What the learner's function made of this picture and kernel: a map, words, or nothing.
 * @param {any} yours @param {State} state @returns {Matrix | string | undefined} */
export function yoursForMap(yours, state) {
  const plain =
    state.down * state.across === 1 && !(state.top + state.bottom + state.left + state.right);
  const at = [state.height, state.width, state.kernelHeight, state.kernelWidth].join(",");
  return plain ? yours.maps[at] : undefined;
}
