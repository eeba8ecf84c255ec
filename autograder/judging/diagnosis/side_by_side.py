"""One result beside those of many mistakes, all of one form compared at once.

An answer is held against every mistake of an exercise on every case. Most results are arrays of the
same form, and small: to compare them one by one takes many times what comparing them together does.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograder.inside.answers import Response
from autograder.judging.comparing import as_float, is_real
from autograder.judging.measuring import Measure, largest, rounding_of

MOST_NUMBERS = 1 << 14
"""Of all that is laid side by side. Where there are more, one comparison costs more than calls."""

FLOATS = ("f2", "f4", "f8")
"""Kinds of floats that float64 holds exactly."""

Leaves = list[tuple[tuple, np.ndarray]]
"""The arrays in a result, each with its place."""


class SideBySide:
    """What several answers make of one problem; those of one form lie in rows.

    Parameters
    ----------
    responses : sequence of Response
    """

    def __init__(self, responses: Sequence[Response]) -> None:
        self._blocks: dict[tuple, _Block] = {}
        forms = [form_of(response) for response in responses]
        numbers = sum(array.size for form in forms if form for _, array in form[1])
        if numbers > MOST_NUMBERS:
            return
        rows: dict[tuple, list[int]] = {}
        results: dict[tuple, list[Leaves]] = {}
        for at, form in enumerate(forms):
            if form:
                rows.setdefault(form[0], []).append(at)
                results.setdefault(form[0], []).append(form[1])
        for key, places in rows.items():
            self._blocks[key] = _Block(places, results[key])

    def like(self, response: Response, measure: Measure) -> dict[int, bool]:
        """For those of the same form as a response, by their number: whether they agree with it.

        They agree in all but dtype: each number is right if what the other says is the truth, and
        what is not a number agrees with its like.
        """
        form = form_of(response)
        block = self._blocks.get(form[0]) if form else None
        return block.like(form[1], measure) if form and block else {}


class _Block:
    """Results of one form: for each of their arrays, all of them as rows."""

    def __init__(self, places: list[int], results: Sequence[Leaves]) -> None:
        self.places = places
        self.parts = [
            (path, *_rows([leaves[number][1] for leaves in results]))
            for number, (path, _) in enumerate(results[0])
        ]

    def like(self, leaves: Leaves, measure: Measure) -> dict[int, bool]:
        same = np.ones(len(self.places), bool)
        with np.errstate(all="ignore"):
            for (path, rows, scales, rounding), (_, yours) in zip(self.parts, leaves, strict=True):
                same &= _within(yours, rows, scales, rounding, measure, path)
                if not same.any():
                    break
        return dict(zip(self.places, same.tolist(), strict=True))


def _rows(arrays: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Arrays of one shape as rows; for each its largest number, and its rounding."""
    rows = np.array([array.ravel() for array in arrays], np.float64)
    scales = np.array([largest(array) or 1.0 for array in arrays])
    rounding = np.array([rounding_of(array.dtype) for array in arrays])
    return rows, scales, rounding


def _within(
    yours: np.ndarray,
    rows: np.ndarray,
    scales: np.ndarray,
    rounding: np.ndarray,
    measure: Measure,
    path: tuple,
) -> np.ndarray:
    """Which rows an array agrees with, as `Measure.wrong` has it between two answers."""
    mine = yours.ravel().astype(np.float64)
    off = np.abs(mine - rows)
    most = off.max(axis=1, initial=0.0)
    if not np.isfinite(most).all():  # two infinities are alike, and so are two that are no number
        off[(mine == rows) | (np.isnan(mine) & np.isnan(rows))] = 0.0
        most = off.max(axis=1, initial=0.0)
    share = measure.share(measure.coarser(rounding, yours.dtype))
    same = most <= share * scales
    if not same.all():
        same = most <= share * np.maximum(scales, measure.scales.get(path, 0.0))
    return same


def form_of(response: Response) -> tuple[tuple, Leaves] | None:
    """The form of a result that is made of arrays of floats, and those; None of any other."""
    leaves: Leaves = []
    form = None if response.error else _form(response.value, (), leaves)
    return (form, leaves) if form is not None else None


def _form(value: Any, path: tuple, leaves: Leaves) -> tuple | None:
    if is_real(value):
        value = as_float(value)
    if isinstance(value, np.ndarray):
        leaves.append((path, value))
        return value.shape if value.dtype.str[1:] in FLOATS else None
    if isinstance(value, dict):
        items = list(value.items())
    elif isinstance(value, (list, tuple)) and value:
        items = list(enumerate(value))
    else:
        return None
    forms = [(key, _form(item, (*path, key), leaves)) for key, item in items]
    return (type(value), *forms) if all(form is not None for _, form in forms) else None
