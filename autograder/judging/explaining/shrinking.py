"""Finding the smallest case that still fails: sizes first, then numbers that can be read."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from autograder.exercises import Arguments, Case, Exercise, Mistake
from autograder.inside.answers import Answer, LocalAnswer
from autograder.judging.diagnosis.suspects import same_outcome
from autograder.judging.trials import Trial, attempt, attempt_all, settled_cases, small_problem

from .printing import printed_alike

SIZES_UNTIL = 0.4
VALUES_UNTIL = 0.7
"""Seconds after which the sizes, and then the values, are left as they are."""

DRAWS = 3
"""How many draws of small whole numbers are tried for each set of sizes."""

Fails = Callable[[Trial], bool]


def shrink(
    exercise: Exercise, answer: Answer, failing: Trial, mistakes: Sequence[Mistake] = ()
) -> Trial:
    """Shrink a failing trial while it goes on failing in the same way."""
    begun = time.monotonic()
    fails = failing_alike(failing, mistakes)
    best = smallest(exercise, answer, failing, fails, begun + SIZES_UNTIL)
    return plainest(exercise, answer, best, fails, begun + VALUES_UNTIL)


def failing_alike(failing: Trial, mistakes: Sequence[Mistake]) -> Fails:
    """A test for trials: do they fail as `failing` does, and as its mistake would?

    Where the numbers shown would be written alike, nothing is gained by a smaller case.
    """
    hard_to_see = printed_alike(failing)
    alike = [
        theirs
        for theirs in (LocalAnswer(mistake.answer) for mistake in mistakes)
        if same_outcome(failing.response, theirs.ask(failing.arguments), failing.measure)
    ]

    def fails(trial: Trial) -> bool:
        if not trial.found or trial.refusal != failing.refusal:
            return False
        if trial.found[0].aspect != failing.found[0].aspect:
            return False
        if trial.response.error != failing.response.error:
            return False
        if not hard_to_see and printed_alike(trial):
            return False
        return all(
            same_outcome(trial.response, theirs.ask(trial.arguments), trial.measure)
            for theirs in alike
        )

    return fails


# -- sizes -----------------------------------------------------------------------------------------


def smallest(
    exercise: Exercise, answer: Answer, failing: Trial, fails: Fails, deadline: float
) -> Trial:
    """Draw smaller and smaller cases while they fail."""
    # The worked example is of no case; one that fails as it does takes its place.
    drawn = settled_cases(exercise, 0, hidden=True)
    cases = [failing.case] if failing.case else [case for case, _ in drawn]
    found = (first_failing(exercise, answer, case, case.facet, fails) for case in cases)
    best = next(filter(None, found), None)
    if best is None:
        return failing
    if failing.case:
        best = replace(best, facet=failing.facet)
    shrunk = True
    while shrunk and best.case and time.monotonic() < deadline:
        shrunk = False
        for case in smaller_cases(exercise, best.case):
            trial = first_failing(exercise, answer, case, best.facet, fails)
            if trial is not None:
                best, shrunk = trial, True
                break
            if time.monotonic() > deadline:
                break
    return best


def smaller_cases(exercise: Exercise, case: Case) -> Iterator[Case]:
    """The same case made simpler in one way, the boldest steps first."""
    if case.layout != "C":
        yield replace(case, layout="C")
    if case.dtype != "float64":
        yield replace(case, dtype="float64")
    for name, size in case.sizes.items():
        for smaller in smaller_sizes(size, exercise.smallest.get(name, 1)):
            yield replace(case, sizes={**case.sizes, name: smaller})


def smaller_sizes(size: Any, least: int) -> Iterator[Any]:
    """Every smaller size, the smallest first; of a pair, one side at a time."""
    if type(size) is int:
        yield from range(least, size)
    elif isinstance(size, tuple):
        for i, side in enumerate(size):
            for smaller in smaller_sizes(side, least):
                yield (*size[:i], smaller, *size[i + 1 :])


def first_failing(
    exercise: Exercise, answer: Answer, case: Case, facet: str, fails: Fails
) -> Trial | None:
    for seed in range(DRAWS):
        try:
            problem = small_problem(exercise, case, facet, seed)
        except Exception:  # there is nothing of these sizes
            return None
        (trial,) = attempt_all(exercise, answer, [problem])
        if fails(trial):
            return trial
    return None


# -- values ----------------------------------------------------------------------------------------


def plainest(
    exercise: Exercise, answer: Answer, failing: Trial, fails: Fails, deadline: float
) -> Trial:
    """Turn numbers into zeros, and those that can't be zero into ones, while it fails.

    What is left is what the wrong number is made of. No array is left without a number, though:
    an answer that is off for zeros only is off in another way.
    """
    best = failing
    if failing.found[0].aspect != "values":
        return best
    for simpler in (np.zeros_like, np.sign):
        for name, index in numbers_of(best.arguments):
            if time.monotonic() > deadline:
                return best
            arguments = with_number(best.arguments, name, index, simpler)
            if arguments is None:
                continue
            trial = attempt(exercise, answer, arguments, best.facet, best.case)
            if fails(trial):
                best = trial
    return best


def numbers_of(arguments: Arguments) -> Iterator[tuple[str, tuple[int, ...]]]:
    """The place of every float among the arguments: whole matrices at first, then one by one."""
    arrays = {
        name: np.asarray(value)
        for name, value in arguments.items()
        if isinstance(value, float) or (isinstance(value, np.ndarray) and value.dtype.kind == "f")
    }
    for name, array in arrays.items():
        if array.ndim > 2:
            yield from ((name, index) for index in np.ndindex(array.shape[:-2]))
    for name, array in arrays.items():
        yield from ((name, index) for index in np.ndindex(array.shape))


def with_number(
    arguments: Arguments, name: str, index: tuple[int, ...], simpler: Callable
) -> Arguments | None:
    """The arguments with a number, or all of a matrix, made simpler; None if it is so already."""
    old = arguments[name]
    new = np.array(old, order="K")
    new[index] = simpler(new[index])
    if np.array_equal(new, old) or not new.any():
        return None
    return {**arguments, name: new if isinstance(old, np.ndarray) else float(new)}
