"""A question's marking scheme, as it stands in the lesson's source below *To mark*."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass

from autograder.lessons.compiling import Compiled
from autograder.lessons.course import Lesson
from autograder.lessons.errors import ClassroomError
from autograder.lessons.roles import role_of

REGION = re.compile(r"### (?:BEGIN|END) SOLUTION\n?")
SCHEME = re.compile(r"^\*\*To mark:\*\*\s*$", re.M)
ITEM = re.compile(r"^- ", re.M)
WORTH = re.compile(r"(?:(?P<number>\d+(?:\.\d+)?) points?|(?P<half>Half a point))[:\s]+", re.I)


@dataclass(frozen=True)
class Criterion:
    """What an answer earns points for."""

    points: float
    text: str


@dataclass(frozen=True)
class Question:
    """A question that a person marks: its most points, a right answer, and what earns points."""

    id: str
    points: float
    answer: str
    criteria: tuple[Criterion, ...]

    def as_json(self) -> dict:
        """As plain data."""
        return asdict(self)


def question_of(lesson: Lesson, compiled: Compiled, name: str) -> Question:
    """A question of a lesson by its id.

    Raises
    ------
    ClassroomError
        If the lesson has no such question.
    """
    cells = {c.id: c for c in compiled.instructor.cells if role_of(c) == "question"}
    if name not in cells:
        known = ", ".join(cells) or "none"
        raise ClassroomError(f"{lesson.name} has no question {name!r}; there are: {known}.")
    answer, criteria = read_scheme("".join(cells[name].source))
    points = float(cells[name].metadata.nbgrader.points)
    return Question(name, points, answer, criteria or (Criterion(points, "A right answer."),))


def read_scheme(text: str) -> tuple[str, tuple[Criterion, ...]]:
    r"""A right answer, and the criteria below it.

    Examples
    --------
    >>> scheme = "- 1 point: says that\n  it is.\n- Half a point for a hint."
    >>> answer, criteria = read_scheme(f"It is small.\n\n**To mark:**\n\n{scheme}")
    >>> answer, [(one.points, one.text) for one in criteria]
    ('It is small.', [(1.0, 'says that it is.'), (0.5, 'for a hint.')])
    """
    answer, *rest = SCHEME.split(REGION.sub("", text), maxsplit=1)
    found = []
    for item in ITEM.split(rest[0])[1:] if rest else ():
        if worth := WORTH.match(item):
            points = float(worth["number"] or 0.5)
            found.append(Criterion(points, " ".join(item[worth.end() :].split())))
    return answer.strip(), tuple(found)
