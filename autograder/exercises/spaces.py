"""Sizes that a run draws: ranges, choices and relations in place of fixed numbers.

Whoever reads the catalogue then knows what kind of case is tried, and not which one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np

__all__ = ["Between", "OneOf", "Relation", "SameAs", "between", "one_of", "same_as"]

Relation = Callable[[Any], bool]
"""What must hold between the sizes of a case, which it reads by name: `lambda s: s.KH <= s.H`."""

TRIES = 1000
"""How many times sizes are drawn before a space is said to be empty."""


@dataclass(frozen=True)
class Between:
    """Any whole number from `low` to `high`, both included."""

    low: int
    high: int

    def draw(self, rng: np.random.Generator) -> int:
        return int(rng.integers(self.low, self.high + 1))

    @property
    def least(self) -> int:
        return self.low


@dataclass(frozen=True)
class OneOf:
    """Any of some values, the simplest first."""

    values: tuple

    def draw(self, rng: np.random.Generator) -> Any:
        return self.values[int(rng.integers(len(self.values)))]

    @property
    def least(self) -> Any:
        return self.values[0]


@dataclass(frozen=True)
class SameAs:
    """Whatever another size of the case is."""

    name: str


def between(low: int, high: int) -> Between:
    """A size that is drawn from a range, both ends included."""
    return Between(low, high)


def one_of(*values: Any) -> OneOf:
    """A size that is drawn from some values, the simplest first."""
    return OneOf(values)


def same_as(name: str) -> SameAs:
    """A size that is what another is: `W=same_as("H")` for a square."""
    return SameAs(name)


def is_open(size: Any) -> bool:
    """Whether a size, or a side of a pair, is still to be drawn."""
    if isinstance(size, tuple):
        return any(map(is_open, size))
    return isinstance(size, (Between, OneOf, SameAs))


def holds(where: Sequence[Relation], sizes: Mapping[str, Any]) -> bool:
    """Whether all relations hold between the sizes."""
    named = SimpleNamespace(**sizes)
    return all(relation(named) for relation in where)


def filled_in(sizes: Mapping[str, Any], pick: Callable[[Any], Any]) -> dict[str, Any]:
    """The sizes with every range and choice replaced by what `pick` makes of it."""

    def closed(size: Any) -> Any:
        if isinstance(size, tuple):
            return tuple(map(closed, size))
        return pick(size) if isinstance(size, (Between, OneOf)) else size

    done = {name: closed(size) for name, size in sizes.items()}
    return {n: done[size.name] if isinstance(size, SameAs) else size for n, size in done.items()}


def drawn(
    sizes: Mapping[str, Any], where: Sequence[Relation], rng: np.random.Generator
) -> dict[str, Any]:
    """Draw sizes between which all relations hold.

    Raises
    ------
    ValueError
        If none are found in a thousand draws.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> drawn({"H": between(2, 9), "KH": between(1, 9)}, [lambda s: s.KH < s.H], rng)
    {'H': 8, 'KH': 4}
    """
    for _ in range(TRIES):
        found = filled_in(sizes, lambda space: space.draw(rng))
        if holds(where, found):
            return found
    raise ValueError(f"no sizes were found for {dict(sizes)}: the relations leave too few")


def least(sizes: Mapping[str, Any], where: Sequence[Relation]) -> dict[str, Any] | None:
    """The sizes with all ranges at their low end; None if a relation does not hold there."""
    found = filled_in(sizes, lambda space: space.least)
    return found if holds(where, found) else None
