"""Saying what is wrong in one sentence: where, what was found, what is right, which mistake."""

from __future__ import annotations

import inspect
import re
from typing import Any

import numpy as np

from autograder.exercises import Arguments, Exercise, Named, Seeded
from autograder.inside.answers import NOT_WRITTEN, TOO_SLOW
from autograder.inside.limits import WAITED, WALL
from autograder.judging.comparing import Difference, in_words, is_shape
from autograder.judging.diagnosis.diagnosing import Diagnosis
from autograder.judging.trials import Trial

from .headings import heading
from .tabulating import is_layers
from .translating import meaning

ARITY = re.compile(r"takes .*positional argument|missing \d+ required positional argument")
"""How Python says that a function was called with more or fewer arguments than it takes."""


def sentence(
    exercise: Exercise,
    trial: Trial,
    diagnosis: Diagnosis = Diagnosis(),  # noqa: B008, it is frozen
    hidden: bool = False,
) -> str:
    """Explain a failing trial.

    Parameters
    ----------
    hidden : bool
        Leave out everything that tells what the right result is.
    """
    difference = trial.found[0]
    if trial.response.error == NOT_WRITTEN:
        return f"{exercise.id}: {not_written(exercise, trial)}"
    if is_empty(trial.response.value) and not callable(exercise.reference) and not trial.broken:
        return f"{exercise.id}: not written yet. Put your value in place of `None`."
    parts = [f"{exercise.id}: {heading(exercise, trial)}."]
    if not (hidden and diagnosis.mistakes):
        parts.append(finding(exercise, trial, difference, hidden))
    if len(diagnosis.mistakes) > 1:
        parts.append("Two things at once.")
    parts += [
        f"{mistake.sentence} See “{exercise.heading(mistake)}”." for mistake in diagnosis.mistakes
    ]
    parts += [diagnosis.symptom] if diagnosis.symptom else []
    told = difference.aspect if not (hidden and diagnosis.mistakes) else ""
    parts += [beside(other) for other in diagnosis.besides if other.aspect != told]
    return " ".join(parts)


def is_empty(value: Any) -> bool:
    """Whether nothing was put in place of `None`, or of any `None` of a dict.

    Examples
    --------
    >>> is_empty({"paper": None, "slides": None}), is_empty({"paper": 60, "slides": None})
    (True, False)
    """
    parts = value.values() if type(value) is dict and value else [value]
    return all(part is None for part in parts)


def not_written(exercise: Exercise, trial: Trial) -> str:
    """Say what is not written yet: the answer, the end of it, or a function that it calls."""
    where = trial.response.unwritten
    if not where:
        return "not written yet. Put your code in place of `raise NotImplementedError()`."
    if where == exercise.function_name:
        return (
            "your code comes to a `raise NotImplementedError()`. "
            "Take that line out, or write what is to stand in its place."
        )
    return f"it calls `{where}`, which is not written yet. Write that first."


def beside(difference: Difference) -> str:
    """One more thing that is wrong with an answer whose mistake is known."""
    if difference.aspect == "dtype":
        if difference.wanted.startswith("float"):
            return f"Besides, {difference.wanted} comes back as {difference.yours}."
        return f"Besides, the result is {difference.yours}; {difference.wanted} is asked for."
    if difference.aspect == "whole":
        return f"Besides, the result is {difference.yours}; {difference.wanted} is asked for."
    if difference.aspect == "untouched":
        return f"Besides, it writes to its input {listed(difference.yours)}."
    if difference.aspect == "part":
        return f"Besides, something else is wrong in this part: {difference.yours}."
    if difference.aspect == "stops":
        return f"Besides, it stops with {difference.yours} on some of the inputs."
    return f"Besides, sizes that do not fit are not refused with a {difference.wanted}."


def finding(exercise: Exercise, trial: Trial, difference: Difference, hidden: bool) -> str:
    """What was found and, unless hidden, what is right."""
    inputs = inputs_in_words(trial.arguments)
    on = f" on {inputs}" if inputs else ""
    yours, wanted = difference.yours, difference.wanted
    if difference.aspect == "error":
        return error_found(exercise, trial, difference, on)
    if difference.aspect == "untouched":
        return f"Your function wrote to its input {listed(yours)}: work on a copy."
    if difference.aspect == "unusable":
        return f"What your function returns could not be used: it is {yours}."
    if trial.broken and not trial.arguments:
        return f"This does not hold: {trial.broken[0]}."
    what = "Your result" + part_in_words(exercise, trial, difference.path, " at {}")
    if difference.aspect == "kind":
        if trial.response.value is None and callable(exercise.reference):
            return "Your function returns nothing (None): does it end with `return`?"
        return f"{what} is {yours}{on}" + ("." if hidden else f"; {wanted} is expected.")
    if difference.aspect == "keys":
        return f"{what} {keys_found(yours, wanted)}"
    if difference.aspect == "length":
        return f"{what} has {counted(yours)}{on}" + ("." if hidden else f"; {wanted} are right.")
    if difference.aspect == "shape":
        return f"{what} has shape {yours}{on}" + ("." if hidden else f"; {wanted} is right.")
    if difference.aspect == "dtype":
        stays = wanted.startswith("float") and wanted in dtypes_of(trial.arguments)
        return f"{what} is {yours}; " + (
            f"what goes in as {wanted} stays so." if stays else f"{wanted} is asked for."
        )
    if difference.aspect == "whole":
        return f"{what} has the right value, but it is {yours}; {wanted} is asked for."
    if hidden:
        return f"{what} is wrong{on}."
    place = part_in_words(exercise, trial, difference.path, "In {}, ") + place_in_words(
        difference.where
    )
    if not place and not any(isinstance(v, np.ndarray) for v in trial.arguments.values()):
        place = f"On {inputs} " if inputs else ""
    theirs, right = value_in_words(yours, wanted), value_in_words(wanted, yours)
    words = f"{place}yours is {theirs}; {right} is right."
    return words[0].upper() + words[1:] + suspicion(trial)


def dtypes_of(arguments: Arguments) -> set[str]:
    """The dtypes of the arrays among the arguments."""
    return {str(value.dtype) for value in arguments.values() if isinstance(value, np.ndarray)}


def suspicion(trial: Trial) -> str:
    """What a wrong number may come from, apart from the catalogue's mistakes."""
    if trial.facet == "again":
        return " Is something kept from the first call?"
    whole = [d.yours for d in trial.found if d.aspect == "dtype" and "int" in d.yours]
    return f" Your result can hold whole numbers only ({whole[0]})." if whole else ""


def error_found(exercise: Exercise, trial: Trial, difference: Difference, on: str) -> str:
    """What there is to say where an answer raised, or should have."""
    response = trial.response
    detail = f" ({response.detail})" if response.detail else ""
    if response.error == TOO_SLOW:
        return too_slow(exercise, response.detail == WAITED, on)
    if difference.wanted:
        got = f"raised {response.error}{detail}" if response.error else "accepted it"
        return f"Refuse{on} with a {difference.wanted} that names the numbers; yours {got}."
    if response.error == RecursionError.__name__:
        return f"Your function calls itself without end{on}."
    if response.error == TypeError.__name__ and ARITY.search(response.detail):
        return f"It is called as `{signature(exercise)}`; Python says: {response.detail}."
    said = f"Your function raised {response.error}{detail}{on}."
    return " ".join(filter(None, [said, meaning(response, trial.arguments)]))


def too_slow(exercise: Exercise, waited: bool, on: str) -> str:
    """Which limit of time an answer met."""
    if waited:
        return (
            f"Your function had not returned after {exercise.patience * WALL:g} seconds, most of "
            f"which it spent waiting{on}: take out what sleeps or waits for something."
        )
    return (
        f"Your function had not returned after {exercise.patience:g} seconds of computing{on}: "
        "look for a loop that does not end."
    )


def signature(exercise: Exercise) -> str:
    """How an exercise's function is called: `conv2d_naive(x, weights, bias)`."""
    parameters = inspect.signature(exercise.reference).parameters.values()
    bare = [p.replace(annotation=inspect.Parameter.empty) for p in parameters]
    return f"{exercise.function_name}{inspect.Signature(bare)}"


def keys_found(yours: tuple, wanted: tuple) -> str:
    missing = [key for key in wanted if key not in yours]
    if missing:
        return f"lacks the key {listed(missing)}."
    return f"has a key too many: {listed([key for key in yours if key not in wanted])}."


def part_in_words(exercise: Exercise, trial: Trial, path: tuple, form: str) -> str:
    """Say which part of a result is meant, in a given form; nothing if it is the whole."""
    if not path:
        return ""
    first, *rest = path
    if isinstance(trial.truth.value, list):
        words = [row_in_words(trial, first)]
    elif isinstance(first, int) and first < len(exercise.results):
        words = [f"`{exercise.results[first]}`"]
    else:
        words = [f"`{first}`" if isinstance(first, str) else f"part {first}"]
    return form.format(", ".join(words + [f"`{name}`" for name in rest]))


def row_in_words(trial: Trial, row: int) -> str:
    """Say a row of a table with the layer it belongs to: "row 2 (`max_pool`)"."""
    layers = next((v for v in trial.arguments.values() if is_layers(v)), ())
    at = row - (len(trial.truth.value) - len(layers))  # a result may begin with the input
    return f"row {row} (`{layers[at][0]}`)" if 0 <= at < len(layers) else f"row {row}"


def place_in_words(where: tuple[int, ...]) -> str:
    """Say an index as one reads a picture: image and map first, then row and column."""
    if len(where) < 2:
        return f"at position {where[0]}, " if where else ""
    *leading, row, column = where
    start = f"in [{', '.join(map(str, leading))}], row" if leading else "at row"
    return f"{start} {row}, column {column}, "


def inputs_in_words(arguments: Arguments) -> str:
    """The sizes of the inputs: "`image` of 4×6 and `kernel` of 2×3"."""
    words = list(filter(None, (argument_in_words(n, v) for n, v in arguments.items())))
    return ", ".join(words[:-1]) + (" and " if len(words) > 1 else "") + "".join(words[-1:])


def argument_in_words(name: str, value: Any) -> str:
    if isinstance(value, np.ndarray):
        return f"`{name}` of {'×'.join(map(str, value.shape)) or 'one number'}"
    if isinstance(value, Named):
        return f"`{name}` = {value.name}"
    if isinstance(value, Seeded) or value is None:
        return ""
    if isinstance(value, float):
        return f"`{name}` = {value:.4g}"
    if isinstance(value, (bool, int, str)) or is_shape(value):
        return f"`{name}` = {value}"
    if isinstance(value, list) and len(value) <= 4 and all(map(is_number, value)):
        return f"`{name}` = {value}"
    return f"`{name}` of {len(value)}" if isinstance(value, (list, tuple, dict)) else f"`{name}`"


def is_number(value: Any) -> bool:
    return isinstance(value, (int, float))


def listed(words: Any) -> str:
    return " and ".join(f"`{word}`" for word in words)


def counted(rows: int) -> str:
    return f"{rows} row" if rows == 1 else f"{rows} rows"


def value_in_words(value: Any, other: Any = None) -> str:
    """A number, a shape or a word; of a number as many digits as tell it from another."""
    if isinstance(value, np.ndarray) and not value.ndim:
        value = float(value)
    if isinstance(value, float):
        value += 0.0  # -0.0 reads as a slip
        others = float(other) if isinstance(other, (int, float, np.ndarray)) else None
        for digits in range(4, 17):
            if f"{value:.{digits}g}" != f"{others:.{digits}g}" if others is not None else True:
                break
        return f"{value:.{digits}g}"
    if isinstance(value, (np.ndarray, list, dict)):
        return in_words(value)
    return str(value)
