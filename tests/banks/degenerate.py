"""Answers that do next to nothing: none of them may earn more than next to nothing.

Each is made for one exercise out of its reference, so that kinds and shapes are as they should be.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from autograder.exercises import Exercise


def filled(value: Any, numbers: Callable[[tuple[int, ...]], np.ndarray]) -> Any:
    """The same kind of thing, of the same shape, with other numbers in it."""
    if isinstance(value, (np.ndarray, np.generic)):
        return numbers(value.shape).astype(value.dtype)
    if isinstance(value, dict):
        return {name: filled(item, numbers) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(filled(item, numbers) for item in value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return type(value)(numbers(()).item())
    return value


def emptied(value: Any) -> Any:
    """The same kind of thing with nothing in it."""
    if isinstance(value, np.ndarray):
        return value[:0]
    return type(value)() if isinstance(value, (list, tuple, dict, int, float, str)) else None


def asked_once(function: Callable[..., Any]) -> Callable[..., Any]:
    """The same function, which works each result out once; None where it refuses."""
    kept: dict[bytes, Any] = {}

    def answer(*given: Any) -> Any:
        try:
            key = pickle.dumps(given)
        except (AttributeError, TypeError, pickle.PicklingError):  # a function among them
            return unless_refused(function, given)
        if key not in kept:
            kept[key] = unless_refused(function, given)
        return kept[key]

    return answer


def unless_refused(function: Callable[..., Any], given: tuple) -> Any:
    try:
        return function(*given)
    except ValueError:
        return None


def in_place_of(right: Callable[..., Any], change: Callable[[Any], Any]) -> Callable[..., Any]:
    """An answer that returns something of the shape that is right, and refuses nothing."""

    def answer(*given: Any) -> Any:
        found = right(*given)
        return None if found is None else change(found)

    return answer


def refusing(error: type[Exception]) -> Callable[..., Any]:
    def answer(*given: Any) -> Any:
        raise error

    return answer


def first_given(*given: Any) -> Any:
    return given[0] if given else None


def last_given(*given: Any) -> Any:
    return given[-1] if given else None


def noise_added(*given: Any) -> Any:
    """The first array that was given, or the parameters, a little changed."""
    rng = np.random.default_rng(0)
    arrays = [one for one in given if isinstance(one, np.ndarray)]
    return arrays[0] + rng.normal(size=arrays[0].shape).astype(arrays[0].dtype) if arrays else None


def middle_of(*given: Any) -> Any:
    """The middle of the first array, at half its size or at the one that is given."""
    arrays = [one for one in given if isinstance(one, np.ndarray) and one.ndim >= 2]
    if not arrays:
        return None
    size = next((one for one in given if isinstance(one, (int, tuple))), arrays[0].shape[-1] // 2)
    high, wide = size if isinstance(size, tuple) and len(size) == 2 else (size, size)
    if not (isinstance(high, int) and isinstance(wide, int)):
        return None
    top, left = (arrays[0].shape[-2] - high) // 2, (arrays[0].shape[-1] - wide) // 2
    return arrays[0][..., top : top + high, left : left + wide].copy()


def degenerate_answers(exercise: Exercise) -> Iterator[tuple[str, Callable[..., Any]]]:
    """Everything that is tried on an exercise, with what it does in words."""
    rng = np.random.default_rng(0)
    fillings = {
        "zeros": np.zeros,
        "ones": np.ones,
        "tenths": lambda shape: np.full(shape, 0.1),
        "random numbers": lambda shape: np.asarray(rng.normal(size=shape)),
        "whole random numbers": lambda shape: np.asarray(rng.integers(10, size=shape)),
        "large numbers": lambda shape: np.full(shape, 1e9),
    }
    right = asked_once(exercise.reference)
    for name, numbers in fillings.items():
        yield name, in_place_of(right, partial(filled, numbers=numbers))
    yield "an empty result", in_place_of(right, emptied)
    yield "the first argument", first_given
    yield "the last argument", last_given
    yield "the first array and noise", noise_added
    yield "the middle of the first array", middle_of
    for constant in (None, 0, 1, -1.0, (), [], {}, "", np.zeros(0), np.zeros((1, 1)), (0, 0)):
        yield f"always {constant!r}", lambda *given, constant=constant: constant
    for error in (ValueError, TypeError, KeyError, NotImplementedError):
        yield f"always {error.__name__}", refusing(error)
