"""What is right about an answer of which only one kind of thing is wrong: all else was tried."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograder.judging.comparing import SIDE_ASPECTS, compare
from autograder.judging.trials import Trial

ONLY = {
    "dtype": "The numbers are right in all cases tried; only the dtype is not.",
    "whole": "The numbers are right in all cases tried; only their type is not.",
    "untouched": "What comes back is right in all cases tried.",
}
"""What is said where only this is wrong beside numbers, shapes and refusals."""

NUMBERS = "The numbers are right in all cases tried."

ACCEPTED = "All cases that must not be refused are right."

RETYPED = "The numbers in it are right in all cases tried; only its type is not."

NOTHING = "In all cases tried it returned nothing."

ALL = "All else that was tried is right."

SENTENCES = (*ONLY.values(), NUMBERS, ACCEPTED, RETYPED, NOTHING, ALL)


def all_else(trials: Sequence[Trial]) -> str:
    """A sentence on what is right, if all that is wrong is of one kind; empty if it is not.

    Parameters
    ----------
    trials : sequence of Trial
        All that an answer was tried on, right or wrong.
    """
    wrong = [trial for trial in trials if trial.found]
    if len(trials) > 1 and is_one_claim(wrong):
        return ALL
    if not any(trial.grave for trial in wrong):
        return beside_the_numbers(trials)
    cases = [trial for trial in trials if not trial.broken]
    computed = [trial for trial in cases if not trial.refusal]
    grave = [trial for trial in cases if trial.grave]
    if not computed or not grave:
        return ""
    if all(map(returns_nothing, computed)):
        return NOTHING
    if all(trial.refusal for trial in grave):
        return "" if any(trial.broken for trial in trials) else ACCEPTED
    return RETYPED if all(map(is_right_retyped, grave)) else ""


def is_one_claim(wrong: Sequence[Trial]) -> bool:
    """Whether a single claim is all that does not hold."""
    return len(wrong) == 1 and len(wrong[0].broken) == 1 and wrong[0].found[0].aspect == "values"


def beside_the_numbers(trials: Sequence[Trial]) -> str:
    """What is said where every number is right, and something else is not."""
    aspects = {difference.aspect for trial in trials for difference in trial.found}
    return ONLY[aspects.pop()] if len(aspects) == 1 else NUMBERS if aspects else ""


def returns_nothing(trial: Trial) -> bool:
    return not trial.response.error and trial.response.value is None


def is_right_retyped(trial: Trial) -> bool:
    """Whether the numbers of a result are right, and it is only made of something else."""
    if trial.response.error or trial.truth.error:
        return False
    wanted = trial.truth.value
    retyped = as_type_of(wanted, trial.response.value)
    found = compare(retyped, wanted, trial.measure)
    return all(difference.aspect in SIDE_ASPECTS for difference in found)


def as_type_of(wanted: Any, value: Any) -> Any:
    """A value in the form of another, part by part, as far as it can be given that."""
    if isinstance(wanted, dict) and isinstance(value, dict) and wanted.keys() == value.keys():
        return {key: as_type_of(wanted[key], value[key]) for key in wanted}
    if isinstance(wanted, (list, tuple)) and isinstance(value, (list, tuple, np.ndarray)):
        return type(wanted)(map(as_type_of, wanted, value)) if len(wanted) == len(value) else value
    try:
        numbers = np.asarray(value)
    except ValueError:  # lists of different lengths
        return value
    if numbers.dtype.kind not in "biuf":
        return value
    if isinstance(wanted, np.ndarray):
        return numbers
    return numbers.item() if numbers.size == 1 else value
