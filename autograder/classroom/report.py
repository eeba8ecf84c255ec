"""Saying what came of it: the table of a class, and the same as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from rich.console import Group
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from autograder.running.page_marks import WAITS, number

from .grades import Failure, Grade
from .shown import csv_cell, shown
from .term_page import LessonOfTerm


def grade_table(grades: Sequence[Grade], title: str) -> Group:
    """The table of a class, and under it what its columns mean and whose work needs a look.

    Examples
    --------
    >>> from rich.console import Console
    >>> ada = Grade("ada", "02-filters", 4, 8, {"relu": 4, "why": 0}, ("why",), ("time: too long",))
    >>> Console(width=60).print(grade_table([ada], "02-filters"))
    02-filters
    ┏━━━━━━━━━┳━━━━━━━━┳━━━━━━┓
    ┃ Student ┃ Points ┃ Each ┃
    ┡━━━━━━━━━╇━━━━━━━━╇━━━━━━┩
    │ ada     │ 4 of 8 │ 4 ?  │
    └─────────┴────────┴──────┘
    Each, in this order: relu, why
    ? waits for a person's mark: 1 in all
    Needs a look
      ada: time: too long
    """
    return Group(Text(title, style="bold"), _points(grades), *map(Text, _notes(grades)))


def _points(grades: Sequence[Grade]) -> Table:
    table = Table(header_style="bold")
    table.add_column("Student", overflow="fold")
    table.add_column("Points", justify="right", no_wrap=True)
    table.add_column("Each")
    for grade in grades:
        table.add_row(
            escape(shown(grade.student)),
            f"{number(grade.points)} of {number(grade.max_points)}",
            " ".join(
                _waiting(points) if name in grade.to_mark else number(points)
                for name, points in grade.exercises.items()
            ),
        )
    return table


def term_table(lessons: Sequence[LessonOfTerm]) -> Table:
    """The lessons of a term: how many handed in, and how much of the points they earned.

    Examples
    --------
    >>> from rich.console import Console
    >>> ada = Grade("ada", "02-filters", 6, 8, {"relu": 4, "why": 2})
    >>> Console(width=70).print(term_table([LessonOfTerm("02-filters", [ada], (), ["bob"])]))
    ┏━━━━━━━━━━━━┳━━━━━━━━━━━┳━━━━━━━━━━━━━━━┳━━━━━━━━┳━━━━━━━━━┓
    ┃ Lesson     ┃ Handed in ┃ Not handed in ┃ Points ┃ To mark ┃
    ┡━━━━━━━━━━━━╇━━━━━━━━━━━╇━━━━━━━━━━━━━━━╇━━━━━━━━╇━━━━━━━━━┩
    │ 02-filters │         1 │             1 │   75 % │       0 │
    └────────────┴───────────┴───────────────┴────────┴─────────┘
    """
    table = Table(header_style="bold")
    table.add_column("Lesson", overflow="fold")
    for name in ("Handed in", "Not handed in", "Points", "To mark"):
        table.add_column(name, justify="right")
    for one in lessons:
        waiting = sum(len(grade.to_mark) for grade in one.grades)
        counts = (str(len(one.grades)), str(len(one.missing)), f"{100 * one.share:.0f} %")
        table.add_row(escape(shown(one.name)), *counts, str(waiting))
    return table


def _waiting(points: float) -> str:
    """Points that a person has yet to give; those given for an earlier answer are shown too."""
    return f"{number(points)}?" if points else "?"


def _notes(grades: Sequence[Grade]) -> Iterator[str]:
    """The lines under the table."""
    if names := _exercises(grades):
        yield f"Each, in this order: {', '.join(names)}"
    if waiting := sum(len(grade.to_mark) for grade in grades):
        yield f"? {WAITS}: {waiting} in all"
    looks = [shown(f"  {grade.student}: {look}") for grade in grades for look in grade.looks]
    yield from ["Needs a look", *looks] if looks else []


def _exercises(grades: Sequence[Grade]) -> list[str]:
    """The ids of all exercises that somebody has points for, in order."""
    return list(dict.fromkeys(name for grade in grades for name in grade.exercises))


def grade_line(result: Grade | Failure) -> str:
    """One line about a submission that was just graded, for progress."""
    if isinstance(result, Failure):
        return shown(
            f"{result.student}: {result.what[0].lower()}{result.what[1:]}, {result.reason}"
        )
    looks = f"  ({'; '.join(result.looks)})" if result.looks else ""
    return shown(f"{result.student}: {number(result.points)} of {number(result.max_points)}{looks}")


def grade_csv(grades: Sequence[Grade]) -> str:
    """A class as CSV: one row a student and lesson, one column an exercise."""
    exercises = _exercises(grades)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(
        [
            *("student", "lesson", "points", "max_points"),
            *map(csv_cell, exercises),
            *("to_mark", "needs_a_look"),
        ]
    )
    for grade in grades:
        writer.writerow(
            [
                csv_cell(grade.student),
                csv_cell(grade.lesson),
                number(grade.points),
                number(grade.max_points),
                *(number(grade.exercises[e]) if e in grade.exercises else "" for e in exercises),
                csv_cell(" ".join(grade.to_mark)),
                csv_cell("; ".join(grade.looks)),
            ]
        )
    return out.getvalue()
