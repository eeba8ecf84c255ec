"""The facet that is named above a finding: one whose words are true of the case that is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from autograder.exercises import Case, Exercise
from autograder.exercises.spaces import holds
from autograder.judging.trials import Trial

OF_ASPECT = {"dtype": "dtype", "untouched": "untouched", "whole": "whole"}
"""What is wrong where the numbers are right has a facet of its own."""


def more_than_one(name: str) -> Callable[[Case], bool]:
    return lambda case: bool(case.sizes.get(name, 2) != 1)


def unequal(case: Case) -> bool:
    """Whether a case is not square, or does not say."""
    pairs = [("H", "W"), ("KH", "KW")]
    known = [pair for pair in pairs if all(name in case.sizes for name in pair)]
    return not known or any(case.sizes[one] != case.sizes[other] for one, other in known)


def steps(case: Case) -> bool:
    return case.sizes.get("stride", 2) not in (1, (1, 1), None)


def framed(case: Case) -> bool:
    return case.sizes.get("pad", 1) not in (0, (0, 0), None)


def has_a_pair(case: Case) -> bool:
    """Whether some setting is a pair of two numbers, or no setting is."""
    settings = [size for size in case.sizes.values() if isinstance(size, tuple)]
    return any(len(set(size)) > 1 for size in settings) or unequal(case)


def is_given_a_pair(case: Case) -> bool:
    """Whether the stride or the pad is a pair, be its numbers alike: whoever expects one breaks."""
    return any(isinstance(case.sizes.get(name), tuple) for name in ("stride", "pad"))


TRUE_OF: Mapping[str, Callable[[Case], bool]] = {
    "batch": more_than_one("N"),
    "channels": more_than_one("C"),
    "filters": more_than_one("F"),
    "rectangular": unequal,
    "stride": steps,
    "padding": framed,
    "both": lambda case: steps(case) and framed(case),
    "pair": has_a_pair,
    "layout": lambda case: case.layout != "C",
}
"""What makes a case one of a common facet; whatever is not listed is true of any."""


def heading(exercise: Exercise, trial: Trial) -> str:
    """The words above a finding."""
    aspect = trial.found[0].aspect if trial.found else ""
    facet = OF_ASPECT.get(aspect, trial.facet)
    if is_true(facet, aspect, trial.case):
        return exercise.words(facet)
    plain = (case.facet for case in exercise.cases)
    return exercise.words(next((f for f in plain if is_true(f, aspect, trial.case)), "values"))


def is_true(facet: str, aspect: str, case: Case | None) -> bool:
    """Whether a facet's words are true of a finding."""
    if facet == "dtype":
        return aspect == "dtype"
    if case is None or facet == "again" or OF_ASPECT.get(aspect) == facet:
        return True
    if facet == "pair" and aspect == "error" and is_given_a_pair(case):
        return True
    return TRUE_OF.get(facet, always)(case) and (facet != case.facet or stays(case))


def stays(case: Case) -> bool:
    """Whether what a case says of its sizes is still so, however small it was made."""
    try:
        return holds(case.where, case.sizes)
    except (AttributeError, TypeError, IndexError):
        return False


def always(case: Any) -> bool:
    return True
