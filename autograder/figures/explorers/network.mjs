/**
 * What a network as a table costs and sees: shapes, parameters, multiply–adds, memory, receptive
 * fields. The same counts as `autograder.reference`, which the tests hold them to.
 */

import { KINDS, Misfit, fullOptions, kindOf, product, sum, times } from "./kinds.mjs";

export { KINDS, fullOptions, kindOf, label, pair, product, sum, times } from "./kinds.mjs";

/** @typedef {import("./kinds.mjs").Kind} Kind */
/** @typedef {import("./kinds.mjs").Options} Options */
/** @typedef {import("./kinds.mjs").Row} Row */
/** @typedef {import("./kinds.mjs").Shape} Shape */
/** @typedef {{size: number, jump: number, start: number}} Field pixels seen along one side */

/**
 * @typedef {object} Step one row at work
 * @property {Kind} kind
 * @property {Options} options
 * @property {Shape} before
 * @property {Shape} after
 */

/**
 * Follow one image through the rows; a Misfit names the row that does not fit.
 * @param {Row[]} layers @param {Shape} inputShape @returns {Step[]}
 */
export function steps(layers, inputShape) {
  let before = inputShape;
  return layers.map((row, number) => {
    const step = oneStep(row, number, before);
    before = step.after;
    return step;
  });
}

/** @param {Row} row @param {number} number @param {Shape} before @returns {Step} */
function oneStep(row, number, before) {
  try {
    const [kind, options] = [kindOf(row), fullOptions(row)];
    return { kind, options, before, after: kind.shapeAfter(before, options) };
  } catch (problem) {
    if (!(problem instanceof Misfit)) throw problem;
    throw new Misfit(`row ${number}, ${row[0]} on ${times(before)}: ${problem.message}`);
  }
}

/**
 * How many of the first rows fit, and what is said of the next.
 * @param {Row[]} layers @param {Shape} inputShape
 * @returns {{fitting: number, problem: string}}
 */
export function firstMisfit(layers, inputShape) {
  let before = inputShape;
  for (const [number, row] of layers.entries()) {
    try {
      before = oneStep(row, number, before).after;
    } catch (problem) {
      return { fitting: number, problem: /** @type {Error} */ (problem).message };
    }
  }
  return { fitting: layers.length, problem: "" };
}

/** @param {Row[]} layers @param {Shape} inputShape */
export const layerShapes = (layers, inputShape) =>
  steps(layers, inputShape).map((step) => step.after);

/** @param {Row[]} layers @param {Shape} inputShape */
export const parameterCounts = (layers, inputShape) =>
  steps(layers, inputShape).map(
    ({ kind, before, options }) => kind.weights(before, options) + kind.biases(before, options),
  );

/** Numbers that a forward pass stores, the input first. @param {Row[]} layers @param {Shape} inputShape */
export const activationCounts = (layers, inputShape) => [
  product(inputShape),
  ...steps(layers, inputShape).map(({ kind, after }) => (kind.inPlace ? 0 : product(after))),
];

/** @param {Row[]} layers @param {Shape} inputShape */
export const multiplyAdds = (layers, inputShape) =>
  steps(layers, inputShape).map(({ kind, before, options }) => kind.multiplyAdds(before, options));

/**
 * Bytes of a forward pass that forgets each activation once it has been used.
 * @param {Row[]} layers @param {Shape} inputShape
 */
export function forwardMemory(layers, inputShape, batchSize = 1, bytesPerNumber = 4) {
  const stored = activationCounts(layers, inputShape).filter((count) => count);
  const neighbors = stored.slice(1).map((count, index) => count + stored[index]);
  const together = neighbors.length ? Math.max(...neighbors) : stored[0];
  const parameters = sum(parameterCounts(layers, inputShape)) * bytesPerNumber;
  const activations = together * batchSize * bytesPerNumber;
  return { parameters, activations, total: parameters + activations };
}

/**
 * Bytes that backpropagation keeps for one mini-batch: every activation and its gradient; the
 * parameters, their gradients and the optimizer's numbers once.
 * @param {number[]} counts as `activationCounts` gives them @param {number} parameterCount
 * @param {number} batchSize
 */
export function trainingMemory(
  counts,
  parameterCount,
  batchSize,
  bytesPerNumber = 4,
  optimizerSlots = 1,
) {
  const activations = sum(counts) * batchSize * bytesPerNumber;
  const parameters = parameterCount * bytesPerNumber;
  const memory = {
    activations,
    gradients: activations,
    parameters,
    parameter_gradients: parameters,
    optimizer: parameters * optimizerSlots,
  };
  return { ...memory, total: sum(Object.values(memory)) };
}

/* ---- what a number sees ------------------------------------------------------------------ */

/**
 * Which pixels along a side output number i of each row sees: `size` of them, from
 * start + i·jump on; null from the first flattened row on.
 * @param {Row[]} layers @param {number} axis 0 for heights, 1 for widths
 * @returns {(Field | null)[]}
 */
export function layerReceptiveFields(layers, axis = 0) {
  /** @type {Field | null} */
  let field = { size: 1, jump: 1, start: 0 };
  return layers.map((row) => {
    const window = kindOf(row).window(fullOptions(row), axis);
    field = field && window && fieldAfter(field, window);
    return field;
  });
}

/** @param {Field} field @param {[number, number, number]} window @returns {Field} */
function fieldAfter({ size, jump, start }, [kernel, stride, pad]) {
  return { size: size + (kernel - 1) * jump, jump: jump * stride, start: start - pad * jump };
}

/**
 * The first pixel that output number `place` sees, and the one after the last, within the image.
 * @param {Field} field @param {number} place @param {number} side of the image
 * @returns {[number, number]}
 */
export function seen({ size, jump, start }, place, side) {
  const first = start + place * jump;
  const within = (/** @type {number} */ pixel) => Math.max(0, Math.min(side, pixel));
  return [within(first), within(first + size)];
}

/**
 * Along one side: on how many paths each pixel reaches output number `place` of the last row.
 * The paths of a pixel of the image are the product of those down and those across.
 * @param {Row[]} layers none of them flattened @param {Shape} inputShape @param {number} place
 * @param {number} axis 0 for heights, 1 for widths
 * @returns {number[]} one count a pixel
 */
export function pathCounts(layers, inputShape, place, axis) {
  const walked = steps(layers, inputShape);
  const last = walked.length ? walked[walked.length - 1].after : inputShape;
  let paths = new Array(last[axis + 1]).fill(0);
  paths[place] = 1;
  for (const { kind, options, before } of walked.reverse()) {
    const window = kind.window(options, axis);
    if (!window) throw new Misfit("after a flattened row every number sees all");
    paths = pathsBelow(paths, window, before[axis + 1]);
  }
  return paths;
}

/** @param {number[]} paths @param {[number, number, number]} window @param {number} side */
function pathsBelow(paths, [kernel, stride, pad], side) {
  const below = new Array(side).fill(0);
  paths.forEach((count, place) => {
    const first = place * stride - pad;
    for (let at = Math.max(0, first); count && at < Math.min(side, first + kernel); at++)
      below[at] += count;
  });
  return below;
}

/* ---- a table as Python ------------------------------------------------------------------- */

/**
 * The rows as lesson 06 writes them.
 * @param {Row[]} layers
 */
export function asPython(layers) {
  const rows = layers.map(([kind, options]) => `    ("${kind}", ${pythonDict(kind, options)}),\n`);
  return `[\n${rows.join("")}]`;
}

/** What is not left to its default. @param {string} kind @param {Options} options */
function pythonDict(kind, options) {
  const given = Object.entries(options).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(KINDS[kind].options[name]),
  );
  return `{${given.map(([name, value]) => `"${name}": ${pythonValue(value)}`).join(", ")}}`;
}

/** @param {any} value @returns {string} */
function pythonValue(value) {
  if (Array.isArray(value)) return `(${value.map(pythonValue).join(", ")})`;
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  return String(value);
}
