"""Memory that Linux holds for the processes of a sandbox, and that counts for none of them.

What cannot be counted is refused (`seccomp`); the rest is estimated here from above, by what each
thing can hold at most, so that many of them meet the limit of memory as arrays do.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path

from .processes import Process, read

PIPE = 1 << 16  # bytes that wait in a pipe; more must be asked for, which is refused
TERMINAL = 160 << 10  # in a pseudo-terminal: both ways, and its line
WATCHED = 192  # for a file that an epoll watches
LOCKED = 256  # for a locked part of a file
MAPPING = 512  # for a mapping, with what Linux keeps to find its pages
OWN_MAPPINGS = 1000  # that a process may have before they count: NumPy's and matplotlib's libraries
PLAIN_LINES = 4  # that Linux has to say of an open file without locks
CHUNK = 1 << 16


def held_by_linux(inside: str, processes: dict[str, Process]) -> int:
    """Bytes held for a sandbox, from above.

    Nothing is read that grows with what others on the machine hold, unless a process hides.

    Parameters
    ----------
    inside : str
        A path to its root folder.
    processes : dict
        Those inside, by number.
    """
    pipes: set[str] = set()
    held, hidden = 0, False
    for number, process in processes.items():
        folder = f"{inside}/proc/{number}"
        try:
            with suppress(FileNotFoundError, ProcessLookupError):
                for descriptor, target in _open_files(folder):
                    if target.startswith("pipe:"):
                        pipes.add(target)
                    else:
                        held += _held_through(target, f"{folder}/fdinfo/{descriptor}")
                held += MAPPING * max(0, _lines(f"{folder}/maps") - OWN_MAPPINGS)
        except PermissionError:  # it cannot be looked into: the most that it could hold
            held += process.open_files * PIPE
            hidden = True
    if hidden:
        held += LOCKED * _locks(inside)
    return held + len(pipes) * PIPE + _sockets(inside, processes)


def _held_through(target: str, details: str) -> int:
    """Bytes held through one open file, no pipe or socket."""
    if target == "anon_inode:[eventpoll]":
        return WATCHED * _lines(details)
    if target.startswith("/dev/"):
        return TERMINAL if "/pt" in target else 0
    if target.startswith("/"):
        return LOCKED * max(0, _lines(details) - PLAIN_LINES)
    return 0


def _open_files(folder: str) -> Iterator[tuple[str, str]]:
    """The open files of a process: their numbers, and what they are."""
    for descriptor in os.listdir(f"{folder}/fd"):  # noqa: PTH208
        with suppress(FileNotFoundError):
            yield descriptor, os.readlink(f"{folder}/fd/{descriptor}")  # noqa: PTH115


def _sockets(inside: str, processes: Iterable[str]) -> int:
    """Bytes in sockets: all of the namespace, in flight and not yet accepted ones as well."""
    for number in processes:
        folder = f"{inside}/proc/{number}/net"
        if words := read(f"{folder}/sockstat").split():  # sockets: used 7
            used = int(words[2])
            unix = min(used, _lines(f"{folder}/unix") - 1)
            others = _most("ipv4/tcp_rmem") + _most("ipv4/tcp_wmem")
            return used * _most("core/wmem_default") + (used - unix) * others
    return 0


@cache
def _most(setting: str) -> int:
    """Bytes that wait in a socket; more must be asked for, which is refused."""
    return int(Path("/proc/sys/net", setting).read_text().split()[-1])


def _locks(inside: str) -> int:
    """The locks on files that processes inside hold."""
    lines = b"".join(_chunks(f"{inside}/proc/locks")).splitlines()
    return sum(b"OFDLCK" not in line for line in lines)  # which name no process, and are refused


def _lines(path: str) -> int:
    """How many lines a file has; none if it has gone."""
    return sum(chunk.count(b"\n") for chunk in _chunks(path))


def _chunks(path: str) -> Iterator[bytes]:
    try:
        with Path(path).open("rb", buffering=0) as file:
            while chunk := file.read(CHUNK):
                yield chunk
    except (FileNotFoundError, ProcessLookupError):
        return
