"""Finding the smallest case that still fails: sizes first, then numbers that can be read."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace

from autograder.exercises import Case, Exercise, Mistake

from .answers import Answer, LocalAnswer
from .diagnosing import same_outcome
from .trials import Trial, attempt, draw

SECONDS = 0.6
DRAWS = 3
"""How many draws of small whole numbers are tried for each set of sizes."""


def shrink(exercise: Exercise, answer: Answer, failing: Trial, mistake: Mistake | None) -> Trial:
    """Shrink a failing trial while it goes on failing in the same way."""
    deadline = time.monotonic() + SECONDS
    fails = failing_alike(exercise, failing, mistake)
    start = failing if failing.case else first_drawn(exercise, answer, fails)
    if start is None:
        return failing
    best, case = start, start.case
    shrunk = True
    while shrunk and time.monotonic() < deadline:
        shrunk = False
        for smaller in smaller_cases(exercise, case):
            trial = first_failing(exercise, answer, smaller, fails)
            if trial is not None:
                best, case, shrunk = trial, smaller, True
                break
            if time.monotonic() > deadline:
                break
    if best is start:
        best = first_failing(exercise, answer, case, fails) or failing
    return best


def first_drawn(exercise: Exercise, answer: Answer, fails: Callable[[Trial], bool]) -> Trial | None:
    """A case that fails as the worked example does, to shrink in its place."""
    for case in exercise.cases:
        trial = first_failing(exercise, answer, case, fails)
        if trial is not None:
            return trial
    return None


def failing_alike(
    exercise: Exercise, failing: Trial, mistake: Mistake | None
) -> Callable[[Trial], bool]:
    """A test for trials: do they fail as `failing` does, and as the mistake would?"""

    def fails(trial: Trial) -> bool:
        if not trial.found or trial.refusal != failing.refusal:
            return False
        if trial.found[0].aspect != failing.found[0].aspect:
            return False
        if mistake is None:
            return True
        theirs = LocalAnswer(mistake.answer).ask(trial.arguments)
        return same_outcome(trial.response, theirs, exercise.terms)

    return fails


def smaller_cases(exercise: Exercise, case: Case) -> Iterator[Case]:
    """The same case with one size reduced, the boldest steps first."""
    for name, size in case.sizes.items():
        if isinstance(size, int) and not isinstance(size, bool):
            for smaller in range(exercise.smallest.get(name, 1), size):
                yield replace(case, sizes={**case.sizes, name: smaller})


def first_failing(
    exercise: Exercise, answer: Answer, case: Case, fails: Callable[[Trial], bool]
) -> Trial | None:
    for seed in range(DRAWS):
        trial = attempt(exercise, answer, draw(exercise, case, seed, whole=True), case.facet, case)
        if fails(trial):
            return trial
    return None
