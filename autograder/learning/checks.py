"""What a learner calls in a lesson: `check` judges and shows, `look` draws the task."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from autograder.exercises import find
from autograder.inside.answers import LocalAnswer
from autograder.inside.showing import show
from autograder.inside.verdicts import Verdict, settle
from autograder.judging.checking import judge
from autograder.judging.explaining.picturing import picture, task
from autograder.judging.trials import try_example

from .cells_run import why_not_run
from .hints import remember_answer
from .progressing import record_progress


def check(exercise_id: str, answer: Any, hidden: bool = False) -> float | None:
    """Judge an answer and show the verdict; raise `WrongAnswer` if it is wrong.

    Parameters
    ----------
    exercise_id : str
    answer : callable, or a value where the exercise asks for one
    hidden : bool
        Used by the tests that run after handing in. An answer that is right in part then earns
        part of the points: they are returned, and nbgrader reads them as the cell's result.

    Returns
    -------
    float or None
        Points, if a hidden test is passed in part. None if all is right.

    Raises
    ------
    WrongAnswer
        With the verdict's sentence, and the verdict itself as `.verdict`.
    """
    verdict = with_what_did_not_run(judge(exercise_id, answer, hidden))
    record_progress(verdict)
    if not hidden:
        remember_answer(answer, verdict)
    # A wrong answer's picture stands above the error; without one the error says it all.
    if verdict.passed or verdict.points or verdict.picture:
        show(verdict)
    return settle(verdict, shown=bool(verdict.picture))


def with_what_did_not_run(verdict: Verdict) -> Verdict:
    """A verdict that says so where the cell of a wrong answer has not run to its end."""
    exercise = find(verdict.exercise)
    why = "" if verdict.passed else why_not_run(exercise.function_name)
    if not why:
        return verdict
    message = f"{exercise.id}: {why}"
    return replace(verdict, message=message, mistakes=(), facets=(), picture=None, printed="")


def look(exercise_id: str, answer: Any = None) -> None:
    """Draw the worked example of an exercise: the task, and yours beside it once it returns.

    Where many answers are right, what is asked is listed and only yours is drawn. Where the answer
    is a single number there is nothing to draw.

    Parameters
    ----------
    exercise_id : str
    answer : callable, optional
        Your function; while it still raises `NotImplementedError` only the task is drawn.
    """
    exercise = find(exercise_id)
    mine = LocalAnswer(answer if callable(answer) else not_written, exercise.patience)
    if exercise.example is None:
        return
    trial = try_example(exercise, mine)
    drawing = picture(exercise, trial) if exercise.draw else task(exercise, trial)
    if drawing:
        show(drawing)


def not_written(*arguments: Any) -> None:
    raise NotImplementedError
