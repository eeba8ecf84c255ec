"""The catalogue: every exercise of the course, its cases, and the mistakes that people make.

One module a lesson. Each is data: see `autograder.exercises.model` for what it is made of.
"""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache
from importlib import import_module

from autograder.inside.arguments import Arguments, Named, Seeded

from .model import Case, Claim, Exercise, Mistake, Numbers, Property, case

__all__ = [
    "LESSONS",
    "Arguments",
    "Case",
    "Claim",
    "Exercise",
    "Mistake",
    "Named",
    "Numbers",
    "Property",
    "Seeded",
    "UnknownExercise",
    "case",
    "catalogue",
    "find",
    "of_lesson",
]

LESSONS = {
    "01-fully-connected-limits": "fully_connected_limits",
    "02-filters": "filters",
    "03-padding-and-stride": "padding_and_stride",
    "04-pooling-and-normalization": "pooling_and_normalization",
    "05-backpropagation": "backpropagation",
    "06-lenet": "lenet",
    "07-alexnet-and-zfnet": "alexnet_and_zfnet",
    "08-vgg": "vgg",
}
"""Every lesson that has exercises, and the module that holds them."""


class UnknownExercise(KeyError):
    """There is no exercise, or no lesson, of that name."""

    def __str__(self) -> str:
        return self.args[0]


@cache
def of_lesson(lesson: str) -> tuple[Exercise, ...]:
    """All exercises of one lesson, in the order in which it asks them.

    Raises
    ------
    UnknownExercise
        If there is no such lesson.

    Examples
    --------
    >>> of_lesson("02-filters")[0].id
    'cross-correlate2d'
    """
    if lesson not in LESSONS:
        raise UnknownExercise(f"There is no lesson {lesson!r}; there are {', '.join(LESSONS)}.")
    return tuple(import_module(f".{LESSONS[lesson]}", __name__).EXERCISES)


@cache
def catalogue() -> dict[str, Exercise]:
    """Every exercise by its id."""
    return {exercise.id: exercise for lesson in LESSONS for exercise in of_lesson(lesson)}


def find(exercise_id: str) -> Exercise:
    """The exercise of that id.

    Raises
    ------
    UnknownExercise
        With the nearest id that exists.
    """
    try:
        return catalogue()[exercise_id]
    except (KeyError, TypeError):
        near = get_close_matches(str(exercise_id), catalogue(), 1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        raise UnknownExercise(f"There is no exercise {exercise_id!r}.{hint}") from None
