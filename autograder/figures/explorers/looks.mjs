/**
 * What one number of a network sees: its patch, and on how many paths each pixel reaches it.
 */

import { layerReceptiveFields, pathCounts, seen, sum } from "./network.mjs";

/** @typedef {import("./network.mjs").Row} Row */
/** @typedef {import("./network.mjs").Field} Field */

/** Filters in each row of a network that is made on the page, and channels of what it reads. */
export const OWN_FILTERS = 64;

/** @param {number[]} kernels @param {number[]} strides @param {number[]} pads @returns {Row[]} */
export const ownLayers = (kernels, strides, pads) =>
  kernels.map((kernel, row) => [
    "conv",
    { filters: OWN_FILTERS, kernel, stride: strides[row], pad: pads[row], floor: true },
  ]);

/** Weights for each pair of channels, biases left out. @param {number[]} kernels */
export const weightsOfPair = (kernels) => sum(kernels.map((kernel) => kernel * kernel));

/** The rows until the maps are laid flat: only those have a place. @param {Row[]} layers */
export function rowsWithPlace(layers) {
  const end = layers.findIndex(([kind]) => ["flatten", "fully_connected"].includes(kind));
  return end < 0 ? layers : layers.slice(0, end);
}

/**
 * @typedef {object} Look what the number at a place sees
 * @property {Field[]} fields down and across
 * @property {[number, number][]} patch the first pixel and the one after the last, down and across
 * @property {number[][]} paths one count a pixel, down and across
 * @property {boolean} cut whether the border cuts the patch
 */

/**
 * @param {Row[]} layers up to the row that the number is in
 * @param {number[]} input
 * @param {number[]} place down and across
 * @returns {Look}
 */
export function lookOf(layers, input, place) {
  const fields = [0, 1].map((axis) => lastField(layers, axis));
  const patch = fields.map((field, axis) => seen(field, place[axis], input[axis + 1]));
  const paths = place.map((at, axis) => pathCounts(layers, input, at, axis));
  const cut = patch.some(([first, end], axis) => end - first < fields[axis].size);
  return { fields, patch, paths, cut };
}

/** @param {Row[]} layers @param {number} axis @returns {Field} */
const lastField = (layers, axis) =>
  layerReceptiveFields(layers, axis).at(-1) ?? { size: 1, jump: 1, start: 0 };

/**
 * Which numbers of a row see a pixel along one side: the first, and the one after the last.
 * @param {Field} field @param {number} pixel @param {number} numbers in the row along this side
 * @returns {[number, number]}
 */
export function numbersThatSee({ size, jump, start }, pixel, numbers) {
  const first = Math.ceil((pixel - start - size + 1) / jump);
  const last = Math.floor((pixel - start) / jump);
  return [Math.max(0, first), Math.min(numbers, last + 1)];
}

/**
 * The number whose patch has its middle nearest to a pixel.
 * @param {Field} field @param {number} pixel @param {number} numbers
 */
export function nearestNumber({ size, jump, start }, pixel, numbers) {
  const place = Math.round((pixel - start - (size - 1) / 2) / jump);
  return Math.max(0, Math.min(numbers - 1, place));
}
