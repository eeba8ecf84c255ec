/** Explorer 1: where a window may stand, what it reads there, and what nobody reads. */
import { choice, data, make, mount, number, put, sheet, show, signed, toggle } from "./frame.mjs";
import { crossCorrelate, outputSize, padded, readCounts } from "./arithmetic.mjs";
import {
  describe,
  fedBy,
  gives,
  law,
  pictureOf,
  places,
  sliding,
  tall,
  wide,
  yoursForMap,
  yoursForSide,
} from "./windows.mjs";

/** @typedef {import("./frame.mjs").State} State */
/** @typedef {import("./frame.mjs").Cell} Cell */
/** @typedef {import("./arithmetic.mjs").Matrix} Matrix */

/* ---- the tasks --------------------------------------------------------------------------- */

/** @param {State} state */
const sevenByFive = (state) => state.height === 16 && state.width === 11 && gives(state, 7, 5);

/** @param {State} state @param {State} memory */
function everyStride(state, memory) {
  const side = tall(state);
  const found = (memory.found ||= new Set());
  const asked = side.size === 13 && side.kernel === 3 && !side.before && !side.after;
  if (asked && outputSize(side).fits) found.add(side.stride);
  if (found.size === 4) return true;
  return found.size ? `So far: ${[...found].sort((a, b) => a - b).join(", ")}.` : "";
}

/** @param {State} state */
const keepsItsSize = (state) =>
  state.kernelHeight === 5 &&
  state.kernelWidth === 3 &&
  state.down === 1 &&
  state.across === 1 &&
  gives(state, state.height, state.width);

const TASKS = [
  {
    asks: "Turn a picture of 16×11 (height × width) into a map of 7×5, with nothing left over.",
    done: sevenByFive,
    then: "Six strides down and four across fill what the window leaves free.",
  },
  {
    asks: "Height 13, window 3 high, no padding: find every stride down that fits.",
    done: everyStride,
    then: "1, 2, 5 and 10: the numbers that divide 13 − 3.",
  },
  {
    asks: "A window of 5×3 with stride 1: choose the padding so that the map is as large as the picture.",
    done: keepsItsSize,
    then: "(5 − 1)/2 = 2 rows and (3 − 1)/2 = 1 column on each side, or the same sum shared unevenly.",
  },
];

/* ---- the drawing ------------------------------------------------------------------------- */

/** @param {State} state @param {number} i @param {number} j */
const inFrame = (state, i, j) =>
  i < state.top || j < state.left || i >= state.top + state.height || j >= state.left + state.width;

/** @param {State} state @returns {Cell[][]} */
function pictureCells(state) {
  const [rows, columns] = [readCounts(tall(state)), readCounts(wide(state))];
  const most = Math.max(...rows) * Math.max(...columns);
  return pictureOf(state).map((row, i) =>
    row.map((value, j) => {
      const often = rows[i] * columns[j];
      const look = `${inFrame(state, i, j) ? "frame" : ""} ${often ? "" : "unread"}`;
      if (state.reads) return { text: show(often), fill: signed(often, most), class: look };
      return {
        text: show(value),
        fill: gray(value),
        class: `${look} ${value > 3 ? "bright" : "dim"}`,
      };
    }),
  );
}

/** Grays of the pixels 0 to 9, in percent of white: a number can be read on each. */
const GRAYS = [18, 26, 34, 41, 59, 67, 75, 83, 91, 98];

/** A pixel's gray. @param {number} value */
const gray = (value) => `hsl(210 6% ${GRAYS[value]}%)`;

/** @param {Matrix} values @param {(i: number, j: number) => string} [look] @returns {Cell[][]} */
function signedCells(values, look = () => "") {
  const most = Math.max(1, ...values.flat().map(Math.abs));
  return values.map((row, i) =>
    row.map((value, j) => ({ text: show(value), fill: signed(value, most), class: look(i, j) })),
  );
}

/** The products under the window. @param {State} state @returns {Matrix} */
function products(state) {
  const [top, left] = [state.row * state.down, state.column * state.across];
  const image = pictureOf(state);
  return sliding(state).map((row, u) => row.map((weight, v) => weight * image[top + u][left + v]));
}

/** The sum written out, as far as it can be read. @param {State} state */
function sumInWords(state) {
  const [top, left] = [state.row * state.down, state.column * state.across];
  const image = pictureOf(state);
  const terms = sliding(state).flatMap((row, u) =>
    row.map(
      (weight, v) => `${image[top + u][left + v]}·${weight < 0 ? `(${show(weight)})` : weight}`,
    ),
  );
  const sum = products(state)
    .flat()
    .reduce((a, b) => a + b, 0);
  const shown = terms.length > 15 ? [...terms.slice(0, 12), "…", terms[terms.length - 1]] : terms;
  return `${shown.join(" + ")} = ${show(sum)}`;
}

/** @param {HTMLElement} place @param {import("./frame.mjs").Frame} frame */
function stage(place, frame) {
  const { picture, output } = pointedAt(frame);
  const kernel = sheet({ label: "Kernel", kind: "filter" });
  const product = sheet({ label: "Products", kind: "gradient" });
  const own = sheet({ label: "Your map", kind: "yours" });
  const sum = make("p", { class: "sum" });
  const laws = make("div", { class: "laws" });
  const middle = make("div", { class: "middle" }, [kernel.box, product.box]);
  place.append(picture.box, middle, make("div", {}, [output.box, own.box]), sum, laws);
  return (/** @type {State} */ state) => {
    drawPicture(picture, state);
    drawWindow({ kernel, product, sum }, state);
    drawMap(output, state);
    drawOwn(own, data().yours, state);
    drawLaws(laws, data().yours, state);
  };
}

/** The two sheets that are pointed at: a pixel of the one, or a number of the other.
 * @param {import("./frame.mjs").Frame} frame */
function pointedAt(frame) {
  const pin = () => frame.change({ pinned: !frame.state().pinned });
  const picture = sheet({
    label: "Padded picture",
    kind: "input",
    at: () => [frame.state().pixelRow, frame.state().pixelColumn],
    stride: () => [frame.state().down, frame.state().across],
    point: (pixelRow, pixelColumn, how) =>
      move(frame, { pointed: true, pixelRow, pixelColumn }, how),
    pin,
  });
  const output = sheet({
    label: "Map",
    kind: "output",
    at: () => [frame.state().row, frame.state().column],
    point: (row, column, how) => move(frame, { pointed: false, row, column }, how),
    pin,
  });
  return { picture, output };
}

/** Move, unless it is pinned or there already. Keys move what is pinned, too.
 * @param {import("./frame.mjs").Frame} frame @param {State} some @param {string} how */
function move(frame, some, how) {
  const now = frame.state();
  if (how === "pointer" && now.pinned) return;
  if (Object.keys(some).some((name) => now[name] !== some[name])) frame.change(some);
}

/** @param {any} picture @param {State} state */
function drawPicture(picture, state) {
  const size = `${padded(tall(state))}×${padded(wide(state))}`;
  const title = state.reads ? `how often each pixel is read, ${size}` : `padded picture, ${size}`;
  picture.show(pictureCells(state), title, size, ringsOf(state));
}

/** The window on the picture, or the pixel that is pointed at. @param {State} state */
function ringsOf(state) {
  if (state.pointed) {
    return [{ row: state.pixelRow, column: state.pixelColumn, height: 1, width: 1 }];
  }
  const [rows, columns] = places(state);
  if (!rows || !columns) return [];
  const at = { row: state.row * state.down, column: state.column * state.across };
  return [{ ...at, height: state.kernelHeight, width: state.kernelWidth }];
}

/** @param {any} parts @param {State} state */
function drawWindow({ kernel, product, sum }, state) {
  const [rows, columns] = places(state);
  const size = `${state.kernelHeight}×${state.kernelWidth}`;
  const title = `kernel ${size}${state.flip ? ", flipped" : ""}`;
  kernel.show(signedCells(sliding(state)), title, size);
  product.box.hidden = sum.hidden = !rows || !columns;
  if (product.box.hidden) return;
  product.show(
    signedCells(products(state)),
    "window × kernel",
    "one product for each pixel of the window",
  );
  put(sum, "text", sumInWords(state));
}

/** @param {any} output @param {State} state */
function drawMap(output, state) {
  const [rows, columns] = places(state);
  output.box.hidden = !rows || !columns;
  if (output.box.hidden) return;
  const map = crossCorrelate(pictureOf(state), sliding(state), [state.down, state.across]);
  const [down, across] = state.pointed ? fedBy(state) : [[state.row], [state.column]];
  const rings =
    down.length && across.length
      ? [{ row: down[0], column: across[0], height: down.length, width: across.length }]
      : [];
  output.show(signedCells(map), `map, ${rows}×${columns}`, `${rows}×${columns}`, rings);
}

/** @param {any} own @param {any} yours @param {State} state */
function drawOwn(own, yours, state) {
  own.box.hidden = yours?.kind !== "map";
  if (own.box.hidden) return;
  const result = yoursForMap(yours, state);
  own.svg.style.display = Array.isArray(result) ? "" : "none";
  if (result === undefined) own.show([[{}]], `${yours.name}: ${yours.tried}`, "");
  else if (!Array.isArray(result)) own.show([[{}]], `${yours.name} ${result} ≠`, "");
  else {
    const map = crossCorrelate(pictureOf(state), sliding(state));
    const wrong = (/** @type {number} */ i, /** @type {number} */ j) =>
      !(Math.abs(result[i][j] - map[i]?.[j]) < 1e-6);
    const same =
      result.length === map.length &&
      !result.some((row, i) => row.length !== map[0]?.length || row.some((_, j) => wrong(i, j)));
    own.show(
      signedCells(result, (i, j) => (wrong(i, j) ? "wrong" : "")),
      `${yours.name}: yours ${same ? "=" : "≠"}`,
      "",
    );
  }
}

/** The law of sizes in words. */
const general = () => [
  make("dt", { text: "how many places" }),
  make("dd", { text: "(size + padding before + padding after − window)/stride + 1" }),
];

/** @param {HTMLElement} laws @param {any} yours @param {State} state */
function drawLaws(laws, yours, state) {
  const lines = [tall(state), wide(state)].flatMap((side, axis) => [
    make("dt", { text: axis ? "width of the map" : "height of the map" }),
    make("dd", { text: law(side), class: outputSize(side).fits ? "" : "misfit" }),
    ...(yours?.kind === "size"
      ? [make("dd", { class: "kind-yours", text: yoursForSide(yours, side) })]
      : []),
  ]);
  laws.replaceChildren(make("dl", {}, [...general(), ...lines]));
}

mount({
  name: "place-the-window",
  title: "Place the window",
  question: {
    asks: "A picture is 10 pixels wide. A window 4 wide moves over it 4 pixels at a time, without padding. How many columns does it never read?",
    choices: ["0", "1", "2", "4"],
    answer: "2",
    because:
      "It stands on columns 0 to 3 and 4 to 7. The next step would leave the picture, so columns 8 and 9 are left over.",
  },
  tasks: TASKS,
  start: {
    height: 8,
    width: 10,
    kernelHeight: 4,
    kernelWidth: 4,
    flip: false,
    down: 4,
    across: 4,
    top: 0,
    bottom: 0,
    left: 0,
    right: 0,
    filling: "zeros",
    reads: false,
    row: 0,
    column: 0,
    pointed: false,
    pixelRow: 0,
    pixelColumn: 0,
    pinned: false,
  },
  controls: [
    {
      legend: "Picture",
      fields: [number("height", "height", 1, 16), number("width", "width", 1, 16)],
    },
    {
      legend: "Window",
      fields: [
        number("kernelHeight", "height", 1, 11),
        number("kernelWidth", "width", 1, 11),
        toggle("flip", "flip the kernel"),
      ],
    },
    {
      legend: "Stride",
      fields: [number("down", "down", 1, 10), number("across", "across", 1, 10)],
    },
    {
      legend: "Padding",
      fields: [
        number("top", "top", 0, 5),
        number("bottom", "bottom", 0, 5),
        number("left", "left", 0, 5),
        number("right", "right", 0, 5),
        choice("filling", "filled with", [
          ["zeros", "zeros"],
          ["gray", "gray (5)"],
          ["border", "its border"],
        ]),
      ],
    },
    { legend: "Show", fields: [toggle("reads", "how often each pixel is read")] },
  ],
  tidy(/** @type {State} */ state) {
    const [rows, columns] = places(state);
    const inside = (/** @type {number} */ value, /** @type {number} */ size) =>
      Math.max(0, Math.min(size - 1, Math.round(value)));
    return {
      ...state,
      row: inside(state.row, rows),
      column: inside(state.column, columns),
      pixelRow: inside(state.pixelRow, padded(tall(state))),
      pixelColumn: inside(state.pixelColumn, padded(wide(state))),
    };
  },
  describe,
  stage,
});
