"""Memory: a watch over what a run makes of the grader's own."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path

MOST_GROWTH = 1 << 30
"""Bytes that the grader's own memory may grow by in a run. A message may have parts without end,
and the library that takes them keeps them all until the last."""


class Guard(threading.Thread):
    """Ends a kernel that fills the grader's memory, whose loop may be busy with the judge."""

    def __init__(self, end: Callable[[], None]) -> None:
        super().__init__(name="memory guard", daemon=True)
        self.met = False
        self._end = end
        self._most = resident() + MOST_GROWTH
        self._stopped = threading.Event()

    def run(self) -> None:
        while not self._stopped.wait(0.05):
            if resident() > self._most:
                self.met = True
                self._end()
                return

    def stop(self) -> None:
        """Look no more."""
        self._stopped.set()
        self.join()


def resident() -> int:
    """Bytes of this process that are in memory."""
    pages = Path("/proc/self/statm").read_text().split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")
