"""A function at work, step by step: which cells it reads, which it writes.

`draw_steps` gives a `Film`: HTML with a small player that lives in the notebook and needs no
network, a strip of frames where scripts do not run, and text for terminals.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

import numpy as np

from autograder.figures.controls import player
from autograder.figures.embedding import embedded
from autograder.figures.numerals import format_number
from autograder.figures.pixels import png
from autograder.figures.style import CARD, FONT, INK, KINDS, LINE, MARK, MUTED

CELL = 34
GAP = 34
MARGIN = 14
TITLE = 26
FRAMES = 4
"""Frames of the strip, the first and the last among them."""

SMALL = 0.62
"""Size of a frame in the strip."""

Cells = frozenset[tuple[int, int]]


@dataclass(frozen=True)
class Sheet:
    """One matrix that a function reads or writes.

    Parameters
    ----------
    title : str
    values : (H, W) ndarray
        Numbers; where `written` is set, they appear as the function writes them.
    kind : str
        A key of `style.KINDS`.
    written : bool
    """

    title: str
    values: np.ndarray
    kind: str = "input"
    written: bool = False


@dataclass(frozen=True)
class Step:
    """What a function reads, sheet by sheet, before it writes something.

    Parameters
    ----------
    reads : mapping
        Cells read, by the number of their sheet.
    numbers : mapping
        Numbers written, by the number of their sheet and their cell.
    words : str
        The step in words.
    """

    reads: Mapping[int, Cells] = field(default_factory=dict)
    numbers: Mapping[int, Mapping[tuple[int, int], float]] = field(default_factory=dict)
    words: str = ""


@dataclass(frozen=True)
class Film:
    """A function at work: plays in a notebook, reads as text in a terminal.

    Parameters
    ----------
    html : str
        The player, with the strip inside for where scripts do not run.
    svg : str
        The strip: a few frames of the film, one under the other.
    text : str
    """

    html: str
    svg: str
    text: str

    def _repr_html_(self) -> str:
        return self.html

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        # Pixels, not the SVG: on the way to a paper that would need a program of its own.
        picture = b64encode(png(self.svg)).decode("ascii")
        return {"text/html": self.html, "image/png": picture, "text/plain": self.text}

    def __str__(self) -> str:
        return self.text


def draw_steps(sheets: Sequence[Sheet], steps: Sequence[Step], text: str) -> Film:
    """Draw a film.

    Parameters
    ----------
    sheets : sequence of Sheet
    steps : sequence of Step
        At least one.
    text : str
        The whole film in words; its first line is the title.

    Returns
    -------
    Film
    """
    title = text.splitlines()[0]
    strip = draw_strip(sheets, steps, title, text)
    return Film(played(sheets, steps, title, strip), strip, text)


# -- one frame -------------------------------------------------------------------------------------


def places(sheets: Sequence[Sheet]) -> tuple[list[float], float, float]:
    """The left edge of each sheet, and the width and height of a frame."""
    lefts, x = [], float(MARGIN)
    for sheet in sheets:
        lefts.append(x)
        x += max(sheet.values.shape[1] * CELL, len(sheet.title) * 8.0) + GAP
    tallest = max(sheet.values.shape[0] for sheet in sheets) * CELL
    return lefts, x - GAP + MARGIN, TITLE + tallest + 2 * MARGIN


def frame(
    sheets: Sequence[Sheet], step: Step | None = None, written: Mapping | None = None
) -> Iterator[str]:
    """The elements of one frame; without a step, a stage whose cells a script can find."""
    lefts, _, _ = places(sheets)
    for number, (sheet, left) in enumerate(zip(sheets, lefts, strict=True)):
        top, colour = MARGIN + TITLE, KINDS[sheet.kind]
        height, width = sheet.values.shape
        yield (
            f'<text x="{left:g}" y="{top - 9}" font-size="15" font-weight="600" fill="{colour}">'
            f"{escape(sheet.title)}</text>"
        )
        yield "<g>"
        for row, column in np.ndindex(height, width):
            x, y = left + column * CELL, top + row * CELL
            place = (row, column)
            words = format_number(sheet.values[place], largest(sheet))
            if sheet.written:
                words = (written or {}).get(number, {}).get(place, "")
            name = f' data-cell="{number},{row * width + column}"' if step is None else ""
            yield (
                f'<g{name}><rect x="{x:g}" y="{y:g}" width="{CELL}" height="{CELL}" '
                f'fill="{CARD}" stroke="{LINE}"/><text x="{x + CELL / 2:g}" '
                f'y="{y + CELL / 2 + 5:g}" text-anchor="middle" font-size="{size_of(words)}" '
                f'fill="{INK}">{escape(words)}</text></g>'
            )
        yield "</g>"
        yield (
            f'<rect x="{left:g}" y="{top}" width="{width * CELL}" height="{height * CELL}" '
            f'fill="none" stroke="{colour}" stroke-width="2"/>'
        )
        if step is not None:
            cells = [*step.reads.get(number, ()), *step.numbers.get(number, ())]
            for row, column in cells:
                yield (
                    f'<rect x="{left + column * CELL + 1.5:g}" y="{top + row * CELL + 1.5:g}" '
                    f'width="{CELL - 3}" height="{CELL - 3}" fill="{MARK}" fill-opacity="0.18" '
                    f'stroke="{MARK}" stroke-width="2.5"/>'
                )


def largest(sheet: Sheet) -> float:
    """The largest finite number of a sheet: what is tiny beside it is rounding."""
    values = np.abs(np.asarray(sheet.values, float))
    return float(values.max(where=np.isfinite(values), initial=0.0))


def size_of(words: str) -> int:
    return 14 if len(words) <= 4 else 11 if len(words) <= 5 else 9


# -- the strip -------------------------------------------------------------------------------------


def draw_strip(sheets: Sequence[Sheet], steps: Sequence[Step], title: str, text: str) -> str:
    """A few frames, one under the other, each with its step in words."""
    chosen = sorted({round(i) for i in np.linspace(0, len(steps) - 1, min(FRAMES, len(steps)))})
    _, width, height = places(sheets)
    body, y = [], 0.0
    for number in chosen:
        step = steps[number]
        words = f"Step {number + 1} of {len(steps)}: {step.words}"
        body.append(
            f'<text x="{MARGIN}" y="{y + 24:g}" font-size="13" fill="{MUTED}">{escape(words)}'
            f'</text><g transform="translate(0 {y + 22:g}) scale({SMALL})">'
            + "".join(frame(sheets, step, written_until(steps, number)))
            + "</g>"
        )
        y += 26 + height * SMALL
    wide = max([width * SMALL, *(len(steps[n].words) * 6.6 + 120 for n in chosen)])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{wide:g}" '
        f'height="{y + 6:g}" viewBox="0 0 {wide:g} {y + 6:g}" style="max-width:100%;height:auto" '
        f'font-family="{escape(FONT)}"><title>{escape(title)}</title><desc>{escape(text)}</desc>'
        f'<rect width="100%" height="100%" rx="10" fill="{CARD}"/>' + "".join(body) + "</svg>"
    )


def written_until(steps: Sequence[Step], last: int) -> dict[int, dict[tuple[int, int], str]]:
    """What stands in the written sheets after a step."""
    written: dict[int, dict[tuple[int, int], str]] = {}
    for step in steps[: last + 1]:
        for number, numbers in step.numbers.items():
            words = {place: format_number(value) for place, value in numbers.items()}
            written.setdefault(number, {}).update(words)
    return written


# -- the player ------------------------------------------------------------------------------------


def played(sheets: Sequence[Sheet], steps: Sequence[Step], title: str, strip: str) -> str:
    """The film as HTML, with a stage whose cells the steps mark and fill."""
    _, width, height = places(sheets)
    stage = (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{escape(title)}" '
        f'width="{width:g}" height="{height:g}" viewBox="0 0 {width:g} {height:g}" '
        f'style="max-width:100%;height:auto;display:block" font-family="{escape(FONT)}">'
        + "".join(frame(sheets))
        + "</svg>"
    )
    blank = [number for number, sheet in enumerate(sheets) if sheet.written]
    script = SCRIPT.replace("MARK", json.dumps(MARK)).replace("CARD", json.dumps(CARD))
    script = script.replace("BLANK", json.dumps(blank)).replace("STEPS", as_json(sheets, steps))
    return player(title, embedded(strip), stage, script, len(steps), width)


def as_json(sheets: Sequence[Sheet], steps: Sequence[Step]) -> str:
    """What the script needs of the steps; cells by their number in the sheet."""
    columns = [sheet.values.shape[1] for sheet in sheets]
    data = [
        [
            [[n, [r * columns[n] + c for r, c in sorted(cells)]] for n, cells in s.reads.items()],
            [
                [n, [[r * columns[n] + c, format_number(v)] for (r, c), v in numbers.items()]]
                for n, numbers in s.numbers.items()
            ],
            s.words,
        ]
        for s in steps
    ]
    # "</" would end the script element.
    return json.dumps(data, separators=(",", ":")).replace("</", "<\\/")


SCRIPT = """const steps = STEPS, blank = BLANK;
  const cells = {};
  root.querySelectorAll("[data-cell]").forEach((g) => { cells[g.dataset.cell] = g; });
  const at = (sheet, cell) => cells[sheet + "," + cell];
  const mark = (g) => {
    const box = g.firstChild;
    box.setAttribute("fill", "#f6d5de");
    box.setAttribute("stroke", MARK);
    box.setAttribute("stroke-width", "2.5");
    g.parentNode.appendChild(g);
  };
  const clear = (g) => {
    const box = g.firstChild;
    box.setAttribute("fill", CARD);
    box.setAttribute("stroke", "#d5d9de");
    box.setAttribute("stroke-width", "1");
  };
  function draw(now) {
    Object.keys(cells).forEach((key) => {
      clear(cells[key]);
      if (blank.includes(+key.split(",")[0])) cells[key].lastChild.textContent = "";
    });
    for (let i = 0; i <= now; i++) steps[i][1].forEach(([sheet, written]) =>
      written.forEach(([cell, words]) => {
        const text = at(sheet, cell).lastChild;
        text.textContent = words;
        text.setAttribute("font-size", words.length <= 4 ? 14 : words.length <= 5 ? 11 : 9);
      }));
    steps[now][0].forEach(([sheet, read]) => read.forEach((cell) => mark(at(sheet, cell))));
    steps[now][1].forEach(([sheet, written]) => written.forEach(([cell]) => mark(at(sheet, cell))));
    return steps[now][2];
  }"""
