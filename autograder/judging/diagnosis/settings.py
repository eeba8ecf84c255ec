"""Whether a wrong result is the right one, changed by a number that was given, or where it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations

import numpy as np

from autograder.exercises import Arguments

from .wrong_parts import Holds, Wrong


def by_settings(seen: Sequence[Wrong]) -> Iterator[tuple[str, Holds]]:
    """Whether the right number is changed by one of the numbers that were given, or by a size."""
    given = [*numbers_given(seen[0].arguments)]
    if all(part.pair is not None and part.pair.truth.dtype.kind in "iu" for part in seen):
        given += products_given(seen[0].arguments)
    for words, number in given:
        for says, change in BY_A_NUMBER.items():

            def holds(part: Wrong, number: Given = number, change: ByNumber = change) -> bool:
                given = number(part.arguments)
                if part.pair is None or given is None or not part.pair.same_shape:
                    return False
                return part.pair.like(part.pair.yours, change(part.pair.truth, given))

            if all(map(holds, seen)):
                yield f"{says} {words}", holds


Given = Callable[[Arguments], "float | None"]
ByNumber = Callable[[np.ndarray, float], np.ndarray]

BY_A_NUMBER: dict[str, ByNumber] = {
    "the right result plus": lambda truth, number: truth + number,
    "the right result minus": lambda truth, number: truth - number,
    "the right result times": lambda truth, number: truth * number,
    "the right result divided by": lambda truth, number: truth / number,
    "the right result, in whole numbers, divided by": lambda truth, number: truth // number,
}


def numbers_given(arguments: Arguments) -> Iterator[tuple[str, Given]]:
    """The numbers among the arguments, and the sizes of their arrays, in words."""
    for name, value in arguments.items():
        if isinstance(value, np.ndarray):
            for axis in range(value.ndim):
                yield f"the length of `{name}` along axis {axis}", length_of(name, axis)
            yield f"the number of numbers in `{name}`", size_of(name)
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            yield f"`{name}`", number_of(name)
        elif isinstance(value, (tuple, list)) and all(type(one) is int for one in value):
            for place, words in PLACES.items():
                yield f"the {words} number of `{name}`", member_of(name, place)
        if isinstance(value, list):
            yield f"the length of `{name}`", lambda given, name=name: len(given.get(name, ()))


def products_given(arguments: Arguments) -> Iterator[tuple[str, Given]]:
    """Two of the numbers that were given, multiplied."""
    for (one, first), (other, second) in combinations(numbers_given(arguments), 2):
        yield f"{one} times {other}", multiplied(first, second)


def multiplied(first: Given, second: Given) -> Given:
    def number(given: Arguments) -> float | None:
        one, other = first(given), second(given)
        return None if one is None or other is None else one * other

    return number


PLACES = {0: "first", 1: "second", -1: "last"}


def member_of(name: str, place: int) -> Given:
    def number(given: Arguments) -> float | None:
        value = given.get(name, ())
        return value[place] if isinstance(value, (tuple, list)) and len(value) > 1 else None

    return number


def length_of(name: str, axis: int) -> Given:
    return lambda given: dict(enumerate(np.shape(given.get(name, ())))).get(axis)


def size_of(name: str) -> Given:
    return lambda given: given[name].size if isinstance(given.get(name), np.ndarray) else None


def number_of(name: str) -> Given:
    return lambda given: given[name] if isinstance(given.get(name), (int, float)) else None


# -- places where an argument is large or small ----------------------------------------------------

LIMITS = (-6, -3, -2, -1, -0.5, 0, 0.5, 1, 2, 3, 6)

RIGHT_LEAST = 0.25
"""The share of numbers beyond a limit, all of them right, that makes the limit worth saying."""


def by_places(seen: Sequence[Wrong]) -> Iterator[tuple[str, Holds]]:
    """Whether only those numbers are wrong where an argument is beyond a limit."""
    for name, value in seen[0].arguments.items():
        if isinstance(value, np.ndarray) and all(fits(part, name) for part in seen):
            yield from beyond_a_limit(name, seen)


def fits(part: Wrong, name: str) -> bool:
    """Whether an argument has a number for each of a result."""
    pair, value = part.pair, part.arguments.get(name)
    if pair is None or not isinstance(value, np.ndarray):
        return False
    return pair.same_shape and pair.truth.ndim > 0 and value.shape == pair.truth.shape


def beyond_a_limit(name: str, seen: Sequence[Wrong]) -> Iterator[tuple[str, Holds]]:
    values = np.concatenate([np.ravel(part.arguments[name]) for part in seen])
    wrong = np.concatenate([np.ravel(part.pair.wrong) for part in seen if part.pair])
    if not wrong.any():  # right numbers of another kind: a tuple for an array
        return
    lower = max((limit for limit in LIMITS if values[wrong].min() > limit), default=None)
    upper = min((limit for limit in LIMITS if values[wrong].max() < limit), default=None)
    ends = [ends for ends in ((lower, None), (None, upper), (lower, upper)) if ends != (None, None)]
    shares = [np.mean(~inside(values, low, high)) for low, high in ends]
    if not shares or max(shares) < RIGHT_LEAST:
        return
    # The first that leaves out nearly as much as any other: one limit, where one is enough.
    low, high = next(e for e, share in zip(ends, shares, strict=True) if share > max(shares) - 0.1)
    yield f"right but where `{name}` is {limits(low, high)}", within(name, low, high)


def inside(values: np.ndarray, low: float | None, high: float | None) -> np.ndarray:
    above = values > (-np.inf if low is None else low)
    return above & (values < (np.inf if high is None else high))


def limits(low: float | None, high: float | None) -> str:
    if low is not None and high is not None:
        return f"between {low} and {high}"
    return f"more than {low}" if high is None else f"less than {high}"


def within(name: str, low: float | None, high: float | None) -> Holds:
    def holds(part: Wrong) -> bool:
        if part.pair is None or not fits(part, name):
            return False
        return not (part.pair.wrong & ~inside(part.arguments[name], low, high)).any()

    return holds
