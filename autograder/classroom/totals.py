"""What the lessons of a term add up to, for each student: as a person would add it up."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from .grades import Grade
from .returning.grade_files import exact
from .rules import Rules
from .shown import csv_cell


@dataclass(frozen=True)
class Total:
    """What one student has earned in all lessons together.

    Parameters
    ----------
    student : str
    points : dict
        By lesson, of those that count; nothing for one that was not handed in.
    share : Fraction
        Of all that counts; more than 1 if extra credit brings it there.
    dropped : tuple of str
        Lessons that do not count for this student.
    to_mark : tuple of str
        Lessons in which a person has yet to mark something.
    """

    student: str
    points: Mapping[str, float] = field(default_factory=dict)
    share: Fraction = Fraction(0)
    dropped: tuple[str, ...] = ()
    to_mark: tuple[str, ...] = ()

    @property
    def percent(self) -> str:
        """With nine decimals at most."""
        return exact(float(self.share * 100))


def totals(rules: Rules, grades: Iterable[Grade], students: Iterable[str] = ()) -> list[Total]:
    """Add up the grades of all lessons, student by student.

    A lesson counts as soon as anybody has a grade for it; whoever has none has earned nothing.

    Parameters
    ----------
    rules : Rules
    grades : iterable of Grade
        Of all lessons, those that groups share among them.
    students : iterable of str
        Who is listed too, with or without a grade.
    """
    found: dict[str, dict[str, Grade]] = {student: {} for student in students}
    for grade in grades:
        found.setdefault(grade.student, {})[grade.lesson] = grade
    most = most_points(one for own in found.values() for one in own.values())
    weights = weights_of(rules, most)
    return [_total(student, found[student], most, weights, rules) for student in sorted(found)]


def most_points(grades: Iterable[Grade]) -> dict[str, float]:
    """The most points of each lesson for which there are grades, in order."""
    found: dict[str, float] = {}
    for grade in grades:
        found[grade.lesson] = max(found.get(grade.lesson, 0.0), grade.max_points)
    return dict(sorted(found.items()))


def weights_of(rules: Rules, most: Mapping[str, float]) -> dict[str, Fraction]:
    """What lessons weigh, of those that have grades and count."""
    if rules.weights is None:
        weights = {lesson: _exactly(points) for lesson, points in most.items()}
    else:
        weights = {lesson: rules.weights.get(lesson, Fraction(0)) for lesson in most}
    return {lesson: weight for lesson, weight in weights.items() if weight and most[lesson]}


def uncounted(rules: Rules, grades: Iterable[Grade]) -> list[str]:
    """Lessons that have grades, and no weight in `course.toml`."""
    if rules.weights is None:
        return []
    return [name for name in most_points(grades) if name not in rules.weights]


def _total(
    student: str,
    grades: Mapping[str, Grade],
    most: Mapping[str, float],
    weights: Mapping[str, Fraction],
    rules: Rules,
) -> Total:
    shares = {
        lesson: _exactly(grades[lesson].points) / _exactly(most[lesson])
        if lesson in grades
        else Fraction(0)
        for lesson in weights
    }
    regular = [lesson for lesson in weights if lesson not in rules.extra_credit]
    dropped = _lowest(regular, shares, weights, rules.drop_lowest)
    counted = [lesson for lesson in weights if lesson not in dropped]
    earned = sum((weights[one] * shares[one] for one in counted), Fraction(0))
    whole = sum((weights[one] for one in regular if one not in dropped), Fraction(0))
    return Total(
        student,
        {lesson: grades[lesson].points for lesson in most if lesson in grades},
        earned / whole if whole else Fraction(0),
        tuple(dropped),
        tuple(lesson for lesson in counted if lesson in grades and grades[lesson].to_mark),
    )


def _lowest(
    lessons: Sequence[str],
    shares: Mapping[str, Fraction],
    weights: Mapping[str, Fraction],
    count: int,
) -> list[str]:
    """Lessons with the smallest shares; among equals those that weigh most. One always counts."""
    order = sorted(lessons, key=lambda one: (shares[one], -weights[one], one))
    return order[: max(0, min(count, len(lessons) - 1))]


def _exactly(points: float) -> Fraction:
    """Points as they are written: 0.1 is a tenth."""
    return Fraction(Decimal(exact(points)))


def totals_csv(rows: Sequence[Total], lessons: Sequence[str]) -> str:
    """A class as CSV: one row a student, one column a lesson, and the total in percent."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["student", *map(csv_cell, lessons), "total", "dropped", "to_mark"])
    for row in rows:
        points = (exact(row.points[one]) if one in row.points else "" for one in lessons)
        dropped, waiting = (csv_cell(" ".join(names)) for names in (row.dropped, row.to_mark))
        writer.writerow([csv_cell(row.student), *points, row.percent, dropped, waiting])
    return out.getvalue()
