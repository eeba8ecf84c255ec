"""What in a lesson gives away the value that an exercise asks for: its page folds that, too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from nbformat import NotebookNode
from reference_pages.smallest import KEPT_BACK, SMALL, numbers_in, right_numbers

from autograder.exercises import find
from autograder.inside.answers import to_plain_data
from autograder.judging.checking import gives_away
from autograder.lessons.roles import role_of

COMMON = 9_999
"""Numbers up to this one stand for much else, too: years, units, sizes."""


def telling_cells(lesson: NotebookNode) -> set[str]:
    """The ids of cells whose outputs tell a value that the lesson has asked for before them.

    Parameters
    ----------
    lesson : NotebookNode
        Run with its answers.
    """
    asked: list[str] = []
    told = set()
    for cell in lesson.cells:
        if role_of(cell) == "exercise" and asks_for_value(cell.id):
            asked.append(cell.id)
        elif cell.cell_type == "code" and any(tells(cell, name) for name in asked):
            told.add(cell.id)
    return told


def asks_for_value(name: str) -> bool:
    exercise = find(name)
    return not callable(exercise.reference) or gives_away(exercise)


def tells(cell: NotebookNode, name: str) -> bool:
    """Whether a cell draws the answer to an exercise, or shows one of its large numbers."""
    if cell.id == f"{name}-look":
        return True
    said = "\n".join(said_by(output) for output in cell.outputs)
    return any(re.search(rf"(?<![\d,._]){form}(?![\d_])", said) for form in written(name))


def said_by(output: NotebookNode) -> str:
    """What an output shows, as text: of a picture, what is said in its place."""
    data: dict[str, Any] = output.get("data", {})
    html = re.sub(r"base64,[A-Za-z0-9+/=\s]+", "", data.get("text/html", ""))
    return "\n".join([output.get("text", ""), data.get("text/plain", ""), html])


@cache
def written(name: str) -> frozenset[str]:
    """The ways in which the large numbers of a right value are written."""
    reference = find(name).reference
    value = to_plain_data(reference() if callable(reference) else reference)
    return frozenset(form for number in numbers_in(value) for form in forms(number))


def without_values(text: str) -> str:
    """A text that says none of the large numbers that some exercise asks for.

    Examples
    --------
    >>> without_values("VGG-16 has 138,357,544 parameters, 1,138,357,544 is another number.")
    'VGG-16 has … parameters, 1,138,357,544 is another number.'
    """
    return any_value().sub(KEPT_BACK, text)


@cache
def any_value() -> re.Pattern[str]:
    """Any of those numbers, in any way in which it is written."""
    large = (number for number in right_numbers() if number > COMMON)
    told = "|".join(sorted({re.escape(form) for number in large for form in forms(number)}))
    return re.compile(rf"(?:(?<![\w,.+/])|(?<=\\n))(?:{told})(?![\w/]|,\d)")


def forms(number: float) -> Iterator[str]:
    if number > SMALL:
        yield from (str(number), f"{number:,}", f"{number:_}")
