/**
 * The page's colors, for what is drawn on a canvas.
 */

import { make } from "./frame.mjs";

/** A color of the page as red, green and blue. @param {string} name */
export function colorOf(name) {
  const pen = make("canvas", { width: 1, height: 1 }).getContext("2d", {
    willReadFrequently: true,
  });
  pen.fillStyle = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  pen.fillRect(0, 0, 1, 1);
  return [...pen.getImageData(0, 0, 1, 1).data];
}

/**
 * Call when the page turns dark or light: what is drawn on a canvas does not follow by itself.
 * @param {() => void} repaint
 */
export function whenColorsChange(repaint) {
  const attributes = { attributeFilter: ["data-theme"] };
  new MutationObserver(repaint).observe(document.documentElement, attributes);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
}
