"""How far a student has come: the checks of this session and those that were kept before."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from autograder.exercises import LESSONS, Exercise, catalogue, of_lesson
from autograder.figures.matrices import Picture
from autograder.figures.tables import Column, draw_table
from autograder.inside.showing import show
from autograder.inside.verdicts import Verdict

from . import record
from .guessing import fared


@dataclass(frozen=True)
class Standing:
    """What the last check of an exercise came to, and whether any before it was passed."""

    passed: bool
    says: str = ""
    before: bool = False


_LATEST: dict[str, Standing] = {}
"""The last visible check of each exercise in this process."""

_TRIED: set[str] = set()

UNWRITTEN = "not written yet"
"""What a check says of a stub."""


def record_progress(verdict: Verdict) -> None:
    """Keep the verdict of a check, for the table and for the days to come."""
    if not verdict.hidden:
        _LATEST[verdict.exercise] = Standing(verdict.passed, verdict.mistake or "")
        tried = UNWRITTEN not in verdict.message
        if tried:
            _TRIED.add(verdict.exercise)
        keep_check(verdict.exercise, verdict.passed, verdict.mistake or "", tried)


def keep_check(
    exercise: str, passed: bool, mistake: str = "", tried: bool = True, path: Path | None = None
) -> None:
    """Keep what a check came to in the learner's file: by default the current folder's.

    `tried` tells an answer from a stub.
    """
    record.add("check", path, exercise=exercise, passed=passed, mistake=mistake, tried=tried)


def tried_here() -> frozenset[str]:
    """The exercises of which something was checked in this process that is more than a stub."""
    return frozenset(_TRIED)


def standings(path: Path | None = None) -> dict[str, Standing]:
    """How every exercise stands that was checked, here or before: the latest comes last."""
    found: dict[str, Standing] = {}
    for entry in record.entries(path):
        exercise, says = entry.get("exercise"), entry.get("mistake", "")
        if entry["what"] == "check" and isinstance(exercise, str):
            earlier = found.pop(exercise, None)
            before = earlier is not None and (earlier.passed or earlier.before)
            found[exercise] = Standing(entry.get("passed") is True, str(says)[:80], before)
    if path is None:
        for exercise, standing in _LATEST.items():
            found.setdefault(exercise, standing)
    return found


def progress(lesson: str | None = None) -> None:
    """Show how far you have come: in a lesson, or in the whole course.

    The checks you have run count, today's and those before; they are kept in `my-progress.jsonl`
    beside the lessons. The points of the tests that run after handing in are still to come.

    Parameters
    ----------
    lesson : str, optional
        Its folder's name: "02-filters". By default the whole course is shown, and what comes next.

    Raises
    ------
    UnknownExercise
        If there is no such lesson.
    """
    show(of_course(standings()) if lesson is None else of_one(str(lesson), standings()))


def of_one(lesson: str, known: dict[str, Standing]) -> Picture:
    """The exercises of a lesson as a table: passed or not yet, and their points."""
    exercises = of_lesson(lesson)
    rows = [known.get(exercise.id) for exercise in exercises]
    passed = [standing is not None and standing.passed for standing in rows]
    earned = sum(e.check_points for e, right in zip(exercises, passed, strict=True) if right)
    to_have = sum(exercise.check_points for exercise in exercises)
    to_come = sum(exercise.test_points for exercise in exercises)
    columns = [
        Column("exercise", [exercise.id for exercise in exercises]),
        Column("check", [state(standing) for standing in rows], kind="yours"),
        Column(
            "points",
            [f"{e.check_points:g}" if p else "–" for e, p in zip(exercises, passed, strict=True)],
        ),
        Column("after handing in", [f"up to {exercise.test_points:g}" for exercise in exercises]),
    ]
    return draw_table(
        columns,
        caption=f"{sum(passed)} of {len(exercises)} checks passed: {earned:g} of {to_have:g} "
        f"points, and up to {to_come:g} more after handing in. {fared(lesson)}".rstrip(),
    )


def of_course(known: dict[str, Standing]) -> Picture:
    """The lessons as a table, and what comes next."""
    passed = [[e for e in of_lesson(name) if is_passed(e, known)] for name in LESSONS]
    columns = [
        Column("lesson", list(LESSONS)),
        Column(
            "checks passed",
            [f"{len(p)} of {len(of_lesson(n))}" for n, p in zip(LESSONS, passed, strict=True)],
            kind="yours",
        ),
    ]
    return draw_table(columns, caption=what_next(known))


def is_passed(exercise: Exercise, known: dict[str, Standing]) -> bool:
    """Whether the last check of an exercise was passed."""
    standing = known.get(exercise.id)
    return standing is not None and standing.passed


def next_exercise(known: dict[str, Standing]) -> Exercise | None:
    """The first exercise that is not passed: of the lesson checked last, or else of any."""
    checked = [catalogue()[name].lesson for name in reversed(known) if name in catalogue()]
    for lesson in (*checked[:1], *LESSONS):
        for exercise in of_lesson(lesson):
            if not is_passed(exercise, known):
                return exercise
    return None


def what_next(known: dict[str, Standing]) -> str:
    """One sentence on what to do next."""
    exercise = next_exercise(known)
    if exercise is None:
        return "Every check of the course is passed."
    if exercise.id in known:
        return (
            f"Next: {exercise.id} in {exercise.lesson}, which is not right yet. "
            f'In the notebook, hint("{exercise.id}") says where to look.'
        )
    return f"Next: {exercise.id} in {exercise.lesson}, under “{exercise.see}”."


def state(standing: Standing | None) -> str:
    """What a check came to, in a word or a mistake's name."""
    if standing is None:
        return "not run yet"
    if standing.passed:
        return "passed"
    says = standing.says or "not yet"
    return f"{says} (it passed before)" if standing.before else says
