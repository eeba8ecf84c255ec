"""How a matrix lies on the page: what is shown of it, how large it is, and its lines of SVG."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterable, Sequence
from html import escape

import numpy as np

from autograder.figures.numerals import as_float, format_number, largest
from autograder.figures.panels import Panel
from autograder.figures.style import (
    CARD,
    FONT,
    INK,
    KINDS,
    LINE,
    MARK,
    MUTED,
    NEGATIVE,
    POSITIVE,
    mix,
)

CELL = 36  # height of a cell, and its least width
CAPTION = 7.9  # width of a character of the caption, on average
LETTER = 8.2  # width of a character of a number, on average
MARGIN = 16
GAP = 24  # between panels without a sign
SIGN = 44  # between panels with one
TITLE = 26  # height of the title line
WIDEST = 940  # panels beyond this go to a second row
MOST = 12  # rows or columns drawn before the rest is elided
DEEPEST = 0.62  # dark numbers stay readable on the strongest tint


class PanelLayout:
    """A panel with everything known that drawing it needs: strings, sizes, what is left out."""

    def __init__(self, panel: Panel) -> None:
        if panel.kind not in KINDS:
            raise ValueError(f"kind {panel.kind!r} is not one of {', '.join(KINDS)}")
        self.panel = panel
        known = panel.values is not None
        values = np.asanyarray(panel.values if known else np.zeros((0, 0)))
        if values.ndim > 2:
            raise ValueError(f"a panel draws at most two dimensions, not shape {values.shape}")
        self.shape = "×".join(map(str, values.shape)) if known else ""
        self.empty = values.size == 0
        self.grid = np.zeros((0, 0)) if self.empty else np.atleast_2d(np.asarray(values))
        # Asked for by name: `numpy.ma` takes long to load, and few panels have a mask.
        blank = np.zeros(values.shape, bool) | getattr(values, "mask", False)
        self.blank = blank.reshape(self.grid.shape)
        self.scale = largest(self.grid)
        window = panel.window
        self.rows = _kept(
            self.grid.shape[0], [r for r, _ in panel.ring], window and (window[0], window[2])
        )
        self.columns = _kept(
            self.grid.shape[1], [c for _, c in panel.ring], window and (window[1], window[3])
        )
        self.strings = {
            (r, c): format_number(self.grid[r, c], self.scale, panel.digits)
            for r in self.rows
            for c in self.columns
            if r is not None and c is not None
        }
        longest = max(map(len, self.strings.values()), default=1)
        self.cell = max(CELL, round(longest * LETTER + 14))
        self.note = textwrap.wrap(panel.note, 30)
        if self.empty:
            self.frame_width, self.frame_height = 3.5 * CELL, 2 * CELL
        else:
            self.frame_width = self.cell * len(self.columns)
            self.frame_height = CELL * len(self.rows)
        heading = len(panel.title) * 8.9 + len(self.shape) * 7.6 + 6
        below = 0 if self.empty else max((len(line) * 6.6 for line in self.note), default=0)
        self.width = max(self.frame_width, heading, below)
        self.height = TITLE + self.frame_height + (0 if self.empty else 17 * len(self.note))

    # -- text ---------------------------------------------------------------------------------

    def text_lines(self) -> Iterable[str]:
        """The panel for a terminal: a title, then aligned numbers, `[ ]` around ringed cells."""
        sign = f"{self.panel.before} " if self.panel.before else ""
        yield f"{sign}{self.panel.title} {self.shape}".rstrip()
        width = max(map(len, self.strings.values()), default=1)
        for r in self.rows:
            line = ""
            for c in self.columns:
                if r is None or c is None:
                    cell = "…"
                else:
                    cell = "·" if self.blank[r, c] else self.strings[r, c]
                ringed = (r, c) in self.panel.ring
                padding = " " * (width - len(cell) + 1)
                line += f"{padding}[{cell}]" if ringed else f"{padding} {cell} "
            yield line.rstrip()
        if self.panel.window and not self.empty:
            top, left, height, width = self.panel.window
            yield (
                f"  window: rows {top} to {top + height - 1}, columns {left} to {left + width - 1}"
            )
        if self.panel.note:
            yield f"  {self.panel.note}"

    # -- drawing ------------------------------------------------------------------------------

    def draw(self, left: float, top: float) -> Iterable[str]:
        """SVG elements, with the frame's corner at (left, top)."""
        panel, colour = self.panel, KINDS[self.panel.kind]
        centre = left + self.frame_width / 2
        yield (
            f'<text x="{centre:g}" y="{top - 10:g}" text-anchor="middle" font-size="15" '
            f'font-weight="600" fill="{colour}">{escape(panel.title)}'
            + (
                f'<tspan font-weight="400" font-size="12.5" fill="{MUTED}" dx="6">{self.shape}'
                "</tspan>"
                if self.shape
                else ""
            )
            + "</text>"
        )
        if self.empty:
            yield from self._draw_empty(left, top, colour)
            return
        for i, r in enumerate(self.rows):
            for j, c in enumerate(self.columns):
                yield from self._draw_cell(r, c, left + j * self.cell, top + i * CELL)
        yield _rectangle(
            left, top, self.frame_width, self.frame_height, f'stroke="{colour}" stroke-width="2.5"'
        )
        yield from self._draw_marks(left, top)
        for i, line in enumerate(self.note):
            yield (
                f'<text x="{centre:g}" y="{top + self.frame_height + 18 + 17 * i:g}" '
                f'text-anchor="middle" font-size="13" fill="{MUTED}">{escape(line)}</text>'
            )

    def _draw_empty(self, left: float, top: float, colour: str) -> Iterable[str]:
        yield _rectangle(
            left,
            top,
            self.frame_width,
            self.frame_height,
            f'stroke="{colour}" stroke-width="2" stroke-dasharray="5 5"',
        )
        lines = textwrap.wrap(self.panel.note or "empty", 16)[:3]
        middle = top + self.frame_height / 2 + 4.5 - 8.5 * (len(lines) - 1)
        for i, line in enumerate(lines):
            yield (
                f'<text x="{left + self.frame_width / 2:g}" y="{middle + 17 * i:g}" '
                f'text-anchor="middle" font-size="13" font-style="italic" fill="{MUTED}">'
                f"{escape(line)}</text>"
            )

    def _draw_cell(self, r: int | None, c: int | None, x: float, y: float) -> Iterable[str]:
        middle = f'x="{x + self.cell / 2:g}" y="{y + CELL / 2 + 5:g}" text-anchor="middle"'
        if r is None or c is None:
            yield f'<text {middle} font-size="15" fill="{MUTED}">…</text>'
            return
        blank = self.blank[r, c]
        yield (
            f'<rect x="{x:g}" y="{y:g}" width="{self.cell}" height="{CELL}" '
            f'fill="{CARD if blank else _tint(self.grid[r, c], self.scale)}" stroke="{LINE}"/>'
        )
        if blank:
            return
        if (r, c) in self.panel.wrong and (r, c) not in self.panel.ring:
            yield f'<path d="M{x + self.cell:g} {y:g}h-11l11 11z" fill="{MARK}"/>'
        string = self.strings[r, c].replace("-", "−").replace("inf", "∞")
        yield f'<text {middle} font-size="15" fill="{INK}">{escape(string)}</text>'

    def _draw_marks(self, left: float, top: float) -> Iterable[str]:
        if self.panel.window:
            first_row, first_column, height, width = self.panel.window
            rows = [i for i, r in enumerate(self.rows) if _inside(r, first_row, height)]
            columns = [j for j, c in enumerate(self.columns) if _inside(c, first_column, width)]
            if rows and columns:
                box = (
                    left + columns[0] * self.cell,
                    top + rows[0] * CELL,
                    (columns[-1] - columns[0] + 1) * self.cell,
                    (rows[-1] - rows[0] + 1) * CELL,
                )
                yield _rectangle(*box, f'stroke="{CARD}" stroke-width="6.5"', 'class="halo"')
                yield _rectangle(*box, f'stroke="{MARK}" stroke-width="3.5"', 'class="window"')
        for r, c in self.panel.ring:
            if r not in self.rows or c not in self.columns:
                continue
            x = left + (self.columns.index(c) + 0.5) * self.cell
            y = top + (self.rows.index(r) + 0.5) * CELL
            yield (
                f'<ellipse cx="{x:g}" cy="{y:g}" rx="{self.cell / 2 - 1.5:g}" '
                f'ry="{CELL / 2 - 1.5:g}" fill="none" stroke="{MARK}" stroke-width="3.5" '
                'class="ring"/>'
            )


def svg(layouts: Sequence[PanelLayout], caption: str, alt: str) -> str:
    rows: list[list[PanelLayout]] = [[]]
    used = 0.0
    for layout in layouts:
        gap = _gap(layout) if rows[-1] or layout.panel.before else 0
        if rows[-1] and used + gap + layout.width > WIDEST:
            rows.append([])
            used, gap = 0.0, SIGN if layout.panel.before else 0
        rows[-1].append(layout)
        used += gap + layout.width
    widths = [
        sum(s.width + (_gap(s) if i or s.panel.before else 0) for i, s in enumerate(row))
        for row in rows
    ]
    words = textwrap.wrap(caption, max(48, int(max(widths) / CAPTION)))
    width = max([*widths, *(len(line) * CAPTION for line in words)]) + 2 * MARGIN

    body, y = [], float(MARGIN)
    for row in rows:
        tallest = max((layout.frame_height for layout in row), default=0)
        x = float(MARGIN)
        for i, layout in enumerate(row):
            gap = _gap(layout) if i or layout.panel.before else 0
            if layout.panel.before:
                body.append(
                    f'<text x="{x + gap / 2:g}" y="{y + TITLE + tallest / 2 + 8:g}" '
                    f'text-anchor="middle" font-size="24" fill="{MUTED}">'
                    f"{escape(layout.panel.before)}</text>"
                )
            x += gap
            body += layout.draw(
                x + (layout.width - layout.frame_width) / 2,
                y + TITLE + (tallest - layout.frame_height) / 2,
            )
            x += layout.width
        drop = (layout.height - TITLE + (tallest - layout.frame_height) / 2 for layout in row)
        y += TITLE + max(drop, default=0) + MARGIN
    for line in words:
        body.append(f'<text x="{MARGIN}" y="{y + 10:g}" font-size="14" fill="{INK}">')
        body.append(f"{escape(line)}</text>")
        y += 20
    height = y + (6 if words else 0)
    name, *rest = (alt or "matrices").splitlines()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{width:g}" '
        f'height="{height:g}" viewBox="0 0 {width:g} {height:g}" '
        f'style="display:block;max-width:100%;height:auto" font-family="{escape(FONT)}">'
        f"<title>{escape(name)}</title><desc>{escape(chr(10).join(rest) or name)}</desc>"
        f'<rect width="100%" height="100%" rx="10" fill="{CARD}"/>' + "".join(body) + "</svg>"
    )


def _gap(layout: PanelLayout) -> int:
    return SIGN if layout.panel.before else GAP


def _rectangle(x: float, y: float, width: float, height: float, *attributes: str) -> str:
    return (
        f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="3" fill="none" '
        + " ".join(attributes)
        + "/>"
    )


def _inside(index: int | None, start: int, length: int) -> bool:
    return index is not None and start <= index < start + length


def _kept(count: int, ringed: Sequence[int], window: tuple[int, int] | None) -> list[int | None]:
    """Which rows (or columns) to draw; None stands for a stretch left out."""
    if count <= MOST:
        return list(range(count))
    room = MOST - 2
    focus = list(ringed) + ([window[0], window[0] + window[1] - 1] if window else [])
    middle = (min(focus) + max(focus)) // 2 if focus else 0
    start = min(max(middle - room // 2, 0), count - room)
    before: list[int | None] = [None] if start > 0 else []
    after: list[int | None] = [None] if start + room < count else []
    return [*before, *range(start, start + room), *after]


def _tint(value: object, scale: float) -> str:
    """A cell's color: the hue says the sign, the depth the size; gray is not a number."""
    number = as_float(value)
    if number is None or math.isnan(number):
        return LINE
    if number == 0 or (scale == 0 and not math.isinf(number)):
        return CARD
    share = 1.0 if math.isinf(number) else min(abs(number) / scale, 1.0)
    return mix(POSITIVE if number > 0 else NEGATIVE, DEEPEST * share)
