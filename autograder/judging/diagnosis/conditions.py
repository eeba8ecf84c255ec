"""On which inputs an answer is wrong: a condition that holds there, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from autograder.exercises import Arguments
from autograder.judging.trials import Trial

LEAST = 2
"""How many cases have to be wrong, and how many right, before it is said which are."""

Condition = Callable[[Arguments], bool]


def exactly_where(trials: Sequence[Trial]) -> Iterator[tuple[str, Condition]]:
    """Every condition on the arguments that tells the wrong cases from the right ones."""
    asked = [trial for trial in trials if not trial.refusal and trial.arguments]
    if asked:
        for says, condition in conditions(asked[0].arguments):
            if tells_apart(condition, asked):
                yield says, condition


def tells_apart(condition: Condition, trials: Sequence[Trial]) -> bool:
    """Whether an answer is wrong where a condition holds, and right where it does not."""
    asked = [trial for trial in trials if not trial.refusal and trial.arguments]
    wrong = [trial.grave for trial in asked]
    if min(sum(wrong), len(wrong) - sum(wrong)) < LEAST:
        return False
    return all(condition(trial.arguments) == trial.grave for trial in asked)


def conditions(arguments: Arguments) -> Iterator[tuple[str, Condition]]:
    for name, value in arguments.items():
        if isinstance(value, np.ndarray):
            yield from of_an_array(name, value.ndim)
    for name, value in arguments.items():
        if isinstance(value, (int, tuple)) and not isinstance(value, bool):
            yield from of_a_setting(name)


def holding(name: str, test: Callable[[Any], bool]) -> Condition:
    """A condition on one argument, which does not hold where there is none of that name."""

    def condition(arguments: Arguments) -> bool:
        try:
            return bool(test(arguments[name]))
        except (LookupError, TypeError, ValueError, AttributeError):
            return False

    return condition


def of_an_array(name: str, axes: int) -> Iterator[tuple[str, Condition]]:
    for axis in range(axes):
        long = holding(name, lambda x, axis=axis: x.shape[axis] > 1)
        yield f"`{name}` is longer than 1 along axis {axis}", long
        short = holding(name, lambda x, axis=axis: x.shape[axis] == 1)
        yield f"`{name}` has length 1 along axis {axis}", short
    if axes >= 2:
        oblong = holding(name, lambda x: x.shape[-1] != x.shape[-2])
        yield f"`{name}` is not square", oblong
        yield f"`{name}` is square", holding(name, lambda x: x.shape[-1] == x.shape[-2])
        yield f"`{name}` is wider than high", holding(name, lambda x: x.shape[-1] > x.shape[-2])
        yield f"`{name}` is higher than wide", holding(name, lambda x: x.shape[-1] < x.shape[-2])
    yield f"`{name}` is float32", holding(name, lambda x: x.dtype == np.float32)
    in_rows = holding(name, lambda x: not x.flags.c_contiguous)
    yield f"`{name}` does not lie in memory row by row", in_rows


def of_a_setting(name: str) -> Iterator[tuple[str, Condition]]:
    """What may be so of a number, or of a pair of them."""
    yield f"`{name}` is a pair", holding(name, lambda v: isinstance(v, tuple))
    unequal = holding(name, lambda v: isinstance(v, tuple) and len(set(v)) > 1)
    yield f"`{name}` has two different numbers", unequal
    for least in (0, 1, 2):
        more = holding(name, lambda v, least=least: np.max(v) > least)
        yield f"`{name}` is more than {least}", more
    for number in (0, 1):
        one = holding(name, lambda v, number=number: np.min(v) == number)
        yield f"`{name}` is {number}, or one of its numbers is", one
    yield f"`{name}` is odd", holding(name, lambda v: v % 2 == 1)
    yield f"`{name}` is even", holding(name, lambda v: v % 2 == 0)
