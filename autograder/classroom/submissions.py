"""Reading what students handed in. Anything may lie there; nothing here raises for it.

A notebook is read cell by cell as plain data: what kind of cell, which text, which id. All else
that a file may hold (outputs, tags, kernels, links, broken metadata) is not looked at.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from .course import ClassFolder, Lesson
from .errors import ClassroomError

MOST_BYTES = 256_000_000
"""A notebook file over this is not opened."""

MOST_THINGS = 5_000_000
"""Lists, dicts, and what is in them, in one file: each takes many times the memory of its text."""

MOST_CELLS = 1_000
MOST_IN_A_CELL, MOST_TEXT = 100_000, 500_000
"""Characters of the text of a cell, and of all: who reads it takes a thousand times its memory."""

MOST_IN_A_NAME = 128
"""Characters of a student's name that nbgrader's gradebook has room for."""

MOST_BYTES_OF_A_NAME = 200
"""Of a student's name: files are called by it, with something before and after."""

LONG_NAME = re.compile(r"(?:\.\w*){1000}")
"""What colours code takes time by the square of a dotted name."""

# Possessive, and content with a text that does not end: it looks at every byte once.
STRINGS = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)


@dataclass(frozen=True)
class HandedCell:
    """One cell of a handed-in notebook: `ids` are the names it goes by, the surest first."""

    cell_type: str
    source: str
    ids: tuple[str, ...]


@dataclass(frozen=True)
class Submission:
    """What one student handed in for one lesson.

    `unreadable` says in one sentence why there are no cells, and is empty if there are.
    `remarks` are things about the folder that somebody should know.
    """

    student: str
    lesson: str
    cells: tuple[HandedCell, ...] = ()
    unreadable: str = ""
    remarks: tuple[str, ...] = ()
    timestamp: str = ""


def find_students(
    folder: ClassFolder, lesson: Lesson, wanted: Iterable[str] = ()
) -> tuple[list[str], list[str]]:
    """Who handed in something for a lesson, and what else lies in `submitted/`.

    Parameters
    ----------
    folder : ClassFolder
    lesson : Lesson
    wanted : iterable of str
        Only these students. By default everybody.

    Returns
    -------
    students : list of str
        Names of the folders that hold a folder for the lesson.
    strays : list of str
        A sentence for everything that is no student's folder.

    Raises
    ------
    ClassroomError
        If there is no `submitted/`, nothing in it for the lesson, or nothing of one who is wanted.
    """
    if not folder.submitted.is_dir():
        raise ClassroomError(
            f"There is no folder {folder.submitted}: put what was handed in there."
        )
    students, strays = [], []
    for path in sorted(folder.submitted.iterdir()):
        if path.name.startswith("."):
            continue
        if not is_text(path.name):
            strays.append(f"{path.name!a} in submitted/ is no name that can be written down")
        elif len(path.name) > MOST_IN_A_NAME or len(path.name.encode()) > MOST_BYTES_OF_A_NAME:
            strays.append(
                f"{path.name[:20]!a}… in submitted/ is a longer name than a gradebook has room for"
            )
        elif path.is_symlink() or not path.is_dir():
            strays.append(f"{path.name!r} in submitted/ is not a student's folder")
        elif (path / lesson.name).is_symlink() or (path / lesson.name).exists():
            students.append(path.name)
    wanted = list(wanted)
    for student in wanted:
        if student not in students:
            raise ClassroomError(
                f"{student!r} handed in nothing for {lesson.name}: "
                f"there is no {folder.submitted / student / lesson.name}."
            )
    if not students:
        raise ClassroomError(
            f"Nothing was handed in for {lesson.name}: "
            f"there is no {folder.submitted}/STUDENT/{lesson.name}."
        )
    return wanted or students, strays


def read_submission(folder: ClassFolder, lesson: Lesson, student: str) -> Submission:
    """Read one student's notebook; if that cannot be done, the submission says why."""
    place = folder.submitted / student / lesson.name
    name = f"{lesson.name}.ipynb"
    if place.is_symlink() or not place.is_dir():
        return Submission(student, lesson.name, unreadable=f"{lesson.name} is not a folder")
    others = sorted(path.name for path in place.glob("*.ipynb") if path.name != name)
    if others and not (place / name).is_symlink() and not (place / name).exists():
        reason = f"there is no {name}, only {_shown(others[0])}: rename it and grade again"
        return Submission(student, lesson.name, unreadable=reason)
    submission = read_notebook(place / name, lesson, student)
    remarks = tuple(f"{_shown(other)} was handed in too, and not looked at" for other in others[:3])
    if len(others) > 3:
        remarks += (f"{len(others) - 3} more notebooks were handed in, and not looked at",)
    return replace(submission, remarks=remarks, timestamp=_timestamp(place / "timestamp.txt"))


def file_digest(folder: ClassFolder, lesson: Lesson, student: str) -> bytes:
    """A digest of all that `read_submission` looks at: another one, if anything has changed.

    Raises
    ------
    OSError
        If something there cannot be read.
    """
    place = folder.submitted / student / lesson.name
    digest = hashlib.sha256()
    names = sorted(path.name for path in place.iterdir()) if place.is_dir() else []
    for name in (f"{lesson.name}.ipynb", "timestamp.txt"):
        path = place / name
        if path.is_file() and not path.is_symlink():
            with path.open("rb") as file:
                names.append(hashlib.file_digest(file, "sha256").hexdigest())
    digest.update(repr((names, place.is_symlink())).encode())
    return digest.digest()


def read_notebook(path: Path, lesson: Lesson, student: str = "") -> Submission:
    """Read one notebook file; if that cannot be done, the submission says why."""
    try:
        return Submission(student, lesson.name, _read(path))
    except _Unreadable as reason:
        return Submission(student, lesson.name, unreadable=str(reason))
    except OSError as error:
        reason = f"{path.name} could not be read: {error.strerror or error}"
        return Submission(student, lesson.name, unreadable=reason)


class _Unreadable(Exception):
    """Why a notebook was not read; never leaves this module."""


def _read(path: Path) -> tuple[HandedCell, ...]:
    if path.is_symlink():
        raise _Unreadable(f"{path.name} is a link to another file, and links are not followed")
    if not path.exists():
        raise _Unreadable(f"there is no {path.name}")
    if not path.is_file():
        raise _Unreadable(f"{path.name} is not a file")
    if path.stat().st_size > MOST_BYTES:
        raise _Unreadable(f"{path.name} is larger than {MOST_BYTES // 1_000_000} MB")
    return cells_from(path.read_bytes(), path.name)


def _timestamp(path: Path) -> str:
    """What nbgrader's collect noted of when it was handed in."""
    if path.is_symlink() or not path.is_file() or path.stat().st_size > 100:
        return ""
    return path.read_text(encoding="utf-8", errors="replace").strip()


def cells_from(data: bytes, name: str) -> tuple[HandedCell, ...]:
    """The cells of a notebook file called `name`, from what is in it."""
    if _holds_too_much(data):
        raise _Unreadable(f"{name} holds more than {MOST_THINGS:,} things")
    try:
        notebook = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise _Unreadable(f"{name} is not a text file in UTF-8") from None
    except (ValueError, RecursionError):
        raise _Unreadable(f"{name} is not JSON: the file is damaged or not a notebook") from None
    if not isinstance(notebook, dict) or "nbformat" not in notebook:
        raise _Unreadable(f"{name} is not a notebook")
    if notebook["nbformat"] != 4:
        raise _Unreadable(
            f"{name} is in notebook format {_shown(str(notebook['nbformat'])[:20])}, not 4: "
            "open it in JupyterLab and save it again"
        )
    cells = notebook.get("cells")
    if not isinstance(cells, list):
        raise _Unreadable(f"{name} is a notebook without a list of cells")
    if len(cells) > MOST_CELLS:
        raise _Unreadable(f"{name} holds more than {MOST_CELLS:,} cells")
    read = tuple(_cell(cell, number, name) for number, cell in enumerate(cells, 1))
    if sum(len(cell.source) for cell in read) > MOST_TEXT:
        raise _Unreadable(f"{name} holds more than {MOST_TEXT:,} characters in its cells")
    return read


def _holds_too_much(data: bytes) -> bool:
    """Whether a JSON text names so many things that it is better not read."""
    if len(data) <= MOST_THINGS:
        return False
    if data.count(b'"') > 4 * MOST_THINGS:
        return True
    bare = STRINGS.sub(b"", data)
    return sum(map(bare.count, (b",", b"[", b"{"))) > MOST_THINGS


def _cell(cell: Any, number: int, name: str) -> HandedCell:
    try:
        source = cell["source"]
        source = source if isinstance(source, str) else "".join(source)
        kind = cell["cell_type"]
    except (TypeError, KeyError):
        raise _Unreadable(f"{name} is damaged: cell {number} is not a cell") from None
    if len(source) > MOST_IN_A_CELL:
        raise _Unreadable(
            f"{name} holds more than {MOST_IN_A_CELL:,} characters in cell {number}: "
            "split it, or leave out what is no answer"
        )
    if LONG_NAME.search(source):
        raise _Unreadable(f"{name} holds a name with more than 1,000 dots in cell {number}")
    if not is_text(source):
        raise _Unreadable(f"{name} is damaged: cell {number} holds what is not text")
    metadata = cell.get("metadata")
    nbgrader = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    grade_id = nbgrader.get("grade_id") if isinstance(nbgrader, dict) else None
    ids = tuple(i for i in (grade_id, cell.get("id")) if isinstance(i, str))
    return HandedCell(kind if kind in ("code", "markdown") else "raw", source, ids)


def _shown(name: str) -> str:
    """A name that a stranger chose, without what would mean something on a page.

    >>> print(_shown("[x](javascript:y).ipynb"))
    '?x?(javascript?y).ipynb'
    """
    return ascii(re.sub(r"[^\w .()-]", "?", name))


def is_text(text: str) -> bool:
    """Whether a string can be written to a file: half a surrogate pair cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
