/** A state as an address keeps it: `#height=8&flip=true`. */

/** @typedef {import("./frame.mjs").State} State */

/** The part of a state that differs from the start, as an address keeps it.
 * @param {State} state @param {State} start */
export function toLink(state, start) {
  const kept = Object.keys(start).filter((name) => String(state[name]) !== String(start[name]));
  return kept.map((name) => `${name}=${written(state[name])}`).join("&");
}

/** A value as a link holds it, numbers with six digits. @param {any} value */
function written(value) {
  if (Array.isArray(value)) return value.map((each) => Number(each.toPrecision(6))).join(",");
  return encodeURIComponent(String(value));
}

/** The state that a link means; what it does not name, or names wrongly, is as at the start.
 * @param {string} link @param {State} start @returns {State} */
export function fromLink(link, start) {
  const state = { ...start };
  for (const [name, text] of new URLSearchParams(link.replace(/^#/, ""))) {
    if (!Object.hasOwn(start, name)) continue;
    const value = valueLike(start[name], text);
    if (value !== null) state[name] = value;
  }
  return state;
}

/** @param {any} like @param {string} text @returns {any} null where the text means nothing */
function valueLike(like, text) {
  if (Array.isArray(like)) {
    const numbers = text === "" ? [] : text.split(",").map(Number);
    return numbers.every(Number.isFinite) ? numbers : null;
  }
  if (typeof like === "boolean") return text === "true" ? true : text === "false" ? false : null;
  if (typeof like !== "number") return text;
  return text !== "" && Number.isFinite(Number(text)) ? Number(text) : null;
}
