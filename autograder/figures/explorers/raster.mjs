/** Photographs and maps on a canvas, one pixel a number, with a ring around a window. */
import { draw, listen, make, put } from "./frame.mjs";

/** @typedef {import("./arithmetic.mjs").Matrix} Matrix */
/** @typedef {import("./frame.mjs").Ring} Ring */

/**
 * A picture that can be pointed at like a `sheet`.
 *
 * `show` draws one channel in gray or three in color, from 0 to 255; `showSigned` draws numbers by
 * sign, the strongest in full color, or in gray where hardly one is negative.
 * @param {import("./frame.mjs").SheetOptions & { small?: boolean }} options
 */
export function raster(options) {
  const canvas = make("canvas", { class: options.small ? "raster small" : "raster" });
  const rings = draw("svg", { class: "over", preserveAspectRatio: "none", "aria-hidden": "true" });
  const title = make("figcaption", { class: `kind-${options.kind}` });
  const held = make("div", { class: "held" }, [canvas, rings]);
  const box = make("figure", { class: "panel" }, [title, held]);
  const grid = { svg: canvas, rows: 0, columns: 0, margin: 0, options };
  if (options.point) listen(grid);
  else put(canvas, "role", "img");
  let drawn = /** @type {any[]} */ ([]);
  /** @param {any[]} from what the colors depend on: where it is as before, nothing is painted
   * @param {Matrix} map @param {Color} color
   * @param {string} words @param {string} label @param {Ring} [ring] */
  const painted = (from, map, color, words, label, ring) => {
    Object.assign(grid, { rows: map.length, columns: map[0].length });
    const same = from.every((each, i) => each === drawn[i]);
    if (!same) paint(canvas, grid.rows, grid.columns, color);
    drawn = from;
    put(rings, "viewBox", `0 0 ${grid.columns} ${grid.rows}`);
    rings.replaceChildren(...(ring ? [ringOf(ring)] : []));
    put(title, "text", words);
    put(canvas, "aria-label", `${options.label} ${label}`);
  };
  return {
    box,
    canvas,
    /** @param {Matrix[]} channels @param {string} words @param {string} label @param {Ring} [ring] */
    show(channels, words, label, ring) {
      const [red, green, blue] = channels.length === 3 ? channels : Array(3).fill(channels[0]);
      painted([red, green], red, photo(red, green, blue), words, label, ring);
    },
    /** @param {Matrix} map @param {string} words @param {string} label @param {Ring} [ring]
     * @param {number} [most] the number that gets full color */
    showSigned(map, words, label, ring, most = strongest(map)) {
      const theme = ["--card", "--positive", "--negative"].map(rgb);
      painted([map, most, String(theme)], map, shades(map, most, theme), words, label, ring);
    },
  };
}

/** Writes the color of one pixel into an image's bytes.
 * @typedef {(i: number, j: number, bytes: Uint8ClampedArray, at: number) => void} Color */

/** @param {Matrix} red @param {Matrix} green @param {Matrix} blue @returns {Color} */
const photo = (red, green, blue) => (i, j, bytes, at) => {
  bytes[at] = red[i][j];
  bytes[at + 1] = green[i][j];
  bytes[at + 2] = blue[i][j];
};

/** The largest number of a map, whatever its sign. @param {Matrix} map */
export const strongest = (map) =>
  map.reduce((most, row) => row.reduce((top, value) => Math.max(top, Math.abs(value)), most), 0);

/** A map in gray where hardly a number is negative: it is a picture. Any other map by sign.
 * @param {Matrix} map @param {number} most @param {number[][]} theme @returns {Color} */
function shades(map, most, [card, above, below]) {
  const gray = negatives(map) < 0.05;
  return (i, j, bytes, at) => {
    const share = Math.min(1, Math.abs(map[i][j]) / (most || 1));
    const color = map[i][j] < 0 ? below : above;
    for (let c = 0; c < 3; c++) {
      bytes[at + c] = gray ? (255 * map[i][j]) / (most || 1) : mixed(card[c], color[c], share);
    }
  };
}

/** @param {number} ground @param {number} color @param {number} share */
const mixed = (ground, color, share) => ground + share * (color - ground);

/** What share of a map's numbers is negative. @param {Matrix} map */
const negatives = (map) =>
  map.reduce((sum, row) => sum + row.filter((value) => value < 0).length, 0) /
  (map.length * map[0].length);

/** A color of the theme as three numbers. @param {string} name */
function rgb(name) {
  const text = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  return [1, 3, 5].map((at) => parseInt(text.slice(at, at + 2), 16));
}

/** @param {HTMLCanvasElement} canvas @param {number} rows @param {number} columns
 * @param {Color} color */
function paint(canvas, rows, columns, color) {
  if (canvas.width !== columns) canvas.width = columns;
  if (canvas.height !== rows) canvas.height = rows;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const image = context.createImageData(columns, rows);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const at = 4 * (i * columns + j);
      color(i, j, image.data, at);
      image.data[at + 3] = 255;
    }
  }
  context.putImageData(image, 0, 0);
}

/** @param {Ring} ring */
function ringOf({ row, column, height, width }) {
  const at = { x: column - 0.5, y: row - 0.5, width: width + 1, height: height + 1 };
  const look = { ...at, "vector-effect": "non-scaling-stroke" };
  return draw("g", { class: "rings" }, [
    draw("rect", { ...look, class: "halo" }),
    draw("rect", look),
  ]);
}
