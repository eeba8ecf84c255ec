"""A case of the learner's own, tried on the truth and on the mistakes that people make.

To find inputs that tell a wrong function from a right one is to know what makes it wrong.
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.exercises import Arguments, Exercise, find
from autograder.figures.tables import Column, draw_table
from autograder.inside.answers import TOO_SLOW, LocalAnswer
from autograder.inside.showing import show
from autograder.judging.diagnosis.suspects import same_outcome
from autograder.judging.explaining.sentences import inputs_in_words
from autograder.judging.measuring import Measure

from . import record
from .cards import Card
from .switches import is_graded


class NoCase(ValueError):
    """Inputs on which nothing can be tried; the message says why."""


@dataclass(frozen=True)
class Caught:
    """Which mistakes a case tells from the truth.

    Parameters
    ----------
    arguments : dict
        The case, as every function was given it.
    mistakes : dict of str to bool
        By name, in the catalogue's order: whether what it does differs from what is right.
    refused : bool
        Whether the right thing to do with such inputs is to refuse them.
    """

    arguments: Arguments
    mistakes: dict[str, bool]
    refused: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The mistakes that were caught."""
        return tuple(name for name, caught in self.mistakes.items() if caught)


def catch(exercise_id: str, *values: Any, mistake: str = "", **named: Any) -> None:
    """Try a case of your own on the truth and on typical mistakes: which of them does it catch?

    A case catches a mistake if the wrong function does something else with it than the right one.

    Parameters
    ----------
    exercise_id : str
    values, named
        The case: what the exercise's function is called with. Lists of numbers become arrays.
    mistake : str, optional
        The one that you are after; by default all are shown.

    Raises
    ------
    UnknownExercise
        If there is no such exercise.

    Examples
    --------
    >>> catch("convolve2d", [[1, 2]], [[3, 3]], mistake="not flipped")
    Not caught: with this case “not flipped” does the same as the right function. Try another.
    >>> catch("convolve2d", [[1, 2]], [[0, 3]], mistake="not flipped")
    Caught: this case tells “not flipped” from the right function.
    """
    exercise = find(exercise_id)
    if is_graded():
        return
    try:
        found = caught(exercise, *values, **named)
        if mistake:
            show(said_of_one(exercise, found, str(mistake)))
        else:
            show(table(exercise, found))
    except NoCase as no_case:
        show(Card(f"{exercise.id}: no case", (str(no_case),)))
        return
    record.add("catch", exercise=exercise_id, caught=list(found.names))


def caught(exercise: Exercise, *values: Any, **named: Any) -> Caught:
    """Try a case on the truth and on every mistake of an exercise.

    Raises
    ------
    NoCase
        If the exercise asks for no function, or cannot be called so.
    """
    if not callable(exercise.reference):
        raise NoCase("This exercise asks for a value, so there is no case to give.")
    arguments = _arguments(exercise, values, named)
    truth = LocalAnswer(exercise.reference, exercise.patience).ask(arguments)
    if truth.error == TOO_SLOW:
        raise NoCase("The right function takes too long with that: give a smaller case.")
    if truth.error not in (None, "ValueError"):
        raise NoCase(
            f"The right function cannot be called so; Python says: {truth.error}: {truth.detail}"
        )
    measure = Measure.of(exercise, arguments)
    mistakes: dict[str, bool] = {}
    for one in exercise.mistakes:
        response = LocalAnswer(one.answer, exercise.patience).ask(arguments)
        differs = not same_outcome(response, truth, measure)
        mistakes[one.name] = mistakes.get(one.name, False) or differs
    return Caught(arguments, mistakes, truth.error is not None)


def _arguments(exercise: Exercise, values: tuple, named: dict[str, Any]) -> Arguments:
    """The case by the names of the function's parameters, arrays where the exercise has arrays."""
    try:
        bound = inspect.signature(exercise.reference).bind(*values, **named)
    except TypeError as error:
        raise NoCase(f"The function cannot be called so; Python says: {error}.") from None
    given = set(bound.arguments)
    bound.apply_defaults()
    usual = exercise.example() if exercise.example is not None else {}
    # The reference may have options of its own, which no exercise speaks of.
    asked = [name for name in bound.arguments if name in given or name in usual]
    try:
        return {
            name: np.array(value, np.float64)
            if isinstance(value, list | tuple) and isinstance(usual.get(name), np.ndarray)
            else value
            for name, value in bound.arguments.items()
            if name in asked
        }
    except (TypeError, ValueError):
        raise NoCase(
            "That is no array of numbers: give numbers only, and every row as many of them."
        ) from None
    except OverflowError:
        raise NoCase("No array holds a number that large: give smaller ones.") from None


def said_of_one(exercise: Exercise, found: Caught, mistake: str) -> str:
    """Whether one mistake was caught, in a sentence."""
    if mistake not in found.mistakes:
        names = ", ".join(f"“{name}”" for name in found.mistakes)
        raise NoCase(f"There is no mistake “{mistake}” here; there are {names}.")
    if found.mistakes[mistake]:
        return f"Caught: this case tells “{mistake}” from the right function."
    return (
        f"Not caught: with this case “{mistake}” does the same as the right function. Try another."
    )


def table(exercise: Exercise, found: Caught) -> Any:
    """All mistakes of an exercise, and which of them the case caught."""
    columns = [
        Column("mistake", list(found.mistakes)),
        Column(
            "your case",
            ["caught" if caught else "not caught" for caught in found.mistakes.values()],
            kind="yours",
        ),
    ]
    return draw_table(columns, caption=summary(found))


def summary(found: Caught) -> str:
    """How many were caught, and what to try next."""
    count, of = len(found.names), len(found.mistakes)
    inputs = inputs_in_words(found.arguments).replace("`", "")
    refused = " The right function refuses such inputs." if found.refused else ""
    said = f"With {inputs}: {count} of {of} mistakes caught.{refused}"
    if count == of:
        return f"{said} No mistake that is known here gets past your case."
    missed = next(name for name, caught in found.mistakes.items() if not caught)
    return f"{said} Which numbers or sizes would tell “{missed}” from the right function?"
