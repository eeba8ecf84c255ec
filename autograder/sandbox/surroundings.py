"""What a sandbox shows of the machine: the system and Python, cut to what a kernel needs.

Of the packages that are installed beside the course, only those are there that a kernel, NumPy and
matplotlib ask for, whichever folder they lie in; of the system's programs, a shell and its like.
"""

from __future__ import annotations

import os
import shutil
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

PACKAGES = "ipykernel", "numpy", "matplotlib", "pillow"
"""What a kernel must be able to import; what these ask for is found by itself."""

NOT_NEEDED = ("debugpy",)
"""What these ask for and can do without: a debugger, which takes a quarter of a kernel's start."""

PROGRAMS = (
    *("bwrap", "nice", "prlimit", "setpriv", "unshare"),  # which the sandbox itself is made with
    *("sh", "bash", "env", "echo", "cat", "ls", "cp", "mv", "rm", "mkdir", "rmdir", "touch", "ln"),
    *("head", "tail", "wc", "sort", "uniq", "grep", "sed", "cut", "tr", "find", "date", "sleep"),
    *("pwd", "id", "whoami", "uname", "hostname", "true", "false", "test", "kill", "nohup"),
    *("setsid", "stty", "printf", "seq", "du", "df", "stat", "chmod"),
)
"""What a cell may find where a line of it goes to the shell."""

ROOTS = "/bin", "/lib", "/lib32", "/lib64"
"""On most systems links into `/usr`."""

SHARED = ("fonts", "fontconfig", "zoneinfo", "terminfo")
SETTINGS = ("/etc/ld.so.cache", "/etc/localtime", "/etc/fonts", "/etc/alternatives")


@dataclass(frozen=True)
class Place:
    """Something that is shown.

    Parameters
    ----------
    path : str
        Where it is inside.
    source : str
        What is shown there: a file or folder outside, or what a link says; empty for a folder that
        is to look empty.
    link : bool
    """

    path: str
    source: str = ""
    link: bool = False


@cache
def surroundings() -> tuple[Place, ...]:
    """All that is shown, each path once; of what lies in another it lies on top."""
    found: dict[str, Place] = {}
    for place in (*_system(), *_python(), *_packages()):
        found.setdefault(place.path, place)
    return tuple(found.values())


@cache
def pythons() -> tuple[str, ...]:
    """The paths at which something of Python and its packages is shown."""
    return tuple(sorted({place.path for place in (*_python(), *_packages()) if place.source}))


def shown_folders() -> list[Path]:
    """The folders outside that everybody inside can read to their depths."""
    return [
        Path(place.source)
        for place in surroundings()
        if place.source and not place.link and Path(place.source).is_dir()
    ]


def _system() -> Iterator[Place]:
    for path in (*ROOTS, "/usr/lib32", "/usr/lib64"):
        if Path(path).is_symlink():
            yield Place(path, os.readlink(path), link=True)  # noqa: PTH115
        elif Path(path).is_dir() and "bin" not in path:
            yield from _library(path)
    for path in _system_libraries():
        yield from _library(path)
    for name in PROGRAMS:
        if program := shutil.which(name, path=f"{os.defpath}:/usr/bin:/usr/sbin:/sbin"):
            yield from _shown([f"/usr/bin/{name}"], program)
            if not Path("/bin").is_symlink():
                yield from _shown([f"/bin/{name}"], program)
    shared = [f"/usr{local}/share/{name}" for local in ("", "/local") for name in SHARED]
    for path in (*SETTINGS, *shared, "/usr/lib/locale"):
        yield from _shown([path], path)


def _system_libraries() -> list[str]:
    """The folders of shared libraries below `/usr/lib`; itself where they lie in no other."""
    if Path("/usr/lib/libc.so.6").exists():
        return ["/usr/lib"]
    return sorted(str(path) for path in Path("/usr/lib").glob("*-linux-gnu*") if path.is_dir())


def _library(folder: str) -> Iterator[Place]:
    """A folder of libraries, with no packages of any Python in it."""
    yield Place(folder, folder)
    for python in Path(folder).glob("python3*"):
        yield from _without_packages(str(python))


def _without_packages(folder: str) -> Iterator[Place]:
    for name in ("site-packages", "dist-packages"):
        if Path(folder, name).is_dir():
            yield Place(f"{folder}/{name}")


def _python() -> Iterator[Place]:
    """The interpreter, its standard library, and the libraries that it is linked with."""
    # Of a virtual environment, the Python that it was made with: private, and so in no stub.
    base = sys._base_executable  # type: ignore[attr-defined]
    names = (f"{sys.prefix}/bin/python", f"{sys.prefix}/bin/python3", base)
    for name in (sys.executable, *names):
        yield from _executable(name)
    yield from _shown(_names(f"{sys.prefix}/pyvenv.cfg"), f"{sys.prefix}/pyvenv.cfg")
    for kind in ("stdlib", "platstdlib"):  # the second is a virtual environment's own, if it is one
        for name in _names(sysconfig.get_path(kind)):
            if any(Path(name, part).exists() for part in ("os.py", "lib-dynload")):
                yield Place(name, name)
                yield from _without_packages(name)
    for prefix in {sys.base_prefix, sys.base_exec_prefix}:
        if Path(prefix, "conda-meta").is_dir():  # conda's NumPy is linked with what lies there
            for name in _names(f"{prefix}/lib"):
                yield from _library(name)
        for library in Path(prefix, "lib").glob("libpython*.so*"):
            yield from _shown(_names(str(library)), str(library))


def _executable(path: str) -> Iterator[Place]:
    """A program, and the links that lead to it: a virtual environment knows itself by them."""
    while Path(path).is_symlink():
        target = os.readlink(path)  # noqa: PTH115
        yield Place(path, target, link=True)
        path = os.path.normpath(Path(path).parent / target)
    yield from _shown(_names(path), path)


@cache
def _packages() -> tuple[Place, ...]:
    """The packages that a kernel needs, each by itself, and their folders with nothing else."""
    places: list[Place] = []
    for package in needed(PACKAGES):
        folder = str(package.locate_file(""))
        for site in _names(folder):
            places.append(Place(site))
            places += [Place(f"{site}/{name}", f"{folder}/{name}") for name in _parts(package)]
    return tuple(place for place in places if not place.source or Path(place.source).exists())


def needed(roots: Iterable[str]) -> list[Distribution]:
    """The distributions of that name, and all that they cannot do without on this machine."""
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    found: dict[str, Distribution] = {}
    waiting = list(roots)
    while waiting:
        name = canonicalize_name(waiting.pop())
        if name in found or name in NOT_NEEDED:
            continue
        try:
            found[name] = distribution(name)
        except PackageNotFoundError:
            continue
        for text in found[name].requires or ():
            asked = Requirement(text)
            if asked.marker is None or asked.marker.evaluate({"extra": ""}):
                waiting.append(asked.name)
    return list(found.values())


def _parts(package: Distribution) -> set[str]:
    """What a distribution has put into its folder: packages, modules, and what tells of it."""
    lines = (package.read_text("RECORD") or "").splitlines()
    paths = (line.strip('"').split(",")[0] for line in lines)
    parts = {
        path if path.startswith("__pycache__/") else path.partition("/")[0]
        for path in paths
        if not path.startswith(("../", "/"))
    }
    return {part for part in parts if not part.endswith(".pth")}


def _shown(paths: Iterable[str], source: str) -> Iterator[Place]:
    if Path(source).exists():
        yield from (Place(path, os.path.realpath(source)) for path in paths)


def _names(path: str) -> list[str]:
    """A path, and the one that it really is."""
    return sorted({path, os.path.realpath(path)})
