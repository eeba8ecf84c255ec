// Search all mistakes of the catalogue: by what Python said, or by what one sees.
(function () {
  const MOST = 12;
  const MOST_ABOVE_PAGES = 5; // where the pages that hold the words come below
  const LEAST = 0.5; // of the weight of all words asked for
  const LEFT_OUT = new Set(
    ("a an and are as at be been but by for from has have i in is it its my not of on or so that the this to was " +
      "were what which with error exception traceback line file python numpy np why does").split(" "),
  );
  const ALIKE = {
    swapped: "exchanged", switched: "exchanged", mixed: "exchanged", mirrored: "flipped", reversed: "flipped",
    forgotten: "missing", forgot: "missing", lacks: "missing", omitted: "missing", skipped: "ignored",
    averaged: "mean", avg: "mean", average: "mean", weights: "filter", gradients: "gradient", derivative: "gradient",
    padded: "pad", padding: "pad", pads: "pad", strides: "stride", overflow: "exponent", nan: "exponent",
  };

  const stem = (word) => (word.length > 4 ? word.replace(/(?:ing|ed|es|s)$/, "") : word);

  function words(text) {
    const found = text.toLowerCase().match(/[a-z_]{2,}/g) || [];
    return found.flatMap((word) => (word.includes("_") ? [word, ...word.split("_")] : [word]));
  }

  function asked(text) {
    return [...new Set(words(text).filter((word) => word.length > 1 && !LEFT_OUT.has(word)))];
  }

  // For each mistake the words it has, and how much each counts: those of its title twice.
  function prepared(mistakes) {
    const rows = mistakes.map(([address, exercise, title, sentence, raises]) => {
      const weights = new Map();
      for (const [text, weight] of [[`${title} ${exercise.replaceAll("-", " ")}`, 2], [`${sentence} ${raises}`, 1]]) {
        for (const word of words(text)) {
          const key = stem(word);
          weights.set(key, Math.max(weights.get(key) || 0, weight));
        }
      }
      return { address, exercise, title, sentence, raises, weights };
    });
    const often = new Map();
    for (const row of rows) for (const key of row.weights.keys()) often.set(key, (often.get(key) || 0) + 1);
    return { rows, rare: (key) => Math.log(1 + rows.length / (often.get(key) || 0.5)) };
  }

  function weightIn(row, word) {
    const own = row.weights.get(stem(word)) || 0;
    const alike = ALIKE[word] ? (row.weights.get(stem(ALIKE[word])) || 0) * 0.8 : 0;
    return Math.max(own, alike);
  }

  function best({ rows, rare }, text, most = MOST) {
    const wanted = asked(text).map((word) => ({ word, weight: Math.min(rare(stem(word)), 6) }));
    const whole = wanted.reduce((sum, one) => sum + one.weight, 0);
    const plain = text.toLowerCase().trim();
    const scored = rows.map((row) => {
      let score = 0;
      let held = 0;
      for (const { word, weight } of wanted) {
        const found = weightIn(row, word);
        score += found * weight;
        held += found ? weight : 0;
      }
      const said = `${row.title} ${row.sentence} ${row.raises}`.toLowerCase();
      return { row, score: score + (said.includes(plain) ? whole : 0), held };
    });
    const enough = scored.filter((one) => whole && one.held >= LEAST * whole);
    return enough.sort((a, b) => b.score - a.score).slice(0, most).map((one) => one.row);
  }

  // Text whose parts between backticks are code.
  function put(element, text) {
    text.split("`").forEach((part, at) => {
      if (at % 2) element.append(Object.assign(document.createElement("code"), { textContent: part }));
      else element.append(part);
    });
    return element;
  }

  function item({ address, exercise, title, sentence, raises }) {
    const link = put(Object.assign(document.createElement("a"), { href: document.documentElement.dataset.content_root + address }), `${title} · ${exercise}`);
    const made = document.createElement("li");
    made.append(link, put(document.createElement("p"), sentence));
    if (raises) made.append(Object.assign(document.createElement("code"), { textContent: raises }));
    return made;
  }

  function show(box, found, text) {
    box.replaceChildren();
    const count = found.length < MOST_ABOVE_PAGES ? `${found.length} found` : `the ${found.length} that fit best`;
    const head = document.createElement("p");
    head.setAttribute("role", "status");
    head.textContent = !text ? "" : found.length ? `Mistakes like this (${count}):` : "No mistake of the catalogue is like this.";
    const list = document.createElement("ol");
    list.append(...found.map(item));
    box.append(head, list);
  }

  function start() {
    const data = prepared(window.allMistakes);
    window.findMistakes = (text) => best(data, text);
    const results = document.getElementById("search-results");
    if (results) {
      const box = Object.assign(document.createElement("div"), { className: "mistakes-found" });
      results.before(box);
      const text = new URLSearchParams(location.search).get("q") || "";
      show(box, best(data, text, MOST_ABOVE_PAGES), text);
    }
    for (const place of document.querySelectorAll(".find-mistakes")) {
      const label = Object.assign(document.createElement("label"), { textContent: "What did Python say, or what do you see?" });
      const field = Object.assign(document.createElement("input"), { type: "search" });
      field.placeholder = "operands could not be broadcast together";
      label.append(field);
      const box = Object.assign(document.createElement("div"), { className: "mistakes-found" });
      field.addEventListener("input", () => show(box, best(data, field.value), field.value.trim()));
      place.append(label, box);
    }
  }

  addEventListener("DOMContentLoaded", start);
})();
