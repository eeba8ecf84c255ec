"""What a result of another kind or length has to do with the right one: parts, names, totals."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from autograder.exercises import Exercise
from autograder.judging.comparing import SIDE_ASPECTS, compare, is_shape
from autograder.judging.trials import Trial

from .wrong_parts import at


def made_of(exercise: Exercise, trials: Sequence[Trial]) -> str:
    """A sentence that is true of every wrong result; empty if none is."""
    wrong = [t for t in trials if t.grave and not t.refusal and not t.broken]
    if not wrong or any(trial.response.error for trial in wrong):
        return ""
    said = [dict.fromkeys(sentences(exercise, trial)) for trial in wrong]
    return next((one for one in said[0] if all(one in others for others in said)), "")


BEGINNINGS = (
    "It is the right ",
    "The right result is its part ",
    "Its values are the right ones",
    "What stands under the other keys is right.",
    "What it has is right; ",
    "All that is asked for is right in it; ",
    "Its numbers are the right ones, but ",
    "The numbers in its texts are the right ones",
    "The number in its text is the right one",
    "The right number is the ",
)
"""How its sentences begin."""

Same = Callable[[Any, Any], bool]


def sentences(exercise: Exercise, trial: Trial) -> Iterator[str]:
    """All that is true of one result, or of the part of it that is of another kind or length."""
    path = trial.found[0].path if trial.found[0].aspect in ("keys", "kind", "length") else ()
    yours, truth = at(trial.response.value, path), at(trial.truth.value, path)

    def same(mine: Any, right: Any) -> bool:
        return all(d.aspect in SIDE_ASPECTS for d in compare(mine, right, trial.measure))

    if isinstance(truth, dict):
        yield from of_a_dict(yours, truth, same)
    if isinstance(truth, tuple) and not is_shape(truth):
        yield from of_one_part(names_of(exercise, truth), yours, truth, same)
    if isinstance(yours, (tuple, list, dict)):
        yield from around_the_truth(yours, truth, same)
    if isinstance(yours, (tuple, list)) and isinstance(truth, (tuple, list)):
        yield from of_a_list(list(yours), list(truth), same)
    yield from of_numbers(yours, truth, same)


def of_one_part(names: list[str], yours: Any, truth: tuple, same: Same) -> Iterator[str]:
    for name, part in zip(names, truth, strict=True):
        if same(yours, part):
            yield f"It is the right {name} alone; the rest is missing."


def around_the_truth(yours: Any, truth: Any, same: Same) -> Iterator[str]:
    parts = yours.values() if isinstance(yours, dict) else yours
    for number, part in enumerate(parts):
        if same(part, truth):
            yield f"The right result is its part {number}."


def names_of(exercise: Exercise, truth: tuple) -> list[str]:
    known = len(exercise.results) == len(truth)
    return [f"`{exercise.results[i]}`" if known else f"part {i}" for i in range(len(truth))]


def of_a_dict(yours: Any, truth: dict, same: Same) -> Iterator[str]:
    for key, part in truth.items():
        if same(yours, part):
            yield f"It is the right `{key}` alone; the rest is missing."
    if not isinstance(yours, dict):
        values = list(yours) if isinstance(yours, (list, tuple)) else []
        if same(values, list(truth.values())):
            yield "Its values are the right ones, but without their keys."
        return
    shared = [key for key in truth if key in yours]
    if shared and yours.keys() != truth.keys() and all(same(yours[k], truth[k]) for k in shared):
        yield "What stands under the other keys is right."
    if yours.keys() != truth.keys() and same(list(yours.values()), list(truth.values())):
        yield "Its values are the right ones, under other keys."


def of_a_list(yours: list, truth: list, same: Same) -> Iterator[str]:
    short, more = len(truth) - len(yours), len(yours) - len(truth)
    if short > 0 and yours and same(yours, truth[:-short]):
        yield "What it has is right; it ends too early."
    if short > 0 and yours and same(yours, truth[short:]):
        yield "What it has is right; its beginning is missing."
    if more > 0 and truth and same(yours[: len(truth)], truth):
        yield "All that is asked for is right in it; more comes after that."
    if more > 0 and truth and same(yours[more:], truth):
        yield "All that is asked for is right in it; more comes before that."
    if more > 0 and same(yours, flat(truth)):
        yield "Its numbers are the right ones, but they are not grouped as they should be."


def flat(values: Any) -> list:
    if isinstance(values, (list, tuple)):
        return [number for value in values for number in flat(value)]
    return [values]


def of_numbers(yours: Any, truth: Any, same: Same) -> Iterator[str]:
    """What one right number has to do with texts, and with several numbers."""
    if isinstance(yours, (list, tuple)) and same([number_in(one) for one in yours], list_of(truth)):
        yield "The numbers in its texts are the right ones; numbers are asked for."
    if isinstance(yours, str) and same(number_in(yours), truth):
        yield "The number in its text is the right one; a number is asked for."
    numbers = numbers_in(yours)
    if numbers is None or isinstance(truth, bool) or not isinstance(truth, (int, float)):
        return
    with np.errstate(all="ignore"):
        totals = {says: total(numbers).item() for says, total in TOTALS.items()}
    for says, total in totals.items():
        if same(total, float(truth)):
            yield f"The right number is the {says} of those in it."


def numbers_in(value: Any) -> np.ndarray | None:
    """Several numbers in one array; None of anything else."""
    try:
        numbers = np.asarray(value) if isinstance(value, (list, tuple, np.ndarray)) else None
    except ValueError:  # lists of different lengths
        return None
    if numbers is None or not numbers.size or numbers.dtype.kind not in "biuf":
        return None
    return numbers.astype(np.float64)


TOTALS = {"sum": np.sum, "mean": np.mean, "product": np.prod, "largest": np.max}


def list_of(value: Any) -> Any:
    return list(value) if isinstance(value, (list, tuple)) else None


def number_in(value: Any) -> Any:
    """The number that a text says; what is no text, and no number, is left alone."""
    for read in (int, float):
        try:
            return read(value) if isinstance(value, str) else value
        except ValueError:
            pass
    return value
