"""Judging one answer: `judge` returns the verdict, `check` shows it, `look` draws the task."""

from __future__ import annotations

import math
import os
import secrets
from collections.abc import Iterable
from typing import Any

from autograder.exercises import Exercise, find

from .answers import NOT_WRITTEN, Answer, LocalAnswer, Response, plain
from .comparing import compare
from .diagnosing import diagnose
from .explaining import sentence
from .picturing import picture
from .shrinking import shrink
from .trials import Trial, try_cases, try_example, try_properties
from .verdicts import FacetResult, Verdict, WrongAnswer

VISIBLE_SEED = 2012
"""What the lesson shows is the same for everybody, every time."""

SEED_VARIABLE = "AUTOGRADER_SEED"
"""The environment variable that fixes the hidden cases of a grading run."""


def judge(exercise_id: str, answer: Any, hidden: bool = False, seed: int | None = None) -> Verdict:
    """Judge an answer, without showing anything and without raising for a wrong one.

    Parameters
    ----------
    exercise_id : str
    answer : callable, or a value where the exercise asks for one
    hidden : bool
        Try the hidden cases, freshly drawn, instead of those the lesson shows.
    seed : int, optional
        Draws the hidden cases. Without it the environment variable `AUTOGRADER_SEED` does, and
        without that, chance; the verdict tells which seed it was.

    Returns
    -------
    Verdict

    Raises
    ------
    UnknownExercise
        If there is no such exercise.

    Examples
    --------
    >>> judge("conv-parameter-count", lambda c, k, f, bias=True: f * (c * k * k + bias)).passed
    True
    """
    exercise = find(exercise_id)
    if not hidden:
        seed = VISIBLE_SEED
    elif seed is None:
        seed = run_seed()
    if not callable(exercise.reference):
        return judge_value(exercise, answer, hidden, seed)
    if not callable(answer):
        return fail(
            exercise,
            hidden,
            seed,
            f"{exercise.id}: hand in the function itself, `{exercise.function_name}`, "
            "not what it returns.",
        )
    return judge_answer(exercise, LocalAnswer(answer), hidden, seed)


def run_seed() -> int:
    """The seed of this grading run, or a fresh one."""
    given = os.environ.get(SEED_VARIABLE, "")
    return int(given) if given.isdecimal() else secrets.randbits(32)


def judge_answer(exercise: Exercise, answer: Answer, hidden: bool, seed: int) -> Verdict:
    """Judge whoever answers: every trial, then the diagnosis, then the sentence."""
    trials = list(try_all(exercise, answer, hidden, seed))
    failing = [trial for trial in trials if trial.found]
    most = exercise.test_points if hidden else exercise.check_points
    if not failing:
        facets = facet_results(exercise, trials)
        return Verdict(exercise.id, True, most, most, facets, seed=seed, hidden=hidden)
    written = trials[0].response.error != NOT_WRITTEN
    mistake = diagnose(exercise, answer, seed) if written else None
    facets = facet_results(exercise, trials)
    shown = failing[0]
    drawing = None
    if not hidden and written:
        shown = shrink(exercise, answer, shown, mistake)
        drawing = picture(exercise, shown)
    return Verdict(
        exercise.id,
        False,
        points_for(exercise, facets, most) if hidden else 0.0,
        most,
        facets,
        mistake.name if mistake else None,
        sentence(exercise, shown, mistake, hidden),
        drawing,
        seed,
        hidden,
    )


def try_all(exercise: Exercise, answer: Answer, hidden: bool, seed: int) -> Iterable[Trial]:
    if exercise.draw is not None:
        if not hidden:
            yield try_example(exercise, answer)
        yield from try_cases(exercise, answer, seed, hidden)
    yield from try_properties(exercise, answer, seed, hidden)


def facet_results(exercise: Exercise, trials: list[Trial]) -> tuple[FacetResult, ...]:
    """Sum the trials up by facet, in the order of the catalogue.

    A wrong dtype or a changed input is held against the facet of that name, once, and not against
    every case it shows in.
    """
    passed: dict[str, bool] = {}
    untouched = True
    for trial in trials:
        aspects = {difference.aspect for difference in trial.found}
        untouched = untouched and "untouched" not in aspects
        grave = aspects - {"dtype", "untouched"} if trial.facet != "dtype" else aspects
        passed[trial.facet] = passed.get(trial.facet, True) and not grave
    dtypes = all(d.aspect != "dtype" for trial in trials for d in trial.found)
    if "dtype" in passed:
        passed["dtype"] = passed["dtype"] and dtypes
    elif not dtypes:
        passed["dtype"] = False
    if any(trial.arguments for trial in trials):
        passed["untouched"] = untouched
    return tuple(FacetResult(facet, exercise.words(facet), ok) for facet, ok in passed.items())


def points_for(exercise: Exercise, facets: tuple[FacetResult, ...], most: float) -> float:
    """Every facet weighs the same; what is not whole is cut to hundredths.

    The first facet is the heart of an exercise that is judged on cases: refusing everything, or
    leaving its inputs alone, earns nothing as long as the plain values are wrong.
    """
    if exercise.cases and not facets[0].passed:
        return 0.0
    held = sum(facet.passed for facet in facets)
    return math.floor(100 * most * held / len(facets)) / 100


def judge_value(exercise: Exercise, value: Any, hidden: bool, seed: int) -> Verdict:
    """Judge an answer that is a number, a text or a table."""
    most = exercise.test_points if hidden else exercise.check_points
    given = plain(value)
    wrong = compare(given, plain(exercise.reference), exercise.terms)
    if not wrong:
        return Verdict(exercise.id, True, most, most, seed=seed, hidden=hidden)
    named = [m for m in exercise.mistakes if not compare(given, plain(m.answer), exercise.terms)]
    if named:
        message = f"{exercise.id}: {named[0].sentence} See “{named[0].see}”."
        return fail(exercise, hidden, seed, message, named[0].name)
    trial = Trial("values", {}, Response(given), Response(), wrong[:1])
    return fail(exercise, hidden, seed, sentence(exercise, trial, hidden=True))


def fail(
    exercise: Exercise, hidden: bool, seed: int, message: str, mistake: str | None = None
) -> Verdict:
    most = exercise.test_points if hidden else exercise.check_points
    return Verdict(exercise.id, False, 0.0, most, (), mistake, message, seed=seed, hidden=hidden)


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
    verdict = judge(exercise_id, answer, hidden)
    if verdict.passed:
        show(verdict)
        return None
    if verdict.points:
        show(verdict)
        return verdict.points
    # The picture stands above the error; a verdict without one is said by the error alone.
    if verdict.picture:
        show(verdict)
    raise WrongAnswer(verdict, shown=bool(verdict.picture)) from None


def look(exercise_id: str, answer: Any = None) -> None:
    """Draw the worked example of an exercise: the task, and yours beside it once it returns.

    Parameters
    ----------
    exercise_id : str
    answer : callable, optional
        Your function; while it still raises `NotImplementedError` only the task is drawn.
    """
    exercise = find(exercise_id)
    trial = try_example(exercise, LocalAnswer(answer if callable(answer) else not_written))
    drawing = picture(exercise, trial)
    if drawing:
        show(drawing)


def not_written(*arguments: Any) -> None:
    raise NotImplementedError


def show(thing: Any) -> None:
    """Show something: as a picture in a notebook, as text in a terminal."""
    try:
        from IPython import get_ipython
    except ImportError:
        shell = None
    else:
        shell = get_ipython()
    if shell is not None and hasattr(shell, "kernel"):
        from IPython.display import display

        display(thing)
    else:
        print(getattr(thing, "text", thing))
