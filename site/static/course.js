// What can be moved sideways on a narrow page can be reached and moved with the keyboard too.
(function () {
  const boxes = "pre, .formula, .cell_output, .cell_output .output, .wrong-answer, .table-wrapper, .drawing, " +
    ".film-code, .film-drawn";
  function mark() {
    for (const box of document.querySelectorAll(boxes)) {
      const moves = box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight;
      if (moves) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    }
  }
  addEventListener("load", mark);
  addEventListener("DOMContentLoaded", () => {
    // The menu's captions are headings, and do not say of which level.
    for (const caption of document.querySelectorAll('.caption[role="heading"]')) caption.ariaLevel = "2";
  });
  addEventListener("resize", mark);
})();

// Explorers ask the page whether it is light or dark; Furo says so of its body.
(function () {
  const say = () => {
    const { theme } = document.body.dataset;
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
    else delete document.documentElement.dataset.theme;
  };
  addEventListener("DOMContentLoaded", () => {
    say();
    new MutationObserver(say).observe(document.body, { attributeFilter: ["data-theme"] });
  });
})();
