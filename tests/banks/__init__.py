"""Two banks of answers: right ones that must pass, wrong ones that must not.

They lie in `tests/lessons`, beside what the sample class handed in.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from functools import cache, wraps
from typing import Any

import numpy as np

from autograder.exercises import LESSONS, Exercise, Mistake, of_lesson
from autograder.running.digests import exercise_digest, judge_digest, modules_digest
from autograder.running.sources import uses_in
from tests.lessons import module_of, path_of

NEAR: dict[tuple[str, str], str] = {
    ("softmax-cross-entropy", "overflow papered over"): "overflow",
    ("average-pool2d-backward", "averaged where windows overlap"): "not divided",
    ("reduce-on-plateau", "history cut short"): "only the last epochs looked at",
    ("layer-shapes", "square images only"): "square images assumed",
}
"""Wrong answers that make a mistake of the catalogue in all but one part: they may be named so."""


def exercises() -> Iterator[Exercise]:
    for lesson in LESSONS:
        yield from of_lesson(lesson)


ANSWERS = ("autograder/__init__.py", "tests/banks", "tests/lessons")
"""Files that all judgments of the banks rest on, beside what `rests_on` tells of an exercise."""


def rests_on(exercise: Exercise, **others: Any) -> list[str]:
    """Digests of what the verdict on an answer to one exercise rests on."""
    return [judge_digest(), exercise_digest(exercise.id), _used_by_the_bank(exercise.lesson)]


@cache
def _used_by_the_bank(lesson: str) -> str:
    """A digest of what the answers of a lesson's bank use of the package."""
    files = [path_of(lesson, side) for side in ("right", "wrong")]
    trees = [ast.parse(file.read_text(encoding="utf-8")) for file in files if file.exists()]
    return modules_digest(frozenset(use for tree in trees for use in uses_in(tree)))


def mistakes() -> Iterator[tuple[Exercise, Mistake]]:
    for exercise in exercises():
        for mistake in exercise.mistakes:
            yield exercise, mistake


def right_answers() -> Iterator[tuple[Exercise, str, Any]]:
    """Every right answer with its style."""
    for exercise in exercises():
        for style, answer in right_answers_to(exercise).items():
            yield exercise, style, answer


def right_answers_to(exercise: Exercise) -> dict[str, Any]:
    """The right answers to one exercise by style; the reference is one of them."""
    return {"reference": exercise.reference, **bank("right", exercise)}


def wrong_answers() -> Iterator[tuple[Exercise, str, Any]]:
    """Every wrong answer that is not in the catalogue."""
    for exercise in exercises():
        for what, answer in wrong_answers_to(exercise).items():
            yield exercise, what, answer


def wrong_answers_to(exercise: Exercise) -> dict[str, Any]:
    """The wrong answers to one exercise that are not in the catalogue, general ones included.

    One of its own stands for the general one of that name.
    """
    if not callable(exercise.reference):
        return bank("wrong", exercise)
    general = {what: spoil for what, spoil in SPOILED.items() if spoils(exercise, what)}
    spoiled = {what: spoil(exercise.reference) for what, spoil in general.items()}
    return {**spoiled, **bank("wrong", exercise)}


def bank(side: str, exercise: Exercise) -> dict[str, Any]:
    """The answers to an exercise in `right.py` or in `wrong.py` of its lesson."""
    module = module_of(exercise.lesson, side)
    return module.ANSWERS.get(exercise.id, {}) if module else {}


def returning(change: Callable[[Any], Any]) -> Callable[[Callable], Callable]:
    """Spoil the result of a right answer."""

    def spoil(answer: Callable) -> Callable:
        @wraps(answer)
        def spoiled(*arguments: Any) -> Any:
            return change(answer(*arguments))

        return spoiled

    return spoil


def leaves(value: Any, change: Callable[[Any], Any]) -> Any:
    """Apply `change` to every number and array of a result."""
    if isinstance(value, dict):
        return {key: leaves(item, change) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(leaves(item, change) for item in value)
    return change(value)


def listed(value: Any) -> list:
    """What a loop with `append` makes: the rows of an array, the parts of a tuple, or one item."""
    if isinstance(value, np.ndarray) and value.ndim:
        return list(value)
    return list(np.atleast_1d(np.asarray(value, dtype=object)))


def one_not_a_number(value: Any) -> Any:
    if isinstance(value, np.ndarray) and value.dtype.kind == "f" and value.size:
        value = value.copy()
        value.flat[value.size // 2] = np.nan
        return value
    return float("nan")


def one_off(value: Any) -> Any:
    """A single number off by a thousandth of the largest: what a mean would never show."""
    if isinstance(value, np.ndarray) and value.size:
        value = value.copy()
        value.flat[-1] += value.dtype.type(max(1e-3 * np.abs(value).max(), 1e-3))
        return value
    return value + 1 if isinstance(value, int) else value


def writing(answer: Callable) -> Callable:
    @wraps(answer)
    def spoiled(*arguments: Any) -> Any:
        result = answer(*arguments)
        for argument in arguments:
            if isinstance(argument, np.ndarray):
                argument *= 0
        return result

    return spoiled


def remembering(answer: Callable) -> Callable:
    """Right the first time only: afterwards it returns what it returned then."""
    kept: list[Any] = []

    @wraps(answer)
    def spoiled(*arguments: Any) -> Any:
        if not kept:
            kept.append(answer(*arguments))
        return kept[0]

    return spoiled


def of_dtype(dtype: type) -> Callable[[Any], Any]:
    """Numbers and arrays in another dtype, and of the same shape."""
    return lambda value: np.asarray(value).astype(dtype)[()]


def to_half_and_back(value: Any) -> Any:
    """A float32 result that went through half precision: what too wide a tolerance lets through."""
    if isinstance(value, np.ndarray) and value.dtype == np.float32:
        with np.errstate(over="ignore"):
            return value.astype(np.float16).astype(np.float32)
    return value


SPOILED: dict[str, Callable[[Callable], Callable]] = {
    "returns nothing": returning(lambda value: None),
    "returns a list": returning(listed),
    "holds a NaN": returning(lambda value: leaves(value, one_not_a_number)),
    "one number slightly off": returning(lambda value: leaves(value, one_off)),
    "one axis more": returning(lambda value: leaves(value, lambda v: np.asarray(v)[None])),
    "writes to its input": writing,
    "remembers the first result": remembering,
    "drops to float32": returning(lambda value: leaves(value, of_dtype(np.float32))),
    "always float64": returning(lambda value: leaves(value, of_dtype(np.float64))),
    "float32 through half precision": returning(lambda value: leaves(value, to_half_and_back)),
}


def spoils(exercise: Exercise, what: str) -> bool:
    """Whether a general way of being wrong means anything for an exercise."""
    module = module_of(exercise.lesson, "wrong")
    if what in getattr(module, "NOT_SPOILED", {}).get(exercise.id, ()):
        return False
    if what in ("writes to its input", "drops to float32", "always float64") or "half" in what:
        dtypes = {case.dtype for case in exercise.cases}
        return "float32" in dtypes
    return what != "remembers the first result" or len(exercise.cases) > 1
