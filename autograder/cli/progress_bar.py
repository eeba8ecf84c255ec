"""Progress of long work: a bar with the time left on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from autograder.classroom.shown import shown

NAMES = 3
"""Pieces of work that are named as being under way; the rest is counted."""


@contextmanager
def progress(
    total: int, what: str, console: Console | None = None
) -> Iterator[tuple[Callable[[str], None], Callable[[str, str], None]]]:
    """Show how far `total` pieces of work have got, on stderr.

    Yields
    ------
    begin, done : callable
        `begin(name)` when a piece is taken up, `done(line, name)` with a line about what came of
        it. Several may be under way at a time.
    """
    # Bound to today's stderr: judging hushes what is printed meanwhile, and the bar is not meant.
    console = console or Console(file=sys.stderr)
    if not console.is_terminal:
        count = iter(range(1, total + 1))
        yield (
            lambda name: None,
            lambda line, name: console.print(
                f"{next(count)}/{total} {shown(line)}",
                markup=False,
                highlight=False,
                soft_wrap=True,
            ),
        )
        return
    columns = (
        TextColumn(what),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[now]}", markup=False),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(what, total=total, now="", rate="")
        under_way: dict[str, None] = {}

        def tell() -> None:
            named = ", ".join(list(under_way)[:NAMES])
            more = f" and {len(under_way) - NAMES} more" if len(under_way) > NAMES else ""
            speed = bar.tasks[0].speed
            bar.update(task, now=named + more, rate=f"{60 * speed:.0f}/min" if speed else "")

        def begin(name: str) -> None:
            under_way[shown(name)] = None
            tell()

        def done(line: str, name: str) -> None:
            under_way.pop(shown(name), None)
            bar.console.print(shown(line), markup=False, highlight=False, soft_wrap=True)
            bar.advance(task)
            tell()

        yield begin, done


class Phases:
    """Where the time of many pieces of work went."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.started: Counter[str] = Counter()

    def add(self, phases: Mapping[str, float], kernels: Iterable[str] = ()) -> None:
        """Add what one piece of work took, by phase, and how its kernels were started."""
        self.started.update(kernels)
        for phase, seconds in phases.items():
            self.seconds[phase] = self.seconds.get(phase, 0.0) + seconds

    def table(self) -> str:
        """The phases, the longest first.

        >>> phases = Phases()
        >>> phases.add({"read": 1, "run": 3})
        >>> print(phases.table())
        run              3.0 s
        read             1.0 s
        """
        longest = sorted(self.seconds.items(), key=lambda item: -item[1])
        return "\n".join(f"{phase:12}{seconds:8.1f} s" for phase, seconds in longest)

    def kernels(self) -> str:
        """One line: how many kernels were forked from a zygote, how many not, and why.

        >>> phases = Phases()
        >>> phases.add({}, ["warm", "warm", "cold: it has gone"])
        >>> phases.kernels()
        '2 kernels started warm, 1 cold (1: it has gone)'
        """
        warm = self.started["warm"]
        cold = {why.removeprefix("cold: "): n for why, n in self.started.items() if why != "warm"}
        reasons = "; ".join(f"{number}: {why}" for why, number in cold.items())
        return f"{warm} kernels started warm, {sum(cold.values())} cold" + (
            f" ({reasons})" if reasons else ""
        )
