"""Time: a watch over what a cell spends of the processor, whoever else is busy on the machine."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Any, Protocol

PERIOD = 0.05  # seconds between two looks
GRACE = 5.0  # seconds of processor time in which a cell has to heed an interrupt
FAR = 60.0  # seconds on the clock on the wall in which it has to, however busy the machine


class Kernel(Protocol):
    """What a clock has to do with."""

    def spent(self) -> float:
        """Seconds of processor time that it has spent, all its processes together."""
        ...

    def interrupt_now(self) -> bool:
        """Interrupt what it is doing, from whatever thread; whether that can be done."""
        ...

    def end_now(self) -> None:
        """End it, from whatever thread."""

    def interrupt_kernel(self) -> Awaitable[Any]:
        """Interrupt what it is doing, in the loop that talks with it."""
        ...


def clock_of(kernel: Kernel) -> Clock:
    """The clock of a kernel that this loop talks with."""
    loop = asyncio.get_running_loop()

    def interrupt() -> None:
        if not kernel.interrupt_now():
            loop.call_soon_threadsafe(lambda: asyncio.ensure_future(kernel.interrupt_kernel()))

    return Clock(kernel.spent, interrupt, kernel.end_now)


class Clock(threading.Thread):
    """Interrupts a cell that has spent its time, and ends its kernel if that does not help.

    A thread, since the loop that runs cells waits for the judge, who waits for the cell.

    Parameters
    ----------
    spent : callable
        Seconds of processor time that the kernel has spent, all its processes together.
    interrupt, end : callable
        Interrupt the cell; end the kernel.

    Attributes
    ----------
    late : bool
        Whether the cell was over its time.
    """

    def __init__(
        self, spent: Callable[[], float], interrupt: Callable[[], None], end: Callable[[], None]
    ) -> None:
        super().__init__(name="clock of a cell", daemon=True)
        self.late = False
        self._spent, self._interrupt, self._end = spent, interrupt, end
        self._start = spent()
        self._most = float("inf")  # what the kernel may have spent when the cell ends
        self._far = float("inf")
        self._lock = threading.Lock()
        self._stopped = threading.Event()

    def total(self) -> float:
        """Seconds that the kernel has spent since it was ready."""
        return self._spent() - self._start

    def begin(self, seconds: float) -> None:
        """A cell begins that may spend so much."""
        with self._lock:
            self.late, self._far = False, float("inf")
            self._most = self._spent() + seconds

    def finish(self) -> None:
        """The cell has ended; what is spent between cells is nobody's."""
        with self._lock:
            self._most = self._far = float("inf")

    def run(self) -> None:
        while not self._stopped.wait(PERIOD):
            with self._lock:
                if self._spent() > self._most or monotonic() > self._far:
                    self._act()

    def _act(self) -> None:
        if self.late:
            self._end()
            self._most = self._far = float("inf")
            return
        self.late = True
        self._most, self._far = self._spent() + GRACE, monotonic() + FAR
        self._interrupt()

    def stop(self) -> None:
        """Look no more."""
        self._stopped.set()
        self.join()
