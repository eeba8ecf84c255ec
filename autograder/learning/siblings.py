"""A task like an exercise's own, with other numbers, solved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from autograder.exercises import Case, Exercise
from autograder.figures.matrices import Picture
from autograder.inside.answers import NOT_WRITTEN, Response
from autograder.judging.comparing import Difference
from autograder.judging.diagnosis.suspects import same_outcome
from autograder.judging.explaining.picturing import picture
from autograder.judging.explaining.sentences import inputs_in_words, place_in_words, value_in_words
from autograder.judging.measuring import Measure
from autograder.judging.trials import (
    Problem,
    Trial,
    example_problem,
    settled_cases,
    small_problem,
)

SEED = 1998
"""Draws the sibling's numbers: others than those of any check."""

SIZES = (3, 4, 2, 5, 100)
"""What the sizes of a case are cut to, one after the other, until something can be drawn."""

MOST_NUMBERS = 60
"""In one argument, or in the result, of what is to be worked through by hand."""


@dataclass(frozen=True)
class Sibling:
    """A task that is solved: its picture, its inputs in words, and one number of its result.

    `place` and `number` are empty where the result is no array.
    """

    picture: Picture
    inputs: str
    place: str = ""
    number: str = ""


def sibling(exercise: Exercise) -> Sibling | None:
    """A small task of an exercise's kind, solved; `None` where none can be drawn."""
    for problem in _problems(exercise):
        drawing = picture(exercise, _trial(exercise, problem))
        if drawing is not None:
            place, number = _one_number(problem)
            return Sibling(drawing, inputs_in_words(problem.arguments), place, number)
    return None


def _problems(exercise: Exercise) -> Iterator[Problem]:
    """Small tasks of an exercise that are asked of nobody, the smallest sizes first."""
    if exercise.draw is None:
        return
    cases = [case for case, _ in settled_cases(exercise, SEED, hidden=True)]
    for most in SIZES:
        for case in cases[:4]:
            try:
                problem = small_problem(exercise, _cut(exercise, case, most), "values", SEED)
            except Exception:  # there is nothing of such sizes
                continue
            if problem.truth.error is None and _is_small(problem) and _tells(exercise, problem):
                yield problem


def _tells(exercise: Exercise, problem: Problem) -> bool:
    """Whether the result is another than the worked example's, which everybody is to find."""
    if exercise.example is None:
        return True
    measure = Measure.of(exercise, problem.arguments)
    return not same_outcome(problem.truth, example_problem(exercise).truth, measure)


def _cut(exercise: Exercise, case: Case, most: int) -> Case:
    """A case with sizes of `most` at the most, and of what the exercise needs at the least."""
    least = exercise.smallest
    sizes = {
        name: max(least.get(name, 1), min(size, most)) if type(size) is int and size > 1 else size
        for name, size in case.sizes.items()
    }
    return replace(case, sizes=sizes, dtype="float64", layout="C")


def _is_small(problem: Problem) -> bool:
    values = [*problem.arguments.values(), problem.truth.value]
    return all(value.size <= MOST_NUMBERS for value in values if isinstance(value, np.ndarray))


def _trial(exercise: Exercise, problem: Problem) -> Trial:
    """A trial in which nothing is written yet, so that only the task and its result are drawn."""
    where = _where(problem)
    found = [Difference("values", None, None, (), where)] if where else []
    nothing = Response(error=NOT_WRITTEN)
    measure = Measure.of(exercise, problem.arguments)
    return Trial("values", problem.arguments, nothing, problem.truth, found, measure)


def _where(problem: Problem) -> tuple[int, ...]:
    """The place of the last number of a result that is an array."""
    value = problem.truth.value
    if isinstance(value, np.ndarray) and value.ndim and value.size:
        return tuple(size - 1 for size in value.shape)
    return ()


def _one_number(problem: Problem) -> tuple[str, str]:
    """Where the last number of a result is, in words, and what it is."""
    where = _where(problem)
    if not where:
        return "", ""
    return place_in_words(where).strip(" ,"), value_in_words(float(problem.truth.value[where]))
