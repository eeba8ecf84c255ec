"""A small table as a drawing: one row a layer, a column for yours and one for the expected.

In the style of `matrices`: a self-contained SVG for notebooks, aligned text for terminals.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from autograder.figures.matrices import Picture
from autograder.figures.style import CARD, FONT, INK, KINDS, LINE, MARK, MUTED

ROW = 30  # height of a row
LETTER = 9.2  # width of a character, on average
PADDING = 14  # left and right of a cell's words
MARGIN = 16
LONGEST = 56  # characters of a cell before it is cut


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Parameters
    ----------
    title : str
    cells : sequence of str
    kind : str
        A key of `style.KINDS`; colors the title. Empty for a column that only counts the rows.
    ring : tuple of int
        Rows whose cell is ringed.
    wrong : tuple of int
        Rows whose cell is marked lightly.
    """

    title: str
    cells: Sequence[str]
    kind: str = ""
    ring: tuple[int, ...] = ()
    wrong: tuple[int, ...] = ()

    @property
    def width(self) -> float:
        longest = max([len(self.title) * 1.2, *(len(cut(cell)) for cell in self.cells)])
        return longest * LETTER + 2 * PADDING


def draw_table(
    columns: Sequence[Column], caption: str = "", alt: str = "", skipped: Sequence[int] = ()
) -> Picture:
    """Draw a table.

    Parameters
    ----------
    columns : sequence of Column
        Of equal length.
    caption : str
        A line under the drawing that says what to see.
    alt : str
        What a reader who cannot see the drawing should know; the text form if left out.
    skipped : sequence of int
        Rows after which others were left out, -1 for the top.

    Returns
    -------
    Picture

    Examples
    --------
    >>> layers = Column("layer", ["conv", "flatten"], "input")
    >>> yours = Column("yours", ["760", "8"], "yours", ring=(1,))
    >>> print(draw_table([layers, yours, Column("expected", ["760", "0"], "expected")]))
     layer    yours  expected
     conv     760    760
     flatten  [8]    0
    """
    text = "\n".join(text_lines(columns, skipped)) + (f"\n\n{caption}" if caption else "")
    return Picture(svg=svg(columns, caption, alt or text, skipped), text=text)


def cut(cell: str) -> str:
    return cell if len(cell) <= LONGEST else cell[: LONGEST - 1] + "…"


def text_lines(columns: Sequence[Column], skipped: Sequence[int]) -> Iterator[str]:
    """The table for a terminal, `[ ]` around ringed cells."""
    strings = []
    for column in columns:
        cells = [
            f"[{cut(cell)}]" if i in column.ring else f"{cut(cell)}"
            for i, cell in enumerate(column.cells)
        ]
        width = max(map(len, [column.title, *cells]))
        strings.append([cell.ljust(width) for cell in (column.title, *cells)])
    for i, row in enumerate(zip(*strings, strict=True), start=-1):
        yield (" " + "  ".join(row)).rstrip()
        if i in skipped:
            yield " ⋮"


def svg(columns: Sequence[Column], caption: str, alt: str, skipped: Sequence[int]) -> str:
    widths = [column.width for column in columns]
    table = sum(widths)
    words = textwrap.wrap(caption, max(48, int(table / 7.8)))
    width = max([table, *(len(line) * 7.8 for line in words)]) + 2 * MARGIN
    body, tops, y = [], [], MARGIN + ROW
    for i in range(len(columns[0].cells)):
        y += ROW * (i - 1 in skipped)
        tops.append(y)
        y += ROW
    bottom = y + ROW * (len(tops) - 1 in skipped)
    left = float(MARGIN)
    for column, wide in zip(columns, widths, strict=True):
        body += draw_column(column, left, wide, tops)
        left += wide
    for i, top in enumerate(tops):
        body.append(f'<path d="M{MARGIN} {top}h{table:g}" stroke="{LINE}"/>')
        if i in skipped:
            body.append(ellipsis(top + ROW, table))
    if -1 in skipped:
        body.append(ellipsis(MARGIN + ROW, table))
        body.append(f'<path d="M{MARGIN} {MARGIN + ROW}h{table:g}" stroke="{LINE}"/>')
    y = bottom + 8
    for line in words:
        y += 20
        body.append(f'<text x="{MARGIN}" y="{y:g}" font-size="14" fill="{INK}">')
        body.append(f"{escape(line)}</text>")
    height = y + MARGIN
    name, *rest = alt.splitlines()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{width:g}" '
        f'height="{height:g}" viewBox="0 0 {width:g} {height:g}" '
        f'style="max-width:100%;height:auto" font-family="{escape(FONT)}">'
        f"<title>{escape(name.strip())}</title>"
        f"<desc>{escape(chr(10).join(rest) or name)}</desc>"
        f'<rect width="100%" height="100%" rx="10" fill="{CARD}"/>' + "".join(body) + "</svg>"
    )


def draw_column(column: Column, left: float, width: float, tops: Sequence[int]) -> Iterator[str]:
    colour = KINDS.get(column.kind, MUTED)
    yield (
        f'<text x="{left + PADDING:g}" y="{MARGIN + 19}" font-size="15" font-weight="600" '
        f'fill="{colour}">{escape(column.title)}</text>'
    )
    for i, (cell, top) in enumerate(zip(column.cells, tops, strict=True)):
        string = cut(cell)
        if i in column.wrong and i not in column.ring:
            yield f'<path d="M{left + width - 6:g} {top + 1}h-11l11 11z" fill="{MARK}"/>'
        yield (
            f'<text x="{left + PADDING:g}" y="{top + 20}" font-size="15" '
            f'fill="{INK if column.kind else MUTED}">{escape(string)}</text>'
        )
        if i in column.ring:
            yield (
                f'<rect x="{left + 3:g}" y="{top + 3}" width="{width - 6:g}" height="{ROW - 6}" '
                f'rx="{ROW / 2 - 3:g}" fill="none" stroke="{MARK}" stroke-width="3" class="ring"/>'
            )


def ellipsis(top: float, width: float) -> str:
    return (
        f'<text x="{MARGIN + width / 2:g}" y="{top + 20:g}" text-anchor="middle" font-size="15" '
        f'fill="{MUTED}">⋮</text>'
    )


def stacked(pictures: Sequence[Picture]) -> Picture:
    """Pictures one above the other, as one."""
    if len(pictures) == 1:
        return pictures[0]
    sizes = [picture_size(picture) for picture in pictures]
    width = max(size[0] for size in sizes)
    body, top = [], 0.0
    for picture, (_, height) in zip(pictures, sizes, strict=True):
        body.append(picture.svg.replace("<svg ", f'<svg y="{top:g}" ', 1))
        top += height
    text = "\n\n".join(picture.text for picture in pictures)
    name, *rest = text.splitlines()
    return Picture(
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{width:g}" height="{top:g}" '
        f'viewBox="0 0 {width:g} {top:g}" style="max-width:100%;height:auto">'
        f"<title>{escape(name.strip())}</title><desc>{escape(chr(10).join(rest))}</desc>"
        f'<rect width="100%" height="100%" rx="10" fill="{CARD}"/>' + "".join(body) + "</svg>",
        text,
    )


def picture_size(picture: Picture) -> tuple[float, float]:
    """Width and height that a drawing says of itself."""
    _, _, width, height = picture.svg.split('viewBox="', 1)[1].split('"', 1)[0].split()
    return float(width), float(height)
