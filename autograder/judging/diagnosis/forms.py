"""How a wrong array can be made of the right one: the forms of relations, each with its words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from autograder.judging.measuring import Measure


@dataclass(frozen=True)
class Pair:
    """A wrong array and the right one."""

    yours: np.ndarray
    truth: np.ndarray
    measure: Measure
    path: tuple = ()

    def like(self, yours: np.ndarray, truth: np.ndarray) -> bool:
        """Whether two arrays made of these agree within rounding."""
        if yours.shape != truth.shape or not truth.size:
            return False
        with np.errstate(all="ignore"):
            return not self.measure.wrong(yours, truth, self.path).any()

    @property
    def equal(self) -> bool:
        return self.like(self.yours, self.truth)

    @property
    def same_shape(self) -> bool:
        return self.yours.shape == self.truth.shape

    @cached_property
    def wrong(self) -> np.ndarray:
        """The mask of the wrong numbers."""
        return np.asarray(self.measure.wrong(self.yours, self.truth, self.path))


Check = Callable[[Pair], bool]
Relation = Callable[[Pair], "tuple[str, Check] | None"]


def fixed(says: str, change: Callable[[np.ndarray], np.ndarray]) -> Relation:
    """The relation of being the right result, changed in one way."""

    def check(pair: Pair) -> bool:
        try:
            return pair.like(pair.yours, change(pair.truth))
        except (ValueError, IndexError, TypeError):
            return False

    return lambda pair: (says, check) if check(pair) else None


def undone(says: str, change: Callable[[np.ndarray], np.ndarray]) -> Relation:
    """The relation of giving the right result only when one more thing is done to it."""

    def check(pair: Pair) -> bool:
        try:
            return pair.like(change(pair.yours), pair.truth)
        except (ValueError, IndexError, TypeError):
            return False

    return lambda pair: (says, check) if check(pair) else None


def in_words(number: float) -> str:
    return f"{number:.4g}"


def scaled(pair: Pair) -> tuple[str, Check] | None:
    """The right result times one number."""
    if not pair.same_shape or not np.any(pair.truth):
        return None
    where = np.unravel_index(np.argmax(np.abs(pair.truth)), pair.truth.shape)
    factor = float(pair.yours[where]) / float(pair.truth[where])
    if not np.isfinite(factor) or factor in (0.0, -1.0):
        return None

    def check(other: Pair) -> bool:
        return other.same_shape and other.like(other.yours, factor * other.truth)

    return (f"the right result times {in_words(factor)}", check) if check(pair) else None


def raised(pair: Pair) -> tuple[str, Check] | None:
    """The right result and one number more."""
    if not pair.same_shape or not pair.truth.size or pair.truth.dtype.kind not in "iuf":
        return None
    with np.errstate(all="ignore"):
        more = float(np.median(pair.yours.astype(float) - pair.truth.astype(float)))
    if not np.isfinite(more) or not more:
        return None

    def check(other: Pair) -> bool:
        return other.same_shape and other.like(other.yours, other.truth + more)

    what = "large" if more > 0 else "small"
    return (f"too {what} by {in_words(abs(more))}", check) if check(pair) else None


PLACE_MOST = 0.8
"""The share of a result that a place may have for something to be said of it."""


def only(says: str, place: Callable[[np.ndarray], np.ndarray], axes: int = 1) -> Relation:
    """The relation of being wrong in one place only: `place` sets what may be wrong to True.

    Parameters
    ----------
    axes : int
        How many axes the result needs to have such a place.
    """

    def allowed(pair: Pair) -> np.ndarray:
        mask = np.zeros(pair.truth.shape, bool)
        place(mask)
        return mask

    def check(pair: Pair) -> bool:
        if not pair.same_shape or pair.truth.ndim < axes:
            return False
        return not bool((pair.wrong & ~allowed(pair)).any())

    def relation(pair: Pair) -> tuple[str, Check] | None:
        # Where a result is a single row, all of it is that row: that shows nothing.
        shows = check(pair) and allowed(pair).mean() <= PLACE_MOST
        return (f"right but for {says}", check) if shows else None

    return relation


def single(pair: Pair) -> tuple[str, Check] | None:
    """Right but for one number, wherever it stands."""

    def check(other: Pair) -> bool:
        return other.same_shape and int(np.sum(other.wrong)) == 1

    shows = pair.truth.size > 3 and check(pair)
    return ("right but for a single number", check) if shows else None


def setting(*index: Any) -> Callable[[np.ndarray], np.ndarray]:
    def place(mask: np.ndarray) -> np.ndarray:
        mask[index] = True
        return mask

    return place


def last_of_all(mask: np.ndarray) -> np.ndarray:
    mask.flat[-1] = True
    return mask


def border(mask: np.ndarray) -> np.ndarray:
    mask[..., [0, -1], :] = True
    mask[..., [0, -1]] = True
    return mask


def moved(says: str, axis: int, step: int) -> Relation:
    """The relation of standing one place further, whatever comes in at the edge."""

    def check(pair: Pair) -> bool:
        if not pair.same_shape or pair.truth.ndim < 2:
            return False
        if pair.truth.shape[axis] < 2:  # nothing is left of what was there
            return True
        yours, truth = (np.moveaxis(side, axis, 0) for side in (pair.yours, pair.truth))
        if step > 0:
            return pair.like(yours[1:], truth[:-1])
        return pair.like(yours[:-1], truth[1:])

    def relation(pair: Pair) -> tuple[str, Check] | None:
        shows = check(pair) and pair.truth.shape[axis] > 1
        return (f"the right result moved by one {says}", check) if shows else None

    return relation


def cut(says: str, index: tuple, mine: bool) -> Relation:
    """The relation of having rows or columns too many (`mine`) or too few."""

    def check(pair: Pair) -> bool:
        if pair.same_shape or pair.yours.ndim != pair.truth.ndim or pair.truth.ndim < 2:
            return False
        if mine:
            return pair.like(pair.yours[index], pair.truth)
        left = pair.truth[index]
        return pair.yours.shape == left.shape and (not left.size or pair.like(pair.yours, left))

    return lambda pair: (says, check) if pair.yours.size and check(pair) else None


def permuted(pair: Pair) -> tuple[str, Check] | None:
    """The right channels in another order."""

    def check(other: Pair) -> bool:
        if not other.same_shape or other.truth.ndim < 3:
            return False
        yours, truth = (np.moveaxis(side, -3, 0) for side in (other.yours, other.truth))
        return all(any(other.like(mine, one) for one in truth) for mine in yours) and all(
            any(other.like(mine, one) for mine in yours) for one in truth
        )

    return ("made of the right channels in another order", check) if check(pair) else None


def reshuffled(pair: Pair) -> tuple[str, Check] | None:
    """All right numbers, in other places."""

    def check(other: Pair) -> bool:
        if other.truth.size < 2 or other.yours.size != other.truth.size:
            return False
        return other.like(np.sort(other.yours, axis=None), np.sort(other.truth, axis=None))

    return ("made of the right numbers in another order", check) if check(pair) else None


def constant(pair: Pair) -> tuple[str, Check] | None:
    """One number everywhere."""

    def check(other: Pair) -> bool:
        return bool(other.yours.size) and bool(np.all(other.yours == other.yours.flat[0]))

    varied = pair.yours.size > 1 and np.ptp(pair.truth.astype(float)) > 0
    return ("the same number everywhere", check) if varied and check(pair) else None


def near(percent: float) -> Relation:
    """The relation of being nearly right."""

    def check(other: Pair) -> bool:
        if not other.same_shape or not other.truth.size or other.truth.dtype.kind != "f":
            return False
        with np.errstate(all="ignore"):
            off = np.abs(other.yours.astype(float) - other.truth.astype(float)).max()
        return bool(off <= percent / 100 * np.abs(other.truth).max())

    said = f"nearly right: off by less than {percent:g} % of its largest number"
    return lambda pair: (said, check) if check(pair) else None


def rounded(digits: int) -> Relation:
    says = f"rounded to {digits} decimals" if digits else "rounded to whole numbers"
    return fixed(f"the right result {says}", lambda truth: np.round(truth, digits))


def first_of_one(array: np.ndarray) -> np.ndarray:
    """What an array holds whose first axis has length 1."""
    if array.shape[0] != 1:
        raise ValueError("there are several")
    return array[0]


def nan(pair: Pair) -> tuple[str, Check] | None:
    def check(other: Pair) -> bool:
        return other.yours.dtype.kind == "f" and bool(np.isnan(other.yours).any())

    return ("not a number (nan) in places", check) if check(pair) else None


def along(axis: int) -> Callable[[np.ndarray], np.ndarray]:
    return lambda array: array.sum(axis=axis)


def whole(pair: Pair) -> tuple[str, Check] | None:
    """The right result with its decimals cut off."""
    if pair.same_shape and np.all(pair.truth == np.trunc(pair.truth)):
        return None
    return fixed("the right result without its decimals", np.trunc)(pair)


def row(array: np.ndarray) -> np.ndarray:
    """A single row of several numbers."""
    if array.ndim != 1 or array.size < 2:
        raise ValueError("there are several rows")
    return array


def columns_first(array: np.ndarray) -> np.ndarray:
    return array.ravel(order="F").reshape(array.shape)


def channels_last(array: np.ndarray) -> np.ndarray:
    if array.ndim < 3:
        raise ValueError("there are no channels")
    return np.moveaxis(array, -3, -1).reshape(array.shape)


def by_rows(size: Callable[..., np.ndarray]) -> Callable[[np.ndarray], np.ndarray]:
    return lambda array: array / size(array, axis=-1, keepdims=True)


def mean_off(array: np.ndarray) -> np.ndarray:
    return array - array.mean(axis=1, keepdims=True)


def softmax(array: np.ndarray) -> np.ndarray:
    powers = np.exp(array - array.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def cut_off(pair: Pair) -> tuple[str, Check] | None:
    """The right result with all numbers above a limit set to that."""
    if not pair.same_shape or not pair.yours.size or pair.truth.dtype.kind != "f":
        return None
    limit = float(pair.yours.max())
    check = fixed(f"the right result cut off at {in_words(limit)}", lambda t: np.minimum(t, limit))
    return check(pair) if np.isfinite(limit) else None


def first_of_all(mask: np.ndarray) -> np.ndarray:
    mask.flat[:1] = True
    return mask


def where_truth(says: str, place: Callable[[np.ndarray], np.ndarray]) -> Relation:
    """The relation of being wrong only at some of the right numbers."""

    def check(pair: Pair) -> bool:
        return pair.same_shape and not bool((pair.wrong & ~place(pair.truth)).any())

    def relation(pair: Pair) -> tuple[str, Check] | None:
        shows = pair.truth.size > 1 and check(pair) and not place(pair.truth).all()
        return (f"right but for {says}", check) if shows else None

    return relation


def moved_around(says: str, axis: int, step: int) -> Relation:
    """The relation of standing one place further, with what leaves on one side coming back in."""
    return fixed(f"the right result rolled by one {says}", lambda t: np.roll(t, step, axis))
