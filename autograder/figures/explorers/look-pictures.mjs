/**
 * A picture under a veil that shows what a number sees, and a map of numbers.
 */

import { colorOf } from "./colors.mjs";
import { make } from "./frame.mjs";

/** @typedef {import("./looks.mjs").Look} Look */

/** How clear a pixel of the picture is that nothing comes from, and one that can weigh least. */
const [UNSEEN, LEAST] = [0.14, 0.34];

/**
 * The picture under a veil: the more a pixel can weigh, the clearer it is.
 * @param {HTMLCanvasElement} canvas @param {ImageData} picture @param {Look} look
 */
export function paintPicture(canvas, picture, { paths: [down, across] }) {
  const most = Math.max(...down) * Math.max(...across) || 1;
  const veil = colorOf("--card");
  const veiled = new ImageData(picture.width, picture.height);
  for (let row = 0, at = 0; row < picture.height; row++)
    for (let column = 0; column < picture.width; column++, at += 4) {
      const share = (down[row] * across[column]) / most;
      const clear = share ? LEAST + (1 - LEAST) * Math.sqrt(share) : UNSEEN;
      for (let part = 0; part < 3; part++)
        veiled.data[at + part] = picture.data[at + part] * clear + veil[part] * (1 - clear);
      veiled.data[at + 3] = 255;
    }
  canvas.width = picture.width;
  canvas.height = picture.height;
  /** @type {any} */ (canvas.getContext("2d")).putImageData(veiled, 0, 0);
}

/**
 * Put a frame around a part of a picture.
 * @param {HTMLElement} frame @param {[number, number][]} part @param {number[]} sides
 */
export function surround(frame, part, sides) {
  const [[top, height], [left, width]] = part.map(([first, end], axis) => [
    (100 * first) / sides[axis],
    (100 * (end - first)) / sides[axis],
  ]);
  const style = { top, left, height, width };
  for (const [name, share] of Object.entries(style)) frame.style.setProperty(name, `${share}%`);
}

/** @type {(source: string, sides: number[]) => Promise<ImageData>} */
export const loaded = async (source, [height, width]) => {
  const image = new Image();
  image.src = source;
  await image.decode();
  const pen = make("canvas", { width, height }).getContext("2d", { willReadFrequently: true });
  pen.drawImage(image, 0, 0, width, height);
  return pen.getImageData(0, 0, width, height);
};

/**
 * The numbers of one map; those that see the pixel pointed at are tinted.
 * @param {HTMLCanvasElement} canvas @param {number[]} sides @param {{ down: number, across: number }} place
 * @param {[number, number][] | null} tinted
 */
export function paintMap(canvas, [rows, columns], { down, across }, tinted) {
  const cell = Math.max(1, Math.floor(416 / Math.max(rows, columns)));
  canvas.width = columns * cell;
  canvas.height = rows * cell;
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const fill = (/** @type {string} */ name, /** @type {number[]} */ box) => {
    pen.fillStyle = `rgb(${colorOf(name).slice(0, 3)})`;
    pen.fillRect(box[0], box[1], box[2], box[3]);
  };
  fill("--card", [0, 0, canvas.width, canvas.height]);
  if (tinted) {
    const [[top, bottom], [left, right]] = tinted;
    fill("--hover", [left * cell, top * cell, (right - left) * cell, (bottom - top) * cell]);
  }
  if (cell > 5) ruled(pen, [rows, columns], cell);
  const rim = cell > 5 ? 0 : 3;
  fill("--mark", [across * cell - rim, down * cell - rim, cell + 2 * rim, cell + 2 * rim]);
}

/** @param {CanvasRenderingContext2D} pen @param {number[]} sides @param {number} cell */
function ruled(pen, [rows, columns], cell) {
  pen.fillStyle = `rgb(${colorOf("--line").slice(0, 3)})`;
  for (let row = 1; row < rows; row++) pen.fillRect(0, row * cell - 1, columns * cell, 2);
  for (let column = 1; column < columns; column++)
    pen.fillRect(column * cell - 1, 0, 2, rows * cell);
}
