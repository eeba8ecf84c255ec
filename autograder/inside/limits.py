"""Keeping what an answer does besides answering from getting in the way: time, prints, warnings."""

from __future__ import annotations

import contextlib
import io
import signal
import sys
import threading
import warnings
from collections.abc import Iterator

import numpy as np

MAX_PRINTED = 2000
"""Characters kept of what an answer prints."""


WALL = 10
"""How many times its processor time an answer may take by the clock on the wall."""


WAITED = "waited"
"""Said of an answer that did not return and spent the time asleep."""


class TooSlow(BaseException):
    """An answer has not returned in time. Not an `Exception`: answers that catch those go on.

    Its text is `WAITED` where that is the reason, and nothing where it spent processor time.
    """


class PrintedText(io.StringIO):
    """What was printed, up to a length; an answer that prints without end fills no memory."""

    def write(self, text: str) -> int:
        super().write(text[: max(0, MAX_PRINTED - self.tell())])
        return len(text)


@contextlib.contextmanager
def captured() -> Iterator[PrintedText]:
    """Collect what is printed, draw nothing, and ignore what is warned of, as overflow is."""
    kept = PrintedText()
    with (
        without_figures(),
        warnings.catch_warnings(),
        np.errstate(all="ignore"),
        contextlib.redirect_stdout(kept),
        contextlib.redirect_stderr(kept),
    ):
        warnings.simplefilter("ignore")
        yield kept


@contextlib.contextmanager
def without_figures() -> Iterator[None]:
    """Let `plt.show()` show nothing: a function that draws would, each time it is tried."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is None:
        yield
        return
    show, before = pyplot.show, set(pyplot.get_fignums())
    vars(pyplot)["show"] = lambda *arguments, **options: None
    try:
        yield
    finally:
        vars(pyplot)["show"] = show
        for number in set(pyplot.get_fignums()) - before:
            pyplot.close(number)


@contextlib.contextmanager
def limited(seconds: float | None) -> Iterator[None]:
    """Raise `TooSlow` in the block once this process has spent the time; None is for ever.

    Processor time counts, so that a busy machine ends nobody's work; one that sleeps is ended after
    `WALL` times as much on the clock. It takes timers of the operating system, so it does nothing
    where there are none (Windows) and outside the main thread; one that is in use is left alone.
    """
    if seconds is None or not _has_timers():
        yield
        return

    def stop(number: int, frame: object) -> None:
        raise TooSlow(WAITED if number == signal.SIGALRM else "")

    timers = [
        (timer, number, time)
        for timer, number, time in (
            (signal.ITIMER_PROF, signal.SIGPROF, seconds),
            (signal.ITIMER_REAL, signal.SIGALRM, seconds * WALL),
        )
        if not signal.getitimer(timer)[0]
    ]
    before = [signal.signal(number, stop) for _, number, _ in timers]
    for timer, _, time in timers:
        signal.setitimer(timer, time)
    try:
        yield
    finally:
        for (timer, number, _), handler in zip(timers, before, strict=True):
            signal.setitimer(timer, 0)
            signal.signal(number, handler)


def _has_timers() -> bool:
    return hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()
