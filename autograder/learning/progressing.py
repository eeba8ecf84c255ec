"""How far a student has come: the checks of this session, lesson by lesson."""

from __future__ import annotations

from autograder.exercises import of_lesson
from autograder.figures.tables import Column, draw_table
from autograder.inside.showing import show
from autograder.inside.verdicts import Verdict

_LATEST: dict[str, Verdict] = {}
"""The last visible verdict on each exercise in this process."""


def record_progress(verdict: Verdict) -> None:
    """Keep the verdict of a check, for the table."""
    if not verdict.hidden:
        _LATEST[verdict.exercise] = verdict


def progress(lesson: str) -> None:
    """Show the exercises of a lesson: passed or not yet, and their points.

    It counts the checks that were run since the notebook was started. The points of the tests that
    run after handing in are still to come.

    Parameters
    ----------
    lesson : str
        Its folder's name: "02-filters".

    Raises
    ------
    UnknownExercise
        If there is no such lesson.
    """
    exercises = of_lesson(lesson)
    verdicts = [_LATEST.get(exercise.id) for exercise in exercises]
    passed = [verdict is not None and verdict.passed for verdict in verdicts]
    earned = sum(e.check_points for e, right in zip(exercises, passed, strict=True) if right)
    to_have = sum(exercise.check_points for exercise in exercises)
    to_come = sum(exercise.test_points for exercise in exercises)
    columns = [
        Column("exercise", [exercise.id for exercise in exercises]),
        Column("check", [state(verdict) for verdict in verdicts], kind="yours"),
        Column(
            "points",
            [f"{e.check_points:g}" if p else "–" for e, p in zip(exercises, passed, strict=True)],
        ),
        Column("after handing in", [f"up to {exercise.test_points:g}" for exercise in exercises]),
    ]
    show(
        draw_table(
            columns,
            caption=f"{sum(passed)} of {len(exercises)} checks passed: {earned:g} of {to_have:g} "
            f"points, and up to {to_come:g} more after handing in.",
        )
    )


def state(verdict: Verdict | None) -> str:
    """What a check came to, in a word or a mistake's name."""
    if verdict is None:
        return "not run yet"
    return "passed" if verdict.passed else verdict.mistake or "not yet"
