/**
 * Digits on their way, and networks that read them: as they are, or with their pixels shuffled.
 */

import { forward, unpackParams, withFrame } from "./forward.mjs";

/** @typedef {import("./forward.mjs").Maps} Maps */
/** @typedef {import("./forward.mjs").Learned} Learned */

/**
 * @typedef {object} Network
 * @property {string} name
 * @property {import("./kinds.mjs").Row[]} layers
 * @property {Record<string, import("./forward.mjs").Packed>[]} params
 * @property {number} frame pixels of 0 around the digit
 * @property {number} brightest what a white pixel counts
 * @property {boolean} flat whether its first weights read the digit as one row of numbers
 * @property {number[]} right shares read right by pixels moved, of digits as they are
 * @property {number[]} shuffled the same of shuffled digits
 */

export const SIDE = 28;
export const FARTHEST = 12;

/**
 * Moved by whole pixels; what leaves is lost, and zeros come in.
 * @param {ArrayLike<number>} pixels @param {number} down @param {number} right
 */
export function moved(pixels, down, right) {
  const result = new Float32Array(SIDE * SIDE);
  for (let row = Math.max(0, down); row < Math.min(SIDE, SIDE + down); row++)
    for (let column = Math.max(0, right); column < Math.min(SIDE, SIDE + right); column++)
      result[row * SIDE + column] = pixels[(row - down) * SIDE + column - right];
  return result;
}

/** @param {ArrayLike<number>} pixels @param {number[]} order */
export const shuffled = (pixels, order) => Float32Array.from(order, (from) => pixels[from]);

/**
 * What a network reads: in a frame, and as bright as it has learned.
 * @param {Network} network @param {ArrayLike<number>} pixels @returns {Maps}
 */
export function asInput({ frame, brightest }, pixels) {
  const values = Float32Array.from(
    pixels,
    (/** @type {number} */ pixel) => (pixel / 255) * brightest,
  );
  return withFrame({ shape: [1, SIDE, SIDE], values }, [frame, frame]);
}

/**
 * A reader: a network that is ready to run, on digits as they are or shuffled.
 *
 * The first weights of a fully connected network can be put in the order of the shuffled pixels:
 * its scores stay. There is no such order for filters, which read neighbors.
 */
class Reader {
  /** @param {Network} network @param {number[]} order */
  constructor(network, order) {
    this.network = network;
    this.order = order;
    this.params = unpackParams(network.params);
    this.reordered = network.flat ? reordered(this.params, network, order) : this.params;
  }

  /** @param {ArrayLike<number>} pixels 28·28, from 0 to 255 @param {boolean} mixed @returns {Maps[]} */
  stages(pixels, mixed) {
    const seen = mixed ? shuffled(pixels, this.order) : pixels;
    const params = mixed ? this.reordered : this.params;
    return forward(this.network.layers, params, asInput(this.network, seen));
  }

  /** @param {ArrayLike<number>} pixels @param {boolean} mixed */
  reads(pixels, mixed) {
    const { values } = /** @type {Maps} */ (this.stages(pixels, mixed).at(-1));
    return values.indexOf(Math.max(...values));
  }

  /**
   * The fewest one-pixel moves after which it reads a digit wrongly; null if none is found.
   * @param {ArrayLike<number>} pixels @param {number} label @param {boolean} mixed
   */
  fewestMoves(pixels, label, mixed) {
    for (let moves = 0; moves <= FARTHEST; moves++)
      for (const [down, right] of waysOf(moves))
        if (this.reads(moved(pixels, down, right), mixed) !== label) return moves;
    return null;
  }
}

/** All places that so many moves lead to. @param {number} moves @returns {[number, number][]} */
export function waysOf(moves) {
  /** @type {[number, number][]} */
  const ways = [];
  for (let down = -moves; down <= moves; down++) {
    const right = moves - Math.abs(down);
    ways.push([down, right]);
    if (right) ways.push([down, -right]);
  }
  return ways;
}

/**
 * The first weights, in the order of shuffled pixels.
 * @param {Learned[]} params @param {Network} network @param {number[]} order @returns {Learned[]}
 */
function reordered(params, { frame }, order) {
  const wide = SIDE + 2 * frame;
  const place = (/** @type {number} */ pixel) =>
    (Math.floor(pixel / SIDE) + frame) * wide + (pixel % SIDE) + frame;
  return params.map((row, index) => {
    if (index !== params.findIndex(({ weights }) => weights)) return row;
    const weights = Float32Array.from(row.weights);
    for (let unit = 0; unit < weights.length; unit += wide * wide)
      order.forEach((from, to) => {
        weights[unit + place(to)] = row.weights[unit + place(from)];
      });
    return { ...row, weights };
  });
}

/**
 * @typedef {Reader} DigitReader
 * @param {Network} network @param {number[]} order @returns {DigitReader}
 */
export const readerOf = (network, order) => new Reader(network, order);
