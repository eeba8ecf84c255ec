"""A notebook as it was handed in. Anything may be in the file; nothing here raises for it.

It is read cell by cell as plain data: what kind of cell, which text, which pictures in the text,
which id. All else that a file may hold (outputs, tags, kernels, links, broken metadata) is not
looked at.
"""

from __future__ import annotations

import codecs
import json
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from autograder.lessons.course import Lesson

from .handed_cells import HandedCell, Remarks, read_cells
from .large_files import LARGE, MOST_OF_TEXT, bytes_of_text, in_ascii, without_outputs

MOST_BYTES = 64_000_000
"""A notebook file over this is not opened."""

MOST_THINGS = 1_000_000
"""Lists, dicts, and what is in them, in one file: each takes many times the memory of its text."""

MOST_LISTED = 100_000
"""Cells that are looked at in one file."""

MOST_CELLS, MOST_TEXT = 1_000, 500_000
"""Cells, and characters of their text in all: who reads it takes a thousand times its memory."""

MOST_PICTURES, MOST_OF_A_PICTURE, MOST_OF_PICTURES = 50, 10_000_000, 40_000_000
"""Pictures in the text of a notebook, characters of the base64 of one, and of all."""

# Possessive, and content with a text that does not end: it looks at every byte once.
STRINGS = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)


@dataclass(frozen=True)
class Submission:
    """What one student handed in for one lesson.

    `unreadable` says in one sentence why there are no cells, and is empty if there are.
    `beside` holds the files that go with the notebook, by name.
    `remarks` are things about the folder that somebody should know.
    """

    student: str
    lesson: str
    cells: tuple[HandedCell, ...] = ()
    unreadable: str = ""
    remarks: tuple[str, ...] = ()
    timestamp: str = ""
    beside: tuple[tuple[str, bytes], ...] = ()


def read_notebook(path: Path, lesson: Lesson, student: str = "") -> Submission:
    """Read one notebook file; if that cannot be done, the submission says why."""
    try:
        return notebook_from(_bytes_of(path), path.name, lesson, student)
    except Unreadable as reason:
        return Submission(student, lesson.name, unreadable=str(reason))
    except OSError as error:
        reason = f"{path.name} could not be read: {error.strerror or error}"
        return Submission(student, lesson.name, unreadable=reason)


def notebook_from(data: bytes, name: str, lesson: Lesson, student: str = "") -> Submission:
    """Read a notebook from the bytes of its file; if that cannot be done, it says why."""
    try:
        cells, remarks = cells_from(data, name)
    except Unreadable as reason:
        return Submission(student, lesson.name, unreadable=str(reason))
    return Submission(student, lesson.name, cells, remarks=remarks)


class Unreadable(Exception):
    """Why a notebook was not read."""


def _bytes_of(path: Path) -> bytes:
    if path.is_symlink():
        raise Unreadable(f"{path.name} is a link to another file, and links are not followed")
    if not path.exists():
        raise Unreadable(f"there is no {path.name}")
    if not path.is_file():
        raise Unreadable(f"{path.name} is not a file")
    if path.stat().st_size > MOST_BYTES:
        raise Unreadable(f"{path.name} is larger than {MOST_BYTES // 1_000_000} MB")
    return path.read_bytes()


def cells_from(data: bytes, name: str) -> tuple[tuple[HandedCell, ...], tuple[str, ...]]:
    """The cells of a notebook file called `name`, and what to say of them.

    Raises
    ------
    Unreadable
        If the file is no notebook.
    """
    notebook, told = _parsed(_lean(data, name), name)
    if not isinstance(notebook, dict) or not {"nbformat", "cells"} & set(notebook):
        raise Unreadable(f"{name} is not a notebook")
    raw, about_format = _raw_cells(notebook, name)
    remarks = Remarks()
    cells = _with_few_pictures(read_cells(raw[:MOST_LISTED], remarks))
    cells, left_out = _that_fit(cells)
    if len(raw) > MOST_LISTED or left_out:
        numbers = f"{len(left_out) + max(0, len(raw) - MOST_LISTED):,}"
        told.append(
            f"{name} is longer than {MOST_CELLS:,} cells or {MOST_TEXT:,} characters: "
            f"{numbers} of its cells were left out"
        )
    return cells, (*told, *about_format, *remarks.sentences())


def _lean(data: bytes, name: str) -> bytes:
    """What of a file is read: of a large one, all but its outputs, in little memory."""
    if len(data) <= LARGE:
        return data
    data = without_outputs(data)
    if _holds_too_much(data):
        raise Unreadable(f"{name} holds more than {MOST_THINGS:,} things beside its outputs")
    if len(data) <= MOST_OF_TEXT:
        return data
    if bytes_of_text(data) > MOST_OF_TEXT:
        most = f"{MOST_OF_TEXT // 1_000_000} MB"
        raise Unreadable(f"{name} holds more than {most} beside its outputs and pictures")
    try:
        return in_ascii(data.removeprefix(codecs.BOM_UTF8))
    except UnicodeDecodeError:
        raise Unreadable(f"{name} is not a text file in UTF-8") from None


def _parsed(data: bytes, name: str) -> tuple[Any, list[str]]:
    """The JSON of a file, and what to say of it."""
    told: list[str] = []
    try:
        if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            text = data.decode("utf-16")
        else:
            text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
        told.append(f"{name} is not a text file in UTF-8: letters with accents may be wrong")
    try:
        text = text.lstrip()
        notebook, end = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        if told:
            raise Unreadable(f"{name} is not a text file in UTF-8") from None
        raise Unreadable(f"{name} is not JSON: the file is damaged or not a notebook") from None
    if told and not (isinstance(notebook, dict) and isinstance(notebook.get("cells"), list)):
        raise Unreadable(f"{name} is not a text file in UTF-8")
    if text[end:].strip("\0 \t\r\n"):
        told.append(f"{name} goes on after the end of the notebook: that was not read")
    return notebook, told


def _raw_cells(notebook: dict, name: str) -> tuple[list, tuple[str, ...]]:
    """What should be the cells, and what to say of the format they are in."""
    number = notebook.get("nbformat")
    said = printable(str(number)[:20]) if isinstance(number, str | int | float) else "'?'"
    if isinstance(cells := notebook.get("cells"), list):
        if str(number) in ("4", "4.0"):
            return cells, ()
        return cells, (f"{name} is in notebook format {said}, and was read as if it were 4",)
    if isinstance(sheets := notebook.get("worksheets"), list):
        lists = (sheet.get("cells") for sheet in sheets if isinstance(sheet, dict))
        if cells := [cell for cells in lists if isinstance(cells, list) for cell in cells]:
            return cells, ()
    if str(number) in ("4", "4.0"):
        raise Unreadable(f"{name} is a notebook without a list of cells")
    raise Unreadable(
        f"{name} is in notebook format {said}, not 4: open it in JupyterLab and save it again"
    )


def _that_fit(cells: list[HandedCell]) -> tuple[tuple[HandedCell, ...], list[HandedCell]]:
    """As many cells as are read, those with an id of nbgrader's first; and what is left out."""
    room, kept = MOST_TEXT, set()
    for at in sorted(range(len(cells)), key=lambda at: _rank(cells[at])):
        if len(kept) < MOST_CELLS and len(cells[at].source) <= room:
            kept.add(at)
            room -= len(cells[at].source)
    fitting = tuple(cell for at, cell in enumerate(cells) if at in kept)
    return fitting, [cell for at, cell in enumerate(cells) if at not in kept and cell.source]


def _rank(cell: HandedCell) -> tuple[bool, int]:
    """What comes first where not all can be read: text with nbgrader's id and the cell's own."""
    return not cell.source.strip(), -len(cell.ids)


def _with_few_pictures(cells: list[HandedCell]) -> list[HandedCell]:
    """The cells with as many of their pictures as are looked at, and the names of the others."""
    count, size = 0, 0
    result = []
    for cell in cells:
        pictures = []
        for name, picture in cell.pictures:
            count, size = count + 1, size + len(picture)
            few = count <= MOST_PICTURES and size <= MOST_OF_PICTURES
            pictures.append((name, picture if few and len(picture) <= MOST_OF_A_PICTURE else ""))
        result.append(replace(cell, pictures=tuple(pictures)) if pictures else cell)
    return result


def _holds_too_much(data: bytes) -> bool:
    """Whether a JSON text names so many things that it is better not read."""
    if len(data) <= MOST_THINGS:
        return False
    if data.count(b'"') > 4 * MOST_THINGS:
        return True
    bare = STRINGS.sub(b"", data)
    return sum(map(bare.count, (b",", b"[", b"{"))) > MOST_THINGS


def printable(name: str) -> str:
    """A name that a stranger chose, without what would mean something on a page.

    >>> print(printable("[x](javascript:y).ipynb"))
    '?x?(javascript?y).ipynb'
    """
    return ascii(re.sub(r"[^\w .()-]", "?", name))
