/**
 * The ledger: two networks as tables, edited cell by cell, and what each of their rows costs.
 */

import { account, inBytes, inFull, networkFrom, sameRows } from "./accounts.mjs";
import { choice, data, make, mount, number } from "./frame.mjs";
import { networkTable } from "./network-table.mjs";
import { times } from "./network.mjs";

/** @typedef {import("./accounts.mjs").Network} Network */
/** @typedef {import("./accounts.mjs").Account} Account */
/** @typedef {import("./frame.mjs").Frame} Frame */

/** @type {{ networks: Network[], first: [string, string] }} */
const given = data();

const MEASURES = {
  parameters: "parameters",
  multiplyAdds: "multiply–adds",
  activations: "activations",
  sees: "what one number sees",
};

/** @type {Record<string, string>} */
const TOTALS = {
  parameters: "parameters",
  multiplyAdds: "multiply–adds",
  activations: "activations of one image",
  forward: "memory, forward",
  training: "memory, training",
};

const SIDES = ["left", "right"];

/* ---- what is asked ----------------------------------------------------------------------- */

/** @param {string} name */
const original = (name) =>
  /** @type {Network} */ (given.networks.find((network) => network.name === name));

/** The two tables of a state. @param {any} state @returns {Network[]} */
const pairOf = (state) => SIDES.map((side) => /** @type {Network} */ (networkFrom(state[side])));

/** @param {any} state */
function slimVgg(state) {
  const vgg = original("VGG-16");
  const kept = pairOf(state).filter(
    (one) => sameRows(one, vgg, "conv") && times(one.input) === times(vgg.input),
  );
  const found = kept.map((one) => ({ one, totals: account(one).totals }));
  const fits = found.filter(({ totals }) => totals);
  if (!fits.length) return false;
  const { one, totals } = fits.reduce((best, each) =>
    (each.totals?.parameters ?? 0) < (best.totals?.parameters ?? 0) ? each : best,
  );
  if (one.layers.at(-1)?.[1].units !== 1000) return "It must still end with 1,000 scores.";
  const parameters = totals?.parameters ?? 0;
  return (
    parameters < 20e6 || `${inFull(parameters)} parameters with its convolutions as they were.`
  );
}

/** @param {any} state */
function refusedInput(state) {
  const alexnet = original("AlexNet");
  const own = pairOf(state).find((one) => sameRows(one, alexnet) && one.input[0] === 3);
  if (!own) return "Leave AlexNet's rows and its three channels as they are.";
  return account(own).problem !== "" || `AlexNet takes ${times(own.input)}.`;
}

const LIMIT = 8 * 2 ** 30;

/** @param {any} state */
function fullMemory(state) {
  const vgg = original("VGG-16");
  const whole = pairOf(state).some(
    (one) => sameRows(one, vgg) && times(one.input) === times(vgg.input),
  );
  if (!whole) return "Put VGG-16, as it is, into one of the two tables.";
  const [needs, before] = [state.batch, state.batch - 1].map(
    (batch) => account(vgg, batch).totals?.training ?? 0,
  );
  if (needs <= LIMIT) return `A batch of ${state.batch} needs ${inBytes(needs)}.`;
  return (
    before <= LIMIT || `A batch of ${state.batch} needs ${inBytes(needs)}; a smaller one does too.`
  );
}

/* ---- both in all ------------------------------------------------------------------------- */

/** @param {Network[]} pair @param {Account[]} found */
function totalsTable(pair, found) {
  const names = pair.map(({ name }, at) =>
    make("th", { scope: "col", class: SIDES[at], text: name }),
  );
  const head = make("tr", {}, [make("th", { scope: "col", text: "in all" }), ...names]);
  const rows = Object.keys(TOTALS).map((measure) => totalsRow(measure, found));
  return [make("thead", {}, [head]), make("tbody", {}, rows)];
}

/** @param {string} measure @param {Account[]} found */
function totalsRow(measure, found) {
  const values = found.map(({ totals }) => /** @type {any} */ (totals)?.[measure]);
  const most = Math.max(1, ...values.map((value) => value ?? 0));
  const cells = values.map((value, at) => {
    const text = value === undefined ? "does not fit" : totalInWords(measure, value);
    return make("td", {
      class: `value ${SIDES[at]}`,
      style: `--share:${(value ?? 0) / most}`,
      text,
    });
  });
  return make("tr", {}, [make("th", { scope: "row", text: TOTALS[measure] }), ...cells]);
}

/** @param {string} measure @param {number} value */
const totalInWords = (measure, value) =>
  ["forward", "training"].includes(measure) ? inBytes(value) : inFull(value);

/** @param {Account[]} found @param {string} measure */
function largestOf(found, measure) {
  const numbers = found.flatMap(({ lines }) =>
    lines.map((line) => /** @type {any} */ (line)[measure]),
  );
  return Math.max(0, ...numbers.filter((each) => typeof each === "number"));
}

/* ---- the explorer ------------------------------------------------------------------------ */

/** @param {HTMLElement} place @param {Frame} frame */
function stage(place, frame) {
  const tables = SIDES.map((side) => networkTable(side, given.networks, frame));
  const totals = make("table", { class: "totals" });
  const pair = make(
    "div",
    { class: "pair" },
    tables.map((table) => table.box),
  );
  place.append(make("div", { class: "ledger" }, [totals, pair]));
  return (/** @type {any} */ state) => {
    const networks = pairOf(state);
    const found = networks.map((network) => account(network, state.batch));
    const most = largestOf(found, state.measure);
    tables.forEach((table, at) => table.update(networks[at], found[at], state.measure, most));
    totals.replaceChildren(...totalsTable(networks, found));
  };
}

/** @param {any} state */
function describe(state) {
  return pairOf(state)
    .map((network) => {
      const { totals, problem } = account(network, state.batch);
      return totals
        ? `${network.name}: ${inFull(totals.parameters)} parameters, ${inFull(totals.multiplyAdds)} ` +
            `multiply–adds, ${inBytes(totals.training)} of memory in training.`
        : `${network.name} does not fit: ${problem}.`;
    })
    .join(" ");
}

/** Tables that can be read; others are as at the start. @param {any} state */
function tidy(state) {
  const [left, right] = SIDES.map((side, at) =>
    networkFrom(state[side]) ? state[side] : JSON.stringify(original(given.first[at])),
  );
  return { ...state, left, right };
}

mount({
  name: "the-ledger",
  title: "The ledger",
  question: {
    asks: "VGG-16 has about twice AlexNet's parameters. How many times AlexNet's multiply–adds does it need?",
    choices: ["the same", "2 times", "14 times", "100 times"],
    answer: "14 times",
    because: "Its filters are small, but they stand at many more places: look at the first rows.",
  },
  tasks: [
    {
      asks:
        "Bring VGG-16 under 20 million parameters without touching a convolution; it must still give " +
        "1,000 scores.",
      done: slimVgg,
      then: "Nine in ten of its parameters were in the rows after the maps are laid flat.",
    },
    {
      asks: "Give AlexNet an input of three channels that it cannot take.",
      done: refusedInput,
      then: "A window of 11 in steps of 4 fits 227 pixels and not 224: a table is a promise about sizes.",
    },
    {
      asks: "Find the smallest batch with which training VGG-16 needs more than 8 GiB.",
      done: fullMemory,
      then: "Each image brings its activations and their gradients; parameters are there once.",
    },
  ],
  start: tidy({ left: "", right: "", measure: "parameters", batch: 1 }),
  controls: [
    {
      legend: "Compare",
      fields: [
        choice("measure", "each row's", Object.entries(MEASURES)),
        number("batch", "images in a batch", 1, 4096),
      ],
    },
  ],
  tidy,
  stage,
  describe,
});
