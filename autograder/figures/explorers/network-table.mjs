/**
 * A network as a table whose cells can be written over: the input, and a line for each row.
 */

import { inFull, inShort, numbersOf, optionOf, pythonCell, rowOfKind } from "./accounts.mjs";
import { make, put } from "./frame.mjs";
import { KINDS, times } from "./network.mjs";

/** @typedef {import("./accounts.mjs").Network} Network */
/** @typedef {import("./accounts.mjs").Account} Account */
/** @typedef {import("./frame.mjs").Frame} Frame */
/** @typedef {import("./network.mjs").Row} Row */

/**
 * @typedef {object} Table one of the tables on the page
 * @property {string} side the name of its network in the state
 * @property {Frame} frame
 * @property {Network} network as it is shown
 * @property {number} now the row that the buttons work on
 * @property {string} form what its cells were made for: they stay while numbers change
 * @property {any} head
 * @property {any} lines
 * @property {any} problem
 * @property {any} code
 */

/**
 * @param {string} side @param {Network[]} networks to choose from @param {Frame} frame
 */
export function networkTable(side, networks, frame) {
  const table = /** @type {Table} */ ({ side, frame, now: 0, form: "" });
  table.head = make("header");
  table.lines = make("ol", { class: "lines", "aria-label": `rows of the ${side} network` });
  table.lines.addEventListener("keydown", (/** @type {any} */ event) => pageByKey(table, event));
  table.problem = make("p", { class: "problem" });
  table.code = make("textarea", {
    readonly: "",
    hidden: "",
    "aria-label": `${side} network as Python`,
  });
  const parts = [table.head, table.lines, table.problem, rowButtons(table), table.code];
  const box = make("section", { class: `network ${side}`, "aria-label": `${side} network` }, parts);
  return {
    box,
    /** @param {Network} network @param {Account} found @param {string} measure @param {number} most */
    update(network, found, measure, most) {
      table.network = network;
      rebuild(table, networks);
      refresh(table);
      fill(table, found, measure, most);
    },
  };
}

/** Take another network into the state. @param {Table} table @param {Partial<Network>} some */
function edit({ side, network, frame }, some) {
  frame.change({ [side]: JSON.stringify({ ...network, ...some }) });
}

/** @param {Table} table @param {number} index @param {Row} row */
const withRow = ({ network: { layers } }, index, row) =>
  layers.map((old, at) => (at === index ? row : old));

/* ---- making it --------------------------------------------------------------------------- */

/** Make new cells where there are other rows than before. @param {Table} table @param {Network[]} networks */
function rebuild(table, networks) {
  const { name, layers } = table.network;
  const form = JSON.stringify([name, layers.map(([kind]) => kind)]);
  if (form === table.form) return;
  table.form = form;
  table.head.replaceChildren(...headCells(table, networks));
  table.lines.replaceChildren(...layers.map((_, index) => line(table, index)));
  mark(table, Math.min(table.now, layers.length - 1));
}

/** @param {Table} table @param {Network[]} networks */
function headCells(table, networks) {
  const choose = (/** @type {any} */ event) => {
    table.now = 0;
    edit(table, networks.find(({ name }) => name === event.target.value) ?? {});
    table.head.querySelector("select").focus();
  };
  const names = networks.map(({ name: value }) => make("option", { value, text: value }));
  const name = make("select", { "aria-label": `${table.side} network`, change: choose }, names);
  name.value = table.network.name;
  const sides = ["channels", "height", "width"].map((side, axis) =>
    numberCell(`${table.side} input: ${side}`, side, (value) => {
      const input = table.network.input.map((old, at) => (at === axis ? value : old));
      edit(table, { input });
    }),
  );
  return [name, make("span", { class: "cells" }, ["input ", ...sides])];
}

/** @param {Table} table @param {number} index */
function line(table, index) {
  const [kind] = table.network.layers[index];
  const options = numbersOf(kind).map((name) => optionCell(table, index, name));
  return make("li", { focusin: () => mark(table, index), pointerdown: () => mark(table, index) }, [
    make("span", { class: "cells" }, [kindCell(table, index, kind), ...options]),
    make("span", { class: "shape" }),
    make("span", { class: "value" }),
  ]);
}

/** @param {Table} table @param {number} index @param {string} kind */
function kindCell(table, index, kind) {
  const kinds = Object.keys(KINDS).map((value) =>
    make("option", { value, text: value.replaceAll("_", " ") }),
  );
  const change = (/** @type {any} */ event) => {
    edit(table, { layers: withRow(table, index, rowOfKind(event.target.value)) });
    table.lines.children[index].querySelector("select").focus();
  };
  const select = make(
    "select",
    { "aria-label": `${table.side} row ${index + 1}: kind`, change },
    kinds,
  );
  select.value = kind;
  return select;
}

/** @param {Table} table @param {number} index @param {string} name */
function optionCell(table, index, name) {
  return numberCell(`${table.side} row ${index + 1}: ${name}`, name, (value) => {
    const [kind, options] = table.network.layers[index];
    edit(table, { layers: withRow(table, index, [kind, { ...options, [name]: value }]) });
  });
}

/**
 * A number that can be written over, or a pair such as 3×5; up and down arrows count.
 * @param {string} words @param {string} name @param {(value: any) => void} set
 */
function numberCell(words, name, set) {
  const input = make("input", { type: "text", inputmode: "numeric", "aria-label": words, size: 3 });
  input.dataset.name = name;
  const read = () => {
    const value = numberOrPair(input.value);
    put(input, "aria-invalid", value === null ? "true" : null);
    if (value !== null) set(value);
  };
  input.addEventListener("input", read);
  input.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    const value = counted(event, input.value);
    if (value === null) return;
    event.preventDefault();
    input.value = value;
    read();
  });
  return make("label", { class: "cell" }, [make("span", { text: name }), input]);
}

/** What a cell says; null where it is no number and no pair. @param {string} text */
function numberOrPair(text) {
  const parts = text.split(/[×x,]/).map((part) => part.trim());
  if (parts.length > 2 || !parts.every((part) => /^\d{1,6}$/.test(part))) return null;
  return parts.length === 1 ? Number(parts[0]) : parts.map(Number);
}

/** @param {KeyboardEvent} event @param {string} text */
function counted({ key: pressed, shiftKey }, text) {
  const step = pressed === "ArrowUp" ? 1 : pressed === "ArrowDown" ? -1 : 0;
  if (!step || !/^\d+$/.test(text)) return null;
  return String(Math.max(0, Number(text) + step * (shiftKey ? 10 : 1)));
}

/* ---- keeping it up to date --------------------------------------------------------------- */

/** Put the network's numbers into the cells, but for the one that is being written in.
 * @param {Table} table */
function refresh(table) {
  const { input, layers } = table.network;
  setCells(table.head, (_, at) => input[at]);
  [...table.lines.children].forEach((line, index) => {
    setCells(line, (name) => optionOf(layers[index], name));
    for (const cell of line.querySelectorAll(".cell")) {
      const { name } = cell.querySelector("input").dataset;
      cell.classList.toggle("default", isDefault(layers[index], name));
    }
  });
}

/** @param {HTMLElement} place @param {(name: string, at: number) => any} valueOf */
function setCells(place, valueOf) {
  [.../** @type {any} */ (place.querySelectorAll("input"))].forEach((input, at) => {
    const value = valueOf(input.dataset.name, at);
    const text = Array.isArray(value) ? times(value) : String(value);
    if (document.activeElement !== input || numberOrPair(input.value) !== null) {
      if (String(numberOrPair(input.value)) !== String(numberOrPair(text))) input.value = text;
    }
  });
}

/** @param {Row} row @param {string} name */
function isDefault([kind, options], name) {
  const value = options[name];
  return (
    value === undefined || value === null || String(value) === String(KINDS[kind].options[name])
  );
}

/** @param {Table} table @param {Account} found @param {string} measure @param {number} most */
function fill(table, { lines, problem }, measure, most) {
  put(table.problem, "text", problem && `It does not fit: ${problem}.`);
  [...table.lines.children].forEach((element, index) => {
    const found = /** @type {any} */ (lines[index + 1]);
    element.classList.toggle("misfit", !found);
    put(element.querySelector(".shape"), "text", found ? found.shape : "–");
    fillValue(element.querySelector(".value"), found?.[measure], most);
  });
  if (!table.code.hidden) table.code.value = pythonCell(table.network);
}

/** @param {any} cell @param {number | string | undefined} value @param {number} most */
function fillValue(cell, value, most) {
  const isNumber = typeof value === "number";
  put(cell, "text", value === undefined ? "–" : isNumber ? inShort(value) : value);
  put(cell, "title", isNumber ? inFull(value) : null);
  put(cell, "style", `--share:${isNumber && most ? value / most : 0}`);
}

/* ---- its rows ---------------------------------------------------------------------------- */

/**
 * Let the buttons work on a row, and the tab key stop at its cells alone.
 * @param {Table} table @param {number} index
 */
function mark(table, index) {
  table.now = index;
  [...table.lines.children].forEach((line, at) => {
    line.classList.toggle("now", at === index);
    put(line, "aria-current", at === index ? "true" : null);
    for (const cell of line.querySelectorAll("select, input"))
      put(cell, "tabindex", at === index ? null : "-1");
  });
}

/** Page up and page down lead to the row above and below. @param {Table} table @param {any} event */
function pageByKey(table, event) {
  const step = { PageUp: -1, PageDown: 1 }[/** @type {"PageUp"} */ (event.key)];
  const to = table.lines.children[table.now + (step ?? 0)];
  if (!step || !to) return;
  event.preventDefault();
  to.querySelector("select").focus();
}

/** @param {Table} table */
function rowButtons(table) {
  const presses = {
    "Add a row below": () => addRow(table),
    "Remove the row": () => removeRow(table),
    "Move it up": () => moveRow(table, -1),
    "Move it down": () => moveRow(table, 1),
    "Copy as Python": () => copyOut(table),
  };
  const buttons = Object.entries(presses).map(([text, click]) =>
    make("button", { type: "button", text, click }),
  );
  return make(
    "div",
    { class: "buttons", role: "group", "aria-label": `${table.side} network: its rows` },
    buttons,
  );
}

/** @param {Table} table */
function addRow(table) {
  const layers = table.network.layers.toSpliced(table.now + 1, 0, rowOfKind("relu"));
  table.now += 1;
  edit(table, { layers });
}

/** @param {Table} table */
function removeRow(table) {
  if (table.network.layers.length === 1) return;
  const layers = table.network.layers.toSpliced(table.now, 1);
  table.now = Math.min(table.now, layers.length - 1);
  edit(table, { layers });
}

/** @param {Table} table @param {number} by */
function moveRow(table, by) {
  const [from, to] = [table.now, table.now + by];
  const layers = table.network.layers.slice();
  if (to < 0 || to >= layers.length) return;
  [layers[from], layers[to]] = [layers[to], layers[from]];
  table.now = to;
  edit(table, { layers });
}

/** @param {Table} table */
function copyOut({ code, network, frame, side }) {
  put(code, "hidden", null);
  code.value = pythonCell(network);
  code.rows = network.layers.length + 4;
  code.select();
  navigator.clipboard?.writeText(code.value).catch(() => {});
  frame.change({});
  frame.say(`The ${side} network stands below its table as Python, as lesson 06 writes it.`);
}
