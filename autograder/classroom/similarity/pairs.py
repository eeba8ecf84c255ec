"""Pairs of students who wrote alike, beyond what the lesson gives and what many write."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from math import ceil

from .tokens import code_tokens, word_tokens
from .winnowing import all_runs, fingerprints

ALIKE = 0.8
"""The share of the shorter text's own fingerprints that a pair has in common at least."""

LEAST, ENOUGH = 4, 12
"""Fingerprints without which nothing is said; and those that are enough in some cells alone."""

MANY = 0.1
"""Of a class: what more of it write is what one writes here."""

FEW = 3
"""As many may always share a fingerprint."""


@dataclass(frozen=True)
class Work:
    """What one student handed in: the text of cells by id; prose by `words`."""

    student: str
    code: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Passage:
    """A cell of each of a pair, and the lines that are alike in both."""

    cell: str
    other_cell: str
    text: str
    other_text: str
    lines: frozenset[int]
    other_lines: frozenset[int]


@dataclass(frozen=True)
class Pair:
    """Two students whose works are alike, by how much, and where."""

    student: str
    other: str
    share: float
    shared: int
    passages: tuple[Passage, ...] = ()


class _Marked:
    """The fingerprints of one work, by cell: for each, the lines where it stands."""

    def __init__(self, work: Work, known: set[int]) -> None:
        self.work = work
        self.cells: dict[str, dict[int, set[int]]] = {}
        for cells, tokens in ((work.code, code_tokens), (work.words, word_tokens)):
            for cell, text in cells.items():
                found = fingerprints(tokens(text))
                self.cells[cell] = {v: lines for v, lines in found.items() if v not in known}

    @property
    def values(self) -> set[int]:
        """All fingerprints."""
        return set().union(*self.cells.values())

    def keep(self, rare: set[int]) -> None:
        """Leave out the fingerprints that many have."""
        for cell, found in self.cells.items():
            self.cells[cell] = {value: lines for value, lines in found.items() if value in rare}

    def text(self, cell: str) -> str:
        return self.work.code.get(cell) or self.work.words.get(cell, "")


def similar_pairs(works: Sequence[Work], known: Iterable[Work] = ()) -> list[Pair]:
    """Those who wrote alike, the most alike first.

    Parameters
    ----------
    works : sequence of Work
    known : iterable of Work
        What the lesson gives, and ways in which many write: it counts for nothing.
    """
    runs = _runs_of(known)
    marked = [_Marked(work, runs) for work in works]
    count = Counter(value for one in marked for value in one.values)
    most = max(FEW, ceil(MANY * len(works)))
    for one in marked:
        one.keep({value for value, number in count.items() if number <= most})
    shared: Counter[tuple[int, int]] = Counter()
    for holders in _holders([one.values for one in marked]):
        shared.update(combinations(holders, 2))
    enough = (pair for pair, number in shared.items() if number >= LEAST)
    pairs = [pair for a, b in enough if (pair := _pair(marked[a], marked[b]))]
    return sorted(pairs, key=lambda pair: (-pair.share, -pair.shared, pair.student, pair.other))


def _runs_of(known: Iterable[Work]) -> set[int]:
    found: set[int] = set()
    for work in known:
        for text in work.code.values():
            found |= all_runs(code_tokens(text))
        for text in work.words.values():
            found |= all_runs(word_tokens(text))
    return found


def _holders(own: Sequence[set[int]]) -> Iterator[list[int]]:
    """For each fingerprint of several works, which."""
    found: dict[int, list[int]] = {}
    for number, values in enumerate(own):
        for value in values:
            found.setdefault(value, []).append(number)
    return (holders for holders in found.values() if len(holders) > 1)


def _pair(one: _Marked, other: _Marked) -> Pair | None:
    """Two works, if they are alike as wholes, or in cells that hold enough."""
    values = one.values & other.values
    passages = [
        passage
        for cell in one.cells
        if (match := _match(one, other, cell)) and (passage := _passage(one, other, cell, match))
    ]
    share = len(values) / min(len(one.values), len(other.values))
    in_cells = set().union(*(one.cells[p.cell].keys() & values for p in passages))
    if share < ALIKE and len(in_cells) < ENOUGH:
        return None
    return Pair(one.work.student, other.work.student, share, len(values), tuple(passages))


def _match(one: _Marked, other: _Marked, cell: str) -> str:
    """The cell of another that has most in common with one; empty if none has anything."""
    own = one.cells[cell].keys()
    return max(
        (name for name, found in other.cells.items() if own & found.keys()),
        key=lambda name: (len(own & other.cells[name].keys()), name == cell, name),
        default="",
    )


def _passage(one: _Marked, other: _Marked, cell: str, match: str) -> Passage | None:
    """Two cells side by side, if they are alike."""
    here, there = one.cells[cell], other.cells[match]
    common = here.keys() & there.keys()
    if len(common) / min(len(here), len(there)) < ALIKE:
        return None
    return Passage(
        cell,
        match,
        one.text(cell),
        other.text(match),
        frozenset(line for value in common for line in here[value]),
        frozenset(line for value in common for line in there[value]),
    )
