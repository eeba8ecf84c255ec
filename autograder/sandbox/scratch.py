"""Temporary folders that do not outlive their process for long, however it ends.

All that a process needs lie in one folder, which the process locks. A process that is killed takes
nothing away, but its lock goes with it; the next one takes away what nobody holds.
"""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from multiprocessing.util import Finalize
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows has no such locks; nothing is swept there
    fcntl = None

PREFIX = "autograder-scratch-"
WALL = "bwrap"


def scratch_folder() -> tempfile.TemporaryDirectory:
    """A new folder, to be used like Python's own."""
    return tempfile.TemporaryDirectory(prefix="", dir=_own(os.getpid()))


def sweep() -> None:
    """Take away what killed processes of this user have left."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with suppress(OSError), held(folder) as ours:
            if ours and folder.stat().st_uid == os.getuid():
                _end_walls(folder)
                shutil.rmtree(folder, ignore_errors=True)


def _end_walls(folder: Path) -> None:
    """End every bubblewrap that was begun with a folder.

    It dies with who began it, but for its first moment: until it is told to go on, its inner half
    does not ask to die with the outer one.
    """
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            program, *words = (process / "cmdline").read_bytes().split(b"\0")
            if Path(os.fsdecode(program)).name == WALL and os.fsencode(folder) in b"\0".join(words):
                os.kill(int(process.name), signal.SIGKILL)


@contextmanager
def tempfile_in_scratch() -> Iterator[None]:
    """What is made by `tempfile` meanwhile, in whoever's code, lies in this process's folder."""
    folder, before = _own(os.getpid()), tempfile.tempdir
    tempfile.tempdir = folder
    try:
        yield
    finally:
        tempfile.tempdir = before


@contextmanager
def held(folder: Path) -> Iterator[bool | None]:
    """Hold on to a folder, unless another does.

    Yields
    ------
    bool or None
        Whether it is ours now; None where that cannot be told, as on some network shares.

    Raises
    ------
    OSError
        If there is no such folder, or it is none of this user's.
    """
    if fcntl is None:
        yield None
        return
    number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        yield _lock(number)
    finally:
        os.close(number)


def _lock(number: int) -> bool | None:
    if fcntl is None:
        return None
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True


@lru_cache(maxsize=1)
def _own(process: int) -> str:
    """The folder of a process, which one that is forked from it does not share."""
    sweep()
    folder = tempfile.mkdtemp(prefix=PREFIX) if fcntl is None else _made_and_locked()
    # After what multiprocessing has put there is taken away by itself, of priority -100.
    Finalize(None, _leave, args=(folder, process), exitpriority=-1000)
    return folder


def _made_and_locked() -> str:
    """A new folder, locked until this process ends."""
    while True:
        folder = tempfile.mkdtemp(prefix=PREFIX)
        with suppress(FileNotFoundError):  # another's sweep was quicker than the lock
            if _lock(os.open(folder, os.O_RDONLY)) is not False and Path(folder).is_dir():
                return folder


def _leave(folder: str, process: int) -> None:
    if os.getpid() == process:
        shutil.rmtree(folder, ignore_errors=True)
