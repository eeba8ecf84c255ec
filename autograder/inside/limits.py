"""Keeping what an answer does besides answering from getting in the way: time, prints, warnings."""

from __future__ import annotations

import contextlib
import io
import math
import signal
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from typing import Any

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


class captured:  # noqa: N801, it is called like the functions of contextlib
    """Collect what is printed, draw nothing, and ignore what is warned of, as overflow is."""

    def __enter__(self) -> PrintedText:
        kept = PrintedText()
        self._out, self._err = sys.stdout, sys.stderr
        self._figures = shown_nothing()
        self._numbers = np.errstate(all="ignore")
        self._warnings = warnings.catch_warnings(action="ignore")
        self._numbers.__enter__()
        self._warnings.__enter__()
        sys.stdout = sys.stderr = kept
        return kept

    def __exit__(self, *_: object) -> None:
        sys.stdout, sys.stderr = self._out, self._err
        self._warnings.__exit__(None, None, None)
        self._numbers.__exit__(None, None, None)
        self._figures()


def shown_nothing() -> Callable[[], None]:
    """Let `plt.show()` show nothing, until what is returned is called.

    A function that draws would show something each time it is tried. Its figures are closed.
    """
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is None:
        return lambda: None
    show, before = pyplot.show, pyplot.get_fignums()
    vars(pyplot)["show"] = lambda *arguments, **options: None

    def end() -> None:
        vars(pyplot)["show"] = show
        for number in pyplot.get_fignums():
            if number not in before:
                pyplot.close(number)

    return end


class Watch:
    """The timers of the operating system, set once for many calls, and who is called when.

    Setting and unsetting them for each call takes longer than most calls do. So they are left to
    run, and when one is through it is seen whether the call that is on has spent its time.
    """

    def __init__(self) -> None:
        self._handlers: dict[int, Any] = {}  # what was called before, by the signal's number
        self._clocks: list[_Countdown] = []

    @property
    def is_on(self) -> bool:
        """Whether a call is on already: what that calls in turn has no time of its own."""
        return any(clock.due is not None for clock in self._clocks)

    def begin(self, seconds: float) -> None:
        """A call begins that may take so much processor time."""
        if not self._clocks:
            self._clocks = [clock for clock in _countdowns() if not clock.in_use()]
            for clock in self._clocks:
                self._handlers[clock.number] = signal.signal(clock.number, self._ring)
        for clock in self._clocks:
            clock.begin(seconds)

    def finish(self) -> None:
        """The call has ended."""
        for clock in self._clocks:
            clock.due = None

    def stop(self) -> None:
        """Leave the timers and the signals as they were."""
        for clock in self._clocks:
            clock.set(0)
            signal.signal(clock.number, self._handlers.pop(clock.number))
        self._clocks = []

    def _ring(self, number: int, frame: object) -> None:
        for clock in self._clocks:
            if clock.number == number and clock.is_over():
                clock.due = None
                raise TooSlow(WAITED if number == signal.SIGALRM else "")


class _Countdown:
    """One timer, which may be through before a call has spent its time, and is set anew then."""

    def __init__(
        self, timer: int, number: int, now: Callable[[], float], many_times: float
    ) -> None:
        self.timer, self.number, self.now, self.many_times = timer, number, now, many_times
        self.due: float | None = None  # of the call that is on
        self._rings = math.inf  # no later than

    def in_use(self) -> bool:
        return signal.getitimer(self.timer)[0] > 0

    def begin(self, seconds: float) -> None:
        now, seconds = self.now(), seconds * self.many_times
        self.due = now + seconds
        if not now < self._rings <= self.due:
            self.set(seconds)

    def set(self, seconds: float) -> None:
        signal.setitimer(self.timer, seconds)
        self._rings = self.now() + seconds

    def is_over(self) -> bool:
        """Whether the call that is on has spent its time; if one is that has not, go on."""
        self._rings = math.inf
        left = self.due - self.now() if self.due is not None else math.inf
        if 0 < left < math.inf:
            self.set(max(left, 0.001))
        return left <= 0


def _countdowns() -> list[_Countdown]:
    """Of processor time, and of time on the clock for those that sleep."""
    return [
        _Countdown(signal.ITIMER_PROF, signal.SIGPROF, time.process_time, 1),
        _Countdown(signal.ITIMER_REAL, signal.SIGALRM, time.monotonic, WALL),
    ]


_watch: Watch | None = None


@contextlib.contextmanager
def many_calls() -> Iterator[None]:
    """Keep what `limited` sets up until the end of the block, for the next call in it."""
    global _watch
    if _watch is not None or not _has_timers():
        yield
        return
    watch = _watch = Watch()
    try:
        yield
    finally:
        _watch = None
        watch.stop()


@contextlib.contextmanager
def limited(seconds: float | None) -> Iterator[None]:
    """Raise `TooSlow` in the block once this process has spent the time; None is for ever.

    Processor time counts, so that a busy machine ends nobody's work; one that sleeps is ended after
    `WALL` times as much on the clock. It takes timers of the operating system, so it does nothing
    where there are none (Windows) and outside the main thread; one that is in use is left alone.
    """
    if seconds is None or not _has_timers() or (_watch is not None and _watch.is_on):
        yield
        return
    with many_calls():
        watch = _watch or Watch()
        watch.begin(seconds)
        try:
            yield
        finally:
            watch.finish()


def _has_timers() -> bool:
    return hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()
