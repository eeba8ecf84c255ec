"""Fingerprints of a text: hashes of runs of tokens, of which every window keeps the smallest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import blake2b

from .tokens import Written

RUN = 9
"""Tokens of one run: anything shorter is said by many."""

WINDOW = 4
"""Runs side by side of which one is kept: whatever is as long as both together is found."""


def fingerprints(tokens: Sequence[Written]) -> dict[int, set[int]]:
    """The fingerprints of a text: for each, the lines on which its runs stand.

    A text that is shorter than a run is one run.
    """
    found: dict[int, set[int]] = {}
    runs = list(_runs(tokens))
    for at in _kept([value for value, _ in runs]):
        value, lines = runs[at]
        found.setdefault(value, set()).update(lines)
    return found


def all_runs(tokens: Sequence[Written]) -> set[int]:
    """The hashes of all runs of a text: what is known must be known at every place."""
    return {value for value, _ in _runs(tokens)}


def _runs(tokens: Sequence[Written]) -> Iterator[tuple[int, set[int]]]:
    for start in range(max(1, len(tokens) - RUN + 1) if tokens else 0):
        run = tokens[start : start + RUN]
        text = "\0".join(token.text for token in run).encode("utf-8", "replace")
        yield int.from_bytes(blake2b(text, digest_size=8).digest()), {token.line for token in run}


def _kept(values: Sequence[int]) -> Iterator[int]:
    """The places that are kept: of each window the rightmost of the smallest."""
    before = -1
    for start in range(max(1, len(values) - WINDOW + 1) if values else 0):
        window = range(start, min(start + WINDOW, len(values)))
        at = min(window, key=lambda place: (values[place], -place))
        if at != before:
            yield at
            before = at
