"""A watchdog beside a walled-in kernel: the limits that no single process can be held to."""

from __future__ import annotations

import threading
from collections.abc import Callable
from time import monotonic

from .bubblewrap import KERNEL, WRITABLE, Resources
from .holdings import held_by_linux
from .processes import Meter, Process, files_used, share

PERIOD = 0.05  # seconds between two looks
SLOW_PERIOD = 1.0  # seconds between two looks at what Linux holds, which costs more
SLOW_SHARE = 20  # times as long as such a look took, at the least
OPEN_FILES = 16  # times what one process may hold open, for all


class Watchdog(threading.Thread):
    """Looks at a sandbox until a limit is met, then ends it.

    Parameters
    ----------
    inside : str
        A path to the sandbox's root folder that stays good until `stop` returns.
    resources : Resources
    end : callable
        Kills everything inside.
    ended : callable
        Whether everything inside has ended; waits for that as many seconds as it is given.

    Attributes
    ----------
    reason : str or None
        The limit that was met, in one sentence.
    meter : Meter
        Counts the processor time of all that is inside.
    """

    def __init__(
        self,
        inside: str,
        resources: Resources,
        end: Callable[[], None],
        ended: Callable[[float], bool],
    ) -> None:
        super().__init__(name="sandbox watchdog", daemon=True)
        self.reason: str | None = None
        self.meter = Meter(inside)
        self._inside = inside
        self._held = 0  # bytes, by Linux for the processes inside
        self._next = monotonic() + SLOW_PERIOD  # when that is looked at again
        self._resources = resources
        self._end = end
        self._ended = ended
        self._stopped = threading.Event()

    def run(self) -> None:
        while not self._stopped.wait(PERIOD):
            if self.look_now() or self._ended(0):
                return

    def look_now(self) -> str | None:
        """Look; the limit that was met, after which everything is ended, or None."""
        if self.reason is None:
            reason = self._look()
            if reason and not self._ended(0):
                self.reason = reason
                self._end()
        return self.reason

    def _look(self) -> str | None:
        try:
            found = self.meter.look()
            if (start := monotonic()) >= self._next:
                self._held = held_by_linux(self._inside, found)
                end = monotonic()
                self._next = end + max(SLOW_PERIOD, SLOW_SHARE * (end - start))
            limit = exceeded(self._inside, self._resources, found, self._held)
            if self.meter.seconds >= self._resources.cpu_seconds:
                limit = limit or "cpu_seconds"
        except Exception as error:
            # The file system inside goes a moment before the end is known. But a kernel that
            # cannot be watched must not run on.
            if self._ended(1):
                return None
            return f"sandbox: the notebook could not be watched any more ({error})"
        return limit and self._resources.sentence(limit)

    def stop(self) -> None:
        """Look no more; what was found stays in `reason`."""
        self._stopped.set()
        if self.is_alive():
            self.join()


def exceeded(
    inside: str, resources: Resources, processes: dict[str, Process], held: int = 0
) -> str | None:
    """The limit that a sandbox is beyond, by its name in `Resources`, or None.

    Parameters
    ----------
    inside : str
        A path to its root folder.
    resources : Resources
    processes : dict
        Those inside, by number.
    held : int
        Bytes that Linux holds for them beside their own memory.
    """
    used = {path: files_used(inside + path) for path in WRITABLE}
    for path in WRITABLE:
        if used[path] >= resources.size(path):
            return "sockets" if path == KERNEL else "disk"
    if sum(process.threads for process in processes.values()) >= resources.processes:
        return "processes"
    if sum(process.open_files for process in processes.values()) > (
        OPEN_FILES * resources.open_files
    ):
        return "open_files"
    # What is resident counts memory shared by processes once for each, and costs little to know.
    # Only if that is too much is it worth the walk through all their pages to know better.
    others = sum(used.values()) + held
    if others + sum(process.memory for process in processes.values()) <= resources.memory:
        return None
    if others + sum(share(inside, *item) for item in processes.items()) > resources.memory:
        return "memory"
    return None
