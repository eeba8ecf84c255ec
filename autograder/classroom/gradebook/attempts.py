"""What earlier submissions earned: a worse one takes the place of a better, but not unseen."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import sqlalchemy as sa

from autograder.lessons.course import Lesson
from autograder.running.handed_in import Submission

from .submissions import time_of
from .tables import ATTEMPTS

UNKNOWN = ""
"""The digest of a submission that was graded before attempts were kept."""


def digest_of_cells(submission: Submission) -> str:
    """A digest of what a student handed in: the text of all cells, and nothing around it."""
    cells = [(cell.cell_type, cell.source) for cell in submission.cells]
    return hashlib.sha256(repr(cells).encode("utf-8", "backslashreplace")).hexdigest()


def keep_points(
    connection: sa.Connection,
    lesson: Lesson,
    before: Mapping[str, float],
    unchanged: Sequence[str],
) -> None:
    """Note what students have now, before something else is recorded for them.

    Parameters
    ----------
    before : mapping
        The points by student, with those that a person gave; of those who have any.
    unchanged : sequence of str
        Whose submission is the same as last time, as far as can be told.
    """
    here = ATTEMPTS.c.lesson == lesson.name
    known = set(
        connection.scalars(
            sa.select(ATTEMPTS.c.student).where(here, ATTEMPTS.c.student.in_(list(before)))
        )
    )
    for student in sorted(set(before) & known):
        connection.execute(
            sa.update(ATTEMPTS)
            .where(here, ATTEMPTS.c.student == student, ATTEMPTS.c.latest)
            .values(points=before[student], latest=False)
        )
    for student in sorted(set(before) - known - set(unchanged)):
        row = _row(lesson, student, UNKNOWN, None, before[student])
        connection.execute(sa.insert(ATTEMPTS).values(**row | {"latest": False}))


def note_attempt(
    connection: sa.Connection, lesson: Lesson, submission: Submission, points: float
) -> None:
    """Note what a submission earned that was just recorded; when it was first graded stays."""
    digest, when = digest_of_cells(submission), time_of(submission.timestamp)
    same = sa.and_(
        ATTEMPTS.c.student == submission.student,
        ATTEMPTS.c.lesson == lesson.name,
        ATTEMPTS.c.digest == digest,
    )
    changed = sa.update(ATTEMPTS).where(same).values(handed_in=when, points=points, latest=True)
    if not connection.execute(changed).rowcount:
        row = _row(lesson, submission.student, digest, when, points)
        connection.execute(sa.insert(ATTEMPTS).values(**row))


def _row(
    lesson: Lesson, student: str, digest: str, handed_in: datetime | None, points: float
) -> dict:
    return {
        "student": student,
        "lesson": lesson.name,
        "digest": digest,
        "handed_in": handed_in,
        "graded": datetime.now(UTC).replace(tzinfo=None),
        "points": points,
        "latest": True,
    }


def earlier_attempts(connection: sa.Connection, lesson: Lesson) -> dict[str, list[sa.Row]]:
    """What others than the latest submission earned, by student."""
    found: dict[str, list[sa.Row]] = {}
    rows = connection.execute(
        sa.select(ATTEMPTS)
        .where(ATTEMPTS.c.lesson == lesson.name, ATTEMPTS.c.latest.is_(False))
        .order_by(ATTEMPTS.c.graded)
    )
    for row in rows:
        found.setdefault(row.student, []).append(row)
    return found


def attempts_of(connection: sa.Connection, student: str) -> list[sa.Row]:
    """All that one student has handed in, lesson by lesson, in the order of grading."""
    return list(
        connection.execute(
            sa.select(ATTEMPTS)
            .where(ATTEMPTS.c.student == student)
            .order_by(ATTEMPTS.c.lesson, ATTEMPTS.c.graded)
        )
    )


def attempt_line(row: sa.Row) -> str:
    """One line on what a submission earned."""
    when = row.handed_in or (row.graded if row.digest != UNKNOWN else None)
    said = f"{when:%Y-%m-%d %H:%M}" if when else "some time ago   "
    return f"{row.lesson}  {said}  {row.points:g} points{'  (counts)' if row.latest else ''}"


def look_at_attempts(attempts: Sequence[sa.Row], points: float) -> list[str]:
    """A sentence if an earlier submission had more points than the latest."""
    best = max(attempts, key=lambda row: row.points, default=None)
    if best is None or best.points <= points + 1e-9:
        return []
    when = best.handed_in or (best.graded if best.digest != UNKNOWN else None)
    said = f"earlier attempt of {when:%Y-%m-%d %H:%M}" if when else "an earlier attempt"
    return [f"{said} had {best.points:g} points"]
