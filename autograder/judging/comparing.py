"""Comparing what an answer returned with what is true: by kind, by shape, number by number.

Tolerances follow the dtype and the length of the sum behind each number. Nothing is ever compared
by a sum or a mean, and NaN equals nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from .answers import Foreign, Response

SLACK = 4
"""How many roundings of the longest sum an answer may be off."""


@dataclass(frozen=True)
class Difference:
    """The first thing that is wrong with a response.

    Parameters
    ----------
    aspect : str
        `"error"`, `"kind"`, `"shape"`, `"values"`, `"dtype"` or `"untouched"`.
    yours, wanted
        What was found and what is right: exception names, kinds in words, shapes, numbers, dtypes.
    path : tuple
        Where in a tuple or dict of results: `("w1",)`, `(0,)`, or `()`.
    where : tuple of int
        Index of the first wrong number.
    """

    aspect: str
    yours: Any
    wanted: Any
    path: tuple = ()
    where: tuple[int, ...] = ()


def differences(response: Response, truth: Response, terms: int) -> list[Difference]:
    """All aspects in which `response` differs from `truth`, the gravest first."""
    if response.error or truth.error:
        if response.error == truth.error:
            return []
        return [Difference("error", response.error, truth.error)]
    found = compare(response.value, truth.value, terms)
    if response.changed:
        found.append(Difference("untouched", response.changed, ()))
    return found


def agree(first: Response, second: Response, terms: int) -> bool:
    """Whether two answers did the same thing, in every aspect."""
    return first.changed == second.changed and not differences(first, second, terms)


def compare(yours: Any, wanted: Any, terms: int, path: tuple = ()) -> list[Difference]:
    """Compare two plain values; `terms` is the length of the sum behind each number."""
    if kind(yours) != kind(wanted):
        if isinstance(wanted, np.ndarray) and not wanted.ndim and isinstance(yours, float):
            return compare(np.array(yours), wanted, terms, path)
        if isinstance(wanted, float) and isinstance(yours, int) and not isinstance(yours, bool):
            return compare(float(yours), wanted, terms, path)
        if isinstance(wanted, float) and isinstance(yours, np.ndarray) and not yours.ndim:
            return compare_arrays(yours, np.array(wanted), terms, path)
        return [Difference("kind", in_words(yours), in_words(wanted), path)]
    if isinstance(wanted, np.ndarray):
        return compare_arrays(yours, wanted, terms, path)
    if isinstance(wanted, float):
        return compare_arrays(np.array(yours), np.array(wanted), terms, path)
    if isinstance(wanted, dict):
        if set(yours) != set(wanted):
            return [Difference("kind", keys_in_words(yours), keys_in_words(wanted), path)]
        return [d for k in wanted for d in compare(yours[k], wanted[k], terms, (*path, k))]
    if isinstance(wanted, (list, tuple)):
        if len(yours) != len(wanted):
            return [Difference("kind", in_words(yours), in_words(wanted), path)]
        pairs = enumerate(zip(yours, wanted, strict=True))
        return [d for i, (y, w) in pairs for d in compare(y, w, terms, (*path, i))]
    return [] if yours == wanted else [Difference("values", yours, wanted, path)]


def compare_arrays(
    yours: np.ndarray, wanted: np.ndarray, terms: int, path: tuple
) -> list[Difference]:
    if yours.shape != wanted.shape:
        return [Difference("shape", yours.shape, wanted.shape, path)]
    found = []
    off = wrong_cells(yours, wanted, terms)
    if off.any():
        where = tuple(int(i) for i in np.argwhere(off)[0])
        found.append(Difference("values", yours[where].item(), wanted[where].item(), path, where))
    if yours.dtype != wanted.dtype:
        found.append(Difference("dtype", str(yours.dtype), str(wanted.dtype), path))
    return found


def wrong_cells(yours: np.ndarray, wanted: np.ndarray, terms: int) -> np.ndarray:
    """A mask of the numbers that are off by more than rounding explains."""
    if wanted.dtype.kind != "f":
        return np.asarray(yours != wanted)
    with np.errstate(all="ignore"):
        off = np.abs(yours.astype(np.float64) - wanted.astype(np.float64))
        return ~(off <= tolerance(yours, wanted, terms)) & ~(yours == wanted)


def tolerance(yours: np.ndarray, wanted: np.ndarray, terms: int) -> float:
    """How far a number may be off: `SLACK` roundings for each term of its sum.

    The rounding is that of the coarser of the two dtypes: whether the dtype itself is right is
    asked apart. The scale is the largest number expected, since that is what the sums run up to.
    """
    finite = np.abs(wanted[np.isfinite(wanted)])
    scale = float(finite.max(initial=0.0)) or 1.0
    rounding = np.finfo(wanted.dtype).eps
    if yours.dtype.kind == "f":
        rounding = max(rounding, np.finfo(yours.dtype).eps)
    return SLACK * terms * float(rounding) * scale


def kind(value: Any) -> str:
    return "array" if isinstance(value, np.ndarray) else type(value).__name__


def in_words(value: Any) -> str:
    """What a value is, in a student's words."""
    if value is None:
        return "nothing (None)"
    if isinstance(value, np.ndarray):
        return "an array"
    if isinstance(value, Foreign):
        return f"a value of type {value.type_name}"
    if isinstance(value, (list, tuple)):
        return f"a {type(value).__name__} of {len(value)}"
    if isinstance(value, bool):
        return "a truth value"
    if isinstance(value, int):
        return "a whole number"
    names = {"float": "a number with a decimal point", "str": "a text", "dict": "a dict"}
    return names.get(type(value).__name__, f"a {type(value).__name__}")


def keys_in_words(value: dict) -> str:
    return "a dict with the keys " + ", ".join(sorted(map(str, value)))
