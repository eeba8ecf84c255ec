"""The rows that Formgrader writes for one question: points by hand, and a comment."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from autograder.lessons.course import Lesson

from .late import ask_for_pages
from .tables import ASSIGNMENT, CELL, COMMENT, HANDED, POINTS, POINTS_OF_CELLS, SUBMISSION


@dataclass(frozen=True)
class MarkRow:
    """What stands in the gradebook for one student's answer."""

    student: str
    grade: str
    notebook: str
    cell: str
    points: float | None
    checked: float | None
    comment: str
    to_mark: bool


def read_marks(connection: sa.Connection, lesson: Lesson, question: str) -> dict[str, MarkRow]:
    """All marks of a question, by student."""
    query = (
        sa.select(
            SUBMISSION.c.student_id,
            POINTS.c.id,
            POINTS.c.notebook_id,
            CELL.c.name,
            POINTS.c.manual_score,
            POINTS.c.auto_score,
            POINTS.c.needs_manual_grade,
        )
        .select_from(POINTS_OF_CELLS)
        .where(ASSIGNMENT.c.name == lesson.name, CELL.c.name == question)
    )
    comments = _comments(connection, lesson, question)
    return {
        row.student_id: MarkRow(
            row.student_id,
            row.id,
            row.notebook_id,
            row.name,
            row.manual_score,
            row.auto_score,
            comments.get(row.notebook_id, ""),
            bool(row.needs_manual_grade),
        )
        for row in connection.execute(query)
    }


def _comments(connection: sa.Connection, lesson: Lesson, question: str) -> dict[str, str]:
    rows = connection.execute(
        sa.select(COMMENT.c.notebook_id, COMMENT.c.manual_comment)
        .join(CELL, CELL.c.id == COMMENT.c.cell_id)
        .join(HANDED, HANDED.c.id == COMMENT.c.notebook_id)
        .join(SUBMISSION, SUBMISSION.c.id == HANDED.c.assignment_id)
        .join(ASSIGNMENT, ASSIGNMENT.c.id == SUBMISSION.c.assignment_id)
        .where(ASSIGNMENT.c.name == lesson.name, CELL.c.name == question)
    )
    return {notebook: text or "" for notebook, text in rows}


def write_mark(
    connection: sa.Connection, lesson: Lesson, row: MarkRow, points: float | None, comment: str
) -> None:
    """Write a mark and a comment as Formgrader does; the student's page is due."""
    of_question = sa.select(CELL.c.id).where(CELL.c.name == row.cell)
    connection.execute(
        sa.update(POINTS)
        .where(POINTS.c.id == row.grade)
        .values(manual_score=points, needs_manual_grade=points is None and row.checked is None)
    )
    connection.execute(
        sa.update(COMMENT)
        .where(COMMENT.c.notebook_id == row.notebook, COMMENT.c.cell_id.in_(of_question))
        .values(manual_comment=comment or None)
    )
    ask_for_pages(connection, lesson, [row.student])
