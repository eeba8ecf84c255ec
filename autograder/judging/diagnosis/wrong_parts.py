"""The parts of an answer's results that are wrong, each beside what is right there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from autograder.exercises import Arguments
from autograder.judging.comparing import SIDE_ASPECTS, is_shape
from autograder.judging.measuring import Measure
from autograder.judging.trials import Trial

from .forms import Pair


@dataclass(frozen=True)
class Wrong:
    """A part of a result that is wrong on one case, beside what is right there."""

    arguments: Arguments
    path: tuple
    yours: Any
    truth: Any
    measure: Measure

    @cached_property
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


def wrong_parts(trials: Sequence[Trial]) -> Iterator[Wrong]:
    """What is wrong in a result, part by part; of errors nothing can be measured.

    A part is not wrong of which only the dtype is.
    """
    for trial in trials:
        if trial.grave and not trial.response.error and not trial.truth.error:
            grave = (d for d in trial.found if d.aspect not in SIDE_ASPECTS)
            for path in dict.fromkeys(difference.path for difference in grave):
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
"""Whether a relation holds between a wrong part and what is right there."""
