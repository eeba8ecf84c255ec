"""Saying what came of it: the table of a class, and the same as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from rich.markup import escape
from rich.table import Table

from .grades import Failure, Grade


def grade_table(grades: Sequence[Grade], title: str) -> Table:
    """The table of a class: points in all and by exercise, and why to look at somebody's work.

    Examples
    --------
    >>> table = grade_table([Grade("ada", "02-filters", 4, 8, {"relu": 4, "why": 0})], "02")
    >>> table.row_count
    1
    """
    waiting = sum(len(grade.to_mark) for grade in grades)
    table = Table(
        title=escape(title),
        title_justify="left",
        header_style="bold",
        caption=f"? waits for a person's mark: {waiting} in all" if waiting else None,
        caption_justify="left",
    )
    table.add_column("Student", no_wrap=True)
    table.add_column("Points", justify="right", no_wrap=True)
    table.add_column("Each", no_wrap=True)
    table.add_column("Needs a look", overflow="fold")
    for grade in grades:
        each = [
            _waiting(points) if name in grade.to_mark else number(points)
            for name, points in grade.exercises.items()
        ]
        table.add_row(
            escape(grade.student),
            f"{number(grade.points)} of {number(grade.max_points)}",
            " ".join(each),
            escape("\n".join(grade.looks)),
        )
    return table


def _waiting(points: float) -> str:
    """Points that a person has yet to give; those given for an earlier answer are shown too."""
    return f"{number(points)}?" if points else "?"


def grade_line(result: Grade | Failure) -> str:
    """One line about a submission that was just graded, for progress."""
    if isinstance(result, Failure):
        return f"{result.student}: not graded, {result.reason}"
    looks = f"  ({'; '.join(result.looks)})" if result.looks else ""
    return f"{result.student}: {number(result.points)} of {number(result.max_points)}{looks}"


def grade_csv(grades: Sequence[Grade]) -> str:
    """A class as CSV: one row a student and lesson, one column an exercise."""
    exercises = list(dict.fromkeys(name for grade in grades for name in grade.exercises))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(
        ["student", "lesson", "points", "max_points", *exercises, "to_mark", "needs_a_look"]
    )
    for grade in grades:
        writer.writerow(
            [
                grade.student,
                grade.lesson,
                number(grade.points),
                number(grade.max_points),
                *(number(grade.exercises[e]) if e in grade.exercises else "" for e in exercises),
                " ".join(grade.to_mark),
                "; ".join(grade.looks),
            ]
        )
    return out.getvalue()


def number(points: float) -> str:
    """Points as people write them: 3, 2.5, 1.66.

    Examples
    --------
    >>> number(3.0), number(2.5)
    ('3', '2.5')
    """
    return f"{points:.2f}".rstrip("0").rstrip(".")
