"""What a student put beside the notebook for it to use: modules of one's own, tables, pictures."""

from __future__ import annotations

import re
import sys
import sysconfig
from collections.abc import Container, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from autograder.lessons.stub_package import PACKAGE
from autograder.running.handed_cells import is_text
from autograder.running.handed_in import printable

HIDDEN_LIBRARIES = ("scipy", "torch", "torchvision", "onnxruntime", "sklearn", "skimage", "cv2")
"""Libraries that know convolution, which no graded notebook sees: a file is none of them either."""

SUFFIXES = (".py", ".txt", ".csv", ".npy", ".png")

MOST_FILES, MOST_BYTES, MOST_BYTES_IN_ALL = 20, 2_000_000, 8_000_000
"""Files that are taken along, bytes of one, and of all."""

NOT_THE_STUDENTS = ("timestamp.txt",)
"""What collecting leaves there."""

START_UP = ("sitecustomize", "usercustomize", "ipython_config", "ipython_kernel_config")
"""Files that Python or IPython may look for when they start."""

MOST_TOLD = 5
"""Files that are named, of those that were not taken."""


@dataclass(frozen=True)
class FilesBeside:
    """The files that go with a notebook, by name, and why others do not, in a sentence each."""

    taken: tuple[tuple[str, bytes], ...] = ()
    remarks: tuple[str, ...] = ()


def files_beside(folder: Path, lessons_own: Container[str] = ()) -> FilesBeside:
    """Read what lies beside a notebook that was handed in. Nothing here raises for it.

    Parameters
    ----------
    folder : Path
    lessons_own : container of str
        Names of files that come with the lesson.
    """
    taken: list[tuple[str, bytes]] = []
    remarks = []
    room = MOST_BYTES_IN_ALL
    for path in candidates(folder):
        reason = why_not(path, lessons_own)
        if not reason and (len(taken) == MOST_FILES or path.stat().st_size > room):
            reason = f"more than {MOST_FILES} files or {room_in_words()} were handed in"
        data = b"" if reason else _bytes_of(path)
        if data is None:
            reason = "it could not be read"
        if data is None or reason:
            remarks.append(f"{printable(path.name)} was handed in too, and not looked at: {reason}")
        else:
            taken.append((path.name, data))
            room -= len(data)
    if len(remarks) > MOST_TOLD:
        more = len(remarks) - MOST_TOLD
        remarks[MOST_TOLD:] = [f"{more} more modules and tables were handed in, and not looked at"]
    return FilesBeside(tuple(taken), tuple(remarks))


def files_used(
    folder: Path, code: str, lessons_own: Container[str] = ()
) -> list[tuple[Path, Path]]:
    """The files beside a notebook that its code names: where each is, and its relative path.

    Parameters
    ----------
    folder : Path
        Which may hold much else.
    code : str
        Of all cells. What modules that it names say counts too.
    lessons_own : container of str
        Names of files that come with the lesson.
    """
    waiting = [path for path in candidates(folder) if not why_not(path, lessons_own)]
    used: list[Path] = []
    while len(used) < MOST_FILES and (found := [p for p in waiting if _is_named(p, code)]):
        used += found
        waiting = [path for path in waiting if path not in used]
        modules = (path for path in found if path.suffix == ".py")
        code = "\n".join((_bytes_of(path) or b"").decode("utf-8", "replace") for path in modules)
    return [(path, Path(path.name)) for path in used[:MOST_FILES]]


def _is_named(path: Path, code: str) -> bool:
    name = path.stem if path.suffix == ".py" else path.name
    return name in code and re.search(rf"\b{re.escape(name)}\b", code) is not None


def candidates(folder: Path) -> Iterator[Path]:
    """What lies beside a notebook, in order, and may be for the notebook to use."""
    try:
        paths = sorted(folder.iterdir())
    except OSError:
        return
    for path in paths:
        left = path.name in NOT_THE_STUDENTS or path.name.startswith((".", "~$"))
        if path.suffix in SUFFIXES and not left and ".ipynb" not in path.name.lower():
            yield path


def why_not(path: Path, lessons_own: Container[str] = ()) -> str:
    """Why a file does not go with a notebook; nothing if it does."""
    if not is_text(path.name):
        return "its name cannot be written down"
    if path.is_symlink():
        return "it is a link, and links are not followed"
    if not path.is_file():
        return "it is no file" if not path.is_dir() else "it is a folder"
    if path.name in lessons_own:
        return "the lesson has a file of that name"
    if path.suffix == ".py" and is_taken(path.stem):
        return f"`{path.stem}` is a name that Python or the course uses itself"
    if path.stat().st_size > MOST_BYTES:
        return f"it is larger than {MOST_BYTES // 1_000_000} MB"
    return ""


def is_taken(module: str) -> bool:
    """Whether a module of that name is there without the student's.

    Examples
    --------
    >>> is_taken("numpy"), is_taken("autograder"), is_taken("random"), is_taken("my_helpers")
    (True, True, True, False)
    """
    known = (sys.stdlib_module_names, START_UP, HIDDEN_LIBRARIES, _installed(), (PACKAGE.name,))
    return any(module in names for names in known)


@cache
def _installed() -> frozenset[str]:
    """The names of all that is installed."""
    folders = {sysconfig.get_path(name) for name in ("purelib", "platlib")}
    return frozenset(
        path.name.partition(".")[0] for folder in folders for path in Path(folder).iterdir()
    )


def room_in_words() -> str:
    return f"{MOST_BYTES_IN_ALL // 1_000_000} MB"


def _bytes_of(path: Path) -> bytes | None:
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES)
    except OSError:
        return None
