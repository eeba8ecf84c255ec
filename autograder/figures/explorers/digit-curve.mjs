/**
 * How many digits two networks read, by how far the digits have moved.
 */

import { given, movesOf } from "./digit-state.mjs";
import { draw, make, put, within } from "./frame.mjs";

/** @typedef {import("./digit-state.mjs").Dragged} Dragged */

export const SERIES = ["flat", "lenet"];

const [WIDE, HIGH, LEFT, FOOT, EDGE] = [430, 190, 44, 36, 118];

/** @param {number} pixels */
const across = (pixels) =>
  LEFT + (pixels / (given.networks[0].right.length - 1)) * (WIDE - LEFT - EDGE);

/** @param {number} share */
const up = (share) => 10 + (1 - share) * (HIGH - FOOT - 10);

export function curve() {
  const svg = draw("svg", { class: "curve", viewBox: `0 0 ${WIDE} ${HIGH}`, role: "img" });
  const caption = make("figcaption", {
    text: "Share of digits read right, by pixels moved up, down, left or right",
  });
  const box = make("figure", { class: "curves" }, [caption, svg]);
  return {
    box,
    update(/** @type {Dragged} */ state) {
      const lines = given.networks.map((network) =>
        state.mixed ? network.shuffled : network.right,
      );
      svg.replaceChildren(
        ...axes(),
        ...lines.flatMap((line, at) => series(line, at, lines)),
        ...marker(state),
      );
      put(
        svg,
        "aria-label",
        lines
          .map((line, at) => `${given.networks[at].name}: ${line.map(percent).join(", ")}`)
          .join(". "),
      );
    },
  };
}

/** @param {number} share */
export const percent = (share) => `${Math.round(100 * share)} %`;

function axes() {
  const rows = [0, 0.5, 1].flatMap((share) => [
    draw("line", { x1: LEFT, x2: WIDE - EDGE, y1: up(share), y2: up(share), class: "grid" }),
    draw("text", { x: LEFT - 6, y: up(share) + 4, "text-anchor": "end", text: percent(share) }),
  ]);
  const columns = given.networks[0].right.map((_, pixels) =>
    draw("text", { x: across(pixels), y: HIGH - FOOT + 18, "text-anchor": "middle", text: pixels }),
  );
  return [...rows, ...columns];
}

/** @param {number[]} line @param {number} at which network @param {number[][]} lines */
function series(line, at, lines) {
  const points = line.map((share, pixels) => `${across(pixels)},${up(share)}`).join(" ");
  const last = /** @type {number} */ (line.at(-1));
  const others = /** @type {number} */ (lines[1 - at].at(-1));
  const apart = Math.abs(up(last) - up(others)) < 14 ? (at ? -7 : 8) : 0;
  return [
    draw("polyline", { points, class: `line ${SERIES[at]}` }),
    draw("text", {
      x: WIDE - EDGE + 7,
      y: up(last) + 4 + apart,
      class: SERIES[at],
      text: given.networks[at].name,
    }),
  ];
}

/** @param {Dragged} state */
function marker(state) {
  const at = across(within(movesOf(state), 0, given.networks[0].right.length - 1));
  return [draw("line", { x1: at, x2: at, y1: up(1), y2: up(0), class: "here" })];
}
