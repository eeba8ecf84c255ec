/** A curve that falls: an error against steps, on a logarithmic scale. */
import { draw, make, put } from "./frame.mjs";

const WIDTH = 276;
const HEIGHT = 110;
const DECADES = 4;

/**
 * A small diagram; `show` takes points of steps and errors, the latter as shares of 1.
 * @param {string} title
 */
export function curve(title) {
  const line = draw("polyline", { class: "line" });
  const last = draw("circle", { r: 4, class: "last" });
  const svg = draw("svg", {
    class: "curve",
    role: "img",
    viewBox: `-42 -8 ${WIDTH} ${HEIGHT + 26}`,
  });
  svg.append(...rules(), line, last);
  const box = make("figure", { class: "panel" }, [make("figcaption", { text: title }), svg]);
  return {
    box,
    /** @param {[number, number][]} points @param {string} words */
    show(points, words) {
      const most = Math.max(1, points[points.length - 1][0]);
      const places = points.map(([steps, error]) => [x(steps / most), y(error)]);
      put(line, "points", places.map((place) => place.join(",")).join(" "));
      put(last, "cx", places[places.length - 1][0]);
      put(last, "cy", places[places.length - 1][1]);
      put(svg, "aria-label", words);
    },
  };
}

/** @param {number} share */
const x = (share) => share * (WIDTH - 54);

/** @param {number} error */
const y = (error) =>
  (HEIGHT * Math.min(DECADES, Math.max(0, -Math.log10(error || 1e-9)))) / DECADES;

/** A line for each power of ten, with its number. */
function rules() {
  return Array.from({ length: DECADES + 1 }, (_, i) => {
    const at = (HEIGHT * i) / DECADES;
    const rule = draw("line", { x1: 0, x2: WIDTH - 54, y1: at, y2: at });
    return draw("g", { class: "rule" }, [rule, draw("text", { x: -6, y: at, text: PERCENTS[i] })]);
  });
}

const PERCENTS = ["100 %", "10 %", "1 %", "0.1 %", "0.01 %"];
