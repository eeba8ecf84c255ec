"""What is taken off for handing in late: nbgrader's due dates, extensions and plugin decide.

nbgrader computes a penalty when it runs a submission, and keeps it. Here it is computed whenever
grades are read, so it follows a due date that was moved and points that a person gave; and it is
kept where nbgrader keeps it, so `nbgrader export` and its pages say the same.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

import sqlalchemy as sa
from nbgrader import api
from nbgrader.plugins import BasePlugin
from nbgrader.preprocessors import AssignLatePenalties
from traitlets import TraitError

from autograder.classroom.dates import Dates, plugin_of, read_dates
from autograder.classroom.folder import ClassFolder
from autograder.lessons.course import Lesson
from autograder.lessons.errors import ClassroomError

from .address import configuration, first_line
from .tables import ASSIGNMENT, HANDED, PAGES_DUE, POINTS, SUBMISSION, insert


class LatePolicy:
    """How much is taken off in a class: the plugin that its `nbgrader_config.py` names.

    What `dates.csv` says of a lesson or a student comes first.

    Parameters
    ----------
    folder : ClassFolder
    """

    def __init__(self, folder: ClassFolder) -> None:
        self.folder = folder
        self.dates = read_dates(folder)

    @cached_property
    def plugin(self) -> BasePlugin:
        """nbgrader's plugin, set up as nbgrader would."""
        try:
            with _on_path(self.folder):
                step = AssignLatePenalties(config=configuration(self.folder))
                step.init_plugin()
        except (TraitError, ImportError) as error:
            raise ClassroomError(
                "The plugin for late penalties that nbgrader_config.py names cannot be used: "
                f"{first_line(error)}."
            ) from None
        return step.plugin_inst

    def plugin_for(self, lesson: str, student: str) -> BasePlugin:
        """The plugin that decides over one hand-in."""
        policy = self.dates.policy(lesson, student)
        return plugin_of(policy) if policy else self.plugin

    def penalty(self, lesson: str, student: str, score: float, seconds: float) -> float | None:
        """The points that are taken off; `None` if nothing is said of it.

        Parameters
        ----------
        lesson, student : str
        score : float
            With what a person gave.
        seconds : float
            After the due date.
        """
        if not seconds > 0:
            return None
        try:
            with _on_path(self.folder):
                # nbgrader takes any plugin here, and says nowhere that it needs this method.
                ask = self.plugin_for(lesson, student).late_submission_penalty  # type: ignore[attr-defined]
                said = ask(student, score, seconds)
            penalty = None if said is None else _within(float(said), score)
        except ClassroomError:
            raise
        except Exception as error:
            raise ClassroomError(
                f"The plugin for late penalties that nbgrader_config.py names fails for "
                f"{student!r}: {type(error).__name__}: {first_line(error)}."
            ) from None
        return penalty


def _within(penalty: float, score: float) -> float:
    """As nbgrader bounds what a plugin says."""
    if math.isnan(penalty):
        raise ValueError("a penalty is a number of points")
    if penalty < 0:
        return 0.0
    return min(penalty, score)


@contextmanager
def _on_path(folder: ClassFolder) -> Iterator[None]:
    """Let a plugin be found beside the class's `nbgrader_config.py`, as nbgrader does."""
    place = str(folder.root.resolve())
    sys.path.insert(0, place)
    try:
        yield
    finally:
        sys.path.remove(place)


@dataclass(frozen=True)
class Late:
    """How late one student was, and what that costs."""

    handed: str
    kept: float | None
    penalty: float | None
    seconds: float

    @property
    def look(self) -> str:
        """A sentence on what is taken off."""
        return f"{self.penalty:g} points off: handed in {span(self.seconds)} after the due date"


def lateness(
    connection: sa.Connection,
    lesson: Lesson,
    policy: LatePolicy,
    students: Sequence[str] | None = None,
) -> dict[str, Late]:
    """Of those who handed in a lesson, by student; `None` means all."""
    score = (
        sa.select(sa.func.coalesce(sa.func.sum(api.Grade.score), 0.0))
        .where(POINTS.c.notebook_id == HANDED.c.id)
        .scalar_subquery()
    )
    chosen = ASSIGNMENT.c.name == lesson.name
    if students is not None:
        chosen &= SUBMISSION.c.student_id.in_(students)
    rows = connection.execute(
        sa.select(
            SUBMISSION.c.student_id,
            SUBMISSION.c.timestamp,
            SUBMISSION.c.extension,
            ASSIGNMENT.c.duedate,
            HANDED.c.id,
            HANDED.c.late_submission_penalty,
            score,
        )
        .select_from(SUBMISSION)
        .join(ASSIGNMENT, ASSIGNMENT.c.id == SUBMISSION.c.assignment_id)
        .join(HANDED, HANDED.c.assignment_id == SUBMISSION.c.id)
        .where(chosen)
    )
    found = {}
    for student, when, extension, due, handed, kept, points in rows:
        seconds = seconds_late(when, due, extension)
        found[student] = Late(
            handed, kept, policy.penalty(lesson.name, student, points, seconds), seconds
        )
    return found


def seconds_late(when: datetime | None, due: datetime | None, extension: timedelta | None) -> float:
    """Seconds after the due date, with the extension that a student was given.

    Examples
    --------
    >>> seconds_late(datetime(2026, 11, 20, 12), datetime(2026, 11, 20, 10), timedelta(hours=1))
    3600.0
    """
    if when is None or due is None:
        return 0.0
    return max(0.0, (when - due - (extension or timedelta())).total_seconds())


def write_dates(connection: sa.Connection, lesson: Lesson, dates: Dates) -> None:
    """Write when a lesson is due where nbgrader keeps it; what is not said stays as it is."""
    common = dates.due(lesson.name)
    here = ASSIGNMENT.c.name == lesson.name
    if common:
        due = common.due + common.extra if common.due else None
        connection.execute(
            sa.update(ASSIGNMENT)
            .where(here, ASSIGNMENT.c.duedate.is_distinct_from(due))
            .values(duedate=due)
        )
    of_lesson = SUBMISSION.c.assignment_id.in_(sa.select(ASSIGNMENT.c.id).where(here))
    for student, extension in dates.extensions(lesson.name).items():
        own = sa.and_(of_lesson, SUBMISSION.c.student_id == student)
        connection.execute(sa.update(SUBMISSION).where(own).values(extension=extension))


def keep_penalties(connection: sa.Connection, lesson: Lesson, late: dict[str, Late]) -> None:
    """Put penalties that are not what nbgrader has kept where it keeps them.

    The pages of these students are due.
    """
    changed = {name: one for name, one in late.items() if one.penalty != one.kept}
    for one in changed.values():
        connection.execute(
            sa.update(HANDED)
            .where(HANDED.c.id == one.handed)
            .values(late_submission_penalty=one.penalty)
        )
    ask_for_pages(connection, lesson, changed)


def ask_for_pages(connection: sa.Connection, lesson: Lesson, names: Iterable[str]) -> None:
    """Note that pages have to be written by nbgrader."""
    here = PAGES_DUE.c.lesson == lesson.name
    there = set(connection.scalars(sa.select(PAGES_DUE.c.student).where(here)))
    rows = [{"student": name, "lesson": lesson.name} for name in names if name not in there]
    insert(connection, PAGES_DUE, rows)


def span(seconds: float) -> str:
    """A length of time, roughly.

    Examples
    --------
    >>> span(2 * 86400 + 3 * 3600), span(3700), span(20)
    ('2 days 3 hours', '1 hour 1 minute', '20 seconds')
    """
    sizes = {"day": 86400, "hour": 3600, "minute": 60, "second": 1}
    parts = []
    for name, size in sizes.items():
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count:.0f} {name}{'' if count == 1 else 's'}")
    return " ".join(parts[:2]) or "less than a second"
