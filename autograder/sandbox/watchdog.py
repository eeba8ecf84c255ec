"""A watchdog beside a walled-in kernel: the limits that no single process can be held to.

It looks in through the sandbox's own `/proc`, which lists the processes inside and no others,
however many the machine has.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass

from .bubblewrap import KERNEL, WRITABLE, Resources

PERIOD = 0.05  # seconds between two looks
INODE = 1 << 10  # bytes of the machine's memory that a file takes, were it empty
OPEN_FILES = 16  # times what one process may hold open, for all: sockets take memory uncounted

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


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
        self._inside = inside
        self._resources = resources
        self._end = end
        self._ended = ended
        self._stopped = threading.Event()

    def run(self) -> None:
        while not self._stopped.wait(PERIOD):
            reason = self._look()
            if self._ended(0):
                return
            if reason:
                self.reason = reason
                self._end()
                return

    def _look(self) -> str | None:
        try:
            limit = exceeded(self._inside, self._resources)
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


def exceeded(inside: str, resources: Resources) -> str | None:
    """The limit that a sandbox is beyond, by its name in `Resources`, or None."""
    used = {path: _used(inside + path) for path in WRITABLE}
    for path in WRITABLE:
        if used[path] >= resources.size(path):
            return "sockets" if path == KERNEL else "disk"
    files = sum(used.values())
    processes = {name: found for name in _numbers(inside) if (found := _look(inside, name))}
    if any(process.seconds >= resources.cpu_seconds for process in processes.values()):
        return "cpu_seconds"
    if sum(process.threads for process in processes.values()) >= resources.processes:
        return "processes"
    if sum(process.open_files for process in processes.values()) > (
        OPEN_FILES * resources.open_files
    ):
        return "open_files"
    # What is resident counts memory shared by processes once for each, and costs little to know.
    # Only if that is too much is it worth the walk through all their pages to know better.
    if files + sum(process.memory for process in processes.values()) <= resources.memory:
        return None
    if files + sum(_share(inside, *item) for item in processes.items()) > resources.memory:
        return "memory"
    return None


@dataclass(frozen=True)
class _Process:
    """What is seen of a process at a glance: bytes, processor seconds, and two counts."""

    memory: int
    seconds: float
    threads: int
    open_files: int


def _numbers(inside: str) -> list[str]:
    return [name for name in os.listdir(f"{inside}/proc") if name.isdigit()]  # noqa: PTH208


def _look(inside: str, number: str) -> _Process | None:
    """Look at one process; None if it has gone.

    Source: *proc(5)*, `/proc/pid/stat` and `/proc/pid/status`.
    """
    stat = _read(f"{inside}/proc/{number}/stat")
    status = _read(f"{inside}/proc/{number}/status")
    if not stat or not status:
        return None
    words = stat.rpartition(b")")[2].split()  # a process chooses its name, brackets and all
    return _Process(
        memory=int(words[21]) * PAGE + _field(status, b"VmSwap") * 1024,
        seconds=(int(words[11]) + int(words[12])) / TICKS,
        threads=int(words[17]),
        open_files=_field(status, b"FDSize"),
    )


def _share(inside: str, number: str, process: _Process) -> int:
    """Bytes of memory that a process answers for: what it shares is divided by the sharers.

    Pages of files on disk are left out, since the machine can drop them.
    """
    try:
        pages = _read(f"{inside}/proc/{number}/smaps_rollup")
    except PermissionError:  # it has made itself unreadable
        return process.memory
    names = (b"Pss_Anon", b"Pss_Shmem", b"SwapPss")
    return 1024 * sum(_field(pages, name) for name in names)


def _field(text: bytes, name: bytes) -> int:
    """The number in a line that begins with `name`, as `VmSwap:  12 kB`; 0 if there is none."""
    found = text.partition(b"\n" + name + b":")[2][:32].split()
    return int(found[0]) if found else 0


def _read(path: str) -> bytes:
    """A file of `/proc`; empty if its process has gone."""
    try:
        number = os.open(path, os.O_RDONLY)
    except (FileNotFoundError, ProcessLookupError):
        return b""
    try:
        return os.read(number, 1 << 16)
    except ProcessLookupError:
        return b""
    finally:
        os.close(number)


def _used(folder: str) -> int:
    """Bytes in use in a file system."""
    state = os.statvfs(folder)
    blocks, files = state.f_blocks - state.f_bfree, state.f_files - state.f_ffree
    return blocks * state.f_frsize + files * INODE
