/** A filter, a picture, and what the one makes of the other, in numbers and in words. */
import { count, data, show, within } from "./frame.mjs";
import { crossCorrelate, descend, normalEquations, sumOf } from "./arithmetic.mjs";

/** @typedef {import("./frame.mjs").State} State */
/** @typedef {import("./arithmetic.mjs").Matrix} Matrix */

export const SKETCH = 24;
export const NAMES = ["red", "green", "blue"];

/** @type {Record<string, number[][]>} */
export const PRESETS = {
  horizontal: [
    [-1, -2, -1],
    [0, 0, 0],
    [1, 2, 1],
  ],
  vertical: [
    [-1, 0, 1],
    [-2, 0, 2],
    [-1, 0, 1],
  ],
  blur: [
    [1 / 9, 1 / 9, 1 / 9],
    [1 / 9, 1 / 9, 1 / 9],
    [1 / 9, 1 / 9, 1 / 9],
  ],
  sharpen: [
    [0, -1, 0],
    [-1, 5, -1],
    [0, -1, 0],
  ],
  identity: [
    [0, 0, 0],
    [0, 1, 0],
    [0, 0, 0],
  ],
};

/** Filters that nobody is shown: their results are to be matched. @type {Record<string, Matrix>} */
const SECRETS = {
  A: [
    [1, 0, -1],
    [1, 0, -1],
    [1, 0, -1],
  ],
  B: [
    [0, 1, 0],
    [1, -4, 1],
    [0, 1, 0],
  ],
};

/* ---- pictures ---------------------------------------------------------------------------- */

/** @type {Record<string, Matrix[]>} */
export const photos = {};

/** A photograph as one matrix a channel, from 0 to 255. @param {string} name @returns {Matrix[]} */
export function photo(name) {
  return (photos[name] ||= unpacked(data().photos[name]));
}

/** @param {{ height: number, width: number, channels: number, bytes: string }} packed */
function unpacked({ height, width, channels, bytes }) {
  const all = atob(bytes);
  return Array.from({ length: channels }, (_, c) =>
    Array.from({ length: height }, (_, i) =>
      Array.from({ length: width }, (_, j) => all.charCodeAt((i * width + j) * channels + c)),
    ),
  );
}

/** @param {Matrix[]} channels @returns {Matrix} */
const mean = (channels) =>
  channels[0].map((row, i) => row.map((_, j) => sumOf(channels, i, j) / channels.length));

/** The picture of a state: one channel, or three. @param {State} state @returns {Matrix[]} */
export function pictureOf(state) {
  if (state.picture === "sketch") return [sketched(state.sketch)];
  const channels = photo(state.picture);
  if (state.color && channels.length === 3) return channels;
  return [(gray[state.picture] ||= mean(channels))];
}

/** @type {Record<string, Matrix>} */
export const gray = {};

/** @param {number[]} painted the painted pixels, in reading order @returns {Matrix} */
function sketched(painted) {
  const on = new Set(painted);
  return Array.from({ length: SKETCH }, (_, i) =>
    Array.from({ length: SKETCH }, (_, j) => (on.has(i * SKETCH + j) ? 255 : 0)),
  );
}

/** How deep picture and filter are. @param {State} state */
export const depth = (state) => pictureOf(state).length;

/** The filter's slice for a channel. @param {State} state @param {number} channel @returns {Matrix} */
export function slice(state, channel) {
  const { height, width, weights } = state;
  const first = channel * height * width;
  return Array.from({ length: height }, (_, u) =>
    Array.from({ length: width }, (_, v) => weights[first + u * width + v]),
  );
}

/* ---- maps -------------------------------------------------------------------------------- */

/** The results of the last filter, kept while only the pointer moves. */
const last = { key: "", maps: /** @type {Matrix[]} */ ([]), sum: /** @type {Matrix} */ ([]) };

/** A map for each channel, and their sum. @param {State} state */
export function mapsOf(state) {
  const { picture, color, sketch, height, width, weights } = state;
  const key = JSON.stringify([picture, color, sketch, height, width, weights]);
  if (last.key !== key) {
    const maps = pictureOf(state).map((channel, c) => crossCorrelate(channel, slice(state, c)));
    const sum = maps[0].map((row, i) => row.map((_, j) => sumOf(maps, i, j)));
    Object.assign(last, { key, maps, sum });
  }
  return last;
}

const target = { key: "", map: /** @type {Matrix} */ ([]) };

/** What the secret filter makes of the picture, in gray. @param {State} state @returns {Matrix} */
export function wanted(state) {
  const key = JSON.stringify([state.picture, state.sketch, state.secret]);
  if (target.key !== key) {
    Object.assign(target, { key, map: crossCorrelate(pictureOf(state)[0], SECRETS[state.secret]) });
  }
  return target.map;
}

/** Whether there is a result to match, and the filter has its size. @param {State} state */
export const matching = (state) =>
  state.secret in SECRETS && depth(state) === 1 && state.height === 3 && state.width === 3;

/** How far the map is from the one to match, as a share of that one: 0 is the same,
 * and 1 is all there is to say where there is nothing to match.
 * @param {State} state */
export function error(state) {
  const [mine, right] = [mapsOf(state).sum.flat(), wanted(state).flat()];
  const size = right.reduce((sum, value) => sum + value * value, 0);
  if (size === 0) return 1;
  return right.reduce((sum, value, i) => sum + (value - mine[i]) ** 2, 0) / size;
}

/* ---- changes ----------------------------------------------------------------------------- */

/** A filter of one value for every channel. @param {State} state @param {Matrix} kernel */
export function withFilter(state, kernel) {
  const share = depth(state) === 1 ? 1 : 1 / depth(state);
  const one = kernel.flat().map((weight) => weight * share);
  const weights = Array.from({ length: depth(state) }, () => one).flat();
  return { ...state, height: kernel.length, width: kernel[0].length, weights, steps: 0 };
}

/** @param {State} state @param {number} place @param {number} value */
export function painted(state, place, value) {
  const weights = state.weights.slice();
  weights[place] = value;
  return { weights, steps: 0 };
}

/** The filter after so many steps of gradient descent. @param {State} state @param {number} steps */
export function descended(state, steps) {
  const equations = equationsOf(state);
  return { weights: descend(equations, state.weights, steps), steps: state.steps + steps };
}

const kept = { key: "", equations: /** @type {any} */ (null) };

/** @param {State} state */
function equationsOf(state) {
  const key = JSON.stringify([state.picture, state.sketch, state.secret]);
  if (kept.key !== key) {
    const equations = normalEquations(pictureOf(state)[0], 3, 3, wanted(state));
    Object.assign(kept, { key, equations });
  }
  return kept.equations;
}

/** An allowed state: weights for each channel, the pointer inside the map. @param {State} state */
export function tidy(state) {
  if (!(state.picture in data().photos) && state.picture !== "sketch") state.picture = "brick";
  const size = depth(state) * state.height * state.width;
  const weights = fitted(state, size);
  const [rows, columns] = mapSize(state);
  const row = within(Math.round(state.row), 0, rows - 1);
  const column = within(Math.round(state.column), 0, columns - 1);
  return { ...state, weights, side: `${state.height},${state.width}`, row, column };
}

/** @param {State} state */
export function mapSize(state) {
  const image = pictureOf(state)[0];
  return [image.length - state.height + 1, image[0].length - state.width + 1];
}

/** The weights after the filter's size or depth has changed: what was painted stays where it was.
 * @param {State} state @param {number} size */
function fitted(state, size) {
  const [height, width] = state.side.split(",").map(Number);
  const same = height === state.height && width === state.width;
  if (same && state.weights.length === size) return state.weights;
  const old = (/** @type {number} */ c, /** @type {number} */ u, /** @type {number} */ v) =>
    u < height && v < width
      ? (state.weights[(c * height + u) * width + v] ?? state.weights[u * width + v])
      : 0;
  return Array.from({ length: size }, (_, i) => {
    const [c, rest] = [
      Math.floor(i / (state.height * state.width)),
      i % (state.height * state.width),
    ];
    return old(c, Math.floor(rest / state.width), rest % state.width) || 0;
  });
}

/* ---- in words ---------------------------------------------------------------------------- */

/** @param {State} state */
export function describe(state) {
  const sum = mapsOf(state).sum[state.row][state.column];
  const where = `At row ${state.row}, column ${state.column} of the map the response is ${short(sum)}.`;
  const parts = depth(state) === 3 ? ` ${sharesInWords(state)}` : "";
  return `Filter of ${state.height}×${state.width}. ${where}${parts}${matchInWords(state)}`;
}

/** @param {State} state */
const sharesInWords = (state) =>
  mapsOf(state)
    .maps.map((map, c) => `${NAMES[c]} ${short(map[state.row][state.column])}`)
    .join(" + ");

/** @param {State} state */
export function matchInWords(state) {
  if (!(state.secret in SECRETS)) return "";
  if (!matching(state)) return " A result to match needs a gray picture and a filter of 3×3.";
  const steps = state.steps ? ` after ${count(state.steps, "step")} of descent` : "";
  return ` Error against result ${state.secret}${steps}: ${percent(error(state))}.`;
}

/** A number with three digits. @param {number} value */
export const short = (value) => show(Number(value.toPrecision(3)));

/** The terms under the window, as far as they can be read. @param {State} state */
export function termsInWords(state) {
  const image = pictureOf(state);
  const terms = image.flatMap((channel, c) =>
    slice(state, c).flatMap((row, u) =>
      row.map((weight, v) => term(channel[state.row + u][state.column + v], weight)),
    ),
  );
  const sum = mapsOf(state).sum[state.row][state.column];
  const shown = terms.length > 9 ? [...terms.slice(0, 8), "…", terms[terms.length - 1]] : terms;
  return `${shown.join(" + ")} = ${short(sum)}`;
}

/** @param {number} pixel @param {number} weight */
const term = (pixel, weight) =>
  `${short(pixel)}·${weight < 0 ? `(${short(weight)})` : short(weight)}`;

/** @param {number} share */
export const percent = (share) => `${show(Number((100 * share).toPrecision(2)))} %`;
