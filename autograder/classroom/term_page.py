"""The report of a whole term as one page: all lessons of a class, and how its students get on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from html import escape
from statistics import mean

from autograder.running.page_marks import number

from .class_page import (
    ABOUT_MISTAKES,
    ABOUT_POINTS,
    Wrong,
    distribution,
    grouped,
    looks,
    mistakes,
)
from .grades import Grade
from .page_frame import facts, framed, names_html, opening, section
from .rules import Rules
from .shown import shown
from .totals import most_points, totals

PLAIN = Rules()
"""Where `course.toml` says nothing."""

ABOUT_LESSONS = "How much of the points those earned who handed in. Each opens its students."
ABOUT_PARTS = "What failed in most exercises, over all lessons; and in whose answers."
ABOUT_STUDENTS = "Points in each lesson, least of all points first; – where nothing was handed in."

STYLE = """
table { border-collapse: collapse; font-variant-numeric: tabular-nums; width: 100%; }
th, td { padding: .25rem .5rem; border-top: 1px solid var(--line); text-align: right; }
th:first-child { text-align: left; font-weight: 400; } thead th { font-weight: 600; }
.scroll { overflow-x: auto; }
"""


@dataclass(frozen=True)
class LessonOfTerm:
    """What the gradebook says of one lesson.

    Parameters
    ----------
    name : str
    grades : sequence of Grade
    wrong : sequence of Wrong
    missing : sequence of str
        Students who have handed in nothing for it.
    """

    name: str
    grades: Sequence[Grade]
    wrong: Sequence[Wrong] = ()
    missing: Sequence[str] = ()

    @property
    def share(self) -> float:
        """How much of its points was earned by those who handed in."""
        return mean(map(_share, self.grades)) if self.grades else 0.0


def _share(grade: Grade) -> float:
    return grade.points / grade.max_points if grade.max_points else 0.0


def term_page(lessons: Sequence[LessonOfTerm], rules: Rules = PLAIN) -> str:
    """The report of all lessons that have been graded, as HTML; added up as `rules` say."""
    in_all = _totals(lessons, rules)
    wrong = [one for lesson in lessons for one in lesson.wrong]
    all_looks = [
        replace(one, student=f"{one.student}, {lesson.name}")
        for lesson in lessons
        for one in lesson.grades
    ]
    parts = [
        facts(_facts(lessons, in_all)),
        section("Lessons", _lessons(lessons), ABOUT_LESSONS),
        section("Points of the term", distribution(in_all), ABOUT_POINTS),
        section("What to talk about", mistakes(wrong), ABOUT_MISTAKES),
        section("Parts that failed", _parts(wrong), ABOUT_PARTS),
        section("Students", _table(lessons, in_all, rules), ABOUT_STUDENTS),
        section("Needs a look", looks(all_looks)),
        section("Has not handed in", _missing(lessons)),
    ]
    return framed("The term: report", "".join(parts), STYLE)


def _totals(lessons: Sequence[LessonOfTerm], rules: Rules) -> list[Grade]:
    """Each student's points over all lessons, of what all lessons have; fewest first.

    Where `course.toml` says how lessons add up, they are percent.
    """
    grades = [grade for one in lessons for grade in one.grades]
    missing = [name for one in lessons for name in one.missing]
    most = sum(most_points(grades).values()) if rules == PLAIN else 100.0
    found = [
        Grade(one.student, "", float(one.share * Fraction(most)), most, {})
        for one in totals(rules, grades, missing)
    ]
    return sorted(found, key=lambda one: (one.points, one.student))


def _facts(
    lessons: Sequence[LessonOfTerm], totals: Sequence[Grade]
) -> Iterator[tuple[str, str, str]]:
    yield "students", str(len(totals)), names_html(one.student for one in totals)
    yield "lessons", str(len(lessons)), ", ".join(escape(one.name) for one in lessons)
    handed = {one.name: [grade.student for grade in one.grades] for one in lessons}
    yield "handed in", str(sum(map(len, handed.values()))), grouped(handed)
    waiting = {one.name: [g.student for g in one.grades if g.to_mark] for one in lessons}
    count = sum(len(grade.to_mark) for one in lessons for grade in one.grades)
    yield "answers to mark", str(count), grouped(waiting) or "none"


def _lessons(lessons: Sequence[LessonOfTerm]) -> Iterator[str]:
    for one in lessons:
        average = one.share
        inside = grouped(
            {
                "Above the average": [g.student for g in one.grades if _share(g) > average],
                "At or below it": [g.student for g in one.grades if _share(g) <= average],
                "Has not handed in": one.missing,
            }
        )
        yield opening(escape(one.name), average, f"{average:.0%}", inside, kind="exercise")


def _parts(wrong: Sequence[Wrong]) -> Iterator[str]:
    """The parts that failed, by their names in all exercises: those of most students first."""
    found: dict[str, dict[str, list[str]]] = {}
    for one in wrong:
        for facet in filter(None, () if one.is_blank else one.facets.split(", ")):
            students = found.setdefault(facet, {}).setdefault(one.exercise, [])
            students += [one.student] if one.student not in students else []
    for facet, exercises in sorted(found.items(), key=lambda pair: -len(_students(pair[1]))):
        count = str(len(_students(exercises)))
        yield opening(escape(facet), None, count, grouped(exercises), kind="wide")


def _students(exercises: dict[str, list[str]]) -> set[str]:
    return {student for students in exercises.values() for student in students}


def _table(lessons: Sequence[LessonOfTerm], totals: Sequence[Grade], rules: Rules) -> Iterator[str]:
    if not totals:
        return
    every = "All" if rules == PLAIN else "All, %"
    by_lesson = [{grade.student: grade.points for grade in one.grades} for one in lessons]
    heads = "".join(f'<th scope="col">{escape(one.name[:2])}</th>' for one in lessons)
    rows = "".join(
        f'<tr><th scope="row">{escape(shown(total.student))}</th>'
        + "".join(
            f"<td>{number(points[total.student]) if total.student in points else '–'}</td>"
            for points in by_lesson
        )
        + f"<td>{number(total.points)}</td></tr>\n"
        for total in totals
    )
    yield (
        '<div class="scroll" tabindex="0" role="group" aria-label="Points of all students">\n'
        f'<table>\n<thead><tr><th scope="col">Student</th>{heads}<th scope="col">{every}</th></tr>'
        f"</thead>\n<tbody>\n{rows}</tbody>\n</table></div>\n"
    )


def _missing(lessons: Sequence[LessonOfTerm]) -> Iterator[str]:
    for one in lessons:
        if one.missing:
            inside = names_html(one.missing)
            yield opening(escape(one.name), None, str(len(one.missing)), inside, kind="wide")
