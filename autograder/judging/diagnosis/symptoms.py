"""What a wrong result has to do with the right one, where no known mistake explains it.

A symptom is a relation that was measured: it holds on every case on which the answer is wrong, and
again on fresh draws. Nothing is guessed of where it comes from.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np

from autograder.exercises import Arguments, Exercise
from autograder.inside.answers import Answer, LocalAnswer
from autograder.judging.comparing import is_shape
from autograder.judging.measuring import Measure
from autograder.judging.trials import Trial, attempt_all, problems

from .conditions import exactly_where, tells_apart
from .forms import Pair
from .relations import RELATIONS

FRESH = 1_000_003
"""What is added to the seed to draw the cases on which a symptom has to hold again."""

WHEREVER = "Wherever your result is wrong, it is "

EXACTLY = "Of the cases tried, exactly those are wrong in which "

ELSEWHERE = "The cases of all other parts are right."
"""What is said where only one facet is wrong, which the heading names."""


@dataclass(frozen=True)
class Wrong:
    """A part of a result that is wrong on one case, beside what is right there."""

    arguments: Arguments
    path: tuple
    yours: Any
    truth: Any
    measure: Measure

    @property
    def pair(self) -> Pair | None:
        """The two as arrays; None if they are not both numbers."""
        if not is_numeric(self.yours) or not is_numeric(self.truth):
            return None
        return Pair(np.asarray(self.yours), np.asarray(self.truth), self.measure, self.path)


def is_numeric(value: Any) -> bool:
    """Whether a value is a number, a shape, or numbers none of which is too large for an array."""
    if is_shape(value):
        return all(abs(side) < 2**53 for side in value)
    if not isinstance(value, (int, float, np.ndarray)) or isinstance(value, bool):
        return False
    return np.asarray(value).dtype.kind in "biuf"


def symptom(exercise: Exercise, answer: Answer, trials: Sequence[Trial], seed: int) -> str:
    """A sentence that is true of all that is wrong with an answer; empty if none was found."""
    if exercise.draw is None:
        return ""
    with np.errstate(all="ignore"):
        return measured(exercise, answer, trials, seed)


def measured(exercise: Exercise, answer: Answer, trials: Sequence[Trial], seed: int) -> str:
    """The first relation that holds here, and again on fresh draws."""
    trials = with_defaults(exercise, trials)
    candidates = list(true_of_all(exercise, list(wrong_parts(trials))))
    where, part = list(exactly_where(trials)), the_only_part(trials)
    if not candidates and not where and not part:
        return ""
    problems_anew = problems(exercise, seed + FRESH, hidden=True)
    fresh = with_defaults(exercise, attempt_all(exercise, answer, problems_anew))
    again = list(wrong_parts(fresh))
    said = next((says for says, holds in candidates if again and all(map(holds, again))), "")
    if said:
        return f"{WHEREVER}{said}."
    for says, condition in where:
        if tells_apart(condition, fresh):
            return f"{EXACTLY}{says}."
    return ELSEWHERE if part and part == the_only_part(fresh) else ""


def with_defaults(exercise: Exercise, trials: Sequence[Trial]) -> list[Trial]:
    """The trials with those arguments spelled out that were left out."""
    parameters = inspect.signature(exercise.reference).parameters.values()
    asked = [p for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD]
    names = [p.name for p in asked]
    defaults = {p.name: p.default for p in asked if p.default is not p.empty}
    full = [{**defaults, **trial.arguments} for trial in trials]
    return [  # in the order of the parameters, in which functions are called
        replace(trial, arguments={name: given[name] for name in names if name in given})
        for trial, given in zip(trials, full, strict=True)
    ]


def the_only_part(trials: Sequence[Trial]) -> str:
    """The facet that alone is wrong, if most others are right."""
    wrong = {trial.facet for trial in trials if trial.grave}
    right = {trial.facet for trial in trials if not trial.grave} - wrong
    return wrong.pop() if len(wrong) == 1 and len(right) > 2 else ""


def wrong_parts(trials: Sequence[Trial]) -> Iterator[Wrong]:
    """What is wrong in a result, part by part; of errors nothing can be measured."""
    for trial in trials:
        if trial.grave and not trial.response.error and not trial.truth.error:
            for path in dict.fromkeys(difference.path for difference in trial.found):
                yours, truth = at(trial.response.value, path), at(trial.truth.value, path)
                yield Wrong(trial.arguments, path, yours, truth, trial.measure)


def at(value: Any, path: tuple) -> Any:
    """A part of a result; None if it has none of that name."""
    for step in path:
        try:
            value = value[step]
        except (LookupError, TypeError):
            return None
    return value


Holds = Callable[[Wrong], bool]


def true_of_all(exercise: Exercise, seen: Sequence[Wrong]) -> Iterator[tuple[str, Holds]]:
    """Every relation that holds between all that is wrong and what is right there."""
    if not telling(seen):
        return
    for says, holds in known_relations(seen):
        if all(map(holds, seen)):
            yield says, holds
    if not all(np.array_equal(part.truth, seen[0].truth) for part in seen):
        alike = partial(same_as, other=seen[0])
        if all(map(alike, seen)):
            yield "the same, whatever your function is given", alike
    yield from other_truths(exercise, seen)
    yield from by_settings(seen)
    for name in seen[0].arguments:
        alike = partial(is_as_large, name=name)
        if all(map(alike, seen)):
            yield f"as large as `{name}`", alike


def same_as(part: Wrong, other: Wrong) -> bool:
    """Whether two results are one, though what is right for them is not."""
    try:
        return bool(np.array_equal(part.yours, other.yours))
    except (TypeError, ValueError):
        return False


def is_as_large(part: Wrong, name: str) -> bool:
    """Whether a result has the height and width of an argument, and the right one has not."""
    argument = part.arguments.get(name)
    if not isinstance(argument, np.ndarray) or argument.ndim < 2 or part.pair is None:
        return False
    sides = [side.shape[-2:] for side in (part.pair.yours, part.pair.truth, argument)]
    return sides[0] == sides[2] != sides[1]


def telling(seen: Sequence[Wrong]) -> bool:
    """Whether there is enough to measure: many a relation holds for a number or two."""
    sizes = [part.pair.truth.size for part in seen if part.pair is not None]
    return len(seen) > 1 and len(sizes) == len(seen) and sum(sizes) > 3


def known_relations(seen: Sequence[Wrong]) -> Iterator[tuple[str, Holds]]:
    """The relations of arrays, with the numbers in them read off what is wrong.

    A relation has to show in the two largest results: of a single row much can be said.
    """
    pairs = [part.pair for part in seen if part.pair]
    first, second = sorted(pairs, key=lambda pair: -pair.truth.size)[:2]
    for relation in RELATIONS:
        found = relation(first)
        if found is not None and relation(second) is not None:
            says, check = found

            def holds(part: Wrong, check: Callable[[Pair], bool] = check) -> bool:
                return part.pair is not None and check(part.pair)

            yield says, holds


def by_settings(seen: Sequence[Wrong]) -> Iterator[tuple[str, Holds]]:
    """Whether the right number is changed by one of the numbers that were given, or by a size."""
    for words, number in numbers_given(seen[0].arguments):
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


def length_of(name: str, axis: int) -> Given:
    return lambda given: dict(enumerate(np.shape(given.get(name, ())))).get(axis)


def size_of(name: str) -> Given:
    return lambda given: given[name].size if isinstance(given.get(name), np.ndarray) else None


def number_of(name: str) -> Given:
    return lambda given: given[name] if isinstance(given.get(name), (int, float)) else None


# -- what is right for other arguments -------------------------------------------------------------

Change = Callable[[Arguments], Arguments | None]


def other_truths(exercise: Exercise, seen: Sequence[Wrong]) -> Iterator[tuple[str, Holds]]:
    """Whether the result is what is right for arguments changed in one way."""
    right = LocalAnswer(exercise.reference)
    for says, change in changes(seen[0].arguments):

        def holds(part: Wrong, change: Change = change) -> bool:
            arguments = change(part.arguments)
            if arguments is None:
                return False
            response = right.ask(arguments)
            other = at(response.value, part.path)
            if response.error or not is_numeric(other) or part.pair is None:
                return False
            return Pair(np.asarray(part.yours), np.asarray(other), part.measure, part.path).equal

        if all(map(holds, seen)):
            yield f"what is right with {says}", holds


def changes(arguments: Arguments) -> Iterator[tuple[str, Change]]:
    """Ways to change the arguments of one call, in words."""
    for name, value in arguments.items():
        if isinstance(value, np.ndarray) and value.dtype.kind == "f":
            yield from of_an_array(name)
        elif isinstance(value, (int, float, tuple)) and not isinstance(value, bool):
            yield from of_a_setting(name)
    arrays = [name for name, value in arguments.items() if isinstance(value, np.ndarray)]
    for one, other in pairwise(arrays):
        yield f"`{one}` and `{other}` exchanged", exchanging(one, other)
    settings = [name for name, value in arguments.items() if isinstance(value, (int, tuple))]
    for one, other in pairwise(settings):
        yield f"`{one}` and `{other}` exchanged", exchanging(one, other)


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
    for number in (0, 1):
        yield f"`{name} = {number}`", changing(name, lambda value, number=number: number)
    yield f"`{name}` larger by 1", changing(name, lambda value: each(value, 1, 1))
    yield f"`{name}` smaller by 1", changing(name, lambda value: each(value, 1, -1))
    yield f"twice the `{name}`", changing(name, lambda value: each(value, 2, 0))
    yield f"`{name}` with height and width exchanged", changing(name, lambda v: v[::-1])
    yield f"`{name}` with its first number for both", changing(name, lambda v: (v[0], v[0]))
    yield f"`{name}` with its second number for both", changing(name, lambda v: (v[1], v[1]))


def each(value: Any, factor: int, more: int) -> Any:
    if isinstance(value, tuple):
        return tuple(factor * side + more for side in value)
    return factor * value + more
