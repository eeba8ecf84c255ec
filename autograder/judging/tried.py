"""Counting the values that one submission hands in for one exercise: guessing is told.

An answer is one value, worked out. Whoever has the judge try a dozen has guessed: they earn what
the value is worth that their own cell hands in first, and somebody is told to look.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from typing import Any

from autograder.inside.answers import arrays_in
from autograder.inside.wire import WireError, encode

USUAL = 2
"""How many values may be handed in before it is said: one, and one that was put right."""

MOST_COUNTED = 1000
"""How many values are told apart; from there on it is "more than"."""


class Tried:
    """The different values that were handed in, by exercise.

    Examples
    --------
    >>> tried = Tried()
    >>> for value in (1, 2, 2, 3):
    ...     tried.note("lenet-parameter-count", value)
    >>> list(tried.sentences())
    ['3 different values were tried for lenet-parameter-count']
    """

    def __init__(self) -> None:
        self._seen: dict[str, set[bytes]] = {}

    def note(self, exercise: str, value: Any) -> None:
        """Count a value, unless it is none or holds arrays: nobody guesses those."""
        seen = self._seen.setdefault(exercise, set())
        if value is None or len(seen) > MOST_COUNTED or any(True for _ in arrays_in(value)):
            return
        with suppress(WireError, TypeError, MemoryError, OverflowError, RecursionError):
            seen.add(sha256(encode(value)).digest())

    def sentences(self) -> Iterator[str]:
        """One for each exercise for which more values were tried than is usual."""
        for exercise, seen in self._seen.items():
            if len(seen) > USUAL:
                known = min(len(seen), MOST_COUNTED)
                more = "more than " if len(seen) > MOST_COUNTED else ""
                yield f"{more}{known} different values were tried for {exercise}"
