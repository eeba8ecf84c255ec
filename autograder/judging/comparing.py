"""Comparing what an answer returned with what is true: by kind, by shape, number by number.

Nothing is ever compared by a sum or a mean, and NaN equals nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.inside.answers import Response
from autograder.inside.wire import Foreign

from .measuring import Measure

UNTOLD_ASPECTS = frozenset({"dtype", "untouched"})
"""In what two answers may differ that make the same mistake."""

SIDE_ASPECTS = UNTOLD_ASPECTS | {"whole"}
"""What can be wrong with an answer whose numbers are right."""


@dataclass(frozen=True)
class Difference:
    """A thing that is wrong with a response, in one aspect.

    Parameters
    ----------
    aspect : str
        `"error"`, `"kind"`, `"keys"`, `"length"`, `"shape"`, `"values"`, `"whole"` (a right
        number with a decimal point for a whole one, a list or an array for a tuple), `"dtype"` or
        `"untouched"`.
    yours, wanted
        What was found and what is right: exception names, kinds in words, shapes, numbers, dtypes.
    path : tuple
        Where in a tuple, list or dict of results: `("w1",)`, `(0,)`, or `()`.
    where : tuple of int
        Index of the number of an array that is furthest off.
    """

    aspect: str
    yours: Any
    wanted: Any
    path: tuple = ()
    where: tuple[int, ...] = ()


def differences(response: Response, truth: Response, measure: Measure) -> list[Difference]:
    """All aspects in which `response` differs from `truth`, the gravest first."""
    if response.error or truth.error:
        if response.error == truth.error:
            return []
        return [Difference("error", response.error, truth.error)]
    found = compare(response.value, truth.value, measure)
    if response.changed:
        found.append(Difference("untouched", response.changed, ()))
    return sorted(found, key=lambda difference: difference.aspect in SIDE_ASPECTS)


def compare(yours: Any, wanted: Any, measure: Measure, path: tuple = ()) -> list[Difference]:
    """Compare two plain values, the one in every part of the other."""
    return list(differences_in(yours, wanted, measure, path))


def differences_in(
    yours: Any, wanted: Any, measure: Measure, path: tuple = ()
) -> Iterator[Difference]:
    """What `compare` finds, one after the other: whoever asks for no more has no more compared."""
    if is_real(wanted) and (is_real(yours) or type(yours) is int):
        # A single number has no dtype to keep: a float will do for a NumPy scalar.
        if measure.wrong(as_float(yours), as_float(wanted), path):
            yield Difference("values", yours, wanted, path)
    elif is_whole_in_a_float(yours, wanted):
        yield Difference("whole", in_words(yours), in_words(wanted), path)
    elif in_another_form(yours, wanted):
        yield Difference("whole", in_words(yours), in_words(wanted), path)
        listed = yours.tolist() if isinstance(yours, np.ndarray) else yours
        yield from differences_in(type(wanted)(listed), wanted, measure, path)
    elif kind(yours) != kind(wanted):
        yield Difference("kind", in_words(yours), in_words(wanted), path)
    elif isinstance(wanted, np.ndarray):
        yield from compare_arrays(yours, wanted, measure, path)
    elif is_shape(wanted) and is_shape(yours):
        if yours != wanted:
            yield Difference("values", yours, wanted, path)
    elif isinstance(wanted, dict) and set(yours) != set(wanted):
        yield Difference("keys", tuple(yours), tuple(wanted), path)
    elif isinstance(wanted, (list, tuple)) and len(yours) != len(wanted):
        yield Difference("length", len(yours), len(wanted), path)
    elif isinstance(wanted, (dict, list, tuple)):
        for k in wanted if isinstance(wanted, dict) else range(len(wanted)):
            yield from differences_in(yours[k], wanted[k], measure, (*path, k))
    elif yours != wanted:
        yield Difference("values", yours, wanted, path)


def is_whole_in_a_float(yours: Any, wanted: Any) -> bool:
    """Whether a whole number is right but for its decimal point."""
    return isinstance(yours, float) and type(wanted) is int and yours == wanted


def in_another_form(yours: Any, wanted: Any) -> bool:
    """Whether one is a list and the other a tuple, or an array of counts, of the same length."""
    if isinstance(yours, np.ndarray) and yours.ndim:
        return is_counts(wanted) and yours.dtype.kind in "iuf" and len(yours) == len(wanted)
    return {kind(yours), kind(wanted)} == {"list", "tuple"} and len(yours) == len(wanted)


def is_counts(value: Any) -> bool:
    """Whether a value is a list or tuple of whole numbers, or of shapes."""
    return isinstance(value, (list, tuple)) and all(type(n) is int or is_shape(n) for n in value)


def compare_arrays(
    yours: np.ndarray, wanted: np.ndarray, measure: Measure, path: tuple
) -> list[Difference]:
    if yours.shape != wanted.shape:
        return [Difference("shape", yours.shape, wanted.shape, path)]
    found = []
    off = measure.wrong(yours, wanted, path)
    if off.any():
        found.append(values_off(yours, wanted, off, measure, path))
    if yours.dtype != wanted.dtype:
        found.append(Difference("dtype", str(yours.dtype), str(wanted.dtype), path))
    return found


def values_off(
    yours: np.ndarray, wanted: np.ndarray, off: np.ndarray, measure: Measure, path: tuple
) -> Difference:
    """What to say of wrong numbers; between two answers, only that there are some."""
    if measure.between:
        return Difference("values", None, None, path)
    where = furthest(yours, wanted, off)
    return Difference("values", yours[where].item(), wanted[where].item(), path, where)


def furthest(yours: np.ndarray, wanted: np.ndarray, off: np.ndarray) -> tuple[int, ...]:
    """The index of the wrong number that is furthest off, the first of those that are as far."""
    if not {yours.dtype.kind, wanted.dtype.kind} <= set("biuf"):
        return tuple(int(i) for i in np.argwhere(off)[0])
    with np.errstate(all="ignore"):
        sizes = np.abs(yours.astype(np.float64) - wanted.astype(np.float64))
        sizes = np.where(off, np.where(np.isnan(sizes), np.inf, sizes), -1.0)
        first = np.argmax(sizes >= sizes.max() * (1 - 1e-9))
    return tuple(int(i) for i in np.unravel_index(first, off.shape))


def is_real(value: Any) -> bool:
    """Whether a plain value is one number with a decimal point."""
    return not value.ndim if isinstance(value, np.ndarray) else isinstance(value, float)


def as_float(value: Any) -> np.ndarray:
    """A number as an array; a whole one that is too large for that is infinite."""
    if isinstance(value, np.ndarray):
        return value
    try:
        return np.array(float(value))
    except OverflowError:
        return np.array(np.inf if value > 0 else -np.inf)


def is_shape(value: Any) -> bool:
    """Whether a value is a tuple of whole numbers, which is right or wrong as one."""
    return isinstance(value, tuple) and bool(value) and all(type(n) is int for n in value)


def kind(value: Any) -> str:
    return "array" if isinstance(value, np.ndarray) else type(value).__name__


MADE_BY = {
    "coroutine": "a coroutine (that is what `async def` makes: write `def`)",
    "generator": "a generator (that is what `yield` makes: write `return`)",
    "ellipsis": "`...`, which stands for what is still to be written",
}
"""What some values are that a function returns by mistake, and what to write instead."""


def in_words(value: Any) -> str:
    """What a value is, in a student's words."""
    if value is None:
        return "nothing (None)"
    if isinstance(value, np.ndarray):
        return "an array" if value.ndim else "a number with a decimal point"
    if isinstance(value, Foreign):
        if value.type_name in MADE_BY:
            return MADE_BY[value.type_name]
        article = "an" if value.type_name.startswith("array") else "a value of type"
        return f"{article} {value.type_name}"
    if isinstance(value, (list, tuple)):
        return f"a {type(value).__name__} of {len(value)}"
    if isinstance(value, bool):
        return "a truth value"
    names = {
        "int": "a whole number",
        "float": "a number with a decimal point",
        "str": "a text",
        "dict": "a dict",
    }
    return names.get(type(value).__name__, f"a {type(value).__name__}")
