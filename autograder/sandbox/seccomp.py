"""A filter of system calls that closes what namespaces and limits leave open.

Four kinds of calls are refused. Some take memory that no process is seen to hold, and that a
watchdog could not count: anonymous memory that is shared, pages in pipes, queues of the kernel.
Others reach parts of the kernel that are not divided into namespaces (virtual machine sockets, key
rings, `bpf`), or other processes (`ptrace`). Some hide a process from being looked at. The last
leave the cores that a sandbox is given. Nothing here is needed to learn about convolutions.
"""

from __future__ import annotations

import errno
import platform
import socket
import struct
from collections.abc import Iterator

REFUSED = {
    # memory that no process is seen to hold
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "msgget": (68, 186),
    "semget": (64, 190),
    "io_uring_setup": (425, 425),
    "io_setup": (206, 0),
    "vmsplice": (278, 75),
    "userfaultfd": (323, 282),
    "inotify_init": (253, None),
    "inotify_init1": (294, 26),
    "fanotify_init": (300, 262),
    "landlock_create_ruleset": (444, 444),
    "landlock_add_rule": (445, 445),
    "landlock_restrict_self": (446, 446),
    "seccomp": (317, 277),
    # other processes, and what no namespace divides
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "keyctl": (250, 219),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    # the cores of neighbors
    "sched_setaffinity": (203, 122),
}
"""Calls that are refused whatever they ask for, with their numbers on x86_64 and on aarch64; None
where there is no such call."""

SHARED, ANONYMOUS, HUGE = 0x01, 0x20, 0x40000
STREAM_OPTIONS = {"SO_SNDBUF": 7, "SO_RCVBUF": 8, "SO_SNDBUFFORCE": 32, "SO_RCVBUFFORCE": 33}
SOL_SOCKET, SO_ZEROCOPY = 1, 60
F_SETPIPE_SZ, F_OFD_SETLK, F_OFD_SETLKW = 1031, 37, 38
PR_SET_DUMPABLE, PR_SET_SECCOMP = 4, 22
MOST_WAITING = 128
"""Connections that may wait to be accepted: each can hold as much as a socket."""

Check = tuple[int, int, int]
"""Which argument of a call, by which mask, has which value."""

PARTLY: tuple[tuple[str, tuple[Check, ...]], ...] = (
    # What lies in shared memory stays when those who share it let go of its pages.
    ("mmap", ((3, SHARED | ANONYMOUS, SHARED | ANONYMOUS),)),
    ("mmap", ((3, HUGE, HUGE),)),
    *(
        ("setsockopt", ((1, 0xFFFFFFFF, SOL_SOCKET), (2, 0xFFFFFFFF, option)))
        for option in (*STREAM_OPTIONS.values(), SO_ZEROCOPY)
    ),
    *(
        ("fcntl", ((1, 0xFFFFFFFF, command),))
        for command in (F_SETPIPE_SZ, F_OFD_SETLK, F_OFD_SETLKW)
    ),
    *(("prctl", ((0, 0xFFFFFFFF, what),)) for what in (PR_SET_DUMPABLE, PR_SET_SECCOMP)),
    # Datagrams stay when their sender has gone.
    ("socket", ((1, 0xF, int(socket.SOCK_DGRAM)),)),
)
"""Calls that are refused if all checks hold."""

LOOKED_INTO = {
    "mmap": (9, 222),
    "setsockopt": (54, 208),
    "fcntl": (72, 25),
    "prctl": (157, 167),
    "socket": (41, 198),
    "listen": (50, 201),
}
"""Calls that depend on their arguments, with their numbers as above."""

MACHINES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
"""The numbers that Linux knows machines by (AUDIT_ARCH_…)."""

TCP = socket.AF_INET, 16  # 16 is netlink

FOREIGN = 0x40000000  # from here on, numbers are those of another convention (x32)

# Berkeley packet filter: load a word, mask it, jump if equal, if at least or if greater, return.
LOAD, MASK, EQUAL, AT_LEAST, GREATER, RETURN = 0x20, 0x54, 0x15, 0x35, 0x25, 0x06
NUMBER, MACHINE, ARGUMENTS = 0, 4, 16  # where `struct seccomp_data` keeps them, in bytes
ALLOW, REFUSE = 0x7FFF0000, 0x00050000

Instruction = tuple[int, int, int, int]


def program(machine: str | None = None, tcp: bool = False) -> bytes:
    """The filter as the kernel reads it, for `bwrap --seccomp`.

    Parameters
    ----------
    machine : str, optional
        As `platform.machine` names it; by default this one.
    tcp : bool
        Whether there are sockets of IPv4: a kernel that starts cold talks to itself over one, and
        asks Linux over another kind for its address.

    Returns
    -------
    bytes
        An array of `struct sock_filter`.

    Raises
    ------
    ValueError
        If the machine's system calls are not known here.

    Source: Linux, *Seccomp BPF* (`Documentation/userspace-api/seccomp_filter.rst`).

    Examples
    --------
    >>> len(program("x86_64")) % 8
    0
    """
    machine = machine or platform.machine()
    if machine not in MACHINES:
        raise ValueError(
            f"no system calls are known for a {machine}, only for {', '.join(MACHINES)}"
        )
    instructions = _instructions(MACHINES[machine], numbers_of(machine), tcp)
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in instructions)


def numbers_of(machine: str) -> dict[str, int]:
    """The numbers of the calls that there are on a machine."""
    column = list(MACHINES).index(machine)
    numbers = {name: pair[column] for name, pair in {**REFUSED, **LOOKED_INTO}.items()}
    return {name: number for name, number in numbers.items() if number is not None}


def _instructions(kind: int, calls: dict[str, int], tcp: bool) -> Iterator[Instruction]:
    """The instructions; a jump says how many to pass over when its test holds, and when not."""
    yield LOAD, 0, 0, MACHINE
    yield EQUAL, 1, 0, kind
    yield _no(errno.EPERM)
    yield LOAD, 0, 0, NUMBER
    yield AT_LEAST, 0, 1, FOREIGN
    yield _no(errno.EPERM)
    for name in REFUSED:
        if name in calls:
            yield EQUAL, 0, 1, calls[name]
            yield _no(errno.EPERM)
    for name, checks in PARTLY:
        yield from _unless(calls[name], checks)
    yield from _only(calls["socket"], (socket.AF_UNIX, *(TCP if tcp else ())))
    yield from _few_waiting(calls["listen"])
    yield RETURN, 0, 0, ALLOW


def _no(number: int) -> Instruction:
    return RETURN, 0, 0, REFUSE | number


def _unless(call: int, checks: tuple[Check, ...]) -> Iterator[Instruction]:
    """Refuse a call for which all checks hold."""
    yield LOAD, 0, 0, NUMBER
    yield EQUAL, 0, 3 * len(checks) + 1, call
    for number, (argument, mask, value) in enumerate(checks):
        yield LOAD, 0, 0, ARGUMENTS + 8 * argument
        yield MASK, 0, 0, mask
        yield EQUAL, 0, 3 * (len(checks) - number - 1) + 1, value
    yield _no(errno.EPERM)


def _only(call: int, families: tuple[int, ...]) -> Iterator[Instruction]:
    """Refuse other sockets: nobody can be reached by them, and each kind has queues of its own."""
    yield LOAD, 0, 0, NUMBER
    yield EQUAL, 0, len(families) + 2, call
    yield LOAD, 0, 0, ARGUMENTS
    for number, family in enumerate(families):
        yield EQUAL, len(families) - number, 0, family
    yield _no(errno.EAFNOSUPPORT)


def _few_waiting(call: int) -> Iterator[Instruction]:
    yield LOAD, 0, 0, NUMBER
    yield EQUAL, 0, 3, call
    yield LOAD, 0, 0, ARGUMENTS + 8
    yield GREATER, 0, 1, MOST_WAITING
    yield _no(errno.EPERM)
