/**
 * A small network at work: what comes out of each row for one image, as `autograder.reference`
 * computes it. Weights come as one byte a number, so that a page stays light.
 */

import { fullOptions, kindOf, pair, product } from "./kinds.mjs";

/** @typedef {import("./kinds.mjs").Row} Row */
/** @typedef {import("./kinds.mjs").Shape} Shape */
/** @typedef {{shape: Shape, values: Float32Array}} Maps what comes out of a row */
/** @typedef {Record<string, Float32Array>} Learned what a row has learned, by name */

/**
 * @typedef {object} Packed whole numbers from −127 to 127, and what one of them stands for
 * @property {number} scale
 * @property {string} bytes base64
 */

/** @param {string} base64 */
export function unpackBytes(base64) {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}

/** @param {Packed} packed */
export function unpack({ scale, bytes }) {
  return Float32Array.from(new Int8Array(unpackBytes(bytes).buffer), (level) => level * scale);
}

/**
 * What each row has learned.
 * @param {Record<string, Packed>[]} params @returns {Learned[]}
 */
export const unpackParams = (params) =>
  params.map((row) =>
    Object.fromEntries(Object.entries(row).map(([name, packed]) => [name, unpack(packed)])),
  );

/**
 * What comes out of each row for one image.
 * @param {Row[]} layers @param {Learned[]} params @param {Maps} image @returns {Maps[]}
 */
export function forward(layers, params, image) {
  let maps = image;
  return layers.map((row, index) => {
    const options = fullOptions(row);
    const shape = kindOf(row).shapeAfter(maps.shape, options);
    const values = LAYERS[row[0]](maps, options, params[index], shape);
    maps = { shape, values };
    return maps;
  });
}

/** @typedef {(maps: Maps, options: any, learned: Learned, shape: Shape) => Float32Array} Layer */

/** @type {Record<string, Layer>} */
const LAYERS = {
  conv: convolve,
  max_pool: (maps, options, _, shape) => pooled(maps, options, shape, largest),
  average_pool: (maps, options, _, shape) => pooled(maps, options, shape, mean),
  relu: (maps) => maps.values.map((value) => Math.max(0, value)),
  batch_norm: normalize,
  dropout: (maps) => maps.values,
  flatten: (maps) => maps.values,
  fully_connected: connect,
};

/** Kinds of rows that can be run here. */
export const RUNNABLE = Object.keys(LAYERS);

/** @type {Layer} */
function connect(maps, _, { weights, bias }, [units]) {
  const [x, out] = [maps.values, new Float32Array(units)];
  for (let unit = 0; unit < units; unit++) {
    let total = bias[unit];
    const first = unit * x.length;
    for (let i = 0; i < x.length; i++) total += weights[first + i] * x[i];
    out[unit] = total;
  }
  return out;
}

/** @type {Layer} */
function normalize({ shape, values }, { eps }, learned, _) {
  const places = product(shape.slice(1));
  return values.map((value, index) => {
    const channel = Math.floor(index / places);
    const spread = Math.sqrt(learned.running_variance[channel] + eps);
    const standard = (value - learned.running_mean[channel]) / spread;
    return learned.weights[channel] * standard + learned.bias[channel];
  });
}

/** @type {Layer} */
function convolve(maps, { kernel, stride, pad, groups }, { weights, bias }, shape) {
  const padded = withFrame(maps, pair(pad));
  const [filters, height, width] = shape;
  const depth = maps.shape[0] / groups;
  const size = product(pair(kernel));
  const out = new Float32Array(product(shape));
  for (let filter = 0; filter < filters; filter++) {
    const sheet = out.subarray(filter * height * width, (filter + 1) * height * width);
    sheet.fill(bias[filter]);
    const channel = depth * Math.floor((filter * groups) / filters);
    for (let d = 0; d < depth; d++) {
      const first = (filter * depth + d) * size;
      const own = weights.subarray(first, first + size);
      addWindows(sheet, [height, width], padded, channel + d, own, pair(kernel), pair(stride));
    }
  }
  return out;
}

/**
 * Add one channel's share to one map, weight by weight.
 * @param {Float32Array} sheet @param {number[]} sides of the sheet @param {Maps} padded
 * @param {number} channel @param {Float32Array} weights @param {number[]} kernel
 * @param {number[]} stride
 */
function addWindows(sheet, [height, width], padded, channel, weights, kernel, stride) {
  const [, rows, columns] = padded.shape;
  const { values } = padded;
  for (let tap = 0; tap < weights.length; tap++) {
    const weight = weights[tap];
    const top = Math.floor(tap / kernel[1]);
    const left = tap % kernel[1];
    for (let i = 0; i < height; i++) {
      let from = (channel * rows + top + i * stride[0]) * columns + left;
      for (let j = 0; j < width; j++, from += stride[1])
        sheet[i * width + j] += weight * values[from];
    }
  }
}

/** Zeros around every channel. @param {Maps} maps @param {number[]} pad @returns {Maps} */
export function withFrame(maps, [down, across]) {
  if (!down && !across) return maps;
  const [channels, height, width] = maps.shape;
  const shape = [channels, height + 2 * down, width + 2 * across];
  const values = new Float32Array(product(shape));
  for (let line = 0; line < channels * height; line++) {
    const row = Math.floor(line / height) * shape[1] + down + (line % height);
    const own = maps.values.subarray(line * width, (line + 1) * width);
    values.set(own, row * shape[2] + across);
  }
  return { shape, values };
}

/** @param {number[]} numbers */
const largest = (numbers) => numbers.reduce((most, number) => Math.max(most, number), -Infinity);

/** @param {number[]} numbers */
const mean = (numbers) => numbers.reduce((all, number) => all + number, 0) / numbers.length;

/**
 * @param {Maps} maps @param {any} options @param {Shape} shape
 * @param {(window: number[]) => number} take one number of a window
 */
function pooled({ shape: before, values }, { size, stride }, shape, take) {
  const [, height, width] = shape;
  const [steps, sides] = [pair(stride ?? size), pair(size)];
  const out = new Float32Array(product(shape));
  const window = new Array(product(sides));
  for (let place = 0; place < out.length; place++) {
    const channel = Math.floor(place / (height * width));
    const top = (Math.floor(place / width) % height) * steps[0];
    const left = (place % width) * steps[1];
    for (let k = 0; k < window.length; k++) {
      const row = channel * before[1] + top + Math.floor(k / sides[1]);
      window[k] = values[row * before[2] + left + (k % sides[1])];
    }
    out[place] = take(window);
  }
  return out;
}

/** @param {Float32Array} scores */
export function softmax(scores) {
  const most = largest([...scores]);
  const powers = Array.from(scores, (score) => Math.exp(score - most));
  const total = powers.reduce((all, power) => all + power, 0);
  return powers.map((power) => power / total);
}
