"""What one student has handed in, lesson by lesson, and the marks that a person gave."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from autograder.classroom.shown import shown

from .attempts import attempt_line, attempts_of
from .tables import (
    ASSIGNMENT,
    CELL,
    COMMENT,
    GRADED_CELL,
    HANDED,
    HANDED_IN,
    POINTS,
    POINTS_OF_CELLS,
    SUBMISSION,
)


def history_lines(connection: sa.Connection, student: str) -> Iterator[str]:
    """A line for each attempt, and under those of a lesson one for each mark by hand."""
    attempts: dict[str, list[sa.Row]] = {}
    for row in attempts_of(connection, student):
        attempts.setdefault(row.lesson, []).append(row)
    marks = _marks(connection, student)
    for lesson in sorted(attempts | marks):
        yield from map(attempt_line, attempts.get(lesson, []))
        yield from marks.get(lesson, [])


def _marks(connection: sa.Connection, student: str) -> dict[str, list[str]]:
    """Lines on what a person gave, by lesson: points first, then comments."""
    found: dict[str, list[str]] = {}
    for row in connection.execute(_given_points(student)):
        found.setdefault(row.lesson, []).append(_points_line(row))
    for row in connection.execute(_comments(student)):
        text = shown(" ".join(row.manual_comment.split()))
        found.setdefault(row.lesson, []).append(f"  {row.cell}: “{text}”")
    return found


def _points_line(row: sa.Row) -> str:
    if row.manual_score is None:
        return f"  {row.cell}: {row.extra_credit:g} extra by hand"
    extra = f", {row.extra_credit:g} extra" if row.extra_credit else ""
    before = (
        f" instead of {row.auto_score:g}"
        if row.auto_score is not None and row.auto_score != row.manual_score
        else ""
    )
    return f"  {row.cell}: {row.manual_score:g} of {row.max_score:g} by hand{before}{extra}"


def _given_points(student: str) -> sa.Select:
    given = sa.or_(POINTS.c.manual_score.is_not(None), POINTS.c.extra_credit.is_not(None))
    return (
        sa.select(
            ASSIGNMENT.c.name.label("lesson"),
            CELL.c.name.label("cell"),
            POINTS.c.auto_score,
            POINTS.c.manual_score,
            POINTS.c.extra_credit,
            GRADED_CELL.c.max_score,
        )
        .select_from(POINTS_OF_CELLS)
        .join(GRADED_CELL, GRADED_CELL.c.id == CELL.c.id)
        .where(SUBMISSION.c.student_id == student, given)
        .order_by(ASSIGNMENT.c.name, CELL.c.name)
    )


def _comments(student: str) -> sa.Select:
    return (
        sa.select(
            ASSIGNMENT.c.name.label("lesson"),
            CELL.c.name.label("cell"),
            COMMENT.c.manual_comment,
        )
        .select_from(HANDED_IN)
        .join(COMMENT, COMMENT.c.notebook_id == HANDED.c.id)
        .join(CELL, CELL.c.id == COMMENT.c.cell_id)
        .where(SUBMISSION.c.student_id == student, COMMENT.c.manual_comment != "")
        .order_by(ASSIGNMENT.c.name, CELL.c.name)
    )
