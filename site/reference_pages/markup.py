"""Small pieces of MyST Markdown: anchors, drawings as one line of HTML, folded boxes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape

LESSON_PAGE = "{up}lessons/{lesson}.ipynb"
"""Where the page of a lesson lies, seen from the folder that is `up` from a page."""


NARROW = 272
"""Pixels that a drawing may be wide on the narrowest page."""

TO_MOVE = ' tabindex="0" role="group" aria-label="drawing"'


def slug(heading: str) -> str:
    """The anchor of a heading, as MyST and GitHub name it.

    Examples
    --------
    >>> slug("`p:-p` at pad 0")
    'p-p-at-pad-0'
    >>> slug("3×3 filters: a *tie*")
    '33-filters-a-tie'
    """
    text = re.sub(r"\$[^$]*\$", "", heading).lower().replace(" ", "-")
    return re.sub(r"[^\w-]", "", text)


def lesson_link(words: str, lesson: str, heading: str = "", up: str = "../") -> str:
    """A link to a lesson, or to one of its headings."""
    anchor = f"#{slug(heading)}" if heading else ""
    return f"[{words}]({LESSON_PAGE.format(up=up, lesson=lesson)}{anchor})"


def on_one_line(html: str) -> str:
    """HTML that Markdown takes for one block: a blank line would end it.

    Examples
    --------
    >>> on_one_line("<desc>a\\n\\nb</desc>")
    '<desc>a&#10;&#10;b</desc>'
    """
    return html.strip().replace("\n", "&#10;")


def drawing(svg: str) -> str:
    """A drawing as a block of its own; one that is wide can be moved, with the keyboard too."""
    wide = float(re.search(r'width="([\d.]+)"', svg)[1]) > NARROW
    return f'<div class="drawing"{TO_MOVE if wide else ""}>{on_one_line(svg)}</div>'


def code(text: str, language: str = "python") -> str:
    """A block of code, whatever it holds."""
    ticks = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, ticks + 1)
    return f"{fence}{language}\n{text.rstrip()}\n{fence}"


def pages_below(names: Iterable[str]) -> str:
    """What Sphinx is told of the pages below one, which make its menu."""
    return code("\n".join([":hidden:", ":maxdepth: 1", "", *names]), "{toctree}")


def folded(summary: str, *blocks: str) -> str:
    """Blocks behind a click."""
    inside = "\n\n".join(blocks)
    return f"<details><summary>{escape(summary)}</summary>\n\n{inside}\n\n</details>"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table; bars in its cells are escaped."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(
        f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines
    )


def sentence_case(words: str) -> str:
    """Words that begin with a capital, unless with code or a symbol."""
    return words[:1].upper() + words[1:]


def page(*blocks: str) -> str:
    """Blocks of Markdown as a page."""
    return "\n\n".join(block.strip("\n") for block in blocks if block) + "\n"
