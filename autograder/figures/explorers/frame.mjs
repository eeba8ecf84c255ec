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

/** @typedef {string | number | boolean | number[]} Value */
/** @typedef {Record<string, any>} State */
/** @typedef {{ kind: string, name: string, label: string, low?: number, high?: number,
 *   step?: number, options?: [string, string][], press?: (state: State) => State,
 *   shown?: (state: State) => boolean }} Field */
/** @typedef {{ legend: string, fields: Field[] }} Group */
/** @typedef {{ asks: string, choices: string[], answer: string, because: string }} Question */
/** @typedef {{ asks: string, done: (state: State, memory: State) => boolean | string,
 *   then: string }} Task */
/** @typedef {{ name: string, title: string, question: Question, tasks: Task[], start: State,
 *   controls: Group[], tidy?: (state: State) => State, describe: (state: State) => string,
 *   stage: (place: HTMLElement, frame: Frame) => (state: State) => void }} Explorer */
/** @typedef {{ state: () => State, change: (some: State) => void, say: (words: string) => void }}
 *   Frame */

/* ---- elements ---------------------------------------------------------------------------- */

/**
 * Make an element of HTML.
 * @param {string} tag
 * @param {Record<string, any>} [has] attributes; a function is a listener, `text` its words
 * @param {(Node | string)[]} [children]
 * @returns {any}
 */
export function make(tag, has = {}, children = []) {
  return filled(document.createElement(tag), has, children);
}

/**
 * Make an element of SVG, by the same rules.
 * @param {string} tag
 * @param {Record<string, any>} [has]
 * @param {(Node | string)[]} [children]
 * @returns {any}
 */
export function draw(tag, has = {}, children = []) {
  return filled(document.createElementNS("http://www.w3.org/2000/svg", tag), has, children);
}

/** @param {Element} element @param {Record<string, any>} has @param {(Node | string)[]} children */
function filled(element, has, children) {
  for (const [name, value] of Object.entries(has)) put(element, name, value);
  element.append(...children);
  return element;
}

/**
 * Set one attribute, listener or text, if it is not so already.
 * @param {any} element @param {string} name @param {any} value
 */
export function put(element, name, value) {
  if (typeof value === "function") element.addEventListener(name, value);
  else if (name === "text") {
    if (element.textContent !== String(value)) element.textContent = String(value);
  } else if (value === null || value === false) element.removeAttribute(name);
  else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, String(value));
}

/** What Python gave this explorer. @returns {any} */
export function data() {
  return JSON.parse(document.getElementById("data")?.textContent || "{}");
}

/* ---- numbers ----------------------------------------------------------------------------- */

/** A number as it is shown: a true minus, three digits at most behind the point.
 * @param {number} value */
export function show(value) {
  return String(Math.round(value * 1000) / 1000 || 0).replace("-", "−");
}

/** One thing, or several: `count(2, "pixel")` is "2 pixels".
 * @param {number} value @param {string} noun @param {string} [many] */
export function count(value, noun, many = `${noun}s`) {
  return `${show(value)} ${value === 1 ? noun : many}`;
}

/** A number's color: by sign, deeper with size. @param {number} value @param {number} most */
export function signed(value, most) {
  const share = Math.round(72 * Math.min(1, Math.abs(value) / (most || 1)));
  return `color-mix(in srgb, var(--${value < 0 ? "negative" : "positive"}) ${share}%, var(--card))`;
}

/* ---- fields ------------------------------------------------------------------------------ */

/** A whole number, with a button on either side.
 * @param {string} name @param {string} label @param {number} low @param {number} high
 * @param {number} [step] @returns {Field} */
export const number = (name, label, low, high, step = 1) => ({
  kind: "number",
  name,
  label,
  low,
  high,
  step,
});

/** One of several: `[["zero", "zeros"], …]`.
 * @param {string} name @param {string} label @param {[string, string][]} options
 * @returns {Field} */
export const choice = (name, label, options) => ({ kind: "choice", name, label, options });

/** Yes or no. @param {string} name @param {string} label @returns {Field} */
export const toggle = (name, label) => ({ kind: "toggle", name, label });

/** A button that makes another state of this one.
 * @param {string} label @param {(state: State) => State} press @returns {Field} */
export const action = (label, press) => ({ kind: "action", name: label, label, press });

/** @typedef {{ box: HTMLElement, update: (state: State) => void }} Drawn */

/** @param {Field} field @param {Frame} frame @returns {Drawn} */
function drawnField(field, frame) {
  const drawn = FIELDS[field.kind](field, frame);
  const update = (/** @type {State} */ state) => {
    drawn.box.hidden = field.shown ? !field.shown(state) : false;
    drawn.update(state);
  };
  return { box: drawn.box, update };
}

/** @type {Record<string, (field: Field, frame: Frame) => Drawn>} */
const FIELDS = { number: stepper, choice: select, toggle: checkbox, action: button };

/** @param {Field} field @param {Frame} frame @returns {Drawn} */
function stepper(field, frame) {
  const { name, label, low = 0, high = 9, step = 1 } = field;
  const id = `field-${name}`;
  const set = (/** @type {number} */ value) => {
    if (Number.isFinite(value)) frame.change({ [name]: within(value, low, high) });
  };
  const input = make("input", {
    id,
    type: "number",
    min: low,
    max: high,
    step,
    inputmode: "numeric",
  });
  const settle = () => {
    set(input.valueAsNumber);
    input.value = frame.state()[name];
  };
  input.addEventListener("input", () => allowed(input) && set(input.valueAsNumber));
  input.addEventListener("change", settle);
  const less = make("button", { type: "button", "aria-label": `less ${label}`, text: "−" });
  const more = make("button", { type: "button", "aria-label": `more ${label}`, text: "+" });
  less.addEventListener("click", () => set(frame.state()[name] - step));
  more.addEventListener("click", () => set(frame.state()[name] + step));
  const row = make("span", { class: "stepper" }, [less, input, more]);
  const box = make("span", { class: "field" }, [make("label", { for: id, text: label }), row]);
  return {
    box,
    update(state) {
      if (document.activeElement !== input || allowed(input)) input.value = state[name];
      put(less, "aria-disabled", state[name] <= low ? "true" : null);
      put(more, "aria-disabled", state[name] >= high ? "true" : null);
    },
  };
}

/** Whether what was typed is a number that the field allows. @param {HTMLInputElement} input */
const allowed = (input) => input.value !== "" && input.validity.valid;

/** @param {number} value @param {number} low @param {number} high */
export const within = (value, low, high) => Math.min(high, Math.max(low, value));

/** @param {Field} field @param {Frame} frame @returns {Drawn} */
function select(field, frame) {
  const id = `field-${field.name}`;
  const options = (field.options || []).map(([value, text]) => make("option", { value, text }));
  const input = make("select", { id }, options);
  input.addEventListener("change", () => frame.change({ [field.name]: input.value }));
  const box = make("span", { class: "field" }, [
    make("label", { for: id, text: field.label }),
    input,
  ]);
  return { box, update: (state) => void (input.value = state[field.name]) };
}

/** @param {Field} field @param {Frame} frame @returns {Drawn} */
function checkbox(field, frame) {
  const input = make("input", { type: "checkbox", id: `field-${field.name}` });
  input.addEventListener("change", () => frame.change({ [field.name]: input.checked }));
  const box = make("label", { class: "field toggle" }, [
    input,
    make("span", { text: field.label }),
  ]);
  return { box, update: (state) => void (input.checked = state[field.name]) };
}

/** @param {Field} field @param {Frame} frame @returns {Drawn} */
function button(field, frame) {
  const press = () => field.press && frame.change(field.press(frame.state()));
  const box = make("button", { type: "button", class: "action", text: field.label, click: press });
  return { box, update: () => {} };
}

/* ---- sheets ------------------------------------------------------------------------------ */

/**
 * A matrix that can be pointed at, touched, and walked through with the arrow keys.
 *
 * Arrows move by one cell, with Shift by `stride(state)`; Home and End go to the row's border,
 * with Control to the sheet's; Enter and Space call `pin`.
 * @typedef {{ label: string, kind: string, room?: number, point?: (row: number, column: number,
 *   how: "key" | "pointer") => void, pin?: (row: number, column: number) => void,
 *   leave?: () => void, stride?: () => [number, number], at?: () => [number, number] }} SheetOptions
 *   `room` is how many pixels wide or high it may get
 * @typedef {{ text?: string, fill?: string, class?: string }} Cell
 * @typedef {{ row: number, column: number, height: number, width: number, class?: string }} Ring
 * @typedef {{ box: HTMLElement, svg: SVGSVGElement, show: (cells: Cell[][], title: string,
 *   words: string, rings?: Ring[]) => void }} Sheet
 * @param {SheetOptions} options
 * @returns {Sheet}
 */
export function sheet(options) {
  const cells = draw("g");
  const rings = draw("g", { class: "rings" });
  const svg = draw("svg", { class: "sheet", role: "img" }, [cells, rings]);
  const title = make("figcaption", { class: `kind-${options.kind}` });
  const box = make("figure", { class: "panel" }, [title, svg]);
  const grid = {
    svg,
    place: cells,
    rows: 0,
    columns: 0,
    cells: /** @type {any[][]} */ ([]),
    options,
  };
  if (options.point) listen(grid);
  return {
    box,
    svg,
    show(values, words, label, around = []) {
      resize(grid, values);
      values.forEach((row, i) => row.forEach((cell, j) => paint(grid.cells[i][j], cell)));
      rings.replaceChildren(...around.map(ringOf));
      put(title, "text", words);
      put(svg, "aria-label", `${options.label}: ${label}`);
    },
  };
}

const CELL = 30;

/** Pixels of a cell below which its number cannot be read. */
const LEGIBLE = 15;

/** @param {any} grid @param {Cell[][]} cells */
function resize(grid, cells) {
  const [rows, columns] = [cells.length, cells[0]?.length || 0];
  if (rows === grid.rows && columns === grid.columns) return;
  Object.assign(grid, { rows, columns, cells: [] });
  const side = within(Math.floor((grid.options.room || 420) / Math.max(rows, columns)), 8, CELL);
  put(grid.svg, "viewBox", `-2 -2 ${columns * CELL + 4} ${rows * CELL + 4}`);
  grid.svg.style.width = `${columns * side}px`;
  const fits = Math.min(side, (document.documentElement.clientWidth - 24) / columns);
  put(grid.svg, "class", fits < LEGIBLE ? "sheet tiny" : "sheet");
  const all = document.createDocumentFragment();
  for (let i = 0; i < rows; i++) grid.cells.push(rowOf(i, columns, all));
  grid.place.replaceChildren(all);
}

/** @param {Ring} ring */
function ringOf({ row, column, height, width, class: look = "ring" }) {
  const at = { x: column * CELL, y: row * CELL, width: width * CELL, height: height * CELL };
  return draw("g", { class: look }, [draw("rect", { ...at, class: "halo" }), draw("rect", at)]);
}

/** @param {number} i @param {number} columns @param {DocumentFragment} all */
function rowOf(i, columns, all) {
  return Array.from({ length: columns }, (_, j) => {
    const at = { x: j * CELL, y: i * CELL, width: CELL, height: CELL };
    const rect = draw("rect", at);
    const text = draw("text", { x: j * CELL + CELL / 2, y: i * CELL + CELL / 2 });
    all.append(draw("g", {}, [rect, text]));
    return { rect, text };
  });
}

/** @param {any} drawn @param {Cell} cell */
function paint(drawn, cell) {
  if (drawn.fill !== cell.fill) drawn.rect.style.fill = drawn.fill = cell.fill || "";
  const look = `cell ${cell.class || ""}`;
  if (drawn.look !== look) put(drawn.rect.parentNode, "class", (drawn.look = look));
  if (drawn.words !== cell.text) drawn.text.textContent = drawn.words = cell.text ?? "";
}

/** @param {any} grid */
function listen(grid) {
  const { svg, options } = grid;
  const point = (/** @type {PointerEvent} */ event) => {
    const [row, column] = cellAt(grid, event);
    options.point(row, column, "pointer");
  };
  put(svg, "role", "application");
  put(svg, "tabindex", "0");
  put(svg, "aria-roledescription", "sheet of numbers; the arrow keys move");
  svg.addEventListener("pointermove", point);
  svg.addEventListener("pointerdown", (/** @type {PointerEvent} */ event) => {
    point(event);
    if (options.pin) options.pin(...cellAt(grid, event));
  });
  svg.addEventListener("pointerleave", () => options.leave && options.leave());
  svg.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => key(grid, event));
}

/** @param {any} grid @param {PointerEvent} event @returns {[number, number]} */
function cellAt(grid, event) {
  const box = grid.svg.getBoundingClientRect();
  const row = cellOf((event.clientY - box.top) / box.height, grid.rows);
  const column = cellOf((event.clientX - box.left) / box.width, grid.columns);
  return [row, column];
}

/** The cell at a share of a sheet's side, its margin taken off. @param {number} share @param {number} cells */
const cellOf = (share, cells) =>
  within(Math.floor((share * (cells * CELL + 4) - 2) / CELL), 0, cells - 1);

/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/** @param {any} grid @param {KeyboardEvent} event */
function key(grid, event) {
  const { options, rows, columns } = grid;
  const [row, column] = options.at ? options.at() : grid.at || [0, 0];
  if ((event.key === "Enter" || event.key === " ") && options.pin) options.pin(row, column);
  else {
    const next = afterKey(event, [row, column], [rows, columns], options.stride?.() || [1, 1]);
    if (!next) return;
    grid.at = [within(next[0], 0, rows - 1), within(next[1], 0, columns - 1)];
    options.point(...grid.at, "key");
  }
  event.preventDefault();
}

/**
 * Where a key leads.
 * @param {{ key: string, shiftKey: boolean, ctrlKey: boolean }} event
 * @param {[number, number]} at @param {[number, number]} size @param {[number, number]} stride
 * @returns {[number, number] | null}
 */
export function afterKey(event, [row, column], [rows, columns], stride) {
  if (event.key === "Home") return [event.ctrlKey ? 0 : row, 0];
  if (event.key === "End") return [event.ctrlKey ? rows - 1 : row, columns - 1];
  const arrow = ARROWS[event.key];
  if (!arrow) return null;
  const [down, across] = event.shiftKey ? stride : [1, 1];
  return [row + arrow[0] * down, column + arrow[1] * across];
}

/* ---- the question and the tasks ---------------------------------------------------------- */

/** @param {Question} question @param {() => void} opened @returns {HTMLElement} */
function asked(question, opened) {
  const reply = make("p", { class: "reply", role: "status" });
  const group = make("div", { class: "choices" });
  const section = make("section", { class: "question", "aria-label": "Question" }, [
    make("h2", { text: "First, a guess" }),
    make("p", { text: question.asks }),
    group,
    reply,
  ]);
  const guess = (/** @type {Event} */ event) => {
    const chosen = /** @type {HTMLElement} */ (event.currentTarget);
    for (const one of group.children) put(one, "aria-pressed", String(one === chosen));
    const right = chosen.textContent === question.answer;
    put(reply, "text", `${right ? "Yes" : "Not quite"}: ${question.answer}. ${question.because}`);
    opened();
  };
  const choices = question.choices.map((text) =>
    make("button", { type: "button", "aria-pressed": "false", text, click: guess }),
  );
  group.append(...choices);
  return section;
}

/** @param {Task[]} tasks @returns {Drawn} */
function taskList(tasks) {
  const rows = tasks.map((task) => {
    const sign = make("span", { class: "sign", "aria-hidden": "true", text: "○" });
    const said = make("span", { class: "said" });
    const box = make("li", {}, [sign, make("span", {}, [task.asks, " ", said])]);
    return { task, sign, said, box, memory: {}, done: false };
  });
  const list = make(
    "ol",
    {},
    rows.map((row) => row.box),
  );
  const box = make("section", { class: "tasks", "aria-label": "Tasks" }, [
    make("h2", { text: "Three tasks" }),
    list,
  ]);
  return { box, update: (state) => rows.forEach((row) => checked(row, state)) };
}

/** A task that is done stays done. @param {any} row @param {State} state */
function checked(row, state) {
  if (row.done) return;
  const said = row.task.done(state, row.memory);
  row.done = said === true;
  put(row.sign, "text", row.done ? "✓" : "○");
  put(row.box, "class", row.done ? "done" : null);
  put(row.said, "text", row.done ? `Done. ${row.task.then}` : said || "");
}

/* ---- the address ------------------------------------------------------------------------- */

/** The part of a state that differs from the start, as an address keeps it.
 * @param {State} state @param {State} start */
export function toLink(state, start) {
  const kept = Object.keys(start).filter((name) => String(state[name]) !== String(start[name]));
  return kept.map((name) => `${name}=${encodeURIComponent(String(state[name]))}`).join("&");
}

/** The state that a link means; what it does not name, or names wrongly, is as at the start.
 * @param {string} link @param {State} start @returns {State} */
export function fromLink(link, start) {
  const state = { ...start };
  for (const [name, text] of new URLSearchParams(link.replace(/^#/, ""))) {
    if (!Object.hasOwn(start, name)) continue;
    const value = valueLike(start[name], text);
    if (value !== null) state[name] = value;
  }
  return state;
}

/** @param {any} like @param {string} text @returns {any} null where the text means nothing */
function valueLike(like, text) {
  if (Array.isArray(like)) {
    const numbers = text === "" ? [] : text.split(",").map(Number);
    return numbers.every(Number.isFinite) ? numbers : null;
  }
  if (typeof like === "boolean") return text === "true" ? true : text === "false" ? false : null;
  if (typeof like !== "number") return text;
  return text !== "" && Number.isFinite(Number(text)) ? Number(text) : null;
}

/* ---- all together ------------------------------------------------------------------------ */

/**
 * Put an explorer on the page.
 * @param {Explorer} explorer
 * @returns {Frame}
 */
export function mount(explorer) {
  const given = data();
  const start = explorer.start;
  const allowedState = (/** @type {State} */ some) => tidied(explorer, some);
  let state = allowedState(fromLink(location.hash || given.at || "", start));
  /** @type {Frame} */
  const frame = {
    state: () => state,
    change(some) {
      state = allowedState({ ...state, ...some });
      update();
      say(explorer.describe(state));
    },
    say,
  };
  const live = make("p", { class: "live", "aria-live": "polite" });
  const tasks = taskList(explorer.tasks);
  const groups = explorer.controls.map((group) => drawnGroup(group, frame));
  const place = make("div", { class: "stage" });
  const update = () => {
    for (const group of groups) group.update(state);
    drawState(state);
    if (!rest.hidden) tasks.update(state);
    keepLink(toLink(state, start));
    tellHeight();
  };
  const rest = make("div", { class: "rest", hidden: "" }, [
    tasks.box,
    make(
      "div",
      { class: "controls" },
      groups.map((group) => group.box),
    ),
    place,
    live,
    linkRow(explorer, frame),
  ]);
  const open = () => {
    if (!rest.hidden) return;
    rest.hidden = false;
    update();
    put(live, "text", explorer.describe(state));
  };
  const main = make("main", {}, [
    make("h1", { text: explorer.title }),
    asked(explorer.question, open),
    rest,
  ]);
  /** @param {string} words */
  function say(words) {
    put(live, "text", words);
  }
  document.body.replaceChildren(main, hatching());
  const drawState = explorer.stage(place, frame);
  addEventListener("hashchange", () => frame.change(fromLink(location.hash, start)));
  addEventListener("resize", tellHeight);
  if (location.hash || given.at || given.open) open();
  listenForTheme();
  tellHeight();
  return frame;
}

/** Lines across what no window reads: `url(#hatch)`. */
function hatching() {
  const look = { stroke: "var(--mark)", "stroke-width": 2, d: "M-2 8L8 -2M2 12L12 2" };
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

/** Keep the state in the address, where there is one to keep it in. @param {string} link */
function keepLink(link) {
  try {
    history.replaceState(null, "", link ? `#${link}` : "#");
  } catch {
    // A frame without an address of its own.
  }
}

/** A page that holds the explorer gives it the room it asks for. */
function tellHeight() {
  if (parent !== window) {
    const height = Math.ceil(document.documentElement.getBoundingClientRect().height);
    parent.postMessage({ explorerHeight: height }, "*");
  }
}

/** A page that holds the explorer may be dark where the system is light. */
function listenForTheme() {
  addEventListener("message", ({ data: said }) => {
    if (said && ["light", "dark"].includes(said.explorerTheme)) {
      document.documentElement.dataset.theme = said.explorerTheme;
    }
  });
  if (parent !== window) parent.postMessage({ explorerReady: true }, "*");
}
