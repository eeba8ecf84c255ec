/** Matrices that can be pointed at, touched, and walked through with keys. */
import { draw, make, put, within } from "./elements.mjs";

/**
 * A matrix that can be pointed at, touched, and walked through with the arrow keys.
 *
 * Arrows move by one cell, with Shift by `stride(state)`; Home and End go to the row's border,
 * with Control to the sheet's; Enter and Space call `pin`.
 * @typedef {{ label: string, kind: string, room?: number, cell?: number, point?: (row: number, column: number,
 *   how: "key" | "pointer") => void, pin?: (row: number, column: number) => void,
 *   leave?: () => void, drag?: boolean, stride?: () => [number, number], at?: () => [number, number] }} SheetOptions
 *   `room` is how many pixels wide or high it may get, `cell` how many a cell; with `drag` a pressed pointer calls `pin`
 *   on every cell it passes
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
  const cellsOf = { place: cells, cells: /** @type {any[][]} */ ([]) };
  const grid = { svg, ...cellsOf, rows: 0, columns: 0, margin: 2 / CELL, options };
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
  const { room = 420, cell = CELL } = grid.options;
  const side = within(Math.floor(room / Math.max(rows, columns)), 8, cell);
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

/**
 * Let pointers and keys move through a grid: an element that shows rows and columns of cells.
 * @param {any} grid { svg, rows, columns, margin, options }, the margin in cells
 */
export function listen(grid) {
  const { svg, options } = grid;
  /** @param {PointerEvent} event */
  const moved = (event) => {
    const at = cellAt(grid, event);
    options.point(...at, "pointer");
    if (options.drag && event.buttons & 1 && options.pin) options.pin(...at);
  };
  /** @param {PointerEvent} event */
  const pressed = (event) => {
    options.point(...cellAt(grid, event), "pointer");
    if (options.pin) options.pin(...cellAt(grid, event));
  };
  put(svg, "role", "application");
  put(svg, "tabindex", "0");
  put(svg, "aria-roledescription", "sheet; the arrow keys move");
  if (options.drag) svg.style.touchAction = "none";
  svg.addEventListener("pointermove", moved);
  svg.addEventListener("pointerdown", pressed);
  svg.addEventListener("pointerleave", () => options.leave && options.leave());
  svg.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => key(grid, event));
}

/** @param {any} grid @param {PointerEvent} event @returns {[number, number]} */
function cellAt({ svg, rows, columns, margin }, event) {
  const box = svg.getBoundingClientRect();
  const row = cellOf((event.clientY - box.top) / box.height, rows, margin);
  return [row, cellOf((event.clientX - box.left) / box.width, columns, margin)];
}

/** The cell at a share of a side.
 * @param {number} share @param {number} cells @param {number} margin */
const cellOf = (share, cells, margin) =>
  within(Math.floor(share * (cells + 2 * margin) - margin), 0, cells - 1);

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
