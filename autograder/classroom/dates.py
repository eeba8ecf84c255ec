"""When lessons are due: `dates.csv` in the class's folder, written into nbgrader's own columns.

| lesson | student | due | extra minutes | policy |
|---|---|---|---|---|
| 02-filters | * | 2026-01-09 18:00 | | zero |
| 02-filters | ada | | 120 | |
| 02-filters | bob | 2026-01-12 18:00 +01:00 | | |

`*` stands for everybody. A time without a zone is this machine's. What a policy is called is what
nbgrader's late-submission plugin calls its `penalty_method`: `none`, or `zero`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from dateutil import parser, tz
from nbgrader.plugins import LateSubmissionPlugin

from autograder.lessons.errors import ClassroomError

from .collecting.roster import squashed, table_of
from .folder import ClassFolder

FILE, EVERYBODY = "dates.csv", "*"

COLUMNS = ("lesson", "student", "due", "extraminutes", "policy")

MOST_MINUTES = 366 * 24 * 60
"""Of extra time: a year."""

TIME = re.compile(r"\d:\d\d|\d\s*[ap]m\b", re.IGNORECASE)
YEAR = re.compile(r"\b\d{4}\b")
YEAR_FIRST = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?!\d)")
MONTH = re.compile(r"\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)", re.IGNORECASE)
"""Without these a date is that of today, or 10/09 is one day here and another there."""


class Unclear(Exception):
    """A date that leaves something open."""


POLICIES = ("none", "zero")
"""nbgrader's own."""


@dataclass(frozen=True)
class Due:
    """One row: when a lesson is due, for everybody or for one student.

    Parameters
    ----------
    due : datetime or None
        In UTC, without a zone, as nbgrader keeps it; None if the row does not say.
    extra : timedelta
    policy : str
        Empty if the row does not say.
    """

    due: datetime | None = None
    extra: timedelta = timedelta()
    policy: str = ""


@dataclass(frozen=True)
class Dates:
    """All rows, by lesson and student."""

    rows: dict[tuple[str, str], Due] = field(default_factory=dict)

    def due(self, lesson: str) -> Due | None:
        """When a lesson is due for everybody; `None` if nothing is said of it."""
        return self.rows.get((lesson, EVERYBODY))

    def extensions(self, lesson: str) -> dict[str, timedelta]:
        """How much longer some students have for a lesson than all others."""
        common = self.due(lesson)
        return {
            student: _longer(row, common) + row.extra
            for (name, student), row in self.rows.items()
            if name == lesson and student != EVERYBODY
        }

    def policy(self, lesson: str, student: str) -> str:
        """What is taken off for being late; empty if nothing is said of it."""
        rows = (self.rows.get((lesson, name)) for name in (student, EVERYBODY))
        return next((row.policy for row in rows if row and row.policy), "")

    def refuse_unknown_lessons(self, lessons: Collection[str]) -> None:
        """Refuse a row that would be for nothing, since no lesson is called so.

        Raises
        ------
        ClassroomError
        """
        for lesson, _ in self.rows:
            if lesson not in lessons:
                raise ClassroomError(
                    f"{FILE} has a row for {lesson!r}, and no lesson is called so; "
                    f"there are: {', '.join(lessons)}."
                )

    def strangers(self, lesson: str, students: Collection[str]) -> list[str]:
        """Students whose rows for a lesson are for nothing, since nobody is called so."""
        named = [student for name, student in self.rows if name == lesson and student != EVERYBODY]
        return [student for student in named if student not in students]


def _longer(row: Due, common: Due | None) -> timedelta:
    if row.due is None or common is None or common.due is None:
        return timedelta()
    return row.due - common.due - common.extra


def read_dates(folder: ClassFolder) -> Dates:
    """What `dates.csv` says; nothing, if there is none.

    Raises
    ------
    ClassroomError
        If it says something that is no date, no number of minutes or no policy.
    """
    path = folder.root / FILE
    if not path.exists():
        return Dates()
    if not path.is_file():
        raise ClassroomError(f"{path} is no file: the dates are a table, as CSV.")
    rows, columns = table_of(path)
    missing = [name for name in ("lesson", "student") if name not in map(squashed, columns)]
    if missing:
        raise ClassroomError(
            f"{path} has no column {missing[0]!r}: its first line is "
            "lesson,student,due,extra minutes,policy."
        )
    return Dates(dict(_rows(path, rows)))


def _rows(path: Path, rows: Iterable[dict[str, str]]) -> Iterator[tuple[tuple[str, str], Due]]:
    seen: set[tuple[str, str]] = set()
    for number, row in enumerate(rows, 2):
        cells = {squashed(name): value for name, value in row.items()}
        lesson, student, due, minutes, policy = (cells.get(name, "") for name in COLUMNS)
        if not any((lesson, student, due, minutes, policy)):
            continue
        key = lesson, student or EVERYBODY
        try:
            if key in seen:
                raise ValueError(f"{lesson} has a row for {key[1]!r} already")
            yield key, Due(when(due), _minutes(minutes), _policy(policy))
        except ValueError as error:
            raise ClassroomError(f"{path}, line {number}: {error}.") from None
        seen.add(key)


def when(said: str) -> datetime | None:
    """A time in UTC without its zone; `None` if nothing is said.

    Raises
    ------
    ValueError
        If it is no time.

    Examples
    --------
    >>> when("2026-01-09 18:00 +01:00"), when("")
    (datetime.datetime(2026, 1, 9, 17, 0), None)
    """
    if not said:
        return None
    try:
        time = parser.isoparse(said) if "T" in said else parser.parse(said)
        if not _is_whole(said):
            raise Unclear
        zoned = time if time.tzinfo else time.replace(tzinfo=tz.tzlocal())
        return zoned.astimezone(UTC).replace(tzinfo=None)
    except Unclear:
        raise ValueError(
            f"{said[:40]!r} does not say year, month, day and time in this order: "
            "write 2026-01-09 18:00"
        ) from None
    except (ValueError, OverflowError):
        raise ValueError(f"{said[:40]!r} is no date: write 2026-01-09 18:00") from None


def _is_whole(said: str) -> bool:
    """Whether a text says a year, a month, a day and a time, and which is which."""
    by_name = MONTH.search(said) and YEAR.search(said)
    return bool(TIME.search(said) and (YEAR_FIRST.match(said) or by_name))


def _minutes(said: str) -> timedelta:
    try:
        minutes = float(said or 0)
    except ValueError:
        minutes = float("nan")
    if not 0 <= minutes <= MOST_MINUTES:
        raise ValueError(f"{said[:40]!r} is no number of extra minutes")
    return timedelta(minutes=minutes)


def _policy(said: str) -> str:
    if said and said not in POLICIES:
        raise ValueError(f"{said[:40]!r} is no policy: there are {' and '.join(POLICIES)}")
    return said


def plugin_of(policy: str) -> LateSubmissionPlugin:
    """nbgrader's plugin with a policy."""
    return LateSubmissionPlugin(penalty_method=policy)
