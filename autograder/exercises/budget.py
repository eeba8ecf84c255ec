"""What the judge will spend on a network of a student's, known from its table before anything runs.

A table is a few hundred characters, and may ask for hours of work and all the memory there is. The
judge has no limits but these, so it reads and runs no table that is beyond them.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Any

from autograder.reference import accounting
from autograder.reference.geometry import pair

MOST_ROWS = 200
"""Rows of a table that is read at all: VGG-19 has 45."""

MOST_OPTION = 1_000_000
"""The largest number that an option may be: a kernel, a pad, units."""


@dataclass(frozen=True)
class Budget:
    """How much one image may cost.

    Parameters
    ----------
    numbers : int
        Numbers that the largest row reads, unfolds or makes, its padding included.
    all_numbers : int
        The same, of all rows together.
    multiply_adds : int
    """

    numbers: int = 250_000
    all_numbers: int = 1_000_000
    multiply_adds: int = 20_000_000


def too_long(rows: Any) -> str:
    """Why a table is not even read; empty if it can be."""
    if isinstance(rows, (list, tuple)) and len(rows) > MOST_ROWS:
        return f"the table has at most {MOST_ROWS} rows; it has {len(rows):,}"
    if isinstance(rows, (list, tuple)):
        for number, row in enumerate(rows):
            if any(abs(value) > MOST_OPTION for value in _numbers_in(row)):
                return f"row {number} has no option beyond {MOST_OPTION:,}"
    return ""


def _numbers_in(value: Any, depth: int = 4):
    """The numbers in a row; what lies deeper than any row is passed over."""
    if isinstance(value, (int, float)):
        yield value
    elif isinstance(value, dict) and depth:
        for item in list(value.values())[:20]:
            yield from _numbers_in(item, depth - 1)
    elif isinstance(value, (list, tuple)) and depth:
        for item in value[:20]:
            yield from _numbers_in(item, depth - 1)


def beyond(
    layers: Any,
    input_shape: tuple[int, ...],
    budget: Budget = Budget(),
) -> str:
    """What of a network costs more than the budget; empty if all is within it.

    Raises
    ------
    ValueError
        If the table cannot be read.

    Examples
    --------
    >>> beyond([("conv", {"filters": 1, "kernel": 3, "pad": 400})], (1, 28, 28))
    'row 0 handles at most 250,000 numbers for an image; it handles 6,140,484'
    """
    if problem := too_long(layers):
        return problem
    shapes = accounting.layer_shapes(layers, input_shape)
    counts = [
        _numbers(row, before, after)
        for row, before, after in zip(layers, [tuple(input_shape), *shapes], shapes, strict=False)
    ]
    for number, count in enumerate(counts):
        if count > budget.numbers:
            return (
                f"row {number} handles at most {budget.numbers:,} numbers for an image; it handles "
                f"{count:,}"
            )
    if sum(counts) > budget.all_numbers:
        return (
            f"all rows together handle at most {budget.all_numbers:,} numbers for an image; they "
            f"handle {sum(counts):,}"
        )
    total = sum(accounting.multiply_adds(layers, input_shape))
    if total > budget.multiply_adds:
        return f"an image takes at most {budget.multiply_adds:,} multiply–adds; it takes {total:,}"
    return ""


def _numbers(row: Any, before: tuple[int, ...], after: tuple[int, ...]) -> int:
    """What a row reads with its padding, unfolds into windows, and makes, for one image."""
    _, options = row
    pads = pair(options.get("pad", 0)) if len(before) == 3 else (0, 0)
    read = before[0] * prod(size + 2 * pad for size, pad in zip(before[1:], pads, strict=False))
    window = options.get("kernel", options.get("size", 1))
    unfolded = before[0] * prod(pair(window)) * prod(after[1:]) if len(after) == 3 else 0
    return max(read + prod(after), unfolded)
