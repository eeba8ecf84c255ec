"""Whether a wrong number and the right one can be told apart as a picture writes them."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.figures.numerals import format_number, largest
from autograder.judging.trials import Trial


def printed_alike(trial: Trial) -> bool:
    """Whether what is wrong would not show in a picture: "44 ≠ 44"."""
    first = trial.found[0] if trial.found else None
    if first is None or first.aspect != "values":
        return False
    pair = (first.yours, first.wanted)
    if not all(isinstance(number, (int, float, np.ndarray)) for number in pair):
        return False
    yours, wanted = (
        format_number(number, scale_of(side.value, first.path))
        for number, side in zip(pair, (trial.response, trial.truth), strict=True)
    )
    return yours == wanted


def scale_of(value: Any, path: tuple) -> float:
    """The largest number of a part of a result."""
    for step in path:
        value = value[step]
    return largest(np.atleast_1d(np.asarray(value)))
