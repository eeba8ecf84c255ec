"""The wall around a kernel as a command line: what is shown inside, and how much may be used.

`command` is a pure function of what is wanted. Bubblewrap (`bwrap`) makes an empty file system
and shows in it, read-only, the system, the Python that runs this, and what `Mounts` name; it
gives the program namespaces of its own, in which there is no network and no other process.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from . import seccomp
from .surroundings import surroundings

HOME = "/home/student"
WORK = f"{HOME}/work"
"""The kernel's working folder."""

SOCKETS = "/run/sockets"
"""Where the sockets of the caller are inside, among them the judge's."""

KERNEL = "/run/kernel"
"""Where the kernel makes its own sockets."""

CONNECTION = "/run/kernel.json"
"""Jupyter's connection file."""

MATPLOTLIB = f"{HOME}/.matplotlib"
"""Where matplotlib looks for its list of fonts."""

WRITABLE = (HOME, "/tmp", "/dev/shm", KERNEL)
"""All that can be written to inside; each is a file system in memory, and bounded."""

FOLDERS = (WORK, MATPLOTLIB)
"""Folders that are made in them."""

LOWER = 5
"""How much lower the priority of what runs inside is: the judge and all neighbors come first."""

STUDENT = 60600
"""The user that the kernel is when the grader is root: one that systemd leaves unused."""


@dataclass(frozen=True)
class Resources:
    """How much one kernel may use before it is stopped.

    Parameters
    ----------
    memory : int
        Bytes: the address space of each process, and what all of them together keep in memory,
        files included.
    cpu_seconds : int
        Processor time of all processes together.
    processes : int
        Processes and threads together.
    disk : int
        Bytes, of each of the home with the working folder, `/tmp` and `/dev/shm`. A file counts
        for one KiB beside what is in it.
    file_bytes : int
        The size of one file.
    open_files : int
        Files that one process holds open.
    sockets : int
        Bytes that may lie in the folder of the kernel's sockets.
    cores : tuple of int
        The machine's cores that all of it runs on, by number; all of them if none is named.
    """

    memory: int = 2 << 30
    cpu_seconds: int = 300
    processes: int = 64
    disk: int = 256 << 20
    file_bytes: int = 64 << 20
    open_files: int = 256
    sockets: int = 1 << 20
    cores: tuple[int, ...] = ()

    def bounds(self) -> dict[str, tuple[int, int]]:
        """What Linux itself holds each process to: soft and hard limits, by the names of *prlimit*.

        >>> Resources(open_files=100).bounds()["nofile"]
        (100, 100)
        """
        most = {
            "as": self.memory,
            "fsize": self.file_bytes,
            "nproc": self.processes,
            "nofile": self.open_files,
            "core": 0,
            "msgqueue": 0,
            "memlock": 1 << 16,
            "sigpending": 128,  # signals that wait, and timers
        }
        # The watchdog is to see it first, and to say why.
        cpu = (self.cpu_seconds + 1, self.cpu_seconds + 2)
        return {**{name: (bound, bound) for name, bound in most.items()}, "cpu": cpu}

    def size(self, path: str) -> int:
        """Bytes that one of the file systems `WRITABLE` has room for."""
        return self.sockets if path == KERNEL else self.disk

    def sentence(self, limit: str) -> str:
        """What is said of a notebook that met a limit.

        >>> Resources(memory=2 << 30).sentence("memory")
        'memory: the notebook needed more than 2 GiB'
        """
        return {
            "memory": f"memory: the notebook needed more than {_size(self.memory)}",
            "cpu_seconds": f"processor time: the notebook needed more than {self.cpu_seconds} s",
            "processes": f"processes: the notebook ran {self.processes} processes and threads "
            "at once",
            "disk": f"disk: the notebook wrote more than {_size(self.disk)} to one folder",
            "file_bytes": "file size: the notebook wrote a file of more than "
            f"{_size(self.file_bytes)}",
            "open_files": "open files: the notebook held more files open than the "
            f"{self.open_files} that a process may",
            "sockets": f"sockets: the notebook put more than {_size(self.sockets)} into the folder "
            "of the kernel's sockets",
        }[limit]

    def behind(self, ename: str, evalue: str) -> str | None:
        """The sentence of the limit behind an error that a cell ended in, if one was.

        Several limits do not end the kernel: what goes beyond them raises an ordinary exception.

        Parameters
        ----------
        ename, evalue : str
            The name of the exception and its text, as in a notebook's output.

        >>> Resources().behind("OSError", "[Errno 27] File too large: 'x'")
        'file size: the notebook wrote a file of more than 64 MiB'
        >>> Resources().behind("OSError", "[Errno 2] No such file or directory: 'x'")
        """
        for limit, name, text in (
            ("memory", "MemoryError", ""),
            ("memory", "OSError", "[Errno 12]"),
            ("processes", "BlockingIOError", "[Errno 11]"),
            ("processes", "RuntimeError", "can't start new thread"),
            ("disk", "OSError", "[Errno 28]"),
            ("file_bytes", "OSError", "[Errno 27]"),
            ("open_files", "OSError", "[Errno 24]"),
        ):
            if ename == name and evalue.startswith(text):
                return self.sentence(limit)
        return None


def _size(amount: int) -> str:
    """Bytes as people write them.

    >>> _size(2 << 30), _size(1500 << 20), _size(1000)
    ('2 GiB', '1500 MiB', '1000 bytes')
    """
    for unit, shift in (("GiB", 30), ("MiB", 20), ("KiB", 10)):
        if amount >> shift and not amount % (1 << shift):
            return f"{amount >> shift} {unit}"
    return f"{amount} bytes"


@dataclass(frozen=True)
class Mounts:
    """What a kernel is shown.

    Parameters
    ----------
    work : Path
        A folder; what is in it is copied into the kernel's working folder, `WORK`.
    shown : mapping of str to Path
        Files and folders outside by the path that they have inside. They cannot be written to.
    environment : mapping of str to str
        Environment variables beyond a clean minimum; nothing else is inherited.
    """

    work: Path
    shown: Mapping[str, Path] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)


def command(
    mounts: Mounts,
    resources: Resources,
    folder: Path,
    program: Sequence[str],
    *,
    status: int,
    calls: int,
    root: bool,
) -> list[str]:
    """The command that runs a program inside.

    Parameters
    ----------
    folder : Path
        Holds a folder `sockets`, shown inside as `SOCKETS`, and perhaps `inside.json`, shown as
        `CONNECTION`.
    program : sequence of str
        The program and its arguments, as they are inside.
    status : int
        An open file to which bubblewrap writes, as JSON, which process is the first one inside.
    calls : int
        An open file from which it reads the filter of system calls (`seccomp.program`).
    root : bool
        Whether the one who starts the command is root.

    Returns
    -------
    list of str
    """
    # One's own user namespace, with an ordinary user in it and no way to make another.
    person = ["--unshare-user", "--uid", "1000", "--gid", "1000", "--disable-userns"]
    person += ["--new-session", "--seccomp", str(calls), "--chdir", WORK]
    bounds = resources.bounds()
    limits = ["nice", f"--adjustment={LOWER}"]
    limits += ["prlimit", *(f"--{name}={soft}:{hard}" for name, (soft, hard) in bounds.items())]
    limits += ["--", *program]
    wall = [*_wall(mounts, resources, folder), "--info-fd", str(status)]
    if not root:
        return [*wall, *person, "--", *limits]
    # Whoever is root outside stays exempt from the limit on processes under any name inside. So
    # root makes the wall, becomes somebody else for good, and that one makes the user namespace.
    return [
        *wall,
        *_able("SETUID", "SETGID", "SETPCAP"),
        *("--", *SOMEBODY_ELSE),
        *("bwrap", "--die-with-parent", "--dev-bind", "/", "/", *person, "--", *limits),
    ]


def warm_command(
    mounts: Mounts,
    resources: Resources,
    folder: Path,
    program: Sequence[str],
    *,
    calls: int,
    root: bool,
) -> list[str]:
    """The command that runs a program which is to fork kernels inside.

    What it may do is what a kernel may, but that it can make namespaces for those that it forks.
    It is shown all that they are, so the mounts that they inherit cannot be undone by them. Their
    own folders and limits they get later.

    Parameters
    ----------
    mounts, resources, folder, program, calls, root
        As for `command`; but what is in `mounts.work` is left out.

    Returns
    -------
    list of str
    """
    wall = [*_wall(mounts, resources, folder), "--new-session", "--seccomp", str(calls)]
    wall += ["--chdir", WORK]
    if not root:
        return [*wall, "--unshare-user", "--uid", "1000", "--gid", "1000", "--", *program]
    # Of a /proc of which bubblewrap has covered parts, Linux lets nobody have one of their own.
    return [
        *wall,
        *_able("SETUID", "SETGID", "SETPCAP", "SYS_ADMIN"),
        *("--", "unshare", "--mount-proc", *SOMEBODY_ELSE, *program),
    ]


SOMEBODY_ELSE = (
    *("setpriv", f"--reuid={STUDENT}", f"--regid={STUDENT}", "--clear-groups"),
    *("--inh-caps=-all", "--bounding-set=-all", "--no-new-privs", "--"),
)


def _able(*rights: str) -> list[str]:
    """What root keeps of its rights until it has become somebody else."""
    words = ["--cap-drop", "ALL"]
    for name in rights:
        words += ["--cap-add", f"CAP_{name}"]
    return words


def _wall(mounts: Mounts, resources: Resources, folder: Path) -> list[str]:
    """Namespaces, the file system and the environment."""
    wall = ["bwrap", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts"]
    wall += ["--unshare-cgroup", "--hostname", "sandbox", "--die-with-parent", "--clearenv"]
    wall += _mounts(mounts, resources, folder)
    for name, value in {**_minimum(), **mounts.environment}.items():
        wall += ["--setenv", name, value]
    return wall


def _mounts(mounts: Mounts, resources: Resources, folder: Path) -> list[str]:
    """The file system inside."""
    places: list[tuple[str, list[str]]] = []  # a path inside, and what makes it
    empty = [place.path for place in surroundings() if not place.source]

    def show(path: str, source: str | Path) -> None:
        places.append((path, ["--ro-bind", str(source), path]))

    for place in surroundings():
        if place.link:
            places.append((place.path, ["--symlink", place.source, place.path]))
        elif place.source:
            show(place.path, place.source)
    places += [(path, ["--perms", "0755", "--tmpfs", path]) for path in empty]
    places.append(("/proc", ["--proc", "/proc"]))
    places.append(("/dev", ["--dev", "/dev"]))
    show("/dev/zero", "/dev/null")  # mapped, it is memory that stays when no process shows it
    for path in WRITABLE:
        size = str(resources.size(path))
        places.append((path, ["--size", size, "--perms", "1777", "--tmpfs", path]))
    for path in FOLDERS:
        places.append((path, ["--perms", "0777", "--dir", path]))
    show(SOCKETS, folder / "sockets")
    for name, path in (("passwd", "/etc/passwd"), ("inside.json", CONNECTION)):
        if (folder / name).exists():
            show(path, folder / name)
    for path, source in mounts.shown.items():
        show(path, source)
    # Bubblewrap would make the folders above them for one user alone.
    above = {parent for path, _ in places for parent in Path(path).parents[:-1]}
    for path in sorted(map(str, above - {Path(path) for path, _ in places})):
        places.append((path, ["--perms", "0755", "--dir", path]))
    # What lies deeper is put on top of what lies above it.
    places.sort(key=lambda place: len(Path(place[0]).parts))
    made = [word for _, words in places for word in words]
    return made + [word for path in ("/dev", *empty, "/") for word in ("--remount-ro", path)]


def _minimum() -> dict[str, str]:
    return {
        "HOME": HOME,
        "LANG": "C.UTF-8",
        "MALLOC_ARENA_MAX": "2",  # each thread would set 64 MiB of the address space aside
        "MPLCONFIGDIR": MATPLOTLIB,
        # Kernels run side by side, and threads count as processes.
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "PATH": f"{sys.prefix}/bin:/usr/bin:/bin",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",  # what a notebook prints of a set is the same every time
        "PYTHONNOUSERSITE": "1",
        "PYTHONSAFEPATH": "1",  # a numpy.py beside the notebook is not NumPy
        "TMPDIR": "/tmp",
        "USER": "student",
    }


@contextmanager
def pipes(tcp: bool = True) -> Iterator[tuple[int, int, int]]:
    """What `command` wants open: the end of `status` to read and the one to write, and `calls`.

    With `tcp`, what runs inside may have sockets of IPv4.
    """
    source, calls = os.pipe()
    os.write(calls, seccomp.program(tcp=tcp))
    os.close(calls)
    reader, writer = os.pipe()
    try:
        yield reader, writer, source
    finally:
        for number in (source, reader, writer):
            os.close(number)
