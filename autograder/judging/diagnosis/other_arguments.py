"""Whether a wrong result is what is right for other arguments: turned, left out, exchanged."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise, permutations
from typing import Any

import numpy as np

from autograder.exercises import Arguments, Exercise
from autograder.judging.trials import truth_of

from .forms import Pair
from .wrong_parts import Holds, Wrong, at, is_numeric

Change = Callable[[Arguments], Arguments | None]


USUAL = (0.0, 1.0, 0.5, 0.1, 0.01, 0.9, 0.75, 2.0)
"""Numbers that stand in many an answer in place of an argument."""


def other_truths(exercise: Exercise, seen: Sequence[Wrong]) -> Iterator[tuple[str, Holds]]:
    """Whether the result is what is right for arguments changed in one way."""
    every = [*changes(seen[0].arguments), *left_at_defaults(exercise)]
    for says, change in every:

        def holds(part: Wrong, change: Change = change) -> bool:
            arguments = change(part.arguments)
            if arguments is None:
                return False
            response = truth_of(exercise, arguments)
            other = at(response.value, part.path)
            if response.error or not is_numeric(other) or part.pair is None:
                return False
            return Pair(np.asarray(part.yours), np.asarray(other), part.measure, part.path).equal

        if all(map(holds, seen)):
            yield f"what is right with {says}", holds


def left_at_defaults(exercise: Exercise) -> Iterator[tuple[str, Change]]:
    """Arguments that are taken as they would be if nothing were said, one by one and all."""
    parameters = inspect.signature(exercise.reference).parameters.values()
    defaults = {p.name: p.default for p in parameters if p.default is not p.empty}
    for name, value in defaults.items():
        yield f"`{name}` at its default", changing(name, lambda _, value=value: value)
    if len(defaults) > 1:
        yield "all settings at their defaults", lambda given: {**given, **defaults}


def changes(arguments: Arguments) -> Iterator[tuple[str, Change]]:
    """Ways to change the arguments of one call, in words."""
    for name, value in arguments.items():
        if isinstance(value, np.ndarray) and value.dtype.kind == "f":
            yield from of_an_array(name)
        elif isinstance(value, float):
            yield from of_a_fraction(name)
        elif isinstance(value, (int, tuple)) and not isinstance(value, bool):
            yield from of_a_setting(name)
        elif isinstance(value, list):
            yield from of_a_list(name)
    arrays = [name for name, value in arguments.items() if isinstance(value, np.ndarray)]
    for one, other in pairwise(arrays):
        yield f"`{one}` and `{other}` exchanged", exchanging(one, other)
    settings = [name for name, value in arguments.items() if isinstance(value, (int, tuple))]
    for one, other in pairwise(settings):
        yield f"`{one}` and `{other}` exchanged", exchanging(one, other)
    for names in (arrays, settings):
        for one, other in permutations(names, 2):
            yield f"`{one}` in place of `{other}`", standing_for(one, other)


def changing(name: str, change: Callable[[Any], Any]) -> Change:
    def changed(arguments: Arguments) -> Arguments | None:
        if name not in arguments:
            return None
        try:
            return {**arguments, name: change(arguments[name])}
        except (TypeError, ValueError, IndexError):
            return None

    return changed


def exchanging(one: str, other: str) -> Change:
    return lambda given: {**given, one: given.get(other), other: given.get(one)}


def standing_for(one: str, other: str) -> Change:
    return lambda given: {**given, other: given.get(one)}


def of_an_array(name: str) -> Iterator[tuple[str, Change]]:
    """An argument set to zero, turned, or seen in part."""
    yield f"`{name}` set to 0", changing(name, np.zeros_like)
    yield f"`{name}` upside down", changing(name, lambda x: x[..., ::-1, :])
    yield f"`{name}` mirrored left to right", changing(name, lambda x: x[..., ::-1])
    yield f"`{name}` turned by half a turn", changing(name, lambda x: x[..., ::-1, ::-1])
    yield f"`{name}` transposed", changing(name, lambda x: np.swapaxes(x, -1, -2))
    yield f"`{name}` without its sign", changing(name, np.abs)
    yield f"`{name}` of the other sign", changing(name, np.negative)
    yield f"twice the `{name}`", changing(name, lambda x: 2 * x)
    backwards = changing(name, lambda x: x[..., ::-1, :, :])
    yield f"`{name}` with its channels in reverse", backwards
    yield f"`{name}` with its first axis in reverse", changing(name, lambda x: x[::-1])
    yield f"the first of `{name}` alone", changing(name, lambda x: x[:1])
    yield f"the first of `{name}` for all", changing(name, lambda x: np.repeat(x[:1], len(x), 0))
    yield f"the negative numbers of `{name}` set to 0", changing(name, lambda x: np.maximum(x, 0))
    yield f"`{name}` without its decimals", changing(name, lambda x: np.trunc(x))
    yield f"`{name}` rounded to half precision", changing(name, half)
    yield f"the square of `{name}`", changing(name, np.square)
    yield f"half the `{name}`", changing(name, lambda x: x / 2)
    yield f"the last row of `{name}` set to 0", changing(name, without_last(-2))
    yield f"the last column of `{name}` set to 0", changing(name, without_last(-1))
    mean = changing(name, lambda x: np.broadcast_to(x.mean(0), x.shape).astype(x.dtype))
    yield f"the mean of `{name}` over its first axis", mean


def half(array: np.ndarray) -> np.ndarray:
    return array.astype(np.float16).astype(array.dtype)


def without_last(axis: int) -> Callable[[np.ndarray], np.ndarray]:
    """Set what is last along an axis to 0."""

    def change(array: np.ndarray) -> np.ndarray:
        array = array.copy()
        np.moveaxis(array, axis, 0)[-1] = 0
        return array

    return change


def of_a_setting(name: str) -> Iterator[tuple[str, Change]]:
    """A number, or a pair of them, exchanged for another."""
    for number in range(6):
        yield f"`{name} = {number}`", changing(name, lambda value, number=number: number)
    for number in (1, 3):
        first = changing(name, lambda value, number=number: (number, *value[1:]))
        yield f"`{name}` with {number} for its first number", first
    yield f"`{name}` larger by 1", changing(name, lambda value: each(value, 1, 1))
    yield f"`{name}` smaller by 1", changing(name, lambda value: each(value, 1, -1))
    yield f"twice the `{name}`", changing(name, lambda value: each(value, 2, 0))
    yield f"`{name}` with height and width exchanged", changing(name, lambda v: v[::-1])
    yield f"`{name}` with its first number for both", changing(name, lambda v: (v[0], v[0]))
    yield f"`{name}` with its second number for both", changing(name, lambda v: (v[1], v[1]))


def of_a_fraction(name: str) -> Iterator[tuple[str, Change]]:
    """A number with a decimal point, taken for another or changed."""
    for number in USUAL:
        yield f"`{name} = {number:g}`", changing(name, lambda value, number=number: number)
    yield f"`{name}` of the other sign", changing(name, lambda value: -value)
    yield f"`{name}` without its decimals", changing(name, lambda value: float(int(value)))
    yield f"the square of `{name}`", changing(name, lambda value: value * value)
    yield f"the square root of `{name}`", changing(name, lambda value: value**0.5)
    yield f"twice the `{name}`", changing(name, lambda value: 2 * value)
    yield f"half the `{name}`", changing(name, lambda value: value / 2)
    yield f"1 − `{name}` for `{name}`", changing(name, lambda value: 1 - value)
    yield f"1 / `{name}` for `{name}`", changing(name, lambda value: 1 / value if value else value)


def of_a_list(name: str) -> Iterator[tuple[str, Change]]:
    """Some of a list left out, or all of it in another order."""
    yield f"the first of `{name}` left out", changing(name, lambda rows: rows[1:])
    yield f"the last of `{name}` left out", changing(name, lambda rows: rows[:-1])
    yield f"the first of `{name}` alone", changing(name, lambda rows: rows[:1])
    yield f"the last of `{name}` alone", changing(name, lambda rows: rows[-1:])
    yield f"the first two of `{name}` alone", changing(name, lambda rows: rows[:2])
    yield f"`{name}` in reverse", changing(name, lambda rows: rows[::-1])
    yield f"`{name}` sorted", changing(name, sorted)
    pairs = changing(name, lambda rows: [(second, first) for first, second in rows])
    yield f"the two numbers of each of `{name}` exchanged", pairs
    for number in (0, 1):
        first = changing(name, lambda rows, n=number: [(n, second) for _, second in rows])
        yield f"{number} for the first number of each of `{name}`", first
        second = changing(name, lambda rows, n=number: [(first, n) for first, _ in rows])
        yield f"{number} for the second number of each of `{name}`", second


def each(value: Any, factor: int, more: int) -> Any:
    if isinstance(value, tuple):
        return tuple(factor * side + more for side in value)
    return factor * value + more
