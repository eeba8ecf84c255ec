"""Saying what is wrong in one sentence: where, what was found, what is right, which mistake."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.exercises import Arguments, Exercise, Mistake

from .answers import NOT_WRITTEN
from .comparing import Difference, in_words
from .trials import Trial


def sentence(
    exercise: Exercise,
    trial: Trial,
    mistake: Mistake | None = None,
    hidden: bool = False,
) -> str:
    """Explain a failing trial.

    Parameters
    ----------
    hidden : bool
        Leave out everything that tells what the right result is.
    """
    difference = trial.found[0]
    if difference.yours == NOT_WRITTEN:
        return (
            f"{exercise.id}: not written yet. Put your code in place of "
            "`raise NotImplementedError()`."
        )
    parts = [f"{exercise.id}: {exercise.words(trial.facet)}."]
    if not (hidden and mistake):
        parts.append(finding(exercise, trial, difference, hidden))
    if mistake:
        parts.append(f"{mistake.sentence} See “{mistake.see}”.")
    return " ".join(parts)


def finding(exercise: Exercise, trial: Trial, difference: Difference, hidden: bool) -> str:
    """What was found and, unless hidden, what is right."""
    on = f" on {sizes_in_words(trial.arguments)}" if trial.arguments else ""
    what = part_in_words(exercise, difference.path)
    right = "" if hidden else f"; {shown(difference.wanted)} is right"
    if difference.aspect == "error":
        if difference.wanted:
            got = shown_error(trial) if difference.yours else "accepted it"
            return f"Refuse{on} with a {difference.wanted} that names the numbers; yours {got}."
        return f"Your function {shown_error(trial)}{on}."
    if difference.aspect == "untouched":
        names = " and ".join(f"`{name}`" for name in difference.yours)
        return f"Your function wrote to its input {names}: work on a copy."
    if trial.broken and not trial.arguments:
        return f"This does not hold: {trial.broken[0]}."
    if difference.aspect == "kind":
        return f"{what} is {difference.yours}" + (
            "." if hidden else f"; {difference.wanted} is expected."
        )
    if difference.aspect == "shape":
        return f"{what} has shape {difference.yours}{on}{right}."
    if difference.aspect == "dtype":
        return f"{what} is {difference.yours}; what goes in as {difference.wanted} stays so."
    place = place_in_words(difference.where)
    if hidden:
        return f"{what} is wrong{on}."
    return f"{place} yours is {shown(difference.yours)}{right}."


def shown_error(trial: Trial) -> str:
    detail = f" ({trial.response.detail})" if trial.response.detail else ""
    return f"raised {trial.response.error}{detail}"


def part_in_words(exercise: Exercise, path: tuple) -> str:
    if not path:
        return "Your result"
    names = [
        exercise.results[p] if isinstance(p, int) and p < len(exercise.results) else p for p in path
    ]
    return "In your result, " + ", ".join(f"`{name}`" for name in names)


def place_in_words(where: tuple[int, ...]) -> str:
    """Say an index as one reads a picture: image and map first, then row and column."""
    if len(where) < 2:
        return f"At position {where[0]}," if where else "There"
    *leading, row, column = where
    start = f"In [{', '.join(map(str, leading))}], row" if leading else "At row"
    return f"{start} {row}, column {column},"


def sizes_in_words(arguments: Arguments) -> str:
    """The sizes of the arguments: "an `image` of 4×6 and a `kernel` of 2×3"."""
    words = []
    for name, value in arguments.items():
        if isinstance(value, np.ndarray):
            words.append(f"`{name}` of {'×'.join(map(str, value.shape)) or 'one number'}")
        elif not isinstance(value, float):
            words.append(f"`{name}` = {value}")
    return ", ".join(words[:-1]) + (" and " if len(words) > 1 else "") + "".join(words[-1:])


def shown(value: Any) -> str:
    """A number to four digits, a shape or a word as it is."""
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, (np.ndarray, list, dict)):
        return in_words(value)
    return str(value)
