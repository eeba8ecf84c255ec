"""nbgrader's rows for a submission: those that are missing are made, by nbgrader's own rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import uuid4

import sqlalchemy as sa
from nbgrader.utils import parse_utc

from autograder.running.handed_in import Submission

from .ids import Ids
from .tables import CELL, COMMENT, GRADED_CELL, HANDED, POINTS, STUDENT, SUBMISSION, insert


def make_submissions(
    connection: sa.Connection, ids: Ids, submissions: Sequence[Submission]
) -> dict[str, str]:
    """Make what is missing of students and submissions; the handed-in notebooks' ids."""
    times = {one.student: time_of(one.timestamp) for one in submissions}
    _make_students(connection, times)
    numbers = _make_assignments(connection, ids, times)
    handed = _make_notebooks(connection, ids, list(numbers.values()))
    make_cells(connection, ids, list(handed.values()))
    return {student: handed[number] for student, number in numbers.items()}


def _make_students(connection: sa.Connection, names: Iterable[str]) -> None:
    there = set(connection.scalars(sa.select(STUDENT.c.id).where(STUDENT.c.id.in_(list(names)))))
    insert(connection, STUDENT, [{"id": name} for name in names if name not in there])


def _make_assignments(
    connection: sa.Connection, ids: Ids, times: Mapping[str, datetime | None]
) -> dict[str, str]:
    """The ids of the submissions by student, with the times at which they were handed in."""
    here = sa.and_(
        SUBMISSION.c.assignment_id == ids.assignment, SUBMISSION.c.student_id.in_(list(times))
    )
    there = dict(
        map(
            tuple,
            connection.execute(sa.select(SUBMISSION.c.student_id, SUBMISSION.c.id).where(here)),
        )
    )
    for student, number in there.items():
        connection.execute(
            sa.update(SUBMISSION).where(SUBMISSION.c.id == number).values(timestamp=times[student])
        )
    rows = [
        {"id": uuid4().hex, "assignment_id": ids.assignment, "student_id": name, "timestamp": when}
        for name, when in times.items()
        if name not in there
    ]
    insert(connection, SUBMISSION, rows)
    return there | {row["student_id"]: row["id"] for row in rows}


def _make_notebooks(connection: sa.Connection, ids: Ids, numbers: list[str]) -> dict[str, str]:
    """The ids of the handed-in notebooks, by the id of the submission."""
    rows = connection.execute(
        sa.select(HANDED.c.assignment_id, HANDED.c.id).where(
            HANDED.c.notebook_id == ids.notebook, HANDED.c.assignment_id.in_(numbers)
        )
    )
    there = dict(map(tuple, rows))
    new = [
        {"id": uuid4().hex, "assignment_id": n, "notebook_id": ids.notebook, "flagged": False}
        for n in numbers
        if n not in there
    ]
    insert(connection, HANDED, new)
    return there | {row["assignment_id"]: row["id"] for row in new}


def make_cells(connection: sa.Connection, ids: Ids, handed: list[str]) -> None:
    """Make the rows for points and comments that handed-in notebooks do not have yet."""
    for table, cells in ((POINTS, ids.graded), (COMMENT, ids.answers)):
        there = set(
            map(
                tuple,
                connection.execute(
                    sa.select(table.c.notebook_id, table.c.cell_id).where(
                        table.c.notebook_id.in_(handed)
                    )
                ),
            )
        )
        new = {"needs_manual_grade": True} if table is POINTS else {}
        rows = [
            {"id": uuid4().hex, "notebook_id": notebook, "cell_id": cell, **new}
            for notebook in handed
            for cell in cells.values()
            if (notebook, cell) not in there
        ]
        insert(connection, table, rows)


def graded_in_nbgrader(connection: sa.Connection, ids: Ids) -> set[str]:
    """Students for whom nbgrader has all rows of a lesson, with the points of what was run."""
    graded = sa.or_(POINTS.c.auto_score.is_not(None), GRADED_CELL.c.cell_type == "markdown")
    query = (
        sa.select(SUBMISSION.c.student_id, sa.func.count())
        .join(HANDED, HANDED.c.assignment_id == SUBMISSION.c.id)
        .join(POINTS, POINTS.c.notebook_id == HANDED.c.id)
        .join(CELL, CELL.c.id == POINTS.c.cell_id)
        .join(GRADED_CELL, GRADED_CELL.c.id == CELL.c.id)
        .join(STUDENT, STUDENT.c.id == SUBMISSION.c.student_id)
        .where(
            SUBMISSION.c.assignment_id == ids.assignment,
            CELL.c.notebook_id == ids.notebook,
            graded,
        )
        .group_by(SUBMISSION.c.student_id)
    )
    return {name for name, count in connection.execute(query) if count == len(ids.graded)}


def time_of(timestamp: str) -> datetime | None:
    """What nbgrader takes a timestamp for; `None` if it is none."""
    try:
        return parse_utc(timestamp) if timestamp else None
    except Exception:  # the libraries that read it raise anything over what is none
        return None
