"""What a machine is and has, as far as grading leans on it: facts, and no opinion of them."""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from autograder.lessons.errors import ClassroomError
from autograder.running.wall import refuse_shown
from autograder.sandbox.requirements import attempt, missing

from .folder import ClassFolder

try:
    import resource
except ImportError:  # Windows has no such limits
    resource = None

PACKAGES = ("numpy", "nbgrader", "ipykernel", "distributed")

INSIDE = """
import json, os, resource, socket
rows = (line.split(":", 1) for line in open("/proc/self/status"))
status = {name: value.strip() for name, value in rows}
names = ("AS", "CPU", "NPROC", "FSIZE", "NOFILE")
print(json.dumps({
    "seccomp": status.get("Seccomp") == "2",
    "rights": int(status["CapEff"], 16) or int(status["NoNewPrivs"]) == 0,
    "network": [name for _, name in socket.if_nameindex() if name != "lo"],
    "unbounded": [n for n in names if resource.getrlimit(getattr(resource, "RLIMIT_" + n))[1] < 0],
    "writable": [place for place in ("/", "/usr/lib") if not os.statvfs(place).f_flag & 1],
    "processes": sum(name.isdigit() for name in os.listdir("/proc")),
}))
"""
"""Run in the sandbox: prints what it finds there."""


@dataclass(frozen=True)
class Inside:
    """What a program finds in the sandbox."""

    seccomp: bool = True
    rights: bool = False
    network: tuple[str, ...] = ()
    unbounded: tuple[str, ...] = ()
    writable: tuple[str, ...] = ()
    processes: int = 3


@dataclass(frozen=True)
class Machine:
    """Facts.

    Parameters
    ----------
    versions : dict
        By what has them; empty where a part is not there.
    no_sandbox : str
        Why there is no sandbox, and what to do; empty if there is one.
    inside : Inside or None
        Found in the sandbox, if there is one.
    root : bool
        Whether whoever grades is root.
    memory, cores : int
        Bytes that are free now, and processors.
    open_files : int
        That a process of the grader's may hold.
    readers : tuple of str
        Who else may read the class's folder: `"its group"`, `"everybody"`.
    shown : str
        Why the class's folder must not lie where it does; empty if it may.
    unwritable : tuple of Path
        What the grader has to write to, and may not.
    free : dict of Path to int
        Bytes that are free where the class lies and where temporary files do.
    """

    versions: dict[str, str] = field(default_factory=dict)
    no_sandbox: str = ""
    inside: Inside | None = field(default_factory=Inside)
    root: bool = False
    memory: int = 8 << 30
    cores: int = 4
    open_files: int = 1 << 20
    readers: tuple[str, ...] = ()
    shown: str = ""
    unwritable: tuple[Path, ...] = ()
    free: dict[Path, int] = field(default_factory=dict)


def this_machine(folder: ClassFolder) -> Machine:
    """Look at the machine that this runs on, and at a class's folder."""
    reason = missing() or ""
    return Machine(
        versions=dict(_versions()),
        no_sandbox=reason,
        inside=None if reason else look_inside(),
        root=getattr(os, "geteuid", lambda: 1)() == 0,
        memory=_free_memory(),
        cores=os.cpu_count() or 1,
        open_files=resource.getrlimit(resource.RLIMIT_NOFILE)[0] if resource else 1 << 20,
        readers=tuple(readers_of(folder.root)),
        shown=_shown(folder),
        unwritable=tuple(_unwritable(folder)),
        free={
            place: shutil.disk_usage(place).free
            for place in (folder.root, Path(tempfile.gettempdir()))
        },
    )


def look_inside() -> Inside | None:
    """What a program finds in the sandbox; None if it does not say."""
    with suppress(ValueError, KeyError, TypeError, OSError, subprocess.SubprocessError):
        found = json.loads(attempt(INSIDE).stdout)
        lists = {name: tuple(found[name]) for name in ("network", "unbounded", "writable")}
        return Inside(
            bool(found["seccomp"]), bool(found["rights"]), processes=found["processes"], **lists
        )
    return None


def _versions() -> Iterator[tuple[str, str]]:
    yield "Python", platform.python_version()
    yield platform.system() or "system", platform.release()
    yield "bubblewrap", _bubblewrap()
    for name in PACKAGES:
        with suppress(PackageNotFoundError):
            yield name, version(name)


def _bubblewrap() -> str:
    with suppress(OSError, subprocess.SubprocessError):
        command = ["bwrap", "--version"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
        found = re.search(r"\d+(\.\d+)*", done.stdout)
        return found.group() if found else ""
    return ""


def _free_memory() -> int:
    """Bytes of memory that programs can have now; where the system does not say, all there is."""
    with suppress(OSError, AttributeError):
        found = re.search(r"MemAvailable:\s+(\d+) kB", Path("/proc/meminfo").read_text())
        if found:
            return int(found.group(1)) << 10
    with suppress(OSError, ValueError, AttributeError):
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return 0


def readers_of(folder: Path) -> Iterator[str]:
    """Who besides its owner may read what lies in a folder: all folders above let them through."""
    if sys.platform == "win32":  # who may read there is not said by these bits
        return
    place = folder.resolve()
    above = [parent.stat().st_mode for parent in place.parents]
    mode = place.stat().st_mode
    if mode & stat.S_IRGRP and mode & stat.S_IXGRP and all(m & 0o011 for m in above):
        yield "its group"
    if mode & stat.S_IROTH and mode & stat.S_IXOTH and all(m & 0o001 for m in above):
        yield "everybody"


def _shown(folder: ClassFolder) -> str:
    try:
        refuse_shown(folder.root)
    except ClassroomError as error:
        return str(error)
    return ""


def _unwritable(folder: ClassFolder) -> Iterator[Path]:
    """What of a class has to be written, and cannot be."""
    for place in (folder.root, folder.gradebook, folder.autograded, folder.feedback, folder.logs):
        if place.exists() and not os.access(place, os.W_OK):
            yield place
