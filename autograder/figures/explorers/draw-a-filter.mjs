/** Explorer 2: paint a filter cell by cell, and see what it makes of a picture. */
import {
  action,
  choice,
  data,
  make,
  mount,
  number,
  put,
  sheet,
  show,
  signed,
  toggle,
  within,
} from "./frame.mjs";
import { agreement, crossCorrelate, framed } from "./arithmetic.mjs";
import { curve } from "./curve.mjs";
import { raster, strongest } from "./raster.mjs";
import {
  NAMES,
  PRESETS,
  SKETCH,
  depth,
  descended,
  describe,
  error,
  mapSize,
  mapsOf,
  matchInWords,
  matching,
  painted,
  percent,
  pictureOf,
  short,
  slice,
  termsInWords,
  tidy,
  wanted,
  withFilter,
} from "./filters.mjs";

/** @typedef {import("./frame.mjs").State} State */
/** @typedef {import("./arithmetic.mjs").Matrix} Matrix */

/* ---- the tasks --------------------------------------------------------------------------- */

/** Where the joints of the wall are: pixels much brighter than what is around them.
 * @returns {boolean[][]} */
function joints() {
  const image = pictureOf({ picture: "brick" })[0];
  const around = { top: 4, bottom: 4, left: 4, right: 4 };
  const [height, width] = [image.length, image[0].length];
  const wide = framed(
    image,
    around,
    (i, j) => image[within(i, 0, height - 1)][within(j, 0, width - 1)],
  );
  const nine = Array.from({ length: 9 }, () => Array(9).fill(1 / 81));
  const level = crossCorrelate(wide, nine);
  return image.map((row, i) => row.map((value, j) => value - level[i][j] > 25));
}

/** How many times as strongly a filter answers on the joints as on the bricks.
 * @param {State} state @param {boolean[][]} where */
function contrast(state, where) {
  const [top, left] = [(state.height - 1) >> 1, (state.width - 1) >> 1];
  const sums = [0, 0];
  const counts = [0, 0];
  mapsOf(state).sum.forEach((row, i) =>
    row.forEach((value, j) => {
      const joint = Number(where[i + top][j + left]);
      sums[joint] += Math.max(0, value);
      counts[joint] += 1;
    }),
  );
  return sums[1] / counts[1] / (sums[0] / counts[0] || 1e-9);
}

const ENOUGH = 10;

/** @param {State} state @param {State} memory */
function findsJoints(state, memory) {
  if (state.picture !== "brick") return "";
  const times = contrast(state, (memory.joints ||= joints()));
  if (times >= ENOUGH) return true;
  return `Now: ${times.toFixed(1)} times as strong on the joints.`;
}

/** @param {State} state */
function guessesSecret(state) {
  if (!matching(state) || state.steps > 0) return "";
  const same = agreement(mapsOf(state).sum, wanted(state));
  return same >= 0.8 || `Now: they agree to ${show(Math.round(100 * same) / 100)}, of 1.`;
}

/** @param {State} state */
function descendsToSecret(state) {
  if (!matching(state) || state.steps === 0) return "";
  const left = error(state);
  return left <= 0.01 || `Now: the error is ${percent(left)}.`;
}

const TASKS = [
  {
    asks: `Picture “brick wall”: paint a filter whose positive responses are at least ${ENOUGH} times as strong on the bright joints as on the bricks.`,
    done: findsJoints,
    then: "It compares a thin line with both its sides, so neither a brick nor one edge gives a response.",
  },
  {
    asks: "Choose result A to match. Which filter made it? Paint one whose map agrees with it to 0.8 or better.",
    done: guessesSecret,
    then: "Where a map is positive and where it is negative tells what the filter compares.",
  },
  {
    asks: "Now let gradient descent go on from your filter until the error is at most 1 %.",
    done: descendsToSecret,
    then: "Nobody told it the filter: the error alone led there. So do networks find theirs.",
  },
];

/* ---- the learner's own results ----------------------------------------------------------- */

/** What the learner's function made of this picture with this filter.
 * @param {any} yours @param {State} state @returns {{ words: string, map?: string } | undefined} */
function yoursFor(yours, state) {
  const ready = Object.keys(PRESETS).find(
    (name) => String(PRESETS[name].flat()) === String(state.weights),
  );
  return depth(state) === 1 ? yours.results[`${state.picture},${ready}`] : undefined;
}

/** @param {any} own @param {any} yours @param {State} state */
function drawOwn({ words, map }, yours, state) {
  const result = yours && yoursFor(yours, state);
  const otherwise = yours
    ? `${yours.name} was tried with the ready filters on the gray photos.`
    : "";
  put(words, "text", result ? `${yours.name}: ${result.words}` : otherwise);
  map.box.hidden = !result?.map;
  if (result?.map)
    map.showSigned(floats(result.map, mapSize(state)[1]), `yours: ${yours.name} ≠`, "");
}

/** Packed numbers as a matrix. @param {string} packed @param {number} columns @returns {Matrix} */
function floats(packed, columns) {
  const bytes = Uint8Array.from(atob(packed), (sign) => sign.charCodeAt(0));
  const all = [...new Float32Array(bytes.buffer)];
  return Array.from({ length: all.length / columns }, (_, i) =>
    all.slice(i * columns, (i + 1) * columns),
  );
}

/* ---- the drawing ------------------------------------------------------------------------- */

/** @param {HTMLElement} place @param {import("./frame.mjs").Frame} frame */
function stage(place, frame) {
  const parts = { ...rasters(frame), filters: NAMES.map((_, c) => filterSheet(frame, c)) };
  const descent = curve("error of the map, step by step of descent");
  const terms = make("p", { class: "sum" });
  const words = make("p", { class: "kind-yours" });
  const sums = boxed("slices", parts.shares);
  place.append(
    boxed("middle", [parts.before, descent]),
    boxed("middle", [{ box: boxed("slices", parts.filters) }, { box: sums }]),
    boxed("middle", [parts.after, parts.target, parts.own]),
    terms,
    words,
  );
  return (/** @type {State} */ state) => {
    drawPictures(parts, state);
    drawSlices({ ...parts, sums }, state);
    drawDescent(descent, state);
    put(terms, "text", termsInWords(state));
    drawOwn({ words, map: parts.own }, data().yours, state);
  };
}

/** Boxes in a row or a column. @param {string} look @param {{ box: HTMLElement }[]} parts */
const boxed = (look, parts) =>
  make(
    "div",
    { class: look },
    parts.map((part) => part.box),
  );

/** The picture, the maps of it, and those to hold them against.
 * @param {import("./frame.mjs").Frame} frame */
function rasters(frame) {
  const pointed = {
    at: () => /** @type {[number, number]} */ ([frame.state().row, frame.state().column]),
    point: (/** @type {number} */ row, /** @type {number} */ column) => {
      const { row: i, column: j } = frame.state();
      if (row !== i || column !== j) frame.change({ row, column });
    },
  };
  const pin = (/** @type {number} */ row, /** @type {number} */ column) =>
    sketch(frame, row, column);
  return {
    before: raster({ label: "Picture", kind: "input", ...pointed, drag: true, pin }),
    after: raster({ label: "Map", kind: "output", ...pointed }),
    target: raster({ label: "Result to match", kind: "expected" }),
    own: raster({ label: "Your map", kind: "yours" }),
    shares: NAMES.map((name) => raster({ label: `Map of ${name}`, kind: "output", small: true })),
  };
}

/** Paint or clear one pixel of the sketch. @param {import("./frame.mjs").Frame} frame
 * @param {number} row @param {number} column */
function sketch(frame, row, column) {
  const state = frame.state();
  if (state.picture !== "sketch") return;
  const place = row * SKETCH + column;
  const rest = state.sketch.filter((/** @type {number} */ each) => each !== place);
  frame.change({ sketch: state.brush > 0 ? [...rest, place] : rest });
}

/** A slice of the filter that can be painted. @param {import("./frame.mjs").Frame} frame
 * @param {number} channel */
function filterSheet(frame, channel) {
  let at = /** @type {[number, number]} */ ([0, 0]);
  const paint = (/** @type {number} */ row, /** @type {number} */ column) => {
    const state = frame.state();
    const place = (channel * state.height + row) * state.width + column;
    if (state.weights[place] !== state.brush) frame.change(painted(state, place, state.brush));
  };
  const drawn = sheet({
    label: `Filter${channel ? `, ${NAMES[channel]}` : ""}: Enter paints`,
    kind: "filter",
    room: 224,
    cell: 44,
    drag: true,
    at: () => at,
    point: (row, column, how) => {
      at = [row, column];
      if (how === "key") frame.redraw();
    },
    pin: paint,
  });
  return { ...drawn, at: () => at };
}

/** @param {any} rasters @param {State} state */
function drawPictures({ before, after, target }, state) {
  // A finger draws on a sketch, and scrolls the page on a photo.
  before.canvas.style.touchAction = state.picture === "sketch" ? "none" : "manipulation";
  const image = pictureOf(state);
  const window = { row: state.row, column: state.column, height: state.height, width: state.width };
  const size = `${image[0].length}×${image[0][0].length}`;
  before.show(image, `before: ${state.picture}, ${size}`, size, window);
  const sum = mapsOf(state).sum;
  const shape = `${sum.length}×${sum[0].length}`;
  const cell = { row: state.row, column: state.column, height: 1, width: 1 };
  after.showSigned(
    sum,
    `after: the map${depth(state) === 3 ? ", the sum of the three" : ""}, ${shape}`,
    shape,
    cell,
  );
  target.box.hidden = !matching(state);
  if (matching(state))
    target.showSigned(
      wanted(state),
      `result ${state.secret}, to match`,
      "of an unknown 3×3 filter",
    );
}

/** @param {any} parts @param {State} state */
function drawSlices({ filters, shares, sums }, state) {
  const deep = depth(state);
  sums.hidden = deep === 1;
  const most = Math.max(...state.weights.map(Math.abs));
  const { maps } = mapsOf(state);
  const loudest = Math.max(...maps.map(strongest));
  for (let c = 0; c < 3; c++) {
    filters[c].box.hidden = c >= deep;
    if (c >= deep) continue;
    const cells = slice(state, c).map((row) =>
      row.map((weight) => ({ text: short(weight), fill: signed(weight, most) })),
    );
    const [row, column] = filters[c].at();
    const ring = {
      row: within(row, 0, state.height - 1),
      column: within(column, 0, state.width - 1),
      height: 1,
      width: 1,
      class: "cursor",
    };
    const title = deep === 3 ? `filter, ${NAMES[c]}` : "filter: click to paint";
    filters[c].show(cells, title, `${state.height}×${state.width}`, [ring]);
    if (deep === 3)
      shares[c].showSigned(
        maps[c],
        `${NAMES[c]}: ${short(maps[c][state.row][state.column])}`,
        "",
        undefined,
        loudest,
      );
  }
}

/* ---- descent ----------------------------------------------------------------------------- */

const AT_ONCE = 40;
const FRAMES = 25;

/** The errors of this descent so far, each with its step. @type {[number, number][]} */
const past = [];

/** @param {ReturnType<typeof curve>} descent @param {State} state */
function drawDescent(descent, state) {
  descent.box.hidden = !matching(state) || state.steps === 0;
  while (past.length && past[past.length - 1][0] >= state.steps) past.pop();
  if (!matching(state)) return;
  past.push([state.steps, error(state)]);
  if (state.steps) descent.show(past, matchInWords(state));
}

/** Run descent before the reader's eyes; at once where less motion is wanted.
 * @param {import("./frame.mjs").Frame} frame */
function runDescent(frame) {
  if (!matching(frame.state()))
    return frame.say(matchInWords(frame.state()) || "Choose a result to match first.");
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  if (still) return frame.change(descended(frame.state(), AT_ONCE * FRAMES));
  let frames = 0;
  const step = () => {
    frame.change(descended(frame.state(), AT_ONCE));
    if (++frames < FRAMES && matching(frame.state())) requestAnimationFrame(step);
  };
  step();
}

mount({
  name: "draw-a-filter",
  title: "Draw a filter",
  question: {
    asks: "The weights of a filter add up to 0. What is its response on a patch of one brightness?",
    choices: ["the brightness", "0", "it depends on the weights"],
    answer: "0",
    because:
      "Every weight multiplies the same number, so the response is that number times the sum of the weights. Such a filter sees differences only.",
  },
  tasks: TASKS,
  start: {
    picture: "brick",
    color: true,
    height: 3,
    width: 3,
    side: "3,3",
    weights: [0, 0, 0, 0, 1, 0, 0, 0, 0],
    brush: 1,
    secret: "none",
    steps: 0,
    sketch: [],
    row: 40,
    column: 40,
  },
  controls: [
    {
      legend: "Picture",
      fields: [
        choice("picture", "picture", [
          ["brick", "brick wall"],
          ["chelsea", "Chelsea the cat"],
          ["sketch", "your own sketch"],
        ]),
        { ...toggle("color", "three channels"), shown: (state) => state.picture === "chelsea" },
        {
          ...action("Clear the sketch", (state) => ({ ...state, sketch: [] })),
          shown: (state) => state.picture === "sketch",
        },
      ],
    },
    {
      legend: "Filter",
      fields: [
        number("height", "height", 1, 7),
        number("width", "width", 1, 7),
        number("brush", "paint with", -9, 9),
      ],
    },
    {
      legend: "Ready filters",
      fields: [
        ...Object.entries(PRESETS).map(([name, kernel]) =>
          action(name, (state) => withFilter(state, kernel)),
        ),
        action("all 0", (state) => ({ ...state, weights: state.weights.map(() => 0), steps: 0 })),
      ],
    },
    {
      legend: "A result to match",
      fields: [
        choice("secret", "result", [
          ["none", "none"],
          ["A", "A"],
          ["B", "B"],
        ]),
        { ...action("Descend 1,000 steps", (_, frame) => runDescent(frame)), shown: matching },
      ],
    },
  ],
  tidy,
  describe,
  stage,
});
