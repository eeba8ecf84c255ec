"""A limit on the work that a submission makes outside its sandbox: reading, rebuilding, cleaning.

Everything there is meant to take time in proportion to what was handed in. If something does not,
for whatever somebody has thought of, it is to cost that one submission and not the class.
"""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from autograder.lessons.errors import ClassroomError

SECONDS = 60.0
"""Of the processor; most submissions take a fifth of one."""


MEMORY = 2 << 30
"""Bytes beside what the process has at the start; most submissions take a hundredth."""

MAPPED = Path("/proc/self/statm")
"""Where Linux tells how much memory a process has, in pages."""


class TooMuchWork(ClassroomError):
    """A submission makes more work outside its sandbox than any should."""


@contextmanager
def bounded(what: str, seconds: float = SECONDS, memory: int = MEMORY) -> Iterator[None]:
    """Stop what the block does once it has taken that much time of the processor, or memory.

    In the main thread `TooMuchWork` is raised, in the middle of a search too. A worker's thread
    cannot be stopped, so its process ends once its time is over: who handed out the work finds out,
    and goes on. Part of a block that is bounded has no bounds of its own.

    Parameters
    ----------
    what : str
        What is done, for the sentence: `"reading it"`.
    seconds : float
    memory : int
        Bytes beside what the process has. Only Linux holds to it.

    Raises
    ------
    TooMuchWork

    Examples
    --------
    >>> with bounded("reading it"):
    ...     print("read")
    read
    """
    main = threading.current_thread() is threading.main_thread()
    if not hasattr(signal, "setitimer") or not (main or _in_worker()) or _is_set():
        yield
        return
    with _within_time(what, seconds, main), _within_memory(what, memory):
        yield


@contextmanager
def _within_time(what: str, seconds: float, main: bool) -> Iterator[None]:
    def stop(*_: object) -> None:
        raise TooMuchWork(f"{what} took more than {seconds:g} s of the processor: look at it alone")

    before = signal.signal(signal.SIGVTALRM, stop) if main else None
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        if main:
            signal.signal(signal.SIGVTALRM, before)


@contextmanager
def _within_memory(what: str, most: int) -> Iterator[None]:
    if not MAPPED.exists():
        yield
        return
    import resource  # which Windows has not

    soft, hard = before = resource.getrlimit(resource.RLIMIT_AS)
    bound = int(MAPPED.read_text().split()[0]) * resource.getpagesize() + most
    others = [limit for limit in (soft, hard) if limit != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_AS, (min([bound, *others]), hard))
    try:
        yield
    except MemoryError:
        raise TooMuchWork(
            f"{what} took more than {most >> 20:,} MiB of memory: look at it alone"
        ) from None
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


def _is_set() -> bool:
    """Whether this is part of something that has its limit already."""
    return signal.getitimer(signal.ITIMER_VIRTUAL)[0] > 0


def _in_worker() -> bool:
    """Whether this is a thread of a process that Dask started for such work."""
    module = sys.modules.get("distributed.worker")
    try:
        return module is not None and module.get_worker() is not None
    except ValueError:
        return False
