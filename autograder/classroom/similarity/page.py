"""Pairs who wrote alike as one page: the passages side by side, alike lines marked.

It is one file without a program, which needs no network.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from html import escape

from autograder.classroom.page_frame import framed
from autograder.classroom.shown import shown

from .pairs import Pair, Passage

STYLE = """
:root { --mark: #ffe9a8; }
@media (prefers-color-scheme: dark) { :root { --mark: #5c4a00; } }
body { max-width: 80rem; } h3 { font-size: 1rem; margin: .8rem 0 .3rem; }
.pair > summary { grid-template-columns: 1rem 1fr; }
.sides { display: grid; grid-template-columns: 1fr 1fr; gap: .8rem; }
.sides > * { min-width: 0; }
pre { margin: 0; padding: .6rem; background: var(--card); overflow-x: auto; border-radius: 4px;
  font: .85rem/1.45 ui-monospace, monospace; }
pre:focus-visible { outline: 3px solid var(--bar); outline-offset: 2px; }
mark { background: var(--mark); color: inherit; }
@media (max-width: 45rem) { .sides { grid-template-columns: 1fr; } }
"""

ABOUT = (
    "Lines that are alike are marked: alike whatever variables are called and however lines are "
    "broken. The lesson's own text, its answers and what more than a tenth of the class writes "
    "count for nothing. Being alike is a reason to ask two people, and no proof."
)


def pairs_page(lesson: str, pairs: Sequence[Pair], compared: int) -> str:
    """The page of a lesson.

    Parameters
    ----------
    lesson : str
    pairs : sequence of Pair
    compared : int
        How many works were compared.
    """
    count = f"{len(pairs)} {'pair' if len(pairs) == 1 else 'pairs'} among {compared} students."
    body = f'<p>{count}</p>\n<p class="soft">{ABOUT}</p>\n{"".join(map(_pair, pairs))}'
    return framed(f"{lesson}: who wrote alike", body, STYLE)


def _pair(pair: Pair) -> str:
    names = f"{escape(shown(pair.student))} and {escape(shown(pair.other))}"
    passages = "".join("".join(_passage(one, pair)) for one in pair.passages)
    return (
        f'<details class="pair"><summary><span><strong>{names}</strong>: '
        f"{pair.share:.0%} of the shorter one</span></summary>\n{passages}</details>\n"
    )


def _passage(passage: Passage, pair: Pair) -> Iterator[str]:
    yield '<div class="sides">\n'
    for student, cell, text, lines in (
        (pair.student, passage.cell, passage.text, passage.lines),
        (pair.other, passage.other_cell, passage.other_text, passage.other_lines),
    ):
        label = f"{escape(shown(student))}, {escape(shown(cell))}"
        yield f'<div><h3>{label}</h3><pre tabindex="0" role="region" aria-label="{label}">'
        yield "\n".join(_lines(text, lines))
        yield "</pre></div>\n"
    yield "</div>\n"


def _lines(text: str, alike: Collection[int]) -> Iterator[str]:
    for number, line in enumerate(text.split("\n")):
        said = escape(shown(line.replace("\t", "    ")))
        yield f"<mark>{said}</mark>" if number in alike and said.strip() else said
