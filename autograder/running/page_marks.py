"""What a page says of points: of one graded cell, of an exercise, and of all of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from nbformat import NotebookNode

WAITS = "waits for a person's mark"
"""Said of an answer that nobody has marked yet, wherever points are shown."""


class Mark(NamedTuple):
    """What a page says of graded cells: in a word, in numbers, and in a sentence or none."""

    kind: str
    text: str
    note: str = ""


def number(points: float) -> str:
    """Points as people write them: 3, 2.5, 1.66.

    Examples
    --------
    >>> number(3.0), number(2.5)
    ('3', '2.5')
    """
    return f"{points:.2f}".rstrip("0").rstrip(".")


def is_graded(cell: NotebookNode) -> bool:
    """Whether a cell of a page has points."""
    own = cell.metadata.get("nbgrader", {})
    return bool(own.get("grade") or own.get("task"))


def mark_of(*cells: NotebookNode) -> Mark:
    """What is said of graded cells, of which all are of one exercise.

    Their metadata say what a gradebook knows: `score` and `points`, as nbgrader names them;
    `waits`, if a person has yet to mark it; `checked`, the points of the check that a person
    overruled.

    Examples
    --------
    >>> from nbformat.v4 import new_markdown_cell
    >>> own = {"score": 2.0, "points": 4, "waits": True}
    >>> mark_of(new_markdown_cell(metadata={"nbgrader": own})).text
    "waits for a person's mark; 2 of 4 until then"
    """
    known = [cell.metadata.nbgrader for cell in cells]
    earned = sum(own.get("score") or 0.0 for own in known)
    most = sum(own.get("points") or 0.0 for own in known)
    text = f"{number(earned)} of {number(most)}"
    if any(own.get("waits") for own in known):
        until = f"; {text} until then" if earned else f", out of {number(most)}"
        return Mark("waits", f"{WAITS}{until}")
    kind = "full" if earned >= most else "part" if earned > 0 else "none"
    return Mark(kind, text, _overruled(known))


def _overruled(known: Sequence[dict]) -> str:
    """That a person has given other points than the check."""
    over = [own for own in known if own.get("checked") is not None]
    if all(own["checked"] == (own.get("score") or 0.0) for own in over):
        return ""
    checked = sum(own["checked"] for own in over)
    most = sum(own.get("points") or 0.0 for own in over)
    return (
        "A person has looked at this and overruled the check, "
        f"which had given {number(checked)} of {number(most)}."
    )


def total_of(notebook: NotebookNode, penalty: float) -> str:
    """The points of a page in one line.

    Parameters
    ----------
    notebook : NotebookNode
    penalty : float
        What is taken off for handing in late.
    """
    cells = [cell.metadata.nbgrader for cell in notebook.cells if is_graded(cell)]
    earned = sum(own.get("score") or 0.0 for own in cells) - penalty
    most = sum(own.get("points") or 0.0 for own in cells)
    waiting = sum(own.get("points") or 0.0 for own in cells if own.get("waits"))
    parts = [f"{number(earned)} of {number(most)}"]
    if penalty > 0:
        parts.append(f"{number(penalty)} taken off for handing in late")
    if waiting:
        parts.append(f"{number(waiting)} still to be marked")
    return ", ".join(parts)
