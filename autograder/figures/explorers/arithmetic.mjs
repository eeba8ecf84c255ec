/**
 * What a window does, in numbers: pure functions, the same as the course's reference in Python.
 *
 * A side is { size, kernel, before, after, stride }: pixels of the picture, of the window, of the
 * padding before and after it, and of a step.
 * @typedef {{ size: number, kernel: number, before: number, after: number, stride: number }} Side
 * @typedef {number[][]} Matrix
 */

/** The pixels of one side, padding included. @param {Side} side */
export const padded = ({ size, before, after }) => before + size + after;

/**
 * How many places a window has along a side, and how many pixels are left over.
 * @param {Side} side
 * @returns {{ places: number, left: number, fits: boolean }} no places where it is too large
 */
export function outputSize(side) {
  const room = padded(side) - side.kernel;
  if (room < 0) return { places: 0, left: 0, fits: false };
  const left = room % side.stride;
  return { places: (room - left) / side.stride + 1, left, fits: left === 0 };
}

/**
 * How many windows read each pixel of a side, padding included.
 * @param {Side} side
 * @returns {number[]}
 */
export function readCounts(side) {
  const counts = Array(padded(side)).fill(0);
  for (let i = 0; i < outputSize(side).places; i++) {
    for (let u = 0; u < side.kernel; u++) counts[i * side.stride + u] += 1;
  }
  return counts;
}

/**
 * The places whose window reads one pixel of a side.
 * @param {Side} side @param {number} pixel counted with the padding
 * @returns {number[]}
 */
export function placesReading(side, pixel) {
  const all = Array.from({ length: outputSize(side).places }, (_, i) => i);
  return all.filter((i) => i * side.stride <= pixel && pixel < i * side.stride + side.kernel);
}

/**
 * A picture in its frame.
 * @param {Matrix} image @param {{ top: number, bottom: number, left: number, right: number }} pad
 * @param {(row: number, column: number) => number} fill a pixel of the frame, counted from the picture's first
 * @returns {Matrix}
 */
export function framed(image, { top, bottom, left, right }, fill) {
  const [height, width] = [image.length, image[0].length];
  return Array.from({ length: top + height + bottom }, (_, i) =>
    Array.from(
      { length: left + width + right },
      (_, j) => image[i - top]?.[j - left] ?? fill(i - top, j - left),
    ),
  );
}

/**
 * Cross-correlate, as deep learning does: slide, multiply, add.
 * @param {Matrix} image padded already @param {Matrix} kernel @param {[number, number]} [stride]
 * @returns {Matrix} empty where the kernel is larger than the image
 */
export function crossCorrelate(image, kernel, [down, across] = [1, 1]) {
  const rows = Math.floor((image.length - kernel.length) / down) + 1;
  const columns = Math.floor((image[0].length - kernel[0].length) / across) + 1;
  if (rows < 1 || columns < 1) return [];
  return Array.from({ length: rows }, (_, i) =>
    Array.from({ length: columns }, (_, j) => weigh(image, kernel, i * down, j * across)),
  );
}

/** The sum of the products under one window.
 * @param {Matrix} image @param {Matrix} kernel @param {number} top @param {number} left */
export function weigh(image, kernel, top, left) {
  let sum = 0;
  for (let u = 0; u < kernel.length; u++) {
    for (let v = 0; v < kernel[u].length; v++) sum += image[top + u][left + v] * kernel[u][v];
  }
  return sum;
}

/** A kernel turned by half a turn. @param {Matrix} kernel @returns {Matrix} */
export const flipped = (kernel) => kernel.map((row) => row.slice().reverse()).reverse();

/** Convolve, as mathematicians do. @type {typeof crossCorrelate} */
export const convolve = (image, kernel, stride) => crossCorrelate(image, flipped(kernel), stride);

/** The sum over channels at one place. @param {Matrix[]} maps @param {number} i @param {number} j */
export const sumOf = (maps, i, j) => maps.reduce((sum, map) => sum + map[i][j], 0);

/** How alike two maps are, whatever their scale: 1 for the same, −1 for the opposite.
 * @param {Matrix} one @param {Matrix} other */
export function agreement(one, other) {
  const [a, b] = [one.flat(), other.flat()];
  const dot = (/** @type {number[]} */ x, /** @type {number[]} */ y) =>
    x.reduce((sum, value, i) => sum + value * y[i], 0);
  return dot(a, b) / (Math.sqrt(dot(a, a) * dot(b, b)) || 1);
}

/**
 * What the mean squared error of a filter's map depends on, so that descent need not slide again:
 * its gradient with respect to the weights w is 2·(G·w − b).
 * @typedef {{ gram: Matrix, right: number[], rate: number }} Equations
 * @param {Matrix} image @param {number} height @param {number} width of the filter
 * @param {Matrix} target the map to match
 * @returns {Equations}
 */
export function normalEquations(image, height, width, target) {
  const shifts = Array.from({ length: height * width }, (_, p) => ({
    top: Math.floor(p / width),
    left: p % width,
  }));
  const mean = (/** @type {(i: number, j: number) => number} */ value) =>
    target.reduce((sum, row, i) => row.reduce((all, _, j) => all + value(i, j), sum), 0) /
    (target.length * target[0].length);
  const at = (
    /** @type {{ top: number, left: number }} */ { top, left },
    /** @type {number} */ i,
    /** @type {number} */ j,
  ) => image[i + top][j + left];
  const gram = shifts.map((p) => shifts.map((q) => mean((i, j) => at(p, i, j) * at(q, i, j))));
  const right = shifts.map((p) => mean((i, j) => at(p, i, j) * target[i][j]));
  return { gram, right, rate: 1 / largest(gram) };
}

/** @param {Matrix} matrix @param {number[]} vector */
const times = (matrix, vector) =>
  matrix.map((row) => row.reduce((sum, value, i) => sum + value * vector[i], 0));

/** The largest eigenvalue of a matrix of products, by repeated multiplication. @param {Matrix} matrix */
function largest(matrix) {
  let vector = matrix.map(() => 1);
  let size = 1;
  for (let i = 0; i < 60; i++) {
    const next = times(matrix, vector);
    size = Math.hypot(...next) || 1;
    vector = next.map((value) => value / size);
  }
  return size;
}

/**
 * Steps of gradient descent on the mean squared error, each half the gradient times the rate.
 * @param {Equations} equations @param {number[]} weights @param {number} steps
 * @returns {number[]}
 */
export function descend({ gram, right, rate }, weights, steps) {
  let now = weights;
  for (let i = 0; i < steps; i++) {
    const product = times(gram, now);
    now = now.map((weight, p) => weight - rate * (product[p] - right[p]));
  }
  return now;
}
