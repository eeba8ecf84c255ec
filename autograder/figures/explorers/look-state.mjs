/**
 * The network of a state, and what the number that is pointed at sees.
 */

import { data, within } from "./frame.mjs";
import { OWN_FILTERS, lookOf, ownLayers, rowsWithPlace } from "./looks.mjs";
import { layerShapes } from "./network.mjs";

/** @typedef {import("./network.mjs").Row} Row */
/** @typedef {import("./looks.mjs").Look} Look */
/** @typedef {{ name: string, input: number[], layers: Row[] }} Network */
/** @typedef {{ network: string, row: number, down: number, across: number, kernels: number[],
 *   strides: number[], pads: number[] }} Looking */

/** @type {{ networks: Network[], photo: string, digit: string }} */
export const given = data();

export const OWN = "your own rows";
const OWN_SIDE = 96;
const MOST_ROWS = 8;

/** @param {Looking} state @returns {Network} */
export function networkOf({ network, kernels, strides, pads }) {
  if (network === OWN)
    return {
      name: OWN,
      input: [OWN_FILTERS, OWN_SIDE, OWN_SIDE],
      layers: ownLayers(kernels, strides, pads),
    };
  const found = given.networks.find(({ name }) => name === network) ?? given.networks[0];
  return { ...found, layers: rowsWithPlace(found.layers) };
}

/** @param {Looking} state @returns {Look} */
export function lookAt(state) {
  const { layers, input } = networkOf(state);
  return lookOf(layers.slice(0, state.row + 1), input, [state.down, state.across]);
}

/** Numbers down and across in the state's row. @param {Looking} state */
export function sidesOf(state) {
  const { layers, input } = networkOf(state);
  return layerShapes(layers, input)[state.row].slice(1);
}

/** @param {any} state @returns {Looking} */
export function tidy(state) {
  /** @type {number[]} */
  const asked = state.kernels.length ? state.kernels.slice(0, MOST_ROWS) : [7];
  const list = (/** @type {number[]} */ some, /** @type {number[]} */ [low, high, usual]) =>
    asked.map((_, row) => whole(some[row] ?? usual, low, high));
  const [wanted, strides] = [list(asked, [1, 11, 1]), list(state.strides, [1, 4, 1])];
  const pads = list(state.pads, [0, 5, 0]).map((pad, row) => Math.min(pad, wanted[row] - 1));
  const kernels = fitting(wanted, strides, pads);
  const next = { ...state, kernels, strides, pads };
  next.row = whole(state.row, 0, networkOf(next).layers.length - 1);
  const [rows, columns] = sidesOf(next);
  const place = {
    down: whole(state.down, 0, rows - 1),
    across: whole(state.across, 0, columns - 1),
  };
  return { ...next, ...place };
}

/**
 * Kernels that are no larger than what is left for them to read.
 * @param {number[]} kernels @param {number[]} strides @param {number[]} pads
 */
function fitting(kernels, strides, pads) {
  let side = OWN_SIDE;
  return kernels.map((wanted, row) => {
    const kernel = Math.min(wanted, side + 2 * pads[row]);
    side = Math.floor((side + 2 * pads[row] - kernel) / strides[row]) + 1;
    return kernel;
  });
}

/** @param {number} value @param {number} low @param {number} high */
const whole = (value, low, high) => within(Math.round(value), low, high);

/**
 * Another row, at the number that lies where the one before lay.
 * @param {Looking} state @param {number} row @returns {Looking}
 */
export function onRow(state, row) {
  const [before, after] = [sidesOf(state), sidesOf({ ...state, row })];
  const [down, across] = [state.down, state.across].map((place, axis) =>
    Math.round((place / Math.max(1, before[axis] - 1)) * (after[axis] - 1)),
  );
  return { ...state, row, down, across };
}
