"""A player for films in a notebook: a button to play, one step back and on, and a slider.

Everything it needs is in its HTML, and it asks nothing of a network. Where scripts do not run it
shows a still picture, and whoever wants less motion sees it play only when asked.
"""

from __future__ import annotations

import json
import secrets
from html import escape

from autograder.figures.style import CARD, FONT, INK, LINE, MARK, MUTED

NARROWEST = 420
"""Units: below this the buttons and the slider have no room."""

BUTTON = (
    f'style="font:inherit;min-width:2.4em;padding:2px 8px;border:1px solid {LINE};'
    f'border-radius:6px;background:#fff;color:{INK};cursor:pointer"'
)


def player(title: str, still: str, stage: str, script: str, count: int, width: float) -> str:
    """A film as HTML.

    Parameters
    ----------
    title : str
        Above the film.
    still : str
        HTML to show where scripts do not run.
    stage : str
        HTML to show where they do, below it the buttons.
    script : str
        JavaScript that defines `draw(number)`, which puts a step on the stage and returns it in
        words. `root` is the player's element.
    count : int
        How many steps there are.
    width : float
        Of the stage, in pixels.
    """
    name = f"film-{secrets.token_hex(4)}"
    code = SCRIPT.replace("NAME", json.dumps(name)).replace("COUNT", str(count))
    head = f'<div style="font-weight:600;margin-bottom:4px">{escape(title)}</div>' if title else ""
    return (
        f'<div id="{name}" style="background:{CARD};color:{INK};border-radius:10px;'
        f"padding:10px 12px;max-width:{max(width, NARROWEST):g}px;font-family:{escape(FONT)};"
        f'font-size:14px">{head}'
        f'<div data-part="still">{still}</div>'
        f'<div data-part="film" hidden>{stage}'
        '<div style="display:flex;gap:6px;align-items:center;margin-top:6px">'
        f'<button type="button" data-part="back" aria-label="one step back" {BUTTON}>‹</button>'
        f'<button type="button" data-part="play" aria-label="play" {BUTTON}>▶</button>'
        f'<button type="button" data-part="next" aria-label="one step on" {BUTTON}>›</button>'
        f'<input type="range" data-part="slider" min="0" max="{count - 1}" value="0" '
        f'aria-label="step" style="flex:1;accent-color:{MARK}">'
        '<span data-part="count" style="min-width:5em;text-align:right"></span></div>'
        f'<div data-part="words" aria-live="polite" style="color:{MUTED};min-height:1.4em;'
        'margin-top:4px"></div></div>'
        f"<script>{code.replace('DRAW', script)}</script></div>"
    )


SCRIPT = """
(function () {
  const root = document.getElementById(NAME);
  if (!root || root.dataset.ready) return;
  root.dataset.ready = "yes";
  const part = (name) => root.querySelector('[data-part="' + name + '"]');
  const last = COUNT - 1;
  DRAW
  let now = 0, timer = null;
  const still = window.matchMedia && window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  function show(number) {
    now = Math.max(0, Math.min(last, number));
    part("words").textContent = draw(now);
    part("slider").value = now;
    part("count").textContent = (now + 1) + " of " + (last + 1);
  }
  function pause() {
    clearInterval(timer);
    timer = null;
    part("play").textContent = "▶";
    part("play").setAttribute("aria-label", "play");
  }
  function play() {
    if (now === last) show(0);
    part("play").textContent = "❚❚";
    part("play").setAttribute("aria-label", "pause");
    timer = setInterval(() => {
      if (!document.body.contains(root)) return pause();
      if (now === last) return pause();
      show(now + 1);
    }, 900);
  }
  part("play").addEventListener("click", () => (timer ? pause() : play()));
  part("back").addEventListener("click", () => { pause(); show(now - 1); });
  part("next").addEventListener("click", () => { pause(); show(now + 1); });
  part("slider").addEventListener("input", (event) => { pause(); show(+event.target.value); });
  part("still").hidden = true;
  part("film").hidden = false;
  show(0);
  if (!still && last > 0) play();
})();
"""
