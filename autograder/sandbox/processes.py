"""What the processes of a sandbox use, as its own `/proc` tells.

That lists the processes inside and no others, however many the machine has.
"""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass
from time import monotonic

INODE = 1 << 10  # bytes of the machine's memory that a file takes, were it empty

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Process:
    """What is seen of a process at a glance.

    Parameters
    ----------
    memory : int
        Bytes: what is resident or swapped, and its page tables.
    seconds : float
        Processor time, that of children which it has waited for included.
    threads, open_files : int
    """

    memory: int
    seconds: float
    threads: int
    open_files: int


class Meter:
    """Counts the processor time of everything inside, that of processes which have gone included.

    A process leaves its time to the one that waits for it, and the first process inside waits for
    all whom nobody else does. But who lets Linux bury its children leaves nothing. Then the numbers
    of processes grow by more than are seen, and the time since the last look counts in full.

    Parameters
    ----------
    inside : str
        A path to the sandbox's root folder.
    """

    def __init__(self, inside: str) -> None:
        self.seconds = 0.0
        self._inside = inside
        self._total = 0.0
        self._newest = 0
        self._seen = monotonic()
        self._lock = threading.Lock()

    def look(self) -> dict[str, Process]:
        """Look at all processes, and count what they have spent since the last look."""
        with self._lock:
            found = processes_in(self._inside)
            self._count(found, monotonic())
            return found

    def _count(self, found: dict[str, Process], now: float) -> None:
        total = sum(process.seconds for process in found.values())
        spent = max(0.0, total - self._total)
        newest = max(map(int, found), default=0)
        tasks = sum(process.threads for name, process in found.items() if int(name) > self._newest)
        if total < self._total and newest - self._newest > tasks:
            spent = max(spent, now - self._seen)
        self.seconds += spent
        self._total, self._newest, self._seen = total, max(newest, self._newest), now


def processes_in(inside: str) -> dict[str, Process]:
    """The processes of a sandbox by number; those that go meanwhile are left out."""
    names = [name for name in os.listdir(f"{inside}/proc") if name.isdigit()]  # noqa: PTH208
    return {name: found for name in names if (found := look_at(inside, name))}


def look_at(inside: str, number: str) -> Process | None:
    """Look at one process; None if it has gone.

    Source: *proc(5)*, `/proc/pid/stat` and `/proc/pid/status`.
    """
    stat = read(f"{inside}/proc/{number}/stat")
    status = read(f"{inside}/proc/{number}/status")
    if not stat or not status:
        return None
    words = stat.rpartition(b")")[2].split()  # a process chooses its name, brackets and all
    tables = field(status, b"VmSwap") + field(status, b"VmPTE")
    return Process(
        memory=int(words[21]) * PAGE + tables * 1024,
        seconds=sum(map(int, words[11:15])) / TICKS,
        threads=int(words[17]),
        open_files=field(status, b"FDSize"),
    )


def share(inside: str, number: str, process: Process) -> int:
    """Bytes of memory that a process answers for: what it shares is divided by the sharers.

    Pages of files on disk are left out, since the machine can drop them.
    """
    try:
        pages = read(f"{inside}/proc/{number}/smaps_rollup")
    except PermissionError:  # it has made itself unreadable
        return process.memory
    names = (b"Pss_Anon", b"Pss_Shmem", b"SwapPss")
    tables = field(read(f"{inside}/proc/{number}/status"), b"VmPTE")
    return 1024 * (tables + sum(field(pages, name) for name in names))


def field(text: bytes, name: bytes) -> int:
    """The number in a line that begins with `name`, as `VmSwap:  12 kB`; 0 if there is none."""
    found = text.partition(b"\n" + name + b":")[2][:32].split()
    return int(found[0]) if found else 0


def read(path: str, most: int = 1 << 16) -> bytes:
    """A file of `/proc`, its beginning at least; empty if its process has gone."""
    try:
        number = os.open(path, os.O_RDONLY)
    except (FileNotFoundError, ProcessLookupError):
        return b""
    try:
        return os.read(number, most)
    except ProcessLookupError:
        return b""
    finally:
        os.close(number)


def files_used(folder: str) -> int:
    """Bytes in use in a file system."""
    state = os.statvfs(folder)
    blocks, files = state.f_blocks - state.f_bfree, state.f_files - state.f_ffree
    return blocks * state.f_frsize + files * INODE
