"use strict";
// Marks are kept by the server as soon as one goes on; nothing is lost by closing the page.

const data = JSON.parse(document.getElementById("data").textContent);
const { question } = data;
const MOST_KEPT = 8; // comments offered again

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

class Card {
  constructor(answer, number) {
    this.answer = answer;
    this.number = number;
    this.given = new Set();
    this.state = element("span");
    this.points = element("input", {
      type: "number", min: 0, max: question.points, step: "any", id: `points-${number}`,
    });
    this.comment = element("textarea", { id: `comment-${number}` });
    this.kept = element("div", { className: "kept" });
    this.said = element("p", { className: "said" });
    this.said.setAttribute("role", "status");
    this.buttons = question.criteria.map((criterion, at) => this.button(criterion, at));
    this.node = this.build();
    this.show();
  }

  build() {
    const text = element("p", { className: "text", tabIndex: 0 }, this.answer.text || "(nothing)");
    const save = element("button", { type: "button" }, "Save, next");
    save.addEventListener("click", () => this.saveAndGoOn());
    const node = element("article", { tabIndex: -1, id: `answer-${this.number}` },
      element("h2", {}, element("span", {}, `Answer ${this.number + 1}`), this.state),
      text, ...this.buttons,
      element("label", { htmlFor: this.points.id }, `Points, of ${question.points}`), this.points,
      element("label", { htmlFor: this.comment.id }, "Comment"), this.comment,
      this.kept, save, this.said);
    node.setAttribute("aria-label", `Answer ${this.number + 1}`);
    node.addEventListener("focusin", () => { current = this.number; });
    return node;
  }

  button(criterion, at) {
    const made = element("button", { type: "button", className: "criterion" },
      `${at + 1}. ${criterion.points}: ${criterion.text}`);
    made.setAttribute("aria-pressed", "false");
    made.addEventListener("click", () => this.toggle(at));
    return made;
  }

  toggle(at) {
    if (!this.buttons[at]) return;
    if (!this.given.delete(at)) this.given.add(at);
    this.buttons[at].setAttribute("aria-pressed", String(this.given.has(at)));
    const sum = [...this.given].reduce((all, one) => all + question.criteria[one].points, 0);
    this.points.value = Math.min(sum, question.points);
  }

  give(points) {
    this.given.clear();
    for (const button of this.buttons) button.setAttribute("aria-pressed", "false");
    this.points.value = points;
  }

  show() {
    const { points, comment, to_mark: open } = this.answer;
    this.points.value = points === null ? "" : points;
    this.comment.value = comment;
    this.state.textContent = points !== null ? `${points} of ${question.points}` : open ? "to mark" : "";
  }

  offer(comments) {
    this.kept.replaceChildren(...comments.slice(0, MOST_KEPT).map((text) => {
      const made = element("button", { type: "button" }, text);
      made.addEventListener("click", () => { this.comment.value = text; });
      return made;
    }));
  }

  async save() {
    const points = this.points.value === "" ? null : Number(this.points.value);
    if (!this.points.checkValidity()) {
      return this.tell(`This question has from 0 to ${question.points} points.`, true);
    }
    const before = [this.answer.points, this.answer.comment];
    const body = JSON.stringify({ number: this.number, points, comment: this.comment.value, before });
    try {
      const reply = await fetch("/", { method: "PUT", headers: { "X-Token": data.token }, body });
      if (!reply.ok) return this.tell(await reply.text(), true);
      const found = await reply.json();
      this.answer = found.answer;
      this.show();
      for (const card of cards) card.offer(found.comments);
      count();
      return this.tell("Saved.", false);
    } catch {
      return this.tell("Not saved: `autograder mark` has ended. Start it again.", true);
    }
  }

  tell(sentence, wrong) {
    this.said.textContent = sentence;
    this.said.classList.toggle("wrong", wrong);
    return !wrong;
  }

  async saveAndGoOn() {
    if (await this.save()) go(this.number + 1);
  }
}

let current = 0;
const cards = data.answers.map((answer, number) => new Card(answer, number));

function go(number) {
  const card = cards[Math.max(0, Math.min(number, cards.length - 1))];
  card.node.focus();
  card.node.scrollIntoView({ block: "nearest" });
}

function count() {
  const open = cards.filter((card) => card.answer.to_mark).length;
  document.getElementById("count").textContent = `${open} of ${cards.length} to mark`;
}

const KEYS = {
  j: () => go(current + 1),
  k: () => go(current - 1),
  0: () => cards[current].give(0),
  c: () => cards[current].comment.focus(),
  u: () => { cards[current].give(""); cards[current].save(); },
  Enter: () => cards[current].saveAndGoOn(),
};

document.addEventListener("keydown", (event) => {
  const writing = event.target.matches("textarea, input");
  if (event.key === "Escape" && writing) return go(current);
  const inside = writing || (event.key === "Enter" && event.target.matches("button, summary"));
  if (event.ctrlKey || event.metaKey || event.altKey || inside) return undefined;
  const act = KEYS[event.key];
  if (act) act();
  else if (/^[1-9]$/.test(event.key)) cards[current].toggle(Number(event.key) - 1);
  else return undefined;
  return event.preventDefault();
});

document.getElementById("answers").append(...cards.map((card) => card.node));
for (const card of cards) card.offer(data.comments);
count();
const first = cards.findIndex((card) => card.answer.to_mark);
go(Math.max(first, 0));
