/** Explorer 1: where a window may stand. */
import { mount, number, sheet, show } from "./frame.mjs";
import { outputSize } from "./arithmetic.mjs";

const side = (/** @type {any} */ { size, kernel, stride }) =>
  ({ size, kernel, stride, before: 0, after: 0 });

mount({
  name: "place-the-window",
  title: "Place the window",
  question: {
    asks: "A picture is 7 pixels high and the window 3. How many places has it?",
    choices: ["3", "5", "7"],
    answer: "5",
    because: "Each pixel beyond the window's own is one place more.",
  },
  tasks: [
    { asks: "Give the window 4 places.", done: (state) => outputSize(side(state)).places === 4, then: "Well." },
  ],
  start: { size: 7, kernel: 3, stride: 1 },
  controls: [
    { legend: "Picture", fields: [number("size", "size", 1, 16)] },
    { legend: "Window", fields: [number("kernel", "size", 1, 16), number("stride", "stride", 1, 8)] },
  ],
  describe: (state) => `The window has ${show(outputSize(side(state)).places)} places.`,
  stage(place) {
    const row = sheet({ label: "Picture", kind: "input", point: () => {} });
    place.append(row.box);
    return (state) =>
      row.show([Array.from({ length: state.size }, (_, i) => ({ text: show(i) }))], "picture", "");
  },
});
