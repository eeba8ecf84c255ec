"""Progress of long work: a bar with the time left on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn


@contextmanager
def progress(
    total: int, what: str, console: Console | None = None
) -> Iterator[tuple[Callable[[str], None], Callable[[str], None]]]:
    """Show how far `total` pieces of work have got, on stderr.

    Yields
    ------
    begin, done : callable
        `begin(name)` when a piece is taken up, `done(line)` with a line about what came of it.
    """
    # Bound to today's stderr: judging hushes what is printed meanwhile, and the bar is not meant.
    console = console or Console(file=sys.stderr)
    if not console.is_terminal:
        count = iter(range(1, total + 1))
        yield (
            lambda name: None,
            lambda line: console.print(
                f"{next(count)}/{total} {line}", markup=False, highlight=False, soft_wrap=True
            ),
        )
        return
    columns = (
        TextColumn(what),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[now]}", markup=False),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(what, total=total, now="")

        def done(line: str) -> None:
            bar.console.print(line, markup=False, highlight=False, soft_wrap=True)
            bar.advance(task)

        yield lambda name: bar.update(task, now=name), done
