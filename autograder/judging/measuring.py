"""How far a number may be off and still be right.

Rounding follows the dtype and the length of the sum behind a number. Its scale is the largest
number of the result or, where terms cancel, what their sizes alone would add up to: an FFT's
rounding, say, knows nothing of how small the result happens to be.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import cache, cached_property
from typing import Any

import numpy as np

from autograder.exercises import Arguments, Exercise
from autograder.inside.answers import LocalAnswer

SLACK = 4
"""How many roundings of the longest sum an answer may be off."""


class Measure:
    """The tolerance of one result.

    Parameters
    ----------
    terms : int
        Length of the sum behind each number.
    rough : float
        The method's own error, as a part of the largest number.
    sizes : callable, optional
        Finds the result for the sizes of the inputs, |x|; asked only if a number seems wrong.
    between : bool
        Two answers are compared, of which neither need be right: they agree where neither is a
        number, though no NaN is ever right, and nobody is told where they differ most.
    """

    def __init__(
        self,
        terms: int = 64,
        rough: float = 0.0,
        sizes: Callable[[], Any] | None = None,
        between: bool = False,
    ) -> None:
        self.terms = terms
        self.rough = rough
        self._scales = Scales(sizes)
        self.between = between

    @classmethod
    def of(cls, exercise: Exercise, arguments: Arguments | None = None) -> Measure:
        """The measure of an exercise's result, for the arguments it comes from."""

        def sizes() -> Any:
            return LocalAnswer(exercise.reference).ask(sizes_of(arguments)).value

        return cls(exercise.terms, exercise.rough, sizes if arguments else None)

    def between_answers(self) -> Measure:
        """The same tolerance, for two answers of which neither need be right."""
        measure = Measure(self.terms, self.rough, between=True)
        measure._scales = self._scales
        return measure

    def wrong(self, yours: np.ndarray, wanted: np.ndarray, path: tuple = ()) -> np.ndarray:
        """A mask of the numbers that are off by more than rounding explains. NaN always is."""
        if yours.dtype.kind not in "biuf" and wanted.dtype.kind in "biuf":
            return np.ones(wanted.shape, bool)
        if wanted.dtype.kind != "f":
            return np.asarray(yours != wanted)
        same = np.equal(yours, wanted)
        if same.all():
            return np.zeros(wanted.shape, bool)
        with np.errstate(all="ignore"):
            off = np.abs(np.subtract(yours, wanted, dtype=np.float64))
            if self.between:
                same = same | (np.isnan(yours) & np.isnan(wanted))
            off = np.where(same, 0.0, off)  # inf is inf
            scale = largest(wanted) or 1.0
            if off.max() <= self.tolerance(yours, wanted, scale):
                return np.zeros(wanted.shape, bool)
            scale = max(scale, self.scales.get(path, 0.0))
            return np.asarray(~(off <= self.tolerance(yours, wanted, scale)))

    def tolerance(self, yours: np.ndarray, wanted: np.ndarray, scale: float) -> float:
        """`SLACK` roundings for each term of a sum that runs up to `scale`.

        The rounding is that of the coarser of the two dtypes: whether the dtype itself is right
        is asked apart. But nobody's is taken to be coarser than that of float32: half floats round
        so much that zeros would do for many a sum.
        """
        return self.share(self.coarser(rounding_of(wanted.dtype), yours.dtype)) * scale

    def coarser(self, rounding: Any, yours: np.dtype) -> Any:
        """The rounding of the coarser of two dtypes, of which one is given by its rounding."""
        if yours.kind != "f":
            return rounding
        own = min(rounding_of(np.dtype(np.float32)), rounding_of(yours))
        return max(rounding, own) if isinstance(rounding, float) else np.maximum(rounding, own)

    def share(self, rounding: Any) -> Any:
        """How far a number may be off, as a part of the largest."""
        return SLACK * self.terms * rounding + self.rough

    @property
    def scales(self) -> Mapping[tuple, float]:
        """The largest number of each part of the result for the sizes of the inputs."""
        return self._scales.known


@cache
def rounding_of(dtype: np.dtype) -> float:
    """The rounding of a dtype of floats."""
    return float(np.finfo(dtype).eps)


class Scales:
    """How large the numbers of a result can be; found when first asked for, and once."""

    def __init__(self, sizes: Callable[[], Any] | None) -> None:
        self._sizes = sizes

    @cached_property
    def known(self) -> Mapping[tuple, float]:
        return dict(scales_in(self._sizes())) if self._sizes else {}


def sizes_of(value: Any) -> Any:
    """|x| for every array of floats among the arguments."""
    if isinstance(value, np.ndarray):
        return np.abs(value) if value.dtype.kind == "f" else value
    if isinstance(value, dict):
        return {name: sizes_of(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(sizes_of(item) for item in value)
    return value


def scales_in(value: Any, path: tuple = ()):
    if isinstance(value, (np.ndarray, float)):
        yield path, largest(np.asarray(value))
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from scales_in(item, (*path, name))
    elif isinstance(value, (list, tuple)):
        for i, item in enumerate(value):
            yield from scales_in(item, (*path, i))


def largest(array: np.ndarray) -> float:
    """The largest finite size in an array of numbers."""
    most = float(np.abs(array).max(initial=0.0))
    if math.isfinite(most):
        return most
    return float(np.abs(array[np.isfinite(array)]).max(initial=0.0))
