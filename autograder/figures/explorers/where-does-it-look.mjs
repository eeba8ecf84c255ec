/**
 * Where does it look: point at a number of any row, and see which pixels can reach it, and how much
 * each of them can weigh.
 */

import { whenColorsChange } from "./colors.mjs";
import { action, afterKey, choice, make, mount, number, put, within } from "./frame.mjs";
import { loaded, paintMap, paintPicture, surround } from "./look-pictures.mjs";
import { OWN, given, lookAt, networkOf, sidesOf, tidy } from "./look-state.mjs";
import { ownCells, rowsTable } from "./look-table.mjs";
import { nearestNumber, numbersThatSee, weightsOfPair } from "./looks.mjs";
import { label, layerReceptiveFields, times } from "./network.mjs";

/** @typedef {import("./frame.mjs").Frame} Frame */
/** @typedef {import("./network.mjs").Field} Field */
/** @typedef {import("./looks.mjs").Look} Look */
/** @typedef {import("./look-state.mjs").Looking} Looking */

/* ---- what is asked ----------------------------------------------------------------------- */

/** @param {any} state */
function sees163(state) {
  if (state.network !== "AlexNet") return false;
  const { fields, cut } = lookAt(state);
  const { size } = fields[0];
  if (size !== 163) return `A number of this row sees ${size} pixels from left to right.`;
  return (
    !cut || "That is the row. The border cuts this number's patch: take one nearer the middle."
  );
}

/** @param {any} state */
function fewerWeights(state) {
  if (state.network !== OWN) return false;
  const { size } = /** @type {Field} */ (layerReceptiveFields(networkOf(state).layers).at(-1));
  if (state.strides.some((/** @type {number} */ stride) => stride !== 1))
    return "Keep every stride at 1: a stride also throws numbers away.";
  if (size !== 7) return `The last row sees ${size} × ${size} pixels.`;
  const weights = weightsOfPair(state.kernels);
  return (
    weights < 49 || `7 × 7 pixels with ${weights} weights for each pair of channels: not fewer yet.`
  );
}

/** @param {any} state */
function sixteenApart(state) {
  if (state.network !== "VGG-16") return false;
  const fields = layerReceptiveFields(networkOf(state).layers).map((field) => field?.jump ?? 0);
  if (fields.indexOf(16) === state.row) return true;
  const words = `Neighbors in this row look ${fields[state.row]} pixels apart`;
  return fields[state.row] === 16 ? `${words}, but so they do in a row above.` : `${words}.`;
}

/* ---- on the page ------------------------------------------------------------------------- */

/** What the page keeps beside the state: the pictures, and the pixel pointed at. */
const page = {
  /** @type {Record<string, Promise<ImageData>>} */ pictures: {},
  /** @type {number[] | null} */ pixel: null,
};

/** @param {HTMLElement} place @param {Frame} frame */
function stage(place, frame) {
  whenColorsChange(() => frame.change({}));
  const table = rowsTable(frame);
  const own = make("div", { class: "own" });
  const [picture, map] = [pictureFigure(frame), mapFigure(frame)];
  place.append(
    make("div", { class: "looking" }, [make("div", {}, [own, table.box, map.box]), picture.box]),
  );
  return (/** @type {any} */ state) => {
    ownCells(own, state, frame);
    table.update(state);
    picture.update(state);
    map.update(state);
  };
}

/** Keep the number that is pointed at, until it is let go. */
let pinned = false;

/**
 * Point anywhere in a box: down and across, from 0 to 1. A click of the mouse holds the place, and the
 * next lets it go; a finger needs none.
 * @param {HTMLElement} box @param {(down: number, across: number) => void} point
 * @param {() => void} [leave]
 */
function pointed(box, point, leave = () => {}) {
  const at = (/** @type {PointerEvent} */ event) => {
    const { top, left, height, width } = box.getBoundingClientRect();
    const shares = [(event.clientY - top) / height, (event.clientX - left) / width];
    const [down, across] = shares.map((share) => within(share, 0, 0.9999));
    point(down, across);
  };
  box.addEventListener("pointermove", (event) => {
    if (!pinned && (event.pointerType === "mouse" || event.buttons)) at(event);
  });
  box.addEventListener("pointerdown", (event) => {
    pinned = event.pointerType === "mouse" && !pinned;
    at(event);
  });
  box.addEventListener("pointerleave", leave);
}

/**
 * A picture that can be pointed at.
 * @param {string} name @param {string} kind @param {HTMLElement[]} [over]
 */
function pointable(name, kind, over = []) {
  const canvas = make("canvas", { "aria-hidden": "true" });
  const framed = make("div", { class: `framed ${name}` }, [canvas, ...over]);
  const [caption, note] = [make("figcaption", { class: `kind-${kind}` }), make("p")];
  return { canvas, framed, caption, note, box: make("figure", {}, [caption, framed, note]) };
}

/** The picture under its veil, with the patch in a frame. @param {Frame} frame */
function pictureFigure(frame) {
  const patch = make("div", { class: "patch" });
  const { canvas, framed, caption, note, box } = pointable("picture", "input", [patch]);
  const point = (/** @type {number} */ down, /** @type {number} */ across) => {
    const { input } = networkOf(/** @type {any} */ (frame.state()));
    page.pixel = [down * input[1], across * input[2]].map(Math.floor);
    frame.change(nearest(/** @type {any} */ (frame.state()), page.pixel));
  };
  pointed(framed, point, () => {
    page.pixel = null;
    frame.change({});
  });
  const update = async (/** @type {Looking} */ state) => {
    const [{ input }, look] = [networkOf(state), lookAt(state)];
    surround(patch, look.patch, input.slice(1));
    const words = `the picture, with the patch that the number sees: ${patchInWords(look)}`;
    put(framed, "role", "img");
    put(framed, "aria-label", words);
    put(patch, "class", look.cut ? "patch cut" : "patch");
    put(caption, "text", `The picture: ${times(input)}`);
    put(note, "text", shadeInWords(look));
    framed.classList.toggle("coarse", input[1] < 64);
    const picture = await pictureOf(input);
    if (frame.state() === state) paintPicture(canvas, picture, look);
  };
  return { box, update };
}

/** @param {number[]} input @returns {Promise<ImageData>} */
function pictureOf(input) {
  const source = input[0] === 1 ? given.digit : given.photo;
  const name = `${times(input)} of ${source.length}`;
  page.pictures[name] ??= loaded(source, input.slice(1));
  return page.pictures[name];
}

/** @param {Looking} state @param {number[]} pixel */
function nearest(state, pixel) {
  const { fields } = lookAt(state);
  const sides = sidesOf(state);
  const [down, across] = pixel.map((at, axis) => nearestNumber(fields[axis], at, sides[axis]));
  return { down, across };
}

/** One map of the row: each of its numbers can be pointed at. @param {Frame} frame */
function mapFigure(frame) {
  const { canvas, framed, caption, note, box } = pointable("map", "output");
  const point = (/** @type {number} */ down, /** @type {number} */ across) => {
    const [rows, columns] = sidesOf(/** @type {any} */ (frame.state()));
    frame.change({ down: Math.floor(down * rows), across: Math.floor(across * columns) });
  };
  pointed(framed, point);
  framed.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => onKey(event, frame));
  const has = {
    tabindex: "0",
    role: "application",
    "aria-roledescription": "map of numbers; the arrow keys move",
  };
  for (const [name, value] of Object.entries(has)) put(framed, name, value);
  const update = (/** @type {Looking} */ state) => {
    const sides = sidesOf(state);
    paintMap(canvas, sides, state, page.pixel && tintOf(state, page.pixel));
    put(caption, "text", `One map of the row: ${times(sides)} numbers`);
    put(
      framed,
      "aria-label",
      `row ${state.down + 1}, column ${state.across + 1} of ${times(sides)}`,
    );
    put(
      note,
      "text",
      page.pixel
        ? feedsInWords(state, page.pixel)
        : "Point at a number, or walk with the arrow keys; Enter or a click holds it.",
    );
  };
  return { box, update };
}

/** Numbers to the side that Shift and an arrow go. */
const LEAP = 5;

/** @param {KeyboardEvent} event @param {Frame} frame */
function onKey(event, frame) {
  const state = /** @type {Looking} */ (/** @type {any} */ (frame.state()));
  if (event.key === "Enter" || event.key === " ") pinned = !pinned;
  else {
    const [rows, columns] = sidesOf(state);
    const next = afterKey(event, [state.down, state.across], [rows, columns], [LEAP, LEAP]);
    if (!next) return;
    frame.change({ down: next[0], across: next[1] });
  }
  event.preventDefault();
}

/** Which numbers see a pixel, down and across. @param {Looking} state @param {number[]} pixel */
function tintOf(state, pixel) {
  const sides = sidesOf(state);
  const seeing = lookAt(state).fields.map((field, axis) =>
    numbersThatSee(field, pixel[axis], sides[axis]),
  );
  return seeing.every(([first, end]) => end > first) ? seeing : null;
}

/* ---- in words ---------------------------------------------------------------------------- */

/** @param {Looking} state @param {number[]} pixel */
function feedsInWords(state, pixel) {
  const seeing = tintOf(state, pixel);
  const [down, across] = (
    seeing ?? [
      [0, 0],
      [0, 0],
    ]
  ).map(([first, end]) => end - first);
  return `The pixel in row ${pixel[0] + 1}, column ${pixel[1] + 1} reaches ${down} × ${across} numbers of this map.`;
}

/** @param {Look} look */
function patchInWords({ patch: [[top, bottom], [left, right]] }) {
  if (bottom <= top || right <= left) return "nothing but padding";
  return `rows ${top + 1} to ${bottom}, columns ${left + 1} to ${right}`;
}

/** @param {Look} look */
function shadeInWords({ paths: [down, across] }) {
  const most = Math.max(...down) * Math.max(...across);
  return `The clearer a pixel, the more it can weigh: the clearest reaches the number on ${most.toLocaleString("en-US")} paths.`;
}

/** @param {any} state */
function describe(state) {
  const look = lookAt(state);
  const [{ size, jump }, wide] = look.fields;
  const [height, width] = look.patch.map(([first, end]) => end - first);
  const name = label(networkOf(state).layers[state.row]);
  const whole = `sees ${size} × ${wide.size} pixels`;
  const seenNow = look.cut ? `${whole}, of which the border leaves ${height} × ${width}` : whole;
  return (
    `${state.network}, ${name}: the number in row ${state.down + 1}, column ${state.across + 1} ${seenNow}: ` +
    `${patchInWords(look)}. Its neighbor looks ${jump === 1 ? "one pixel" : `${jump} pixels`} further.`
  );
}

/* ---- the explorer ------------------------------------------------------------------------ */

const names = [...given.networks.map(({ name }) => name), OWN];
const isOwn = (/** @type {any} */ state) => state.network === OWN;

mount({
  name: "where-does-it-look",
  title: "Where does it look",
  question: {
    asks:
      "AlexNet's fifth convolution gives maps of 13×13. How many pixels of the photo does one of those " +
      "numbers see, from left to right?",
    choices: ["3", "11", "17", "163", "227"],
    answer: "163",
    because:
      "Its own filter is 3 wide, but the numbers that it reads lie 16 pixels apart and see 131 each.",
  },
  tasks: [
    {
      asks: "Point at a number of AlexNet that sees 163 × 163 pixels, none of them cut off by the border.",
      done: sees163,
      then: "The fifth convolution, and not too near the border of its map.",
    },
    {
      asks: `With “${OWN}”, see 7 × 7 pixels with fewer weights than one 7 × 7 filter has.`,
      done: fewerWeights,
      then: "Three filters of 3 × 3 have 27 weights where one of 7 × 7 has 49: that is VGG's idea.",
    },
    {
      asks: "Find the first row of VGG-16 whose neighboring numbers look 16 pixels apart.",
      done: sixteenApart,
      then: "Four poolings in steps of 2 lie behind it: 2 · 2 · 2 · 2 = 16.",
    },
  ],
  start: tidy({
    network: names[0] === "yours" ? "yours" : "AlexNet",
    row: 0,
    down: 0,
    across: 0,
    kernels: [7],
    strides: [1],
    pads: [0],
  }),
  controls: [
    {
      legend: "Network",
      fields: [
        choice(
          "network",
          "rows of",
          names.map((name) => [name, name]),
        ),
        { ...action("Add a row", addRow), shown: isOwn },
        { ...action("Remove the last row", removeRow), shown: isOwn },
      ],
    },
    {
      legend: "Number",
      fields: [number("down", "down", 0, 999), number("across", "across", 0, 999)],
    },
  ],
  tidy,
  stage,
  describe,
});

/** @param {any} state */
function addRow({ kernels, strides, pads }) {
  return {
    kernels: [...kernels, 3],
    strides: [...strides, 1],
    pads: [...pads, 0],
    row: kernels.length,
  };
}

/** @param {any} state */
function removeRow({ kernels, strides, pads }) {
  const fewer = (/** @type {number[]} */ list) => list.slice(0, Math.max(1, list.length - 1));
  return { kernels: fewer(kernels), strides: fewer(strides), pads: fewer(pads) };
}
