/**
 * Drag the digit: two networks read it while it moves, pixel by pixel, and show what they see.
 */

import { whenColorsChange } from "./colors.mjs";
import { board } from "./digit-board.mjs";
import { SERIES, curve, percent } from "./digit-curve.mjs";
import { paintDigit, paintMaps } from "./digit-pictures.mjs";
import {
  DIGITS,
  DRAWN,
  FIRST,
  answersTo,
  given,
  labelOf,
  movesOf,
  placeInWords,
  readers,
  standing,
  written,
} from "./digit-state.mjs";
import { action, make, mount, number, put, toggle, within } from "./frame.mjs";
import { FARTHEST, SIDE, shuffled } from "./readers.mjs";

/** @typedef {import("./frame.mjs").Frame} Frame */
/** @typedef {import("./forward.mjs").Maps} Maps */
/** @typedef {import("./readers.mjs").Network} Network */
/** @typedef {import("./digit-state.mjs").Dragged} Dragged */
/** @typedef {import("./digit-state.mjs").Answer} Answer */

/* ---- what is asked ----------------------------------------------------------------------- */

/** @type {Map<string, number | null>} */
const known = new Map();

/** @param {number} at which network @param {Dragged} state */
function fewest(at, state) {
  const name = `${at},${state.digit}`;
  const label = labelOf(state) ?? -1;
  if (!known.has(name)) known.set(name, readers[at].fewestMoves(written(state), label, false));
  return known.get(name) ?? FARTHEST;
}

/** @param {number} at which network */
const fooled = (at) => (/** @type {any} */ state) => {
  const label = labelOf(state);
  if (label === undefined || state.mixed) return false;
  if (answersTo(state)[at].said === label) return false;
  const least = fewest(at, state);
  if (!least) return "It reads this digit wrongly where it stands: choose another.";
  const moves = movesOf(state);
  return moves === least || `${moves} pixels fool it, and so do fewer.`;
};

/** @param {any} state */
function lostByShuffling(state) {
  if (!state.mixed || movesOf(state)) return false;
  const [flat, lenet] = answersTo(state).map(({ said }) => said);
  const label = labelOf(state);
  if (flat !== label)
    return "The fully connected network is wrong about this one: choose another digit.";
  return lenet !== label || "LeNet is right by luck: choose another digit.";
}

/* ---- digits to choose from --------------------------------------------------------------- */

/** @param {Frame} frame */
function digitList(frame) {
  const choices = given.labels.map((label, digit) => {
    const canvas = make("canvas", { role: "img", "aria-label": `a ${label}` });
    paintDigit(canvas, DIGITS.subarray(digit * SIDE * SIDE, (digit + 1) * SIDE * SIDE));
    return digitChoice(digit, canvas, frame);
  });
  const own = digitChoice(DRAWN, make("span", { text: "draw one" }), frame);
  const box = make("fieldset", { class: "digits" }, [
    make("legend", { text: "Digit" }),
    ...choices,
    own,
  ]);
  return {
    box,
    update(/** @type {Dragged} */ { digit }) {
      for (const radio of box.querySelectorAll("input"))
        radio.checked = Number(radio.value) === digit;
    },
  };
}

/** @param {number} digit @param {HTMLElement} shown @param {Frame} frame */
function digitChoice(digit, shown, frame) {
  const change = () => frame.change({ digit, down: 0, right: 0 });
  return make("label", {}, [
    make("input", { type: "radio", name: "digit", value: digit, change }),
    shown,
  ]);
}

/* ---- what the networks say --------------------------------------------------------------- */

/** @param {number} at which network */
function readerPanel(at) {
  const said = make("p", { class: "said-digit" });
  const bars = make(
    "div",
    { class: "bars", role: "img" },
    Array.from({ length: 10 }, (_, digit) =>
      make("span", {}, [make("i"), make("b", { text: digit })]),
    ),
  );
  const maps = [0, 1].map(() => ({ canvas: make("canvas", { role: "img" }), caption: make("p") }));
  const box = make(
    "section",
    { class: `reader ${SERIES[at]}`, "aria-label": given.networks[at].name },
    [
      make("h3", { text: given.networks[at].name }),
      said,
      bars,
      ...maps.flatMap(({ canvas, caption }) => [canvas, caption]),
    ],
  );
  return {
    box,
    update(/** @type {Dragged} */ state, /** @type {Answer} */ answer) {
      put(said, "text", verdict(state, answer));
      showBars(bars, answer, labelOf(state));
      showMaps(maps, given.networks[at], answer.stages);
    },
  };
}

/** @param {Dragged} state @param {Answer} answer */
function verdict(state, { said }) {
  const label = labelOf(state);
  return label === undefined
    ? `reads ${said}`
    : `reads ${said}: ${said === label ? "right ✓" : "wrong ✗"}`;
}

/** @param {HTMLElement} bars @param {Answer} answer @param {number | undefined} label */
function showBars(bars, { shares, said }, label) {
  put(bars, "aria-label", `${Math.round(100 * shares[said])} % sure of ${said}`);
  [...bars.children].forEach((bar, digit) => {
    put(bar, "style", `--share:${shares[digit]}`);
    put(
      bar,
      "class",
      `${digit === said ? "said" : ""} ${digit === label ? "true" : ""}`.trim() || null,
    );
  });
}

/** Its first two rows that rectify, or as many as there are.
 * @param {{ canvas: any, caption: any }[]} places @param {Network} network @param {Maps[]} stages */
function showMaps(places, { layers }, stages) {
  const shown = stages.filter((_, row) => layers[row][0] === "relu").slice(0, places.length);
  places.forEach(({ canvas, caption }, at) => {
    const maps = shown[at];
    const flat = maps?.shape.length === 1;
    for (const part of [canvas, caption]) put(part, "hidden", maps && !(at && flat) ? null : "");
    if (!maps || (at && flat)) return;
    paintMaps(canvas, maps);
    const words = flat
      ? `${maps.shape[0]} hidden units`
      : `${maps.shape[0]} maps of ${maps.shape[1]}×${maps.shape[2]}`;
    put(caption, "text", words);
    put(canvas, "aria-label", words);
  });
}

/* ---- the explorer ------------------------------------------------------------------------ */

/** @param {HTMLElement} place @param {Frame} frame */
function stage(place, frame) {
  const [list, held, line] = [digitList(frame), board(frame), curve()];
  whenColorsChange(() => frame.change({}));
  const panels = SERIES.map((_, at) => readerPanel(at));
  const mixedCanvas = make("canvas", { role: "img", "aria-label": "the shuffled pixels" });
  const mixed = make("figure", { class: "mixed" }, [
    make("figcaption", { class: "kind-input", text: "What both networks get" }),
    mixedCanvas,
  ]);
  const left = make("div", { class: "hand" }, [held.box, mixed]);
  const right = make(
    "div",
    { class: "readers" },
    panels.map((panel) => panel.box),
  );
  place.append(make("div", { class: "dragging" }, [list.box, left, right, line.box]));
  return (/** @type {any} */ state) => {
    const answers = answersTo(state);
    for (const part of [list, held, line]) part.update(state);
    panels.forEach((panel, at) => panel.update(state, answers[at]));
    put(mixed, "hidden", state.mixed ? null : "");
    if (state.mixed) paintDigit(mixedCanvas, shuffled(standing(state), given.order));
  };
}

/** @param {any} state */
function describe(state) {
  const said = answersTo(state).map(
    ({ said: digit, shares }, at) =>
      `${at ? "LeNet" : "the fully connected network"} reads ${digit}, ${percent(shares[digit])} sure`,
  );
  const mixed = state.mixed ? ", its pixels shuffled" : "";
  return `${placeInWords(state)}${mixed}: ${said.join("; ")}.`;
}

/** @param {any} state */
function tidy(state) {
  const drawn = state.drawn.filter(
    (/** @type {number} */ at) => Number.isInteger(at) && at >= 0 && at < SIDE * SIDE,
  );
  return { ...state, drawn, digit: within(Math.round(state.digit), 0, DRAWN) };
}

/** Of 100 digits, how many are still read after three pixels. @param {number} at which network */
const afterThree = (at) => Math.round(100 * given.networks[at].right[3]);

const GUESSES = [95, 70, 40, 10];
const nearestGuess = GUESSES.reduce((best, each) =>
  Math.abs(each - afterThree(0)) < Math.abs(best - afterThree(0)) ? each : best,
);

mount({
  name: "drag-the-digit",
  title: "Drag the digit",
  question: {
    asks:
      "A fully connected network has learned to read digits in the middle of the picture. Move 100 of them " +
      "by three pixels: how many does it still read?",
    choices: GUESSES.map((guess) => `about ${guess}`),
    answer: `about ${nearestGuess}`,
    because: `It reads ${afterThree(0)} of 100; LeNet reads ${afterThree(1)}.`,
  },
  tasks: [
    {
      asks: "Move a digit by as few pixels as you can, so that the fully connected network reads it wrongly.",
      done: fooled(0),
      then: "No smaller move of this digit fools it.",
    },
    {
      asks: "Now fool LeNet, again with as few pixels as you can.",
      done: fooled(1),
      then: "Convolution and pooling forgive a step or two, and not more.",
    },
    {
      asks: "Put the digit back, and shuffle its pixels: find one that LeNet no longer reads.",
      done: lostByShuffling,
      then:
        "The weights of the fully connected network can follow the new order, and nothing changes. Filters " +
        "count on neighbors, and these are gone.",
    },
  ],
  start: { digit: FIRST, down: 0, right: 0, mixed: false, drawn: [] },
  controls: [
    {
      legend: "Move it",
      fields: [
        number("down", "down", -FARTHEST, FARTHEST),
        number("right", "right", -FARTHEST, FARTHEST),
        action("Put it back", () => ({ down: 0, right: 0 })),
      ],
    },
    {
      legend: "Pixels",
      fields: [
        toggle("mixed", "shuffled"),
        {
          ...action("Wipe the drawing", () => ({ drawn: [] })),
          shown: (state) => state.digit === DRAWN,
        },
      ],
    },
  ],
  tidy,
  stage,
  describe,
});
