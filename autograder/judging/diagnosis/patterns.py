"""Relations that leave something open: by what numbers a result is stretched, or in what order."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from .forms import Check, Pair, Relation, near

LEAST = 4
"""How many numbers a block needs for a stretch to be read off it."""

Blocks = Callable[[np.ndarray], Iterator[np.ndarray]]
"""The parts of an array that are looked at each by itself."""


def one_by_one(axis: int) -> Blocks:
    def blocks(array: np.ndarray) -> Iterator[np.ndarray]:
        return iter(np.moveaxis(array, axis, 0))

    return blocks


def all_at_once(array: np.ndarray) -> Iterator[np.ndarray]:
    yield array


def by_rows(array: np.ndarray) -> Iterator[np.ndarray]:
    return iter(array.reshape(-1, array.shape[-1]))


Fit = Callable[[np.ndarray, np.ndarray], "tuple[float, float]"]
"""The factor and the number more that take a right block to a wrong one best."""


def factor_of(yours: np.ndarray, truth: np.ndarray) -> tuple[float, float]:
    size = float(np.vdot(truth, truth))
    return (float(np.vdot(yours, truth)) / size if size else 0.0), 0.0


def more_of(yours: np.ndarray, truth: np.ndarray) -> tuple[float, float]:
    return 1.0, float(np.mean(yours - truth))


def stretch_of(yours: np.ndarray, truth: np.ndarray) -> tuple[float, float]:
    off = truth - truth.mean()
    factor, _ = factor_of(yours - yours.mean(), off)
    return factor, float(yours.mean() - factor * truth.mean())


def stretched(says: str, fit: Fit, blocks: Blocks, axes: int = 1) -> Relation:
    """The relation of being the right result, block by block, times a number or plus one."""

    def check(pair: Pair) -> bool:
        if not pair.same_shape or pair.truth.ndim < axes or pair.truth.dtype.kind != "f":
            return False
        made = np.empty(pair.truth.shape)
        sides = [side.astype(np.float64) for side in (pair.yours, pair.truth)]
        for mine, right, place in zip(*map(blocks, sides), blocks(made), strict=True):
            factor, more = fit(mine, right)
            place[...] = factor * right + more
        return pair.like(pair.yours, made.astype(pair.truth.dtype))

    def relation(pair: Pair) -> tuple[str, Check] | None:
        if pair.truth.ndim < axes or not pair.truth.size or not np.isfinite(pair.yours).all():
            return None
        large = min(block.size for block in blocks(pair.truth)) >= LEAST
        return (says, check) if large and check(pair) else None

    return relation


def same_in_every(says: str, axis: int, axes: int) -> Relation:
    """The relation of being the same along an axis along which the right result is not."""

    def check(pair: Pair) -> bool:
        if pair.yours.ndim < axes or not pair.yours.size:
            return False
        return bool(np.all(pair.yours == np.take(pair.yours, [0], axis)))

    def relation(pair: Pair) -> tuple[str, Check] | None:
        if not pair.same_shape or pair.truth.ndim < axes or not check(pair):
            return None
        varied = bool(np.any(pair.truth != np.take(pair.truth, [0], axis)))
        return (f"the same in every {says}", check) if varied else None

    return relation


def unfilled(pair: Pair) -> tuple[str, Check] | None:
    """Wrong only where it is 0."""

    def check(other: Pair) -> bool:
        return other.same_shape and not bool((other.wrong & (other.yours != 0)).any())

    varied = pair.truth.size > 1 and pair.same_shape and bool((pair.yours != 0).any())
    return ("right but for numbers that are 0 in yours", check) if varied and check(pair) else None


def ordered(pair: Pair) -> tuple[str, Check] | None:
    """As large in one place, beside another, as the right result is."""

    def check(other: Pair) -> bool:
        if not other.same_shape or other.truth.size < 2:
            return other.same_shape
        order = np.argsort(other.truth, axis=None, kind="stable")
        yours = other.yours.astype(np.float64).ravel()[order]
        return bool(np.all(np.diff(yours) >= 0) and yours[0] < yours[-1])

    shows = pair.truth.size > LEAST and distinct(pair.truth) > LEAST and check(pair)
    return ("wrong in its numbers, though their order of size is right", check) if shows else None


def distinct(numbers: np.ndarray) -> int:
    """How many different numbers there are; NumPy's own way loads its masked arrays."""
    return len(set(numbers.ravel().tolist()))


def among_the_right(pair: Pair) -> tuple[str, Check] | None:
    """Made of numbers each of which stands somewhere in the right result."""

    def check(other: Pair) -> bool:
        if not other.yours.size or not other.truth.size or other.truth.dtype.kind != "f":
            return False
        known = np.sort(other.truth, axis=None)
        after = np.clip(np.searchsorted(known, other.yours), 0, known.size - 1)
        before = np.clip(after - 1, 0, known.size - 1)
        closer = np.abs(known[before] - other.yours) < np.abs(known[after] - other.yours)
        return other.like(other.yours, np.where(closer, known[before], known[after]))

    shows = pair.truth.size > LEAST and distinct(pair.yours) > LEAST and check(pair)
    return ("made of right numbers, but not each in its place", check) if shows else None


def one_sided(says: str, side: int) -> Relation:
    """The relation of being off to one side only."""

    def check(other: Pair) -> bool:
        if not other.same_shape or other.truth.dtype.kind not in "iuf":
            return False
        off = other.yours.astype(np.float64) - other.truth.astype(np.float64)
        return bool(np.all(side * off[other.wrong] > 0))

    return lambda pair: (says, check) if check(pair) else None


FITS: dict[str, Fit] = {
    "times a number of its own": factor_of,
    "plus a number of its own": more_of,
    "stretched and moved": stretch_of,
}

BLOCKS: dict[str, tuple[Blocks, int]] = {
    "in each case": (all_at_once, 1),
    "each image": (one_by_one(0), 3),
    "each channel": (one_by_one(1), 4),
    "each row": (by_rows, 1),
}
"""The blocks of a result, and how many axes it needs to have such."""

PATTERNS: tuple[Relation, ...] = (
    *(
        stretched(f"the right result, {each} {how}", fit, blocks, axes)
        for how, fit in FITS.items()
        for each, (blocks, axes) in BLOCKS.items()
    ),
    same_in_every("row", -2, 2),
    same_in_every("column", -1, 2),
    same_in_every("channel", -3, 3),
    same_in_every("image", 0, 3),
    unfilled,
    among_the_right,
    ordered,
    near(10),
    one_sided("too large, and nowhere too small", 1),
    one_sided("too small, and nowhere too large", -1),
)
"""Relations that leave something open, the most telling first."""
