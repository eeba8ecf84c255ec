"""Relations between results of other sizes than the right ones have."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .forms import Check, Pair, Relation

Sides = tuple[int, ...]
Block = Callable[[Sides, Sides], tuple[slice, ...]]


def at_the_start(small: Sides, large: Sides) -> tuple[slice, ...]:
    return tuple(slice(0, side) for side in small)


def at_the_end(small: Sides, large: Sides) -> tuple[slice, ...]:
    return tuple(slice(big - side, big) for side, big in zip(small, large, strict=True))


def in_the_middle(small: Sides, large: Sides) -> tuple[slice, ...]:
    lower = [(big - side) // 2 for side, big in zip(small, large, strict=True)]
    return tuple(slice(at, at + side) for at, side in zip(lower, small, strict=True))


def axes_that_differ(pair: Pair) -> tuple[int, ...]:
    """The axes along which a result is too long or too short, counted from the last."""
    if pair.yours.ndim != pair.truth.ndim:
        return ()
    count = pair.truth.ndim
    sides = zip(pair.yours.shape, pair.truth.shape, strict=True)
    return tuple(i - count for i, (mine, right) in enumerate(sides) if mine != right)


def in_words(axes: tuple[int, ...], count: int) -> str:
    names = [str(count + axis) for axis in axes]
    if len(names) == 1:
        return f"along axis {names[0]}"
    return f"along axes {', '.join(names[:-1])} and {names[-1]}"


def one_short(says: str, index: slice, axis: int) -> Relation:
    """The relation of lacking the first or the last along an axis, however many there are."""
    cut = (slice(None),) * axis + (index,)

    def check(pair: Pair) -> bool:
        if pair.yours.ndim != pair.truth.ndim or pair.truth.ndim <= axis:
            return False
        left = pair.truth[cut]
        return pair.yours.shape == left.shape and (not left.size or pair.like(pair.yours, left))

    return lambda pair: (says, check) if pair.yours.size and check(pair) else None


def block(says: str, place: Block, too_large: bool) -> Callable[[Pair], tuple[str, Check] | None]:
    """The relation of being a part of the right result, or of having it as a part."""

    def relation(pair: Pair) -> tuple[str, Check] | None:
        axes = axes_that_differ(pair)
        if not axes or not pair.yours.size or not pair.truth.size:
            return None

        def check(other: Pair) -> bool:
            found = axes_that_differ(other)
            return bool(found) and set(found) <= set(axes) and is_block(other, place, too_large)

        said = f"{says} {in_words(axes, pair.truth.ndim)}"
        return (said, check) if check(pair) else None

    return relation


def is_block(pair: Pair, place: Block, too_large: bool) -> bool:
    """Whether the smaller of two arrays is a part of the larger one, at that place."""
    small, large = (pair.truth, pair.yours) if too_large else (pair.yours, pair.truth)
    if any(side > big for side, big in zip(small.shape, large.shape, strict=True)):
        return False
    part = large[place(small.shape, large.shape)]
    if not small.size:
        return True
    return pair.like(part, small) if too_large else pair.like(small, part)


def off_by(pair: Pair) -> tuple[str, Check] | None:
    """A shape that is off by the same numbers each time."""
    if not is_short_row(pair):
        return None
    more = pair.yours - pair.truth

    def check(other: Pair) -> bool:
        return is_short_row(other) and np.array_equal(other.yours - other.truth, more)

    said = ", ".join(f"{number:+d}" if number else "0" for number in more.tolist())
    return f"off by ({said})", check


def is_short_row(pair: Pair) -> bool:
    row = pair.truth.ndim == 1 and pair.same_shape and 1 < pair.truth.size <= 4
    return row and {pair.truth.dtype.kind, pair.yours.dtype.kind} <= set("iu")


SIZES = (
    off_by,
    one_short("right, but the last along axis 1 is missing", slice(None, -1), 1),
    one_short("right, but the first along axis 1 is missing", slice(1, None), 1),
    one_short("right, but the last along axis 0 is missing", slice(None, -1), 0),
    one_short("right, but the first along axis 0 is missing", slice(1, None), 0),
    block("the right result, cut short", at_the_start, False),
    block("the right result without its beginning", at_the_end, False),
    block("the middle of the right result, cut", in_the_middle, False),
    block("the right result with more after it", at_the_start, True),
    block("the right result with more before it", at_the_end, True),
    block("the right result with more on both sides", in_the_middle, True),
)
"""All relations of sizes, the most telling first."""
