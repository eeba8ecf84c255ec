"""A mark that a person gives in place of the check's, in nbgrader's own rows."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from autograder.lessons.course import Lesson
from autograder.lessons.errors import ClassroomError
from autograder.lessons.roles import exercise_of

from .late import ask_for_pages
from .tables import ASSIGNMENT, CELL, COMMENT, GRADED_CELL, POINTS, POINTS_OF_CELLS, SUBMISSION


def overrule(
    connection: sa.Connection, lesson: Lesson, student: str, exercise: str, points: float, why: str
) -> None:
    """Give points for an exercise or question by hand, with the reason as a comment.

    The points of an exercise go to its check first, and the rest to its hidden test. A run that
    comes later keeps them as long as the answer is the same.

    Raises
    ------
    ClassroomError
        If the student has nothing of it graded, or there are not so many points.
    """
    cells = [row for row in _cells(connection, lesson, student) if _is_of(row.name, exercise)]
    if not cells:
        raise ClassroomError(_nothing(connection, lesson, student, exercise))
    most = sum(row.max_score for row in cells)
    if not 0 <= points <= most:
        raise ClassroomError(f"{exercise} has from 0 to {most:g} points, not {points:g}.")
    for row in cells:
        given = min(points, row.max_score)
        points -= given
        connection.execute(
            sa.update(POINTS)
            .where(POINTS.c.id == row.id)
            .values(manual_score=given, needs_manual_grade=False)
        )
    _comment(connection, cells[0].notebook_id, exercise, why)
    ask_for_pages(connection, lesson, [student])


def _is_of(cell: str, exercise: str) -> bool:
    return exercise in (cell, exercise_of(cell))


def _cells(connection: sa.Connection, lesson: Lesson, student: str) -> Sequence[sa.Row]:
    """The graded cells of one student's notebook: checks first."""
    return connection.execute(
        sa.select(POINTS.c.id, POINTS.c.notebook_id, CELL.c.name, GRADED_CELL.c.max_score)
        .select_from(POINTS_OF_CELLS)
        .join(GRADED_CELL, GRADED_CELL.c.id == CELL.c.id)
        .where(ASSIGNMENT.c.name == lesson.name, SUBMISSION.c.student_id == student)
        .order_by(CELL.c.name)
    ).all()


def _nothing(connection: sa.Connection, lesson: Lesson, student: str, exercise: str) -> str:
    """Why there is nothing to overrule."""
    names = dict.fromkeys(exercise_of(row.name) for row in _cells(connection, lesson, student))
    if not names:
        return f"{student!r} has no grade for {lesson.name} that could be overruled."
    return f"{lesson.name} has no exercise {exercise!r}; there are: {', '.join(names)}."


def _comment(connection: sa.Connection, notebook: str, exercise: str, why: str) -> None:
    """Put the reason where nbgrader keeps a person's comments, after what stands there."""
    row = connection.execute(
        sa.select(COMMENT.c.id, COMMENT.c.manual_comment)
        .join(CELL, CELL.c.id == COMMENT.c.cell_id)
        .where(COMMENT.c.notebook_id == notebook, CELL.c.name == exercise)
    ).first()
    if row is not None:
        before = row.manual_comment or ""
        text = before if why in before else "\n\n".join(filter(None, (before, why)))
        connection.execute(
            sa.update(COMMENT).where(COMMENT.c.id == row.id).values(manual_comment=text)
        )
