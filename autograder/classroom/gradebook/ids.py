"""The ids that nbgrader gave to a lesson and its cells."""

from __future__ import annotations

from dataclasses import dataclass, field

import sqlalchemy as sa

from autograder.lessons.course import Lesson

from .tables import ASSIGNMENT, CELL, NOTEBOOK


@dataclass
class Ids:
    """Of a lesson's assignment and notebook, and of its graded and answer cells by name."""

    assignment: str
    notebook: str
    graded: dict[str, str] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)


def ids_of(connection: sa.Connection, lesson: Lesson) -> Ids:
    """The ids of a lesson that is registered."""
    found = connection.execute(
        sa.select(ASSIGNMENT.c.id, NOTEBOOK.c.id)
        .join(NOTEBOOK, NOTEBOOK.c.assignment_id == ASSIGNMENT.c.id)
        .where(ASSIGNMENT.c.name == lesson.name)
    ).one()
    ids = Ids(*found)
    cells = connection.execute(
        sa.select(CELL.c.id, CELL.c.name, CELL.c.type).where(CELL.c.notebook_id == ids.notebook)
    )
    for number, name, kind in cells:
        if kind == "GradeCell":
            ids.graded[name] = number
        elif kind == "SolutionCell":
            ids.answers[name] = number
    return ids
