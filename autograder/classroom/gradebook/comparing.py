"""What a lesson's source says that the gradebook does not: for those who have handed it in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import sqlalchemy as sa
from nbformat import NotebookNode
from nbgrader import utils

from autograder.lessons.course import Lesson
from autograder.lessons.roles import exercise_of

from .tables import ASSIGNMENT, CELL, GRADED_CELL, HANDED, NOTEBOOK, SOURCE


@dataclass(frozen=True)
class Differences:
    """Of a lesson's source from what is registered, cell by cell.

    Parameters
    ----------
    handed_in : int
        Students whose work is in the gradebook.
    added, dropped : dict
        Points by graded cell.
    reweighted : dict
        Points before and now, by graded cell.
    reworded : list of str
        Cells with another text: what is asked, or how it is tested.
    """

    handed_in: int = 0
    added: dict[str, float] = field(default_factory=dict)
    dropped: dict[str, float] = field(default_factory=dict)
    reweighted: dict[str, tuple[float, float]] = field(default_factory=dict)
    reworded: list[str] = field(default_factory=list)

    def sentences(self, lesson: str) -> Iterator[str]:
        """What that means for those who have handed in; nothing if nobody has."""
        if not self.handed_in or not (
            self.added or self.dropped or self.reweighted or self.reworded
        ):
            return
        who = f"{self.handed_in} {'student has' if self.handed_in == 1 else 'students have'}"
        yield f"{lesson}: {who} handed in what is different now"
        for name, points in self.added.items():
            yield (
                f"  {name} is new, with {points:g} points: "
                "whoever has no answer to it has 0 of them"
            )
        for name, points in self.dropped.items():
            yield (
                f"  {name} is gone, with {points:g} points: what was earned there no longer "
                "counts, and is kept should it come back"
            )
        for name, (before, now) in self.reweighted.items():
            yield (
                f"  {name} is worth {now:g} points, {before:g} before: checks are counted anew, "
                "marks given by hand stay as they are"
            )
        for name in self.reworded:
            yield f"  {name} has another text: what was handed in answers the old one"
        yield f"  `autograder grade {lesson} --preview` says whose points would change, and how"


def compare_lesson(connection: sa.Connection, lesson: Lesson, master: NotebookNode) -> Differences:
    """Compare a lesson's source with what the gradebook has registered; nothing is written."""
    notebook = connection.scalar(
        sa.select(NOTEBOOK.c.id)
        .join(ASSIGNMENT, ASSIGNMENT.c.id == NOTEBOOK.c.assignment_id)
        .where(ASSIGNMENT.c.name == lesson.name)
    )
    if notebook is None:
        return Differences()
    before, now = _points(connection, notebook), _points_now(master)
    count = sa.select(sa.func.count()).select_from(HANDED).where(HANDED.c.notebook_id == notebook)
    return Differences(
        connection.scalar(count) or 0,
        {name: points for name, points in now.items() if name not in before},
        {name: points for name, points in before.items() if name not in now},
        {
            name: (before[name], points)
            for name, points in now.items()
            if name in before and before[name] != points
        },
        list(_reworded(connection, notebook, master)),
    )


def _points(connection: sa.Connection, notebook: str) -> dict[str, float]:
    """What is registered: the most points of each graded cell."""
    rows = connection.execute(
        sa.select(CELL.c.name, GRADED_CELL.c.max_score)
        .join(GRADED_CELL, GRADED_CELL.c.id == CELL.c.id)
        .where(CELL.c.notebook_id == notebook)
        .order_by(CELL.c.name)
    )
    return dict(map(tuple, rows))


def _points_now(master: NotebookNode) -> dict[str, float]:
    cells = [cell.metadata.nbgrader for cell in master.cells if utils.is_grade(cell)]
    return {cell.grade_id: float(cell.points) for cell in cells}


def _reworded(connection: sa.Connection, notebook: str, master: NotebookNode) -> Iterator[str]:
    """The exercises and questions of which some cell has another text than is registered."""
    rows = connection.execute(
        sa.select(SOURCE.c.name, SOURCE.c.source).where(SOURCE.c.notebook_id == notebook)
    )
    before = dict(map(tuple, rows))
    told = set()
    for cell in master.cells:
        if not (utils.is_grade(cell) or utils.is_solution(cell)):
            continue
        name = cell.metadata.nbgrader.grade_id
        exercise = exercise_of(name)
        if name in before and before[name].strip() != cell.source.strip() and exercise not in told:
            told.add(exercise)
            yield exercise
