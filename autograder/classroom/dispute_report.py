"""A dispute, told: in a terminal, and on a page of its own for the instructor's eyes."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from autograder.inside.verdicts import with_code
from autograder.running.page_code import code_html
from autograder.running.page_marks import number

from .dispute import Dispute
from .page_frame import framed
from .shown import shown

STYLE = """
pre { background: var(--card); padding: .6rem .8rem; border-radius: 4px; white-space: pre-wrap;
  font: .85rem/1.5 ui-monospace, monospace; }
.drawing { overflow-x: auto; } .drawing svg { max-width: none !important; }
.k { font-weight: 600; } .c { color: var(--soft); font-style: italic; }
"""


def dispute_lines(dispute: Dispute) -> Iterator[str]:
    """The lines of a terminal."""
    yield from map(shown, _facts(dispute))
    for part in dispute.shown:
        yield f"\nFails: {shown(part.words)}\n{shown(part.sentence)}"
        if part.picture:
            yield f"\n{part.picture.text}"
    yield ""
    yield from map(shown, _others(dispute))


def dispute_page(dispute: Dispute, lesson: str) -> str:
    """The page of a dispute as HTML."""
    own = dispute.recorded
    parts = [f"<p>{with_code(shown(line))}</p>\n" for line in _facts(dispute)]
    for part in dispute.shown:
        drawing = part.picture.svg if part.picture else ""
        parts.append(
            f"<section>\n<h2>Fails: {escape(part.words)}</h2>\n"
            f"<p>{with_code(shown(part.sentence))}</p>\n"
            f'<div class="drawing" tabindex="0" role="group" aria-label="The case that fails">'
            f"{drawing}</div>\n</section>\n"
        )
    lines = "".join(f"<p>{escape(line)}</p>\n" for line in map(shown, _others(dispute)))
    parts.append(f"<section>\n<h2>Who else</h2>\n{lines}</section>\n")
    parts.append(f"<section>\n<h2>The answer</h2>\n{code_html(dispute.source)}\n</section>\n")
    return framed(f"{lesson}: {own.exercise} of {own.student}", "".join(parts), STYLE)


def _facts(dispute: Dispute) -> Iterator[str]:
    own, most = dispute.recorded, number(dispute.max_points)
    yield f"Recorded: {number(own.points)} of {most} for the hidden test, from seed {own.seed}."
    yield own.message or f"{own.exercise}: right."
    if dispute.again is None:
        yield (
            "Run again, the hidden test was not judged: what was handed in, or the lesson, "
            "has changed since."
        )
    elif dispute.stands:
        yield "Run again from that seed, it comes out the same."
    else:
        yield (
            f"Run again from that seed, it earns {number(dispute.again['points'])} of {most}: "
            "what was handed in, or the exercise, has changed since it was graded."
        )


def _others(dispute: Dispute) -> Iterator[str]:
    """How many others fail the same."""
    if dispute.recorded.passed:
        return
    who = [one.student for one in dispute.others]
    yield f"{len(who)} of {dispute.judged} others fail the same part first" + (
        f": {', '.join(sorted(who))}." if who else "."
    )
    if same := dispute.same_mistake:
        yield f"The same mistake, {dispute.recorded.mistake}: {', '.join(sorted(same))}."
