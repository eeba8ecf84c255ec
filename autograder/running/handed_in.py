"""A notebook as it was handed in. Anything may be in the file; nothing here raises for it.

It is read cell by cell as plain data: what kind of cell, which text, which id. All else that a file
may hold (outputs, tags, kernels, links, broken metadata) is not looked at.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.lessons.course import Lesson

MOST_BYTES = 256_000_000
"""A notebook file over this is not opened."""

MOST_THINGS = 5_000_000
"""Lists, dicts, and what is in them, in one file: each takes many times the memory of its text."""

MOST_CELLS = 1_000
MOST_IN_A_CELL, MOST_TEXT = 100_000, 500_000
"""Characters of the text of a cell, and of all: who reads it takes a thousand times its memory."""

LONG_NAME = re.compile(r"(?<![\w.])\w*+(?:\.\w*+){1000}")
"""What colours code takes time by the square of a dotted name. It is sought where one begins."""

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


def read_notebook(path: Path, lesson: Lesson, student: str = "") -> Submission:
    """Read one notebook file; if that cannot be done, the submission says why."""
    try:
        return Submission(student, lesson.name, _read(path))
    except Unreadable as reason:
        return Submission(student, lesson.name, unreadable=str(reason))
    except OSError as error:
        reason = f"{path.name} could not be read: {error.strerror or error}"
        return Submission(student, lesson.name, unreadable=reason)


class Unreadable(Exception):
    """Why a notebook was not read; never leaves this module."""


def _read(path: Path) -> tuple[HandedCell, ...]:
    if path.is_symlink():
        raise Unreadable(f"{path.name} is a link to another file, and links are not followed")
    if not path.exists():
        raise Unreadable(f"there is no {path.name}")
    if not path.is_file():
        raise Unreadable(f"{path.name} is not a file")
    if path.stat().st_size > MOST_BYTES:
        raise Unreadable(f"{path.name} is larger than {MOST_BYTES // 1_000_000} MB")
    return cells_from(path.read_bytes(), path.name)


def cells_from(data: bytes, name: str) -> tuple[HandedCell, ...]:
    """The cells of a notebook file called `name`, from what is in it."""
    if _holds_too_much(data):
        raise Unreadable(f"{name} holds more than {MOST_THINGS:,} things")
    try:
        notebook = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise Unreadable(f"{name} is not a text file in UTF-8") from None
    except (ValueError, RecursionError):
        raise Unreadable(f"{name} is not JSON: the file is damaged or not a notebook") from None
    if not isinstance(notebook, dict) or "nbformat" not in notebook:
        raise Unreadable(f"{name} is not a notebook")
    if notebook["nbformat"] != 4:
        raise Unreadable(
            f"{name} is in notebook format {printable(str(notebook['nbformat'])[:20])}, not 4: "
            "open it in JupyterLab and save it again"
        )
    cells = notebook.get("cells")
    if not isinstance(cells, list):
        raise Unreadable(f"{name} is a notebook without a list of cells")
    if len(cells) > MOST_CELLS:
        raise Unreadable(f"{name} holds more than {MOST_CELLS:,} cells")
    read = tuple(_cell(cell, number, name) for number, cell in enumerate(cells, 1))
    if sum(len(cell.source) for cell in read) > MOST_TEXT:
        raise Unreadable(f"{name} holds more than {MOST_TEXT:,} characters in its cells")
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
        raise Unreadable(f"{name} is damaged: cell {number} is not a cell") from None
    if len(source) > MOST_IN_A_CELL:
        raise Unreadable(
            f"{name} holds more than {MOST_IN_A_CELL:,} characters in cell {number}: "
            "split it, or leave out what is no answer"
        )
    if LONG_NAME.search(source):
        raise Unreadable(f"{name} holds a name with more than 1,000 dots in cell {number}")
    if not is_text(source):
        raise Unreadable(f"{name} is damaged: cell {number} holds what is not text")
    metadata = cell.get("metadata")
    nbgrader = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    grade_id = nbgrader.get("grade_id") if isinstance(nbgrader, dict) else None
    ids = tuple(i for i in (grade_id, cell.get("id")) if isinstance(i, str))
    return HandedCell(kind if kind in ("code", "markdown") else "raw", source, ids)


def printable(name: str) -> str:
    """A name that a stranger chose, without what would mean something on a page.

    >>> print(printable("[x](javascript:y).ipynb"))
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
