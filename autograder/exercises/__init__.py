"""The catalogue: every exercise of the course, its cases, and the mistakes that people make.

One folder a lesson, one file an exercise, and nothing is listed anywhere else: what there is, is
read off the folders. An exercise is data: see `autograder.exercises.model` for what it is made of.
Files whose names begin with an underscore hold what several exercises of a lesson share.
"""

from __future__ import annotations

from dataclasses import replace
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from .model import (
    Arguments,
    Case,
    Claim,
    Exercise,
    Mistake,
    Named,
    Numbers,
    Property,
    Seeded,
    between,
    case,
    one_of,
    same_as,
)

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
    "between",
    "case",
    "catalogue",
    "find",
    "of_lesson",
    "one_of",
    "package_of",
    "same_as",
]

PREFIX = "lesson_"


def package_of(lesson: str) -> str:
    """The folder of a lesson's exercises: `lesson_02_filters` for `02-filters`."""
    return PREFIX + lesson.replace("-", "_")


LESSONS = tuple(
    sorted(
        folder.name.removeprefix(PREFIX).replace("_", "-")
        for folder in iter_modules(__path__)
        if folder.ispkg and folder.name.startswith(PREFIX)
    )
)
"""Every lesson that has a folder of exercises."""


MOST = 60
"""Characters of a name that is unknown which are repeated."""


class UnknownExercise(KeyError):
    """There is no exercise, or no lesson, of that name."""

    def __str__(self) -> str:
        return self.args[0]

    def _render_traceback_(self) -> list[str]:
        """What IPython prints for it: the sentence, not the stack."""
        return [f"UnknownExercise: {self}"]


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
        raise UnknownExercise(
            f"There is no lesson {str(lesson)[:MOST]!r}; there are {', '.join(LESSONS)}."
        )
    package = import_module(f".{package_of(lesson)}", __name__)
    names = [file.name for file in iter_modules(package.__path__) if not file.name.startswith("_")]
    exercises = [_read(package.__name__, name, lesson) for name in names]
    return tuple(sorted(exercises, key=lambda exercise: exercise.order))


def _read(package: str, name: str, lesson: str) -> Exercise:
    """The exercise of one file."""
    exercise = import_module(f"{package}.{name}").EXERCISE
    return replace(exercise, id=name.replace("_", "-"), lesson=lesson)


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
    if not isinstance(exercise_id, str):
        raise UnknownExercise(
            "An exercise is called by its name in quotation marks, such as "
            f"{next(iter(catalogue()))!r}: this is {_kind(exercise_id)}."
        )
    try:
        return catalogue()[exercise_id]
    except KeyError:
        raise UnknownExercise(
            f"There is no exercise {exercise_id[:MOST]!r}.{_meant(exercise_id)}"
        ) from None


def _kind(value: object) -> str:
    """What was given in place of a name."""
    return "a function" if callable(value) else f"of type {type(value).__name__}"


def _meant(exercise_id: str) -> str:
    """Which exercise may have been meant, or where their names stand."""
    asked = exercise_id.strip().lower().replace("_", "-")[:MOST]
    near = get_close_matches(asked, catalogue(), 1)
    near = near or [name for name in catalogue() if asked and asked in name][:3]
    if near:
        return f" Did you mean {' or '.join(map(repr, near))}?"
    return " The name of each stands in the `check` below its cell."
