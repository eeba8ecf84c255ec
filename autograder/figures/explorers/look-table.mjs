/**
 * The rows of a network with what their numbers see, one of them chosen; and rows of one's own.
 */

import { make, put, show } from "./frame.mjs";
import { OWN, onRow, networkOf } from "./look-state.mjs";
import { label, layerReceptiveFields, layerShapes, times } from "./network.mjs";

/** @typedef {import("./frame.mjs").Frame} Frame */
/** @typedef {import("./network.mjs").Row} Row */
/** @typedef {import("./network.mjs").Field} Field */
/** @typedef {import("./look-state.mjs").Looking} Looking */

/** @param {Frame} frame */
export function rowsTable(frame) {
  const body = make("tbody");
  const heads = ["row", "shape", "side", "jump", "start"];
  const head = make(
    "tr",
    {},
    heads.map((text) => make("th", { scope: "col", text })),
  );
  const table = make("table", {}, [make("thead", {}, [head]), body]);
  const box = make(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": "rows" },
    [table],
  );
  let drawn = "";
  return {
    box,
    update(/** @type {Looking} */ state) {
      const { layers, input } = networkOf(state);
      const now = JSON.stringify([layers, input]);
      if (now !== drawn) body.replaceChildren(...tableRows(layers, input, frame));
      drawn = now;
      [...body.children].forEach((line, row) => markRow(line, row === state.row, box));
    },
  };
}

/** @param {Row[]} layers @param {number[]} input @param {Frame} frame */
function tableRows(layers, input, frame) {
  const shapes = layerShapes(layers, input);
  return layerReceptiveFields(layers).map((field, row) => {
    const { size, jump, start } = /** @type {Field} */ (field);
    const choose = () => frame.change(onRow(/** @type {any} */ (frame.state()), row));
    const radio = make("input", { type: "radio", name: "row", value: row, change: choose });
    const cells = [times(shapes[row]), size, jump, show(start)];
    return make("tr", {}, [
      make("td", {}, [make("label", { class: "row" }, [radio, label(layers[row])])]),
      ...cells.map((text) => make("td", { text })),
    ]);
  });
}

/** @param {Element} line @param {boolean} now @param {HTMLElement} box */
function markRow(line, now, box) {
  put(line, "class", now ? "now" : null);
  const radio = /** @type {HTMLInputElement} */ (line.querySelector("input"));
  if (now && !radio.checked) keepInSight(/** @type {HTMLElement} */ (line), box);
  radio.checked = now;
}

/** @param {HTMLElement} line @param {HTMLElement} box */
function keepInSight(line, box) {
  const top = line.offsetTop - box.clientHeight / 2;
  box.scrollTop = Math.max(0, top);
}

/** Kernel, stride and pad of each row of one's own. @param {HTMLElement} box @param {Looking} state
 * @param {Frame} frame */
export function ownCells(box, state, frame) {
  const rows = state.network === OWN ? state.kernels.length : 0;
  if (Number(box.dataset.rows ?? -1) !== rows)
    box.replaceChildren(...Array.from({ length: rows }, (_, row) => ownRow(row, frame)));
  box.dataset.rows = String(rows);
  for (const input of box.querySelectorAll("input")) {
    const { list = "", row } = input.dataset;
    if (document.activeElement !== input)
      input.value = /** @type {any} */ (state)[list][Number(row)];
  }
}

/** @param {number} row @param {Frame} frame */
function ownRow(row, frame) {
  const limits = { kernels: ["kernel", 1, 11], strides: ["stride", 1, 4], pads: ["pad", 0, 5] };
  const cells = Object.entries(limits).map(([list, [name, min, max]]) => {
    const set = (/** @type {Event} */ event) => {
      const { valueAsNumber, validity } = /** @type {HTMLInputElement} */ (event.target);
      const next = frame.state()[list].slice();
      next[row] = valueAsNumber;
      if (validity.valid && Number.isFinite(valueAsNumber)) frame.change({ [list]: next });
    };
    const input = make("input", {
      type: "number",
      min,
      max,
      "data-list": list,
      "data-row": row,
      input: set,
    });
    return make("label", {}, [`row ${row + 1} ${name} `, input]);
  });
  return make("div", { role: "group", "aria-label": `row ${row + 1}` }, cells);
}
