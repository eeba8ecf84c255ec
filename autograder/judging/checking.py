"""Judging one answer: `judge` returns the verdict, `check` shows it, `look` draws the task."""

from __future__ import annotations

import inspect
import math
import os
import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from autograder.exercises import Exercise, find
from autograder.inside.answers import (
    NOT_WRITTEN,
    TOO_SLOW,
    Answer,
    LocalAnswer,
    Response,
    to_plain_data,
)
from autograder.inside.limits import many_calls
from autograder.inside.verdicts import FacetResult, Verdict
from autograder.judging.diagnosis.all_else import all_else
from autograder.judging.diagnosis.diagnosing import Diagnosis, diagnose
from autograder.judging.diagnosis.made_of import made_of
from autograder.judging.diagnosis.symptoms import ELSEWHERE
from autograder.judging.explaining.picturing import picture
from autograder.judging.explaining.sentences import sentence
from autograder.judging.explaining.shrinking import shrink

from .comparing import SIDE_ASPECTS, compare
from .measuring import Measure
from .trials import Trial, try_cases, try_properties

VISIBLE_SEED = 2012
"""What the lesson shows is the same for everybody, every time."""

SEED_VARIABLE = "AUTOGRADER_SEED"
"""The environment variable that fixes the hidden cases of a grading run."""


Witness = Callable[[Exercise, bool, Sequence[Trial]], None]
"""Told of an answer that is wrong, whether the cases were hidden, and the trials that show it: the
one that the verdict speaks of first. It is for those who may see hidden cases."""


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
    >>> judge("lenet-parameter-count", 61_706).passed
    True
    """
    exercise = find(exercise_id)
    asked = LocalAnswer(answer, exercise.patience) if callable(answer) else None
    return judge_handed(exercise, asked, to_plain_data(answer), hidden, seed)


def judge_handed(
    exercise: Exercise,
    answer: Answer | None,
    value: Any,
    hidden: bool,
    seed: int | None = None,
    witness: Witness = lambda *_: None,
) -> Verdict:
    """Judge what was handed in, wherever it is: somebody to ask, or a plain value."""
    if not hidden:
        seed = VISIBLE_SEED
    elif seed is None:
        seed = run_seed()
    if not callable(exercise.reference):
        return judge_value(exercise, value, hidden, seed, witness)
    if answer is None:
        return fail(exercise, hidden, seed, f"{exercise.id}: {no_function(exercise, value)}")
    with many_calls():
        return judge_answer(exercise, answer, hidden, seed, witness)


def no_function(exercise: Exercise, value: Any) -> str:
    """What to say where a function was asked for, and something else came."""
    name = exercise.function_name
    if value is None:
        return (
            f"`{name}` is None, where your function should be. Does a line say `{name} = …`? "
            "Take it out, and run the cell with your function again."
        )
    return f"hand in the function itself, `{name}`, not what it returns."


def run_seed() -> int:
    """The seed of this grading run, or a fresh one."""
    given = os.environ.get(SEED_VARIABLE, "")
    return int(given) if given.isdecimal() else secrets.randbits(32)


def judge_answer(
    exercise: Exercise,
    answer: Answer,
    hidden: bool,
    seed: int,
    witness: Witness = lambda *_: None,
) -> Verdict:
    """Judge whoever answers: every trial, then the diagnosis, then the sentence."""
    trials = list(try_all(exercise, answer, hidden, seed))
    failing = [trial for trial in trials if trial.found]
    facets = facet_results(exercise, trials)
    most = exercise.test_points if hidden else exercise.check_points
    points = points_for(exercise, facets, most)
    if not hidden and points < most:  # what is checked in the lesson is all or nothing
        points = 0.0
    if not failing:
        left = "" if hidden else what_is_left(exercise)
        return Verdict(
            exercise.id, True, most, most, facets, message=left, seed=seed, hidden=hidden
        )
    lost = {facet.facet for facet in facets if not facet.passed}
    grave = [trial for trial in failing if trial.grave]
    shown = next((trial for trial in grave if trial.facet in lost), (grave or failing)[0])
    witness(exercise, hidden, [shown, *(trial for trial in failing if trial is not shown)])
    diagnosis, drawing = Diagnosis(), None
    if worth_a_diagnosis(trials):
        known = [trial for trial in trials if trial.case or exercise.draw is None]
        diagnosis = diagnose(exercise, answer, seed, known if hidden else ())
        diagnosis = completed(exercise, diagnosis, facets, shown, trials)
        if not hidden:
            shown = shrink(exercise, answer, shown, diagnosis.mistakes)
            drawing = None if gives_away(exercise) else picture(exercise, shown)
    return Verdict(
        exercise.id,
        False,
        points,
        most,
        facets,
        tuple(mistake.name for mistake in diagnosis.mistakes),
        sentence(exercise, shown, diagnosis, hidden or gives_away(exercise)),
        drawing,
        "" if hidden else shown.response.printed,
        seed,
        hidden,
    )


MORE_REFUSED = "more inputs that must be refused"


def what_is_left(exercise: Exercise) -> str:
    """What a pass in the lesson says: what only the hidden tests will ask; empty if nothing."""
    parts = [*exercise.cases, *exercise.properties]
    asked = {part.facet for part in parts if not part.hidden}
    asked |= {"values"} if exercise.example else set()
    left = dict.fromkeys(part.facet for part in parts if part.facet not in asked)
    words = [exercise.words(facet) for facet in left]
    if "refused" in asked and any(part.hidden for part in parts if part.facet == "refused"):
        words.append(MORE_REFUSED)
    if not words:
        return ""
    return f"{exercise.id}: the open checks pass. After handing in also: {'; '.join(words)}."


def gives_away(exercise: Exercise) -> bool:
    """Whether the right result of a check is all there is to know: nothing need be given."""
    if exercise.draw is None:  # claims are told, not results
        return False
    parameters = inspect.signature(exercise.reference).parameters.values()
    return all(parameter.default is not parameter.empty for parameter in parameters)


def completed(
    exercise: Exercise,
    diagnosis: Diagnosis,
    facets: Sequence[FacetResult],
    shown: Trial,
    trials: Sequence[Trial],
) -> Diagnosis:
    """A diagnosis without a name, and what else can be said of an answer: it is true all the same.

    That its dtype is wrong as well, for one thing, or that nothing else is. That one part alone is
    wrong says less than what kind of thing is.
    """
    if diagnosis.mistakes:
        return diagnosis
    graded = [facet for facet in facets if facet.graded]
    lost = [facet.facet for facet in graded if not facet.passed]
    alone = shown.grave and lost == [shown.facet] and len(graded) > RIGHT_LEAST
    relation = diagnosis.symptom if diagnosis.symptom != ELSEWHERE else ""
    sides = {d.aspect: d for t in trials for d in t.found if d.aspect in SIDE_ASPECTS}
    told = {difference.aspect for difference in shown.found}
    return replace(
        diagnosis,
        symptom=relation
        or all_else(trials)
        or made_of(exercise, trials)
        or diagnosis.symptom
        or (ELSEWHERE if alone else ""),
        besides=tuple(side for aspect, side in sides.items() if aspect not in told),
    )


RIGHT_LEAST = 3
"""How many parts have to be right before it is said that only one is wrong."""


def worth_a_diagnosis(trials: list[Trial]) -> bool:
    """Whether an answer does enough to be asked more: it is written, and it comes to an end."""
    errors = {trial.response.error for trial in trials}
    return trials[0].response.error != NOT_WRITTEN and TOO_SLOW not in errors


def try_all(exercise: Exercise, answer: Answer, hidden: bool, seed: int) -> Iterable[Trial]:
    if exercise.draw is not None:
        yield from try_cases(exercise, answer, seed, hidden, example=not hidden)
    yield from try_properties(exercise, answer, seed, hidden)


def facet_results(exercise: Exercise, trials: list[Trial]) -> tuple[FacetResult, ...]:
    """Sum the trials up by facet, in the order of the catalogue.

    A wrong dtype, a fraction for a whole number or a changed input is held against the facet of
    that name, once, and not against every case it shows in.
    """
    passed = facets_held(trials)
    aspects = {difference.aspect for trial in trials for difference in trial.found}
    for aspect in ("dtype", "whole"):
        if aspect in passed or aspect in aspects:
            passed[aspect] = passed.get(aspect, True) and aspect not in aspects
    touched = "untouched" in aspects
    if touched or any(trial.arguments for trial in trials):
        passed["untouched"] = not touched
    return tuple(FacetResult(facet, exercise.words(facet), ok) for facet, ok in passed.items())


def facets_held(trials: list[Trial]) -> dict[str, bool]:
    """Which facets hold, by the trials of each.

    A trial that needs a facet which is lost is not held against its own facet as well, as long as
    something of that was seen to work.
    """
    by_facet: dict[str, list[Trial]] = {}
    for trial in trials:
        by_facet.setdefault(trial.facet, []).append(trial)

    @cache
    def holds(facet: str) -> bool:
        failing = [trial for trial in by_facet.get(facet, []) if trial.costs]
        if len(failing) == len(by_facet.get(facet, [])):
            return not failing
        return not any(all(map(holds, trial.needs)) for trial in failing)

    return {facet: holds(facet) for facet in by_facet}


def points_for(exercise: Exercise, facets: tuple[FacetResult, ...], most: float) -> float:
    """Every facet weighs the same; what is not whole is cut to hundredths.

    Without the heart of the exercise the rest earns nothing: whoever refuses everything, or returns
    what was given, is right where that happens to be asked.
    """
    heart = exercise.heart or (facets[0].facet,)
    at_heart = [facet.passed for facet in facets if facet.facet in heart]
    if at_heart and not any(at_heart):
        return 0.0
    held = [facet.passed for facet in facets if facet.graded]
    return math.floor(100 * most * sum(held) / len(held)) / 100


def judge_value(
    exercise: Exercise,
    given: Any,
    hidden: bool,
    seed: int,
    witness: Witness = lambda *_: None,
) -> Verdict:
    """Judge an answer that is a number, a text or a table, as plain data."""
    right = to_plain_data(exercise.reference)
    measure = Measure.of(exercise)
    wrong = compare(given, right, measure)
    if not wrong:
        most = exercise.test_points if hidden else exercise.check_points
        return Verdict(exercise.id, True, most, most, seed=seed, hidden=hidden)
    trial = Trial("values", {}, Response(given), Response(right), wrong[:1], measure)
    witness(exercise, hidden, [trial])
    named = [m for m in exercise.mistakes if not compare(given, to_plain_data(m.answer), measure)]
    if len({mistake.name for mistake in named}) == 1:
        message = f"{exercise.id}: {named[0].sentence} See “{exercise.heading(named[0])}”."
        return fail(exercise, hidden, seed, message, (named[0].name,))
    # The right value would be all there is to know, so it is not told.
    return fail(exercise, hidden, seed, sentence(exercise, trial, hidden=True))


def fail(
    exercise: Exercise, hidden: bool, seed: int, message: str, mistakes: tuple[str, ...] = ()
) -> Verdict:
    most = exercise.test_points if hidden else exercise.check_points
    return Verdict(exercise.id, False, 0.0, most, (), mistakes, message, seed=seed, hidden=hidden)
