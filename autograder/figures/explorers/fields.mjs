/** The fields of an explorer: real inputs and buttons, each with its label. */
import { make, put, within } from "./elements.mjs";

/** @typedef {import("./frame.mjs").State} State */
/** @typedef {import("./frame.mjs").Field} Field */
/** @typedef {import("./frame.mjs").Frame} Frame */

/** A whole number, with a button on either side.
 * @param {string} name @param {string} label @param {number} low @param {number} high
 * @param {number} [step] @returns {Field} */
export const number = (name, label, low, high, step = 1) => ({
  kind: "number",
  name,
  label,
  low,
  high,
  step,
});

/** One of several: `[["zero", "zeros"], …]`.
 * @param {string} name @param {string} label @param {[string, string][]} options
 * @returns {Field} */
export const choice = (name, label, options) => ({ kind: "choice", name, label, options });

/** Yes or no. @param {string} name @param {string} label @returns {Field} */
export const toggle = (name, label) => ({ kind: "toggle", name, label });

/** A button that makes another state of this one, or changes the frame itself.
 * @param {string} label @param {(state: State, frame: Frame) => State | void} press
 * @returns {Field} */
export const action = (label, press) => ({ kind: "action", name: label, label, press });

/** @typedef {{ box: HTMLElement, update: (state: State) => void }} Drawn */

/** @param {Field} field @param {Frame} frame @returns {Drawn} */
export function drawnField(field, frame) {
  const drawn = FIELDS[field.kind](field, frame);
  const update = (/** @type {State} */ state) => {
    drawn.box.hidden = field.shown ? !field.shown(state) : false;
    drawn.update(state);
  };
  return { box: drawn.box, update };
}

/** @type {Record<string, (field: Field, frame: Frame) => Drawn>} */
const FIELDS = { number: stepper, choice: select, toggle: checkbox, action: button };

/** @param {Field} field @param {Frame} frame @returns {Drawn} */
function stepper(field, frame) {
  const { name, label, low = 0, high = 9, step = 1 } = field;
  const id = `field-${name}`;
  const set = (/** @type {number} */ value) => {
    if (Number.isFinite(value)) frame.change({ [name]: within(value, low, high) });
  };
  const input = make("input", {
    id,
    type: "number",
    min: low,
    max: high,
    step,
    inputmode: "numeric",
  });
  const settle = () => {
    set(input.valueAsNumber);
    input.value = frame.state()[name];
  };
  input.addEventListener("input", () => allowed(input) && set(input.valueAsNumber));
  input.addEventListener("change", settle);
  const less = make("button", { type: "button", "aria-label": `less ${label}`, text: "−" });
  const more = make("button", { type: "button", "aria-label": `more ${label}`, text: "+" });
  less.addEventListener("click", () => set(frame.state()[name] - step));
  more.addEventListener("click", () => set(frame.state()[name] + step));
  const row = make("span", { class: "stepper" }, [less, input, more]);
  const box = make("span", { class: "field" }, [make("label", { for: id, text: label }), row]);
  return {
    box,
    update(state) {
      if (document.activeElement !== input || allowed(input)) input.value = state[name];
      put(less, "aria-disabled", state[name] <= low ? "true" : null);
      put(more, "aria-disabled", state[name] >= high ? "true" : null);
    },
  };
}

/** Whether what was typed is a number that the field allows. @param {HTMLInputElement} input */
const allowed = (input) => input.value !== "" && input.validity.valid;

/** @param {Field} field @param {Frame} frame @returns {Drawn} */
function select(field, frame) {
  const id = `field-${field.name}`;
  const options = (field.options || []).map(([value, text]) => make("option", { value, text }));
  const input = make("select", { id }, options);
  input.addEventListener("change", () => frame.change({ [field.name]: input.value }));
  const box = make("span", { class: "field" }, [
    make("label", { for: id, text: field.label }),
    input,
  ]);
  return { box, update: (state) => void (input.value = state[field.name]) };
}

/** @param {Field} field @param {Frame} frame @returns {Drawn} */
function checkbox(field, frame) {
  const input = make("input", { type: "checkbox", id: `field-${field.name}` });
  input.addEventListener("change", () => frame.change({ [field.name]: input.checked }));
  const box = make("label", { class: "field toggle" }, [
    input,
    make("span", { text: field.label }),
  ]);
  return { box, update: (state) => void (input.checked = state[field.name]) };
}

/** @param {Field} field @param {Frame} frame @returns {Drawn} */
function button(field, frame) {
  const press = () => {
    const next = field.press?.(frame.state(), frame);
    if (next) frame.change(next);
  };
  const box = make("button", { type: "button", class: "action", text: field.label, click: press });
  return { box, update: () => {} };
}
