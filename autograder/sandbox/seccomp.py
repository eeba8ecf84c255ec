"""A filter of system calls that closes what namespaces and limits leave open.

Two kinds of calls are refused. Some take memory that no process is seen to hold, and that a
watchdog could not count (`memfd_create`, System V shared memory). The others reach parts of the
kernel that are not divided into namespaces (virtual machine sockets, key rings, `bpf`), or other
processes (`ptrace`). Nothing here is needed to learn about convolutions.
"""

from __future__ import annotations

import errno
import platform
import socket
import struct

# By machine: the number that the kernel knows it by (AUDIT_ARCH_…), then the numbers of its calls,
# in the order of REFUSED.
REFUSED = """memfd_create memfd_secret shmget msgget semget ptrace process_vm_readv
    process_vm_writev keyctl add_key request_key bpf perf_event_open userfaultfd io_uring_setup"""
MACHINES = {
    "x86_64": (
        0xC000003E,
        (319, 447, 29, 68, 64, 101, 310, 311, 250, 248, 249, 321, 298, 323, 425),
    ),
    "aarch64": (
        0xC00000B7,
        (279, 447, 194, 186, 190, 117, 270, 271, 219, 217, 218, 280, 241, 282, 425),
    ),
}
SOCKET = {"x86_64": 41, "aarch64": 198}
FAMILIES = (socket.AF_UNIX, socket.AF_INET, socket.AF_INET6, 16)  # 16 is netlink
FOREIGN = 0x40000000  # from here on, numbers are those of another convention (x32)

# Berkeley packet filter: load a word, jump if equal or if at least, return.
LOAD, EQUAL, AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06
NUMBER, MACHINE, FIRST_ARGUMENT = 0, 4, 16  # where `struct seccomp_data` keeps them, in bytes
ALLOW, REFUSE = 0x7FFF0000, 0x00050000


def program(machine: str | None = None) -> bytes:
    """The filter as the kernel reads it, for `bwrap --seccomp`.

    Parameters
    ----------
    machine : str, optional
        As `platform.machine` names it; by default this one.

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
    kind, refused = MACHINES[machine]
    no = RETURN, 0, 0, REFUSE | errno.EPERM
    # A jump says how many instructions to pass over: when the test holds, and when it does not.
    steps = [
        (LOAD, 0, 0, MACHINE),
        (EQUAL, 1, 0, kind),
        no,
        (LOAD, 0, 0, NUMBER),
        (AT_LEAST, 0, 1, FOREIGN),
        no,
    ]
    for number in refused:
        steps += [(EQUAL, 0, 1, number), no]
    steps += [
        (EQUAL, 1, 0, SOCKET[machine]),
        (RETURN, 0, 0, ALLOW),
        (LOAD, 0, 0, FIRST_ARGUMENT),
    ]
    for family in FAMILIES:
        steps += [(EQUAL, 0, 1, family), (RETURN, 0, 0, ALLOW)]
    steps += [(RETURN, 0, 0, REFUSE | errno.EAFNOSUPPORT)]
    return b"".join(struct.pack("=HBBI", *step) for step in steps)
