"""Recording what came of submissions, by nbgrader's own rules."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

import sqlalchemy as sa
from nbgrader.utils import parse_utc

from autograder.lessons.course import Lesson
from autograder.running.grade_submission import Graded
from autograder.running.handed_in import Submission
from autograder.running.page import NO_ANSWER

from .ids import Ids
from .reading import marked_by_hand
from .tables import COMMENT, HANDED, PAGES_DUE, POINTS, RUNS, STUDENT, SUBMISSION, insert


@dataclass(frozen=True)
class Result:
    """A submission and what came of it, ready to be recorded."""

    submission: Submission
    digest: str
    graded: Graded


def record_results(
    connection: sa.Connection, lesson: Lesson, ids: Ids, results: Sequence[Result]
) -> None:
    """Record the points of submissions, and what was graded."""
    known = make_submissions(connection, ids, [result.submission for result in results])
    for result in results:
        _set_points(connection, ids, known[result.submission.student], result.graded)
    names = [result.submission.student for result in results]
    _forget(connection, RUNS, lesson, names)
    connection.execute(sa.insert(RUNS), [run_row(lesson, result) for result in results])
    _forget(connection, PAGES_DUE, lesson, names)
    marked = marked_by_hand(connection, lesson, names)
    rows = [{"student": name, "lesson": lesson.name} for name in sorted(marked)]
    insert(connection, PAGES_DUE, rows)


def _forget(
    connection: sa.Connection, table: sa.Table, lesson: Lesson, names: Sequence[str]
) -> None:
    connection.execute(
        sa.delete(table).where(table.c.lesson == lesson.name, table.c.student.in_(names))
    )


def run_row(lesson: Lesson, result: Result) -> dict:
    """The row of `autograder_run` for a submission."""
    seconds = result.graded.phases.get("run")
    return {
        "student": result.submission.student,
        "lesson": lesson.name,
        "digest": result.digest,
        "seed": result.graded.seed,
        "seconds": None if seconds is None else round(seconds, 2),
        "looks": json.dumps(result.graded.looks),
    }


def make_submissions(
    connection: sa.Connection, ids: Ids, submissions: Sequence[Submission]
) -> dict[str, str]:
    """Make what is missing of students and submissions; the handed-in notebooks' ids."""
    names = [submission.student for submission in submissions]
    there = set(connection.scalars(sa.select(STUDENT.c.id).where(STUDENT.c.id.in_(names))))
    insert(connection, STUDENT, [{"id": name} for name in names if name not in there])
    before = _submissions_there(connection, ids, names)
    new_ones: dict[sa.Table, list[dict]] = {SUBMISSION: [], HANDED: [], POINTS: [], COMMENT: []}
    known: dict[str, str] = {}
    for submission in submissions:
        when = time_of(submission.timestamp)
        if submission.student in before:
            number, known[submission.student] = before[submission.student]
            connection.execute(
                sa.update(SUBMISSION).where(SUBMISSION.c.id == number).values(timestamp=when)
            )
            continue
        rows = _rows_of_a_submission(ids, submission.student, when)
        known[submission.student] = rows[HANDED][0]["id"]
        for table, added in rows.items():
            new_ones[table] += added
    for table, rows in new_ones.items():
        insert(connection, table, rows)
    return known


def _submissions_there(
    connection: sa.Connection, ids: Ids, names: Sequence[str]
) -> Mapping[str, tuple[str, str]]:
    """For each student who has a submission, its id and that of the notebook in it."""
    rows = connection.execute(
        sa.select(SUBMISSION.c.student_id, SUBMISSION.c.id, HANDED.c.id)
        .join(HANDED, HANDED.c.assignment_id == SUBMISSION.c.id)
        .where(SUBMISSION.c.assignment_id == ids.assignment, SUBMISSION.c.student_id.in_(names))
    )
    return {student: (submission, handed) for student, submission, handed in rows}


def _rows_of_a_submission(
    ids: Ids, student: str, when: datetime | None
) -> dict[sa.Table, list[dict]]:
    """The rows that nbgrader makes when a student hands in a lesson, by table."""
    number, handed = uuid4().hex, uuid4().hex

    def row(cell: str) -> dict:
        return {"id": uuid4().hex, "notebook_id": handed, "cell_id": cell}

    return {
        SUBMISSION: [
            {
                "id": number,
                "assignment_id": ids.assignment,
                "student_id": student,
                "timestamp": when,
            }
        ],
        HANDED: [
            {
                "id": handed,
                "assignment_id": number,
                "notebook_id": ids.notebook,
                "flagged": False,
            }
        ],
        POINTS: [row(cell) | {"needs_manual_grade": True} for cell in ids.graded.values()],
        COMMENT: [row(cell) for cell in ids.answers.values()],
    }


def _set_points(connection: sa.Connection, ids: Ids, handed: str, graded: Graded) -> None:
    needs = sa.case(
        # What a person gave stands, and is to be looked at again.
        (POINTS.c.manual_score.is_not(None), True),
        else_=sa.bindparam("unknown"),
    )
    connection.execute(
        sa.update(POINTS)
        .where(POINTS.c.notebook_id == handed, POINTS.c.cell_id == sa.bindparam("cell"))
        .values(auto_score=sa.bindparam("points"), needs_manual_grade=needs),
        [
            {
                "cell": number,
                "points": graded.points[name],
                "unknown": graded.points[name] is None,
            }
            for name, number in ids.graded.items()
        ],
    )
    answers = [
        {"cell": number, "comment": NO_ANSWER if name in graded.untouched else None}
        for name, number in ids.answers.items()
    ]
    if answers:
        connection.execute(
            sa.update(COMMENT)
            .where(COMMENT.c.notebook_id == handed, COMMENT.c.cell_id == sa.bindparam("cell"))
            .values(auto_comment=sa.bindparam("comment")),
            answers,
        )


def time_of(timestamp: str) -> datetime | None:
    """What nbgrader takes a timestamp for; `None` if it is none."""
    try:
        return parse_utc(timestamp) if timestamp else None
    except (ValueError, OverflowError):
        return None
