/**
 * Kinds of layers: what a row of each makes of a shape, what it learns, what one output reads. The same
 * as in `autograder.reference`, which the tests hold them to.
 */

/** @typedef {number | [number, number]} Pair one number, or two: down, then across */
/** @typedef {Record<string, any>} Options */
/** @typedef {[string, Options]} Row a kind of layer, and its options */
/** @typedef {number[]} Shape (C, H, W), or (D,) once flattened */

/**
 * @typedef {object} Kind what a kind of layer says of itself
 * @property {Options} options each option's default; `undefined` where it must be given
 * @property {boolean} [inPlace] whether it writes over its input, and so stores nothing
 * @property {(shape: Shape, options: Options) => Shape} shapeAfter
 * @property {(shape: Shape, options: Options) => number} weights
 * @property {(shape: Shape, options: Options) => number} biases
 * @property {(shape: Shape, options: Options) => number} multiplyAdds
 * @property {(options: Options, axis: number) => [number, number, number] | null} window kernel,
 *   stride and pad; null where one output reads all
 * @property {(options: Options) => string} label
 */

/** A size that does not fit, or a row that is not understood; the message says which. */
export const Misfit = class extends Error {};

/** @param {Pair} value @returns {[number, number]} */
export const pair = (value) => (Array.isArray(value) ? value : [value, value]);

/** @param {number[]} numbers */
export const product = (numbers) => numbers.reduce((all, number) => all * number, 1);

/** @param {number[]} numbers */
export const sum = (numbers) => numbers.reduce((all, number) => all + number, 0);

/** @param {number[]} numbers */
export const times = (numbers) => numbers.join("×");

/* ---- sizes ------------------------------------------------------------------------------- */

/**
 * Count the places where a window can stand along one side.
 * @param {number} size @param {number} kernel @param {number} pad @param {number} stride
 * @param {boolean} floor round down where it does not fit
 */
export function outputSize(size, kernel, pad, stride, floor = false) {
  const numbers = `size ${size}, kernel ${kernel}, pad ${pad}, stride ${stride}`;
  if (size < 1 || kernel < 1 || pad < 0 || stride < 1)
    throw new Misfit(`${numbers}: size, kernel and stride must be at least 1, and pad at least 0`);
  const room = size + 2 * pad - kernel;
  if (room < 0)
    throw new Misfit(`${numbers}: the kernel is larger than the padded size ${size + 2 * pad}`);
  if (room % stride && !floor) throw new Misfit(`${numbers}: ${law(size, kernel, pad, stride)}`);
  return Math.floor(room / stride) + 1;
}

/** @param {number} size @param {number} kernel @param {number} pad @param {number} stride */
function law(size, kernel, pad, stride) {
  const count = Number(((size + 2 * pad - kernel) / stride + 1).toPrecision(6));
  return `(${size} + 2·${pad} − ${kernel})/${stride} + 1 = ${count} is not a whole number`;
}

/** @param {Shape} shape @param {Pair} kernel @param {Pair} stride @param {Pair} pad */
function sidesAfter(shape, kernel, stride, pad, floor = false) {
  if (shape.length !== 3) throw new Misfit("images (C, H, W) are needed, not flattened ones");
  const [kernels, strides, pads] = [pair(kernel), pair(stride), pair(pad)];
  return [0, 1].map((axis) =>
    outputSize(shape[axis + 1], kernels[axis], pads[axis], strides[axis], floor),
  );
}

/* ---- kinds of layers --------------------------------------------------------------------- */

const none = () => 0;

/** @type {Kind} */
const KEEPS = {
  options: {},
  shapeAfter: (shape) => shape,
  weights: none,
  biases: none,
  multiplyAdds: none,
  window: () => [1, 1, 0],
  label: () => "",
};

/** @param {Options} options */
const poolStride = (options) => options.stride ?? options.size;

/** @param {string} name @returns {Kind} */
const pool = (name) => ({
  ...KEEPS,
  options: { size: undefined, stride: null, floor: false },
  shapeAfter: (shape, o) => [shape[0], ...sidesAfter(shape, o.size, poolStride(o), 0, o.floor)],
  window: (o, axis) => [pair(o.size)[axis], pair(poolStride(o))[axis], 0],
  label: (o) => `${name} ${times(pair(o.size))} / ${times(pair(poolStride(o)))}`,
});

/** @type {Kind} */
const conv = {
  ...KEEPS,
  options: {
    filters: undefined,
    kernel: undefined,
    stride: 1,
    pad: 0,
    groups: 1,
    floor: false,
  },
  shapeAfter(shape, o) {
    const sides = () => sidesAfter(shape, o.kernel, o.stride, o.pad, o.floor);
    if (shape.length === 3 && (shape[0] % o.groups || o.filters % o.groups))
      throw new Misfit(
        `${shape[0]} channels and ${o.filters} filters do not fall into ${o.groups} equal groups`,
      );
    return [o.filters, ...sides()];
  },
  weights: (shape, o) => o.filters * Math.floor(shape[0] / o.groups) * product(pair(o.kernel)),
  biases: (_, o) => o.filters,
  // Each weight of a filter is used once at each place, whatever the padding.
  multiplyAdds: (shape, o) => product(conv.shapeAfter(shape, o).slice(1)) * conv.weights(shape, o),
  window: (o, axis) => [pair(o.kernel)[axis], pair(o.stride)[axis], pair(o.pad)[axis]],
  label(o) {
    const stride = pair(o.stride);
    const steps = product(stride) === 1 ? "" : ` / ${times(stride)}`;
    const groups = o.groups > 1 ? ` in ${o.groups} groups` : "";
    return `conv ${o.filters}@${times(pair(o.kernel))}${steps}${groups}`;
  },
};

/** @type {Record<string, Kind>} */
export const KINDS = {
  conv,
  max_pool: pool("max pool"),
  average_pool: pool("average pool"),
  relu: { ...KEEPS, inPlace: true, label: () => "relu" },
  local_response_norm: {
    ...KEEPS,
    options: { n: 5, k: 2.0, alpha: 1e-4, beta: 0.75 },
    label: () => "local response norm",
  },
  batch_norm: {
    ...KEEPS,
    options: { eps: 1e-5 },
    weights: (shape) => shape[0],
    biases: (shape) => shape[0],
    label: () => "batch norm",
  },
  dropout: { ...KEEPS, options: { rate: 0.5 }, inPlace: true, label: () => "dropout" },
  flatten: {
    ...KEEPS,
    inPlace: true,
    shapeAfter: (shape) => [product(shape)],
    window: () => null,
    label: () => "flatten",
  },
  fully_connected: {
    ...KEEPS,
    options: { units: undefined },
    shapeAfter: (_, o) => [o.units],
    weights: (shape, o) => o.units * product(shape),
    biases: (_, o) => o.units,
    multiplyAdds: (shape, o) => o.units * product(shape),
    window: () => null,
    label: () => "fully connected",
  },
};

/** @param {Row} row @returns {Kind} */
export function kindOf(row) {
  const kind = Object.hasOwn(KINDS, row[0]) && KINDS[row[0]];
  if (!kind)
    throw new Misfit(
      `no kind of layer is called '${row[0]}'; there are ${Object.keys(KINDS).join(", ")}`,
    );
  return kind;
}

/**
 * Fill in what a row leaves out.
 * @param {Row} row @returns {Options}
 */
export function fullOptions(row) {
  const options = { ...kindOf(row).options, ...row[1] };
  const missing = Object.keys(options).find((name) => options[name] === undefined);
  if (missing) throw new Misfit(`${row[0]} needs the option '${missing}'`);
  return options;
}

/** How a table names a row. @param {Row} row */
export const label = (row) => kindOf(row).label(fullOptions(row));
