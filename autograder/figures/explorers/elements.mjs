/** Elements of a page, and numbers as they are written. */

/**
 * Make an element of HTML.
 * @param {string} tag
 * @param {Record<string, any>} [has] attributes; a function is a listener, `text` its words
 * @param {(Node | string)[]} [children]
 * @returns {any}
 */
export function make(tag, has = {}, children = []) {
  return filled(document.createElement(tag), has, children);
}

/**
 * Make an element of SVG, by the same rules.
 * @param {string} tag
 * @param {Record<string, any>} [has]
 * @param {(Node | string)[]} [children]
 * @returns {any}
 */
export function draw(tag, has = {}, children = []) {
  return filled(document.createElementNS("http://www.w3.org/2000/svg", tag), has, children);
}

/** @param {Element} element @param {Record<string, any>} has @param {(Node | string)[]} children */
function filled(element, has, children) {
  for (const [name, value] of Object.entries(has)) put(element, name, value);
  element.append(...children);
  return element;
}

/**
 * Set one attribute, listener or text, if it is not so already.
 * @param {any} element @param {string} name @param {any} value
 */
export function put(element, name, value) {
  if (typeof value === "function") element.addEventListener(name, value);
  else if (name === "text") {
    if (element.textContent !== String(value)) element.textContent = String(value);
  } else if (value === null || value === false) element.removeAttribute(name);
  else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, String(value));
}

/** @type {any} */
let held;

/** What Python gave this explorer. @returns {any} */
export function data() {
  held ??= JSON.parse(document.getElementById("data")?.textContent || "{}");
  return held;
}

/** A number as it is shown: a true minus, three digits at most behind the point.
 * @param {number} value */
export function show(value) {
  return String(Math.round(value * 1000) / 1000 || 0).replace("-", "−");
}

/** One thing, or several: `count(2, "pixel")` is "2 pixels".
 * @param {number} value @param {string} noun @param {string} [many] */
export function count(value, noun, many = `${noun}s`) {
  return `${show(value)} ${value === 1 ? noun : many}`;
}

/** A number's color: by sign, deeper with size. @param {number} value @param {number} most */
export function signed(value, most) {
  const share = Math.round(72 * Math.min(1, Math.abs(value) / (most || 1)));
  return `color-mix(in srgb, var(--${value < 0 ? "negative" : "positive"}) ${share}%, var(--card))`;
}

/** @param {number} value @param {number} low @param {number} high */
export const within = (value, low, high) => Math.min(high, Math.max(low, value));
