/**
 * The ledger's numbers: what a table comes to, row by row and in all, as far as its rows fit.
 */

import {
  KINDS,
  activationCounts,
  asPython,
  firstMisfit,
  forwardMemory,
  fullOptions,
  label,
  layerReceptiveFields,
  layerShapes,
  multiplyAdds,
  parameterCounts,
  sum,
  times,
  trainingMemory,
} from "./network.mjs";

/** @typedef {import("./network.mjs").Row} Row */
/** @typedef {{name: string, input: number[], layers: Row[]}} Network */

/**
 * @typedef {object} Line a row of the ledger
 * @property {string} label
 * @property {string} shape
 * @property {string} sees
 * @property {number} parameters
 * @property {number} multiplyAdds
 * @property {number} activations
 */

/**
 * @typedef {object} Account
 * @property {Line[]} lines the input first, then every row that fits
 * @property {string} problem what is said of the first row that does not fit
 * @property {Totals | null} totals null if a row does not fit
 */

/** @typedef {Record<"parameters" | "multiplyAdds" | "activations" | "forward" | "training", number>} Totals */

/** @param {Network} network @returns {Account} */
export function account({ input, layers }, batchSize = 1) {
  const { fitting, problem } = firstMisfit(layers, input);
  const fits = layers.slice(0, fitting);
  return {
    lines: lines(fits, input),
    problem,
    totals: problem ? null : totals(layers, input, batchSize),
  };
}

/** @param {Row[]} layers @param {number[]} input @returns {Line[]} */
function lines(layers, input) {
  const columns = {
    label: ["input", ...layers.map(label)],
    shape: [input, ...layerShapes(layers, input)].map(times),
    sees: ["", ...sees(layers)],
    parameters: [0, ...parameterCounts(layers, input)],
    multiplyAdds: [0, ...multiplyAdds(layers, input)],
    activations: activationCounts(layers, input),
  };
  return columns.label.map((_, row) => lineOf(columns, row));
}

/** @param {Record<string, any[]>} columns @param {number} row @returns {Line} */
const lineOf = (columns, row) =>
  /** @type {any} */ (
    Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, values[row]]))
  );

/** @param {Row[]} layers */
export function sees(layers) {
  const [down, across] = [0, 1].map((axis) => layerReceptiveFields(layers, axis));
  return down.map((field, row) => {
    const [height, width] = [field?.size, across[row]?.size];
    if (!height || !width) return "all";
    return height === width ? `${height}` : `${height}×${width}`;
  });
}

/** @param {Row[]} layers @param {number[]} input @param {number} batchSize @returns {Totals} */
export function totals(layers, input, batchSize) {
  const [counts, parameters] = [
    activationCounts(layers, input),
    sum(parameterCounts(layers, input)),
  ];
  return {
    parameters,
    multiplyAdds: sum(multiplyAdds(layers, input)),
    activations: sum(counts),
    forward: forwardMemory(layers, input, batchSize).total,
    training: trainingMemory(counts, parameters, batchSize).total,
  };
}

/** The rows of one kind, every option written out, to compare two tables. @param {Network} network */
export const rowsOfKind = (network, kind = "") =>
  JSON.stringify(
    network.layers
      .filter(([name]) => !kind || name === kind)
      .map((row) => [row[0], Object.entries(fullOptions(row)).sort()]),
  );

/** @param {Network} one @param {Network} other */
export const sameRows = (one, other, kind = "") =>
  rowsOfKind(one, kind) === rowsOfKind(other, kind);

/** A table as it stands in a cell of lesson 06. @param {Network} network */
export const pythonCell = (network) =>
  `layers = ${asPython(network.layers)}\ninput_shape = (${network.input.join(", ")})\n`;

/* ---- numbers as people write them -------------------------------------------------------- */

const UNITS = ["bytes", "KiB", "MiB", "GiB", "TiB"];

/** @param {number} bytes */
export function inBytes(bytes) {
  const unit = Math.min(UNITS.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  const amount = bytes / 1024 ** unit;
  return `${unit && amount < 100 ? amount.toFixed(1) : Math.round(amount)} ${UNITS[unit]}`;
}

/** Three digits and a letter, where there is no room. @param {number} count */
export function inShort(count) {
  const [size, letter] = SIZES.find(([least]) => count >= least) ?? [1, ""];
  return Number((count / size).toPrecision(3)) + letter;
}

/** @type {[number, string][]} */
const SIZES = [
  [1e9, "G"],
  [1e6, "M"],
  [1e3, "k"],
];

/** @param {number} count */
export const inFull = (count) => count.toLocaleString("en-US");

/** A row of a kind, with small numbers for what must be given. @param {string} kind @returns {Row} */
export const rowOfKind = (kind) => [kind, { ...FRESH[kind] }];

/** An option of a row as it counts; a pool's stride is its size unless given.
 * @param {Row} row @param {string} name */
export function optionOf([kind, options], name) {
  return options[name] ?? KINDS[kind].options[name] ?? options.size;
}

/** A network that was written as text; null where it is none. @param {string} text
 * @returns {Network | null} */
export function networkFrom(text) {
  try {
    const { name, input, layers } = JSON.parse(text);
    const whole = input.length === 3 && input.every(Number.isInteger) && layers.length > 0;
    layers.forEach(fullOptions);
    return whole ? { name: String(name), input, layers } : null;
  } catch {
    return null;
  }
}

/** @type {Record<string, import("./network.mjs").Options>} */
const FRESH = {
  conv: { filters: 16, kernel: 3, stride: 1, pad: 1 },
  max_pool: { size: 2 },
  average_pool: { size: 2 },
  fully_connected: { units: 10 },
};

/** Options of a row that a person can set as a whole number. @param {string} kind */
export const numbersOf = (kind) => NUMBERS[kind] ?? [];

/** @type {Record<string, string[]>} */
const NUMBERS = {
  conv: ["filters", "kernel", "stride", "pad", "groups"],
  max_pool: ["size", "stride"],
  average_pool: ["size", "stride"],
  fully_connected: ["units"],
};
