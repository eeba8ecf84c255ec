"""From reads and writes to steps: all that a function reads before it writes something."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from .instruments import Event


@dataclass
class Move:
    """One step of a function: the cells read, by array, and the numbers written, by cell."""

    reads: dict[int, set[int]] = field(default_factory=dict)
    writes: dict[int, float] = field(default_factory=dict)

    def read(self, event: Event) -> None:
        self.reads.setdefault(event.source, set()).update(event.cells.tolist())

    def write(self, cells: np.ndarray, values: np.ndarray) -> None:
        self.writes.update(zip(cells.tolist(), values.tolist(), strict=True))

    def go_on(self, step: Move) -> None:
        """Take up the step that follows: both are one."""
        for source, cells in step.reads.items():
            self.reads.setdefault(source, set()).update(cells)
        self.writes.update(step.writes)


def moves(events: Iterable[Event], inputs: int, target: int | None) -> list[Move]:
    """Sort events into steps.

    Parameters
    ----------
    events : iterable of Event
    inputs : int
        How many arrays the function was given; they have the first numbers.
    target : int or None
        The array that holds the result, if the function wrote it cell by cell.
    """
    if target is None:
        return moves_read([e for e in events if e.values is None and e.source < inputs])
    steps: list[Move] = []
    current = Move()
    for event in events:
        if event.values is None and event.source < inputs:
            current.read(event)
        elif event.values is not None and event.source == target:
            if not current.reads and not steps and not np.any(event.values):
                continue  # filling the result with zeros is no step
            current.write(event.cells, event.values)
            if steps and steps[-1].writes.keys() == current.writes.keys():
                steps[-1].go_on(current)  # a sum that grows, term by term
            else:
                steps.append(current)
            current = Move()
    return steps


def moves_read(events: Sequence[Event]) -> list[Move]:
    """Sort reads into steps where no write tells where one ends.

    Each begins with the array that is read first. Terms of one sum are one step: they read
    different numbers of the array that every sum reads, the smallest.
    """
    steps: list[Move] = []
    for event in events:
        if event.source == events[0].source:
            steps.append(Move())
        steps[-1].read(event)
    every = {source for step in steps for source in step.reads}
    if len(every) < 2:
        return steps
    sizes = {s: len(set().union(*(step.reads.get(s, ()) for step in steps))) for s in every}
    smallest = min(every, key=sizes.__getitem__)
    merged: list[Move] = []
    for step in steps:
        own = step.reads.get(smallest, set())
        if merged and own and own.isdisjoint(merged[-1].reads.get(smallest, own)):
            merged[-1].go_on(step)
        else:
            merged.append(step)
    return merged


def in_words(move: Move, names: Sequence[str], shapes: Sequence[tuple[int, ...]]) -> str:
    """A step in words: "reads rows 0 to 1, columns 2 to 3 of image, writes 5 to [0, 2]"."""
    parts = [
        f"reads {region(cells, shapes[source])} of {names[source]}"
        for source, cells in sorted(move.reads.items())
    ]
    said = " and ".join(parts).replace(" and reads", " and", len(parts))
    if move.writes:
        value = next(iter(move.writes.values()))
        what = f"{value:.4g} to " if len(move.writes) == 1 else ""
        said += f"{', ' if said else ''}writes {what}{region(set(move.writes), shapes[-1])} of the "
        said += "result"
    return said


def region(cells: set[int], shape: tuple[int, ...]) -> str:
    """Which cells of an array, as one says it."""
    if len(cells) == np.prod(shape):
        return "all"
    indices = np.array(np.unravel_index(sorted(cells), shape)).T
    if len(indices) == 1:
        return f"[{', '.join(map(str, indices[0]))}]"
    low, high = indices.min(axis=0), indices.max(axis=0)
    if np.prod(high - low + 1) != len(indices):
        return f"{len(indices)} cells"
    ranges = [str(a) if a == b else f"{a}:{b + 1}" for a, b in zip(low, high, strict=True)]
    return f"[{', '.join(ranges)}]"
