/**
 * The frame that every explorer stands in.
 *
 * An explorer is one module. It describes itself by one object and hands it to `mount`:
 *
 *     mount({
 *       name: "place-the-window",            the file's name
 *       title: "Place the window",
 *       question: { asks, choices, answer, because },   opens the explorer; a guess shows the rest
 *       tasks: [{ asks, done(state, memory), then }],   three; checked after every change
 *       start: { height: 7, flip: false },   the state: numbers, words, booleans, lists of numbers
 *       controls: [{ legend: "Picture", fields: [number("height", "height", 1, 16)] }],
 *       tidy(state),                         an allowed state near this one; may be left out
 *       stage(place, frame),                 builds the drawing once; returns draw(state)
 *       describe(state),                     the state in words, for the live region
 *     });
 *
 * `state` is plain data and never changed: `frame.change({ height: 8 })` makes the next one, which
 * is tidied, drawn, described, checked against the tasks and kept in the address (`#height=8`).
 * Fields: `number` (stepper), `choice` (select), `toggle` (checkbox), `action` (button). A field
 * may have `shown(state)`. What an explorer was given by Python is `data()`. `task.done` may keep
 * what it has seen in `memory`, an object of that task's own, and may return words that say how
 * far one has come in place of false.
 *
 * For drawing: `make` and `draw` (elements of HTML and SVG), `sheet` (a matrix that can be pointed
 * at, touched and walked through with keys), `signed` (a number's shade), `show` (a number in
 * words). Colors are CSS variables: --card --ink --muted --line --positive --negative --mark, and
 * one for each kind: --input --filter --output --yours --expected --gradient.
 */

import { data, draw, make, put, within } from "./elements.mjs";
import { drawnField } from "./fields.mjs";
import { fromLink, toLink } from "./links.mjs";
import { asked, taskList } from "./tasks.mjs";

export { count, data, draw, make, put, show, signed, within } from "./elements.mjs";
export { action, choice, number, toggle } from "./fields.mjs";
export { afterKey, listen, sheet } from "./sheets.mjs";

/** @typedef {string | number | boolean | number[]} Value */
/** @typedef {Record<string, any>} State */
/** @typedef {{ kind: string, name: string, label: string, low?: number, high?: number,
 *   step?: number, options?: [string, string][], press?: (state: State, frame: Frame) => State | void,
 *   shown?: (state: State) => boolean }} Field */
/** @typedef {{ legend: string, fields: Field[] }} Group */
/** @typedef {{ asks: string, choices: string[], answer: string, because: string }} Question */
/** @typedef {{ asks: string, done: (state: State, memory: State) => boolean | string,
 *   then: string }} Task */
/** @typedef {{ name: string, title: string, question: Question, tasks: Task[], start: State,
 *   controls: Group[], tidy?: (state: State) => State, describe: (state: State) => string,
 *   stage: (place: HTMLElement, frame: Frame) => (state: State) => void }} Explorer */
/** @typedef {{ state: () => State, change: (some: State) => void, redraw: () => void,
 *   say: (words: string) => void }} Frame */
/** @typedef {import("./fields.mjs").Drawn} Drawn */
/** @typedef {import("./sheets.mjs").Cell} Cell */
/** @typedef {import("./sheets.mjs").Ring} Ring */
/** @typedef {import("./sheets.mjs").SheetOptions} SheetOptions */
/** @typedef {import("./sheets.mjs").Sheet} Sheet */

/**
 * Put an explorer on the page: its question at once, the rest when somebody has guessed, or has
 * come by a link.
 * @param {Explorer} explorer
 * @returns {Frame}
 */
export function mount(explorer) {
  const given = data();
  const link = location.hash || given.at || "";
  const { frame, drawn, live } = frameOf(explorer, fromLink(link, explorer.start));
  const rest = make("div", { class: "rest", hidden: "" });
  const open = () => {
    if (!rest.hidden) return;
    drawn.push(...fill(rest, explorer, frame, live));
    rest.hidden = false;
    frame.change({});
  };
  const question = asked(explorer.question, open);
  const main = make("main", {}, [make("h1", { text: explorer.title }), question, rest]);
  document.body.replaceChildren(main, hatching());
  if (link || given.open) open();
  addEventListener("hashchange", () => {
    open();
    frame.change(fromLink(location.hash, explorer.start));
  });
  addEventListener("message", ({ data: said }) => {
    if (typeof said?.explorerState !== "string") return;
    open();
    frame.change(fromLink(said.explorerState, explorer.start));
  });
  addEventListener("resize", tellHeight);
  listenForTheme();
  tellHeight();
  return frame;
}

/**
 * An explorer's state, with all that is drawn from it.
 * @param {Explorer} explorer @param {State} state
 */
function frameOf(explorer, state) {
  const drawn = /** @type {((state: State) => void)[]} */ ([]);
  const live = make("p", { class: "live", "aria-live": "polite" });
  let now = tidied(explorer, state);
  /** @type {Frame} */
  const frame = {
    state: () => now,
    change(some) {
      now = tidied(explorer, { ...now, ...some });
      frame.redraw();
      frame.say(explorer.describe(now));
    },
    redraw() {
      for (const update of drawn) update(now);
      keepLink(toLink(now, explorer.start));
      tellHeight();
    },
    say: (words) => put(live, "text", words),
  };
  return { frame, drawn, live };
}

/**
 * Build tasks, controls and stage; what draws a state in them.
 * @param {HTMLElement} rest @param {Explorer} explorer @param {Frame} frame
 * @param {HTMLElement} live
 * @returns {((state: State) => void)[]}
 */
function fill(rest, explorer, frame, live) {
  const tasks = taskList(explorer.tasks);
  const groups = explorer.controls.map((group) => drawnGroup(group, frame));
  const boxes = groups.map((group) => group.box);
  const place = make("div", { class: "stage" });
  const controls = make("div", { class: "controls" }, boxes);
  rest.append(tasks.box, controls, place, live, linkRow(explorer, frame));
  const draws = explorer.stage(place, frame);
  return [...groups.map((group) => group.update), draws, tasks.update];
}

/** Lines across what no window reads: `url(#hatch)`. */
function hatching() {
  const look = { stroke: "var(--mark)", "stroke-width": 1.2, d: "M-2 8L8 -2M2 12L12 2" };
  const paper = draw("rect", { width: 10, height: 10, fill: "var(--card)" });
  const size = { id: "hatch", width: 10, height: 10, patternUnits: "userSpaceOnUse" };
  const pattern = draw("pattern", size, [paper, draw("path", look)]);
  return draw("svg", { class: "definitions", "aria-hidden": "true" }, [pattern]);
}

/** @param {Explorer} explorer @param {State} state */
function tidied(explorer, state) {
  const next = { ...state };
  for (const { fields } of explorer.controls) {
    for (const { kind, name, low = 0, high = 9, step = 1 } of fields) {
      if (kind === "number") next[name] = within(Math.round(next[name] / step) * step, low, high);
    }
    for (const { kind, name, options = [] } of fields) {
      const known = options.some(([value]) => value === next[name]);
      if (kind === "choice" && !known) next[name] = explorer.start[name];
    }
  }
  return explorer.tidy ? explorer.tidy(next) : next;
}

/** @param {Group} group @param {Frame} frame @returns {Drawn} */
function drawnGroup(group, frame) {
  const fields = group.fields.map((field) => drawnField(field, frame));
  const box = make("fieldset", {}, [
    make("legend", { text: group.legend }),
    ...fields.map((field) => field.box),
  ]);
  return { box, update: (state) => fields.forEach((field) => field.update(state)) };
}

/** @param {Explorer} explorer @param {Frame} frame */
function linkRow(explorer, frame) {
  const call = make("code", { class: "call" });
  const copy = () => {
    const at = toLink(frame.state(), explorer.start);
    put(call, "text", `explore("${explorer.name}"${at ? `, at="${at}"` : ""})`);
    navigator.clipboard?.writeText(call.textContent || "").catch(() => {});
    tellHeight();
  };
  const again = () => frame.change(explorer.start);
  return make("p", { class: "links" }, [
    make("button", { type: "button", text: "Start again", click: again }),
    make("button", { type: "button", text: "Keep this as a line of Python", click: copy }),
    call,
  ]);
}

let keeping = 0;

/** Keep the state in the address, where there is one, once it has stood for a moment: browsers
 * stop pages that change theirs all the time. A page that holds the explorer keeps it too, and
 * gives it back where it loads the frame anew. @param {string} link */
function keepLink(link) {
  clearTimeout(keeping);
  keeping = setTimeout(() => {
    if (parent !== window) parent.postMessage({ explorerState: link }, "*");
    try {
      history.replaceState(null, "", link ? `#${link}` : "#");
    } catch {
      // A frame without an address of its own.
    }
  }, 200);
}

/** A page that holds the explorer gives it the room it asks for. */
function tellHeight() {
  if (parent !== window) {
    const height = Math.ceil(document.documentElement.getBoundingClientRect().height);
    parent.postMessage({ explorerHeight: height }, "*");
  }
}

/** A page that holds the explorer may be dark where the system is light; if it does not say, the
 * system's theme counts. */
function listenForTheme() {
  addEventListener("message", ({ data: said }) => {
    if (!said || !("explorerTheme" in said)) return;
    const known = ["light", "dark"].includes(said.explorerTheme);
    if (known) document.documentElement.dataset.theme = said.explorerTheme;
    else delete document.documentElement.dataset.theme;
  });
  if (parent !== window) parent.postMessage({ explorerReady: true }, "*");
}
