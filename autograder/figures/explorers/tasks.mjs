/** The question that opens an explorer, and the tasks behind it. */
import { make, put } from "./elements.mjs";

/** @typedef {import("./frame.mjs").State} State */
/** @typedef {import("./frame.mjs").Question} Question */
/** @typedef {import("./frame.mjs").Task} Task */
/** @typedef {import("./fields.mjs").Drawn} Drawn */

/** @param {Question} question @param {() => void} opened @returns {HTMLElement} */
export function asked(question, opened) {
  const reply = make("p", { class: "reply", role: "status" });
  const group = make("div", { class: "choices" });
  const section = make("section", { class: "question", "aria-label": "Question" }, [
    make("h2", { text: "First, a guess" }),
    make("p", { text: question.asks }),
    group,
    reply,
  ]);
  const guess = (/** @type {Event} */ event) => {
    const chosen = /** @type {HTMLElement} */ (event.currentTarget);
    for (const one of group.children) put(one, "aria-pressed", String(one === chosen));
    const right = chosen.textContent === question.answer;
    put(reply, "text", `${right ? "Yes" : "Not quite"}: ${question.answer}. ${question.because}`);
    opened();
  };
  const choices = question.choices.map((text) =>
    make("button", { type: "button", "aria-pressed": "false", text, click: guess }),
  );
  group.append(...choices);
  return section;
}

/** @param {Task[]} tasks @returns {Drawn} */
export function taskList(tasks) {
  const rows = tasks.map((task) => {
    const sign = make("span", { class: "sign", "aria-hidden": "true", text: "○" });
    const said = make("span", { class: "said" });
    const box = make("li", {}, [sign, make("span", {}, [task.asks, " ", said])]);
    return { task, sign, said, box, memory: {}, done: false };
  });
  const list = make(
    "ol",
    {},
    rows.map((row) => row.box),
  );
  const box = make("section", { class: "tasks", "aria-label": "Tasks" }, [
    make("h2", { text: "Three tasks" }),
    list,
  ]);
  return { box, update: (state) => rows.forEach((row) => checked(row, state)) };
}

/** A task that is done stays done. @param {any} row @param {State} state */
function checked(row, state) {
  if (row.done) return;
  const said = row.task.done(state, row.memory);
  row.done = said === true;
  put(row.sign, "text", row.done ? "✓" : "○");
  put(row.box, "class", row.done ? "done" : null);
  put(row.said, "text", row.done ? `Done. ${row.task.then}` : said || "");
}
