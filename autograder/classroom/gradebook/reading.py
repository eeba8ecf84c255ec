"""Reading grades out of a gradebook."""

from __future__ import annotations

import json
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, fields

import sqlalchemy as sa
from nbgrader import api

from autograder.classroom.grades import NO_GRADE, Failure, Grade, reason_of
from autograder.lessons.course import Lesson
from autograder.lessons.roles import exercise_of

from .attempts import earlier_attempts, look_at_attempts
from .tables import (
    ASSIGNMENT,
    CELL,
    COMMENT,
    EXERCISES,
    GRADED_CELL,
    HANDED,
    POINTS,
    POINTS_OF_CELLS,
    RUNS,
    SUBMISSION,
    VERDICTS,
)


@dataclass(frozen=True)
class Run:
    """What was graded of one student: see `Result`; `seed` is `None` if nothing ran."""

    digest: str
    seed: int | None
    exercises: Mapping[str, str]


@dataclass(frozen=True)
class Recorded:
    """A row of `autograder_verdict`: what the judge said of one check or test of one student."""

    student: str
    cell: str
    exercise: str
    hidden: bool
    passed: bool
    points: float
    mistake: str
    facets: str
    message: str
    seed: int | None


def read_verdicts(connection: sa.Connection, lesson: Lesson) -> list[Recorded]:
    """What the judge said of all answers to a lesson, by student."""
    columns = [VERDICTS.c[one.name] for one in fields(Recorded)]
    query = sa.select(*columns).where(VERDICTS.c.lesson == lesson.name)
    rows = connection.execute(query.order_by(VERDICTS.c.student, VERDICTS.c.cell))
    return [Recorded(*row) for row in rows]


def read_runs(
    connection: sa.Connection, lesson: Lesson, students: Container[str]
) -> dict[str, Run]:
    """What was graded of a lesson for these students, as far as it was."""
    exercises: dict[str, dict[str, str]] = {}
    for row in connection.execute(sa.select(EXERCISES).where(EXERCISES.c.lesson == lesson.name)):
        exercises.setdefault(row.student, {})[row.exercise] = row.digest
    return {
        row.student: Run(row.digest, row.seed, exercises.get(row.student, {}))
        for row in connection.execute(sa.select(RUNS).where(RUNS.c.lesson == lesson.name))
        if row.student in students
    }


def read_wrong(connection: sa.Connection, lesson: Lesson) -> list[sa.Row]:
    """What the judge said of the answers to a lesson that are wrong."""
    query = sa.select(VERDICTS).where(
        VERDICTS.c.lesson == lesson.name, VERDICTS.c.passed.is_(False)
    )
    return list(connection.execute(query.order_by(VERDICTS.c.student, VERDICTS.c.cell)))


def read_grades(
    connection: sa.Connection,
    lesson: Lesson,
    students: Sequence[str] | None,
    failures: list[Failure],
    order: Mapping[str, int],
) -> list[Grade]:
    """What the gradebook says of those who handed in a lesson, by name; `None` means all.

    `order` is the place of each cell in the lesson. Those of whom it says what cannot be read are
    added to `failures`.
    """
    rows: dict[str, list] = {}
    for student, *row in connection.execute(_cells_of(lesson, students)):
        rows.setdefault(student, []).append(row)
    runs = {
        run.student: run
        for run in connection.execute(sa.select(RUNS).where(RUNS.c.lesson == lesson.name))
        if run.student in rows
    }
    attempts = earlier_attempts(connection, lesson)
    grades = []
    for student in sorted(rows):
        try:
            cells = sorted(rows[student], key=lambda row: (order.get(row[0], 0), row[0]))
            told = runs.get(student), attempts.get(student, ())
            grades.append(_grade(student, lesson, cells, *told))
        except Exception as error:
            failures.append(Failure(student, reason_of(error), NO_GRADE))
    return grades


def _cells_of(lesson: Lesson, students: Sequence[str] | None) -> sa.Select:
    chosen = ASSIGNMENT.c.name == lesson.name
    if students is not None:
        chosen &= SUBMISSION.c.student_id.in_(students)
    return (
        sa.select(
            SUBMISSION.c.student_id,
            CELL.c.name,
            api.Grade.score,
            POINTS.c.needs_manual_grade,
            GRADED_CELL.c.max_score,
        )
        .select_from(POINTS_OF_CELLS)
        .join(GRADED_CELL, GRADED_CELL.c.id == CELL.c.id)
        .where(chosen)
    )


def _grade(
    student: str, lesson: Lesson, rows: list, run: sa.Row | None, attempts: Sequence[sa.Row]
) -> Grade:
    exercises: dict[str, float] = {}
    to_mark = []
    for cell, score, needs_a_person, _ in rows:
        name = exercise_of(cell)
        exercises[name] = exercises.get(name, 0.0) + score
        if needs_a_person and name not in to_mark:
            to_mark.append(name)
    points = sum(exercises.values())
    looks = json.loads(run.looks) if run else []
    return Grade(
        student=student,
        lesson=lesson.name,
        points=points,
        max_points=sum(most for *_, most in rows),
        exercises=exercises,
        to_mark=tuple(to_mark),
        looks=(*looks, *look_at_attempts(attempts, points)),
        seed=run.seed if run else None,
        seconds=run.seconds if run else None,
    )


def marked_by_hand(connection: sa.Connection, lesson: Lesson, students: Sequence[str]) -> set[str]:
    """Which of these students a person has given points or comments."""
    points = sa.or_(POINTS.c.manual_score.is_not(None), POINTS.c.extra_credit.is_not(None))
    found: set[str] = set()
    for table, given in ((POINTS, points), (COMMENT, COMMENT.c.manual_comment.is_not(None))):
        found |= set(
            connection.scalars(
                sa.select(SUBMISSION.c.student_id)
                .join(HANDED, HANDED.c.assignment_id == SUBMISSION.c.id)
                .join(ASSIGNMENT, ASSIGNMENT.c.id == SUBMISSION.c.assignment_id)
                .join(table, table.c.notebook_id == HANDED.c.id)
                .where(
                    ASSIGNMENT.c.name == lesson.name, SUBMISSION.c.student_id.in_(students), given
                )
                .distinct()
            )
        )
    return found
