"""What is enforced on a machine when strangers' code is graded, and what is not.

Every row says what that means in the words of `docs/threat-model.md`, and the one thing to do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass

from .machine import Machine

KERNEL = 2 << 30
"""Bytes that one submission may use."""

LEAST_DISK, LITTLE_DISK = 200 << 20, 2 << 30
"""Bytes without which nothing can be graded, and with which a large class may end half-way."""

LEAST_FILES = 1024


@dataclass(frozen=True)
class Finding:
    """One row.

    Parameters
    ----------
    name : str
    enforced : bool
    found : str
        What is so on this machine.
    essential : bool
        Whether a class must not be graded without it.
    means : str
        If it is not enforced: what that means.
    do : str
        If it is not enforced: the one thing to do.
    """

    name: str
    enforced: bool
    found: str
    essential: bool = False
    means: str = ""
    do: str = ""

    def as_json(self) -> dict:
        """As plain data."""
        return asdict(self)

    def lines(self) -> Iterator[str]:
        r"""As it is printed.

        Examples
        --------
        >>> row = Finding("Disk", False, "1 MB", True, "It fills.", "Clear it.")
        >>> print("\n".join(row.lines()))
        MISSING   Disk: 1 MB
                  It fills.
                  To do: Clear it.
        """
        word = "yes" if self.enforced else "MISSING" if self.essential else "no"
        yield f"{word:9} {self.name}: {self.found}"
        if not self.enforced:
            yield from (f"{'':10}{self.means}", f"{'':10}To do: {self.do}")


def findings(machine: Machine) -> list[Finding]:
    """All rows for a machine, in the order of the wall: outermost first."""
    return [*_sandbox(machine), _memory(machine), *_folder(machine), *_room(machine)]


def is_safe(rows: Iterable[Finding]) -> bool:
    """Whether nothing essential is missing."""
    return all(row.enforced or not row.essential for row in rows)


def _sandbox(machine: Machine) -> Iterator[Finding]:
    version = machine.versions.get("bubblewrap", "")
    yield Finding(
        "Sandbox",
        not machine.no_sandbox,
        f"bubblewrap {version} works, with namespaces of its own for users, processes and network"
        if not machine.no_sandbox
        else f"bubblewrap {version or 'is not installed'}",
        True,
        "Without it, code that was handed in can do whatever you can: read the gradebook, "
        "other students' work and your own files.",
        machine.no_sandbox,
    )
    if not machine.no_sandbox:
        yield from _inside(machine)


STRANGE = "Do not grade on this machine; report what this command printed."


def _inside(machine: Machine) -> Iterator[Finding]:
    inside = machine.inside
    if inside is None:
        yield Finding(
            "Inside the sandbox",
            False,
            "a program that was started there said nothing",
            True,
            "Nobody can tell what is enforced there.",
            STRANGE,
        )
        return
    yield Finding(
        "System calls",
        inside.seccomp and not inside.rights,
        "seccomp filters them, and nothing inside has a right or can get one"
        if inside.seccomp and not inside.rights
        else "no filter of seccomp, or rights inside",
        True,
        "A bug in Linux could be reached through calls that no lesson needs.",
        "Use a kernel with seccomp (CONFIG_SECCOMP_FILTER), as all distributions have it.",
    )
    yield Finding(
        "Network",
        not inside.network,
        f"{', '.join(inside.network)} can be seen inside" if inside.network else "none inside",
        True,
        "Code that was handed in could send away what it sees, or fetch answers.",
        STRANGE,
    )
    yield Finding(
        "Files",
        not inside.writable,
        f"{', '.join(inside.writable)} can be written to inside"
        if inside.writable
        else "read-only inside but for memory; no home, no class, no course",
        True,
        "One submission could change what the next one finds.",
        STRANGE,
    )
    yield Finding(
        "Limits",
        not inside.unbounded,
        f"no limit of {', '.join(inside.unbounded)}"
        if inside.unbounded
        else "memory, processor time, processes, open files and file sizes",
        True,
        "One submission could use up the machine.",
        "Install the package util-linux, whose prlimit sets them.",
    )


def _memory(machine: Machine) -> Finding:
    """Control groups are not used: what that asks of the machine's memory."""
    most = machine.memory // KERNEL
    return Finding(
        "Memory for everybody",
        most >= machine.cores,
        f"{_size(machine.memory)} free, and a submission may use {_size(KERNEL)}; no control "
        "group: the grader counts once a second",
        means=f"With a worker on each of {machine.cores} processors, greedy submissions could use "
        "up the machine's memory, and Linux then ends some program.",
        do=f"Grade with --workers {max(1, most)}, or free some memory.",
    )


def _folder(machine: Machine) -> Iterator[Finding]:
    yield Finding(
        "Class folder, from inside",
        not machine.shown,
        "out of sight" if not machine.shown else "every submission can read it",
        True,
        "Hidden tests, grades and others' work would lie open to what was handed in.",
        machine.shown,
    )
    yield Finding(
        "Class folder, for others on this machine",
        not machine.readers,
        f"{' and '.join(machine.readers)} may read it" if machine.readers else "only you",
        means="Whoever has an account here could read grades and what others handed in.",
        do="Run chmod 700 on the class's folder.",
    )
    yield Finding(
        "Class folder, for you",
        not machine.unwritable,
        f"{machine.unwritable[0]} cannot be written to" if machine.unwritable else "can be written",
        True,
        "Nothing that is graded could be recorded.",
        "Run chmod u+w on it, or move the class to a folder of yours.",
    )


def _room(machine: Machine) -> Iterator[Finding]:
    place = min(machine.free, key=lambda path: machine.free[path], default=None)
    if place is not None:
        free = machine.free[place]
        yield Finding(
            "Disk",
            free >= LITTLE_DISK,
            f"{_size(free)} free in {place}",
            free < LEAST_DISK,
            "Grading may stop half-way; what was recorded until then stays.",
            f"Free {_size(LITTLE_DISK)} there.",
        )
    yield Finding(
        "Open files",
        machine.open_files >= LEAST_FILES,
        f"{machine.open_files} for each process of the grader's",
        means="Many workers at once may be refused their files, and those submissions are to be "
        "graded again.",
        do=f"Run ulimit -n {LEAST_FILES} before you grade.",
    )


def _size(amount: int) -> str:
    """Bytes, roughly.

    Examples
    --------
    >>> _size(5 << 29), _size(300 << 20)
    ('2.5 GB', '300 MB')
    """
    return f"{amount / (1 << 30):.1f} GB" if amount >= 1 << 30 else f"{amount >> 20} MB"
