"""Keeping what an answer does besides answering from getting in the way: time, prints, warnings."""

from __future__ import annotations

import contextlib
import io
import signal
import threading
import warnings
from collections.abc import Iterator

import numpy as np

MAX_PRINTED = 2000
"""Characters kept of what an answer prints."""


class TooSlow(BaseException):
    """An answer has not returned in time. Not an `Exception`: answers that catch those go on."""


class Scroll(io.StringIO):
    """What was printed, up to a length; an answer that prints without end fills no memory."""

    def write(self, text: str) -> int:
        super().write(text[: max(0, MAX_PRINTED - self.tell())])
        return len(text)


@contextlib.contextmanager
def hushed() -> Iterator[Scroll]:
    """Collect what is printed, and ignore what is warned of, as rounding and overflow are."""
    scroll = Scroll()
    with (
        warnings.catch_warnings(),
        np.errstate(all="ignore"),
        contextlib.redirect_stdout(scroll),
        contextlib.redirect_stderr(scroll),
    ):
        warnings.simplefilter("ignore")
        yield scroll


@contextlib.contextmanager
def limited(seconds: float | None) -> Iterator[None]:
    """Raise `TooSlow` in the block once the time is over; None is for ever.

    It takes a timer of the operating system, so it does nothing where there is none (Windows),
    outside the main thread, or where the timer is already in use.
    """
    if (
        seconds is None
        or not hasattr(signal, "setitimer")
        or threading.current_thread() is not threading.main_thread()
        or signal.getitimer(signal.ITIMER_REAL)[0]
    ):
        yield
        return

    def stop(number: int, frame: object) -> None:
        raise TooSlow

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
