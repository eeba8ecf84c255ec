"""The report of a lesson as one page: how it went, what was got wrong and by whom, who is missing.

It is one file without a program, which needs no network. Every number opens the students behind it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from statistics import StatisticsError, correlation, mean, median

from autograder.inside.verdicts import with_code
from autograder.running.page_marks import number

from .grades import Grade
from .page_frame import facts, framed, names_html, opening, section
from .shown import shown

BLANK = "not written yet"
"""How the judge says that there is no answer."""

SECONDS = (0, 1, 2, 5, 10, 20, 50, 100, 200, 500)
"""Where groups of times begin."""

BINS = 10
"""Bars of the distribution: one for every tenth of the points."""


@dataclass(frozen=True)
class Wrong:
    """What the judge said of one wrong answer: see the gradebook's table `autograder_verdict`."""

    student: str
    exercise: str
    mistake: str
    facets: str
    message: str

    @property
    def is_blank(self) -> bool:
        """Whether there was no answer: it failed no part and made no mistake."""
        return f"{self.exercise}: {BLANK}" in self.message


def class_page(
    lesson: str, grades: Sequence[Grade], wrong: Sequence[Wrong], missing: Sequence[str] = ()
) -> str:
    """The report of a lesson as HTML.

    Parameters
    ----------
    lesson : str
    grades : sequence of Grade
    wrong : sequence of Wrong
        What was wrong with the answers that count.
    missing : sequence of str
        Students of the list of the class who have handed in nothing.
    """
    parts = [
        facts(_facts(grades, missing)),
        section("Points", distribution(grades), ABOUT_POINTS),
        section("Exercises", _exercises(grades), ABOUT_EXERCISES),
        section("What to talk about", mistakes(wrong), ABOUT_MISTAKES),
        section("Parts that failed", _facets(wrong)),
        section("Needs a look", looks(grades)),
        section("Time", times(grades), ABOUT_TIME),
        section("Has not handed in", not_handed_in(missing)),
    ]
    return framed(f"{lesson}: report", "".join(parts))


ABOUT_POINTS = (
    "A bar for each tenth of the points, its lower end included. Each opens its students."
)
ABOUT_EXERCISES = (
    "How much of the points the class earned, lowest first. Tells apart: how well an exercise goes "
    "along with the rest of the lesson, from −1 to 1; near 0 or below, look at the exercise."
)
ABOUT_MISTAKES = "The mistakes that the judge named, most frequent first, in its words to students."


ABOUT_TIME = "Seconds that a submission took to run, the grader's own work included."


def _facts(grades: Sequence[Grade], missing: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    yield "handed in", str(len(grades)), names_html(grade.student for grade in grades)
    yield "not handed in", str(len(missing)) if missing else "", names_html(missing)
    if grades:
        points = [grade.points for grade in grades]
        most = number(max(grade.max_points for grade in grades))
        for name, middle in (("median", median(points)), ("mean", mean(points))):
            yield name, f"{number(middle)} of {most}", _above_and_below(grades, middle)
    waiting = [grade.student for grade in grades if grade.to_mark]
    yield "answers to mark", str(sum(len(grade.to_mark) for grade in grades)), names_html(waiting)


def _above_and_below(grades: Sequence[Grade], middle: float) -> str:
    groups = {
        "Above": [grade.student for grade in grades if grade.points > middle],
        "Exactly there": [grade.student for grade in grades if grade.points == middle],
        "Below": [grade.student for grade in grades if grade.points < middle],
    }
    return grouped(groups)


def grouped(groups: Mapping[str, Sequence[str]]) -> str:
    """Groups of students, each with its title and how many they are."""
    return "".join(
        f"<p><b>{escape(title)} ({len(who)}):</b> {names_html(who)}</p>"
        for title, who in groups.items()
        if who
    )


def distribution(grades: Sequence[Grade]) -> Iterator[str]:
    """A bar for each tenth of the points."""
    bins: list[list[str]] = [[] for _ in range(BINS)]
    for grade in grades:
        share = grade.points / grade.max_points if grade.max_points else 0.0
        bins[min(BINS - 1, max(0, int(share * BINS + 1e-9)))].append(grade.student)
    tallest = max(map(len, bins), default=0)
    for at in reversed(range(BINS)) if tallest else ():
        name = f"{at * 100 // BINS}–{(at + 1) * 100 // BINS} %"
        yield opening(name, len(bins[at]) / tallest, str(len(bins[at])), names_html(bins[at]))


def _exercises(grades: Sequence[Grade]) -> Iterator[str]:
    names = dict.fromkeys(name for grade in grades for name in grade.exercises)
    marked = {name: _with_points(name, grades) for name in names}
    shares = {name: _share(name, have) for name, have in marked.items() if have}
    for name in sorted(shares, key=lambda one: shares[one]):
        have = marked[name]
        most = max(grade.exercises[name] for grade in have)
        points = {grade.student: grade.exercises[name] for grade in have}
        lines = grouped(
            {
                "As many points as anybody": [s for s, p in points.items() if p >= most > 0],
                "Some": [s for s, p in points.items() if 0 < p < most],
                "None": [s for s, p in points.items() if p <= 0],
            }
        )
        told = _tells_apart(name, have)
        said = f"<p>Tells apart: {told:.2f}</p>" if told is not None else ""
        yield opening(
            escape(name), shares[name], f"{shares[name]:.0%}", lines + said, kind="exercise"
        )


def _with_points(name: str, grades: Sequence[Grade]) -> list[Grade]:
    """The grades in which an exercise has its points; not those that wait for a person's mark."""
    return [one for one in grades if name in one.exercises and name not in one.to_mark]


def _share(name: str, grades: Sequence[Grade]) -> float:
    """How much of the most that anybody has for an exercise the class has on average."""
    points = [grade.exercises[name] for grade in grades]
    return mean(points) / max(points) if max(points, default=0) > 0 else 0.0


def _tells_apart(name: str, grades: Sequence[Grade]) -> float | None:
    """The correlation of an exercise's points with those of all others; `None` if there is none."""
    own = [grade.exercises[name] for grade in grades]
    rest = [sum(grade.exercises.values()) - grade.exercises[name] for grade in grades]
    try:
        return correlation(own, rest)
    except StatisticsError:
        return None


def mistakes(wrong: Sequence[Wrong]) -> Iterator[str]:
    """The mistakes that were made, and by whom: those of most students first."""
    found: dict[tuple[str, str], list[Wrong]] = {}
    for one in wrong:
        if mistake := BLANK if one.is_blank else one.mistake:
            found.setdefault((one.exercise, mistake), []).append(one)
    for (exercise, mistake), those in sorted(found.items(), key=_rank):
        who = {one.student for one in those}
        said = max((one.message for one in those), key=len)
        inside = f"<p>{with_code(shown(said))}</p><p><b>By:</b> {names_html(who)}</p>"
        name = f"<b>{escape(exercise)}</b>: {escape(shown(mistake))}"
        yield opening(name, None, str(len(who)), inside, kind="wide")


def _rank(found: tuple[tuple[str, str], list[Wrong]]) -> tuple[bool, int]:
    """What was got wrong by most comes first, and what was never begun last."""
    (_, mistake), those = found
    return mistake == BLANK, -len({one.student for one in those})


def _facets(wrong: Sequence[Wrong]) -> Iterator[str]:
    found: dict[tuple[str, str], set[str]] = {}
    for one in wrong:
        for facet in filter(None, () if one.is_blank else one.facets.split(", ")):
            found.setdefault((one.exercise, facet), set()).add(one.student)
    for (exercise, facet), who in sorted(found.items(), key=lambda pair: -len(pair[1])):
        name = f"<b>{escape(exercise)}</b>: {escape(facet)}"
        yield opening(name, None, str(len(who)), names_html(who), kind="wide")


def looks(grades: Sequence[Grade]) -> Iterator[str]:
    """Whose work needs a look, and why."""
    for grade in grades:
        if grade.looks:
            inside = "".join(f"<p>{escape(shown(look))}</p>" for look in grade.looks)
            name = escape(shown(grade.student))
            yield opening(name, None, str(len(grade.looks)), inside, kind="wide")


def times(grades: Sequence[Grade]) -> Iterator[str]:
    """How long submissions took to run, the longest first."""
    taken = {grade.student: grade.seconds for grade in grades if grade.seconds is not None}
    if not taken:
        return
    longest = max(taken.values())
    edges = [edge for edge in SECONDS if edge <= longest]
    groups = [
        [student for student, took in taken.items() if low <= took < high]
        for low, high in pairwise([*edges, math.inf])
    ]
    tallest = max(map(len, groups))
    for low, high, who in reversed([*zip(edges, [*edges[1:], None], groups, strict=True)]):
        name = f"{low}–{high} s" if high else f"{low} s or more"
        yield opening(name, len(who) / tallest, str(len(who)), names_html(who))


def not_handed_in(missing: Sequence[str]) -> Iterator[str]:
    """Who has handed in nothing."""
    if missing:
        yield f'<p class="names">{names_html(missing)}</p>\n'
