"""The words of an answer: a mark that a person gave stands for those it was given for."""

from __future__ import annotations

import hashlib
import json

import sqlalchemy as sa

from autograder.lessons.course import Lesson
from autograder.lessons.roles import exercise_of
from autograder.running.grade_submission import Graded

from .tables import ANSWERS


def answers_in(graded: Graded) -> dict[str, str]:
    """For every graded cell by its id, a digest of the answer that it is about."""
    cells = json.loads(graded.notebook)["cells"]
    texts = {cell.get("id"): "".join(cell["source"]) for cell in cells}
    return {
        name: digest_of(texts.get(exercise_of(name), texts.get(name, ""))) for name in graded.points
    }


def digest_of(text: str) -> str:
    """Of an answer; space around it is no part of it."""
    return hashlib.sha256(text.strip().encode()).hexdigest()


def known_answers(
    connection: sa.Connection, lesson: Lesson, students: list[str]
) -> dict[tuple[str, str], sa.Row]:
    """What was graded and marked before, by student and cell."""
    rows = connection.execute(
        sa.select(ANSWERS).where(ANSWERS.c.lesson == lesson.name, ANSWERS.c.student.in_(students))
    )
    return {(row.student, row.cell): row for row in rows}
