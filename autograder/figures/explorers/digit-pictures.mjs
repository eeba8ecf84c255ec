/**
 * Digits and maps on a canvas, a pixel a number.
 */

import { colorOf } from "./colors.mjs";
import { SIDE } from "./readers.mjs";

/** @typedef {import("./forward.mjs").Maps} Maps */

/**
 * Paint shares, 0 to 1, from one color to another.
 * @param {HTMLCanvasElement} canvas @param {number[]} sides @param {ArrayLike<number>} shares
 * @param {number[]} from @param {number[]} to
 */
function paintShares(canvas, [height, width], shares, from, to) {
  const image = new ImageData(width, height);
  for (let pixel = 0; pixel < width * height; pixel++)
    for (let part = 0; part < 4; part++)
      image.data[4 * pixel + part] = from[part] + (to[part] - from[part]) * shares[pixel];
  canvas.width = width;
  canvas.height = height;
  /** @type {any} */ (canvas.getContext("2d")).putImageData(image, 0, 0);
}

const [BLACK, WHITE] = [
  [0, 0, 0, 255],
  [255, 255, 255, 255],
];

/** @param {HTMLCanvasElement} canvas @param {ArrayLike<number>} pixels */
export function paintDigit(canvas, pixels) {
  paintShares(
    canvas,
    [SIDE, SIDE],
    Array.from(pixels, (pixel) => pixel / 255),
    BLACK,
    WHITE,
  );
}

const GAP = 2;

/**
 * Maps side by side, or numbers as squares; the larger a number, the deeper.
 * @param {HTMLCanvasElement} canvas @param {Maps} maps
 */
export function paintMaps(canvas, { shape, values }) {
  const [maps, height, width] = shape.length === 3 ? shape : [shape[0], 3, 3];
  const columns = shape.length === 3 ? Math.min(maps, 8) : Math.min(maps, 30);
  const rows = Math.ceil(maps / columns);
  const sides = [rows * (height + GAP) - GAP, columns * (width + GAP) - GAP];
  const shares = new Float32Array(sides[0] * sides[1]).fill(-1);
  const most = values.reduce((all, value) => Math.max(all, value), 1e-9);
  for (let at = 0; at < maps * height * width; at++) {
    const [map, place] = [Math.floor(at / (height * width)), at % (height * width)];
    const row = Math.floor(map / columns) * (height + GAP) + Math.floor(place / width);
    const column = (map % columns) * (width + GAP) + (place % width);
    const value = shape.length === 3 ? values[at] : values[map];
    shares[row * sides[1] + column] = Math.max(0, value) / most;
  }
  const [low, high] = [colorOf("--hover"), colorOf("--positive")];
  const clear = shares.map((share) => Math.max(0, share));
  paintShares(canvas, sides, clear, low, high);
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  shares.forEach(
    (share, at) => share < 0 && pen.clearRect(at % sides[1], Math.floor(at / sides[1]), 1, 1),
  );
}
