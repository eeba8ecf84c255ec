"""A learner's notebook laid into the new release of its lesson: nothing that they wrote is lost.

An answer goes into its exercise's new cell. A cell of one's own stands below the cell that it stood
below. A read-only cell that the learner changed is kept as a cell of their own, below the new one.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from autograder.lessons.course import Lesson
from autograder.lessons.errors import ClassroomError
from autograder.lessons.files import write_aside, write_bytes_aside
from autograder.lessons.roles import role_of

from .handed_in import Submission, read_notebook
from .matching import match, plain

RELEASES = ".given"
"""The folder, beside a learner's lessons, with each lesson as it was when they got it."""

ANSWERS = ("exercise", "question")

ID = re.compile(r"[A-Za-z0-9_-]{1,64}")

Cell = dict[str, Any]


@dataclass(frozen=True)
class Update:
    """What became of a notebook: `kept` is where the old file lies, `None` if nothing changed."""

    path: Path
    kept: Path | None = None


def update_notebook(path: Path, lesson: Lesson) -> Update:
    """Lay what a learner wrote into the new release of a lesson; the old file is kept beside it.

    Parameters
    ----------
    path : Path
        The learner's notebook.
    lesson : Lesson
        As it is released now.

    Raises
    ------
    ClassroomError
        If one of the two cannot be read. Then nothing is written.
    """
    submission = read_notebook(path, lesson)
    if submission.unreadable:
        raise ClassroomError(f"{path}: {submission.unreadable}.")
    own, new = notebook_in(path), notebook_in(lesson.student)
    given = release_beside(path, lesson.name)
    old = notebook_in(given) if given.is_file() else None
    laid = laid_in(new, own, submission, old)
    text = json.dumps(laid, indent=1, ensure_ascii=False) + "\n"
    released = lesson.student.read_bytes()
    if [_essence(cell) for cell in laid["cells"]] == [_essence(cell) for cell in own["cells"]]:
        write_bytes_aside(given, released)
        return Update(path)
    kept = _free_name(path)
    write_bytes_aside(kept, path.read_bytes())
    write_aside(path, text)
    write_bytes_aside(given, released)
    return Update(path, kept)


def release_beside(path: Path, lesson: str) -> Path:
    """Where the release lies that a learner's notebook was copied from."""
    return path.parent.parent / RELEASES / f"{lesson}.ipynb"


def notebook_in(path: Path) -> dict[str, Any]:
    """A notebook's file as plain data.

    Raises
    ------
    ClassroomError
        If it is no notebook of format 4.
    """
    try:
        notebook = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        raise ClassroomError(f"{path} cannot be read as a notebook.") from None
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list) or not all(isinstance(cell, dict) for cell in cells):
        raise ClassroomError(
            f"{path} is not a notebook of format 4: open it in JupyterLab and save it again."
        )
    return notebook


def laid_in(
    new: dict[str, Any], own: dict[str, Any], submission: Submission, old: dict[str, Any] | None
) -> dict[str, Any]:
    """The new release, with what a learner wrote.

    Parameters
    ----------
    new, own : dict
        Notebooks as plain data.
    submission : Submission
        `own`, as `read_notebook` reads it.
    old : dict, optional
        The release that `own` was copied from. Without it, what differs from the new release is
        taken for the learner's.
    """
    laying = _Laying(new, own, submission, old)
    cells = [*laying.below(None)]
    for cell in new["cells"]:
        cells += [laying.answered(cell), *laying.below(cell["id"])]
    return {**new, "cells": cells}


class _Laying:
    """Where each of a learner's cells goes."""

    def __init__(
        self,
        new: dict[str, Any],
        own: dict[str, Any],
        submission: Submission,
        old: dict[str, Any] | None,
    ) -> None:
        lesson = nbformat.reads(json.dumps(new), as_version=4)
        self.roles = {cell.id: role_of(cell) for cell in lesson.cells}
        self.given = {plain(source_of(cell)) for cell in (*new["cells"], *(old or new)["cells"])}
        self.used = {cell["id"] for cell in new["cells"]}
        self.answers: dict[str, Cell] = {}
        self.extra: dict[str | None, list[Cell]] = {}
        chosen = match(submission.cells, lesson).chosen
        names = {submission.cells[at].number - 1: name for name, at in chosen.items()}
        self._part(own["cells"], names)

    def _part(self, cells: list[Cell], names: dict[int, str]) -> None:
        """Tell answers from cells of one's own, and both from what was given."""
        anchor: str | None = None
        for at, cell in enumerate(cells):
            name = names.get(at)
            anchor = name or anchor
            text = plain(source_of(cell))
            if not text or text in self.given:
                continue
            if name is not None and self.roles[name] in ANSWERS:
                self.answers[name] = cell
            else:
                self.extra.setdefault(anchor, []).append(cell)

    def answered(self, cell: Cell) -> Cell:
        """A cell of the release, with the learner's answer if there is one."""
        own = self.answers.get(cell["id"])
        return cell if own is None else {**cell, **_contents(own, cell["cell_type"])}

    def below(self, name: str | None) -> list[Cell]:
        """The cells of one's own that stand below a cell of the release; None is the top."""
        return [self._own(cell) for cell in self.extra.get(name, ())]

    def _own(self, cell: Cell) -> Cell:
        kind = cell.get("cell_type")
        kind = kind if kind in ("code", "markdown", "raw") else "raw"
        own = {"cell_type": kind, "id": self._id(cell.get("id")), "metadata": {}}
        return {**own, **_contents(cell, kind)}

    def _id(self, wanted: Any) -> str:
        """An id that no other cell has."""
        free = isinstance(wanted, str) and ID.fullmatch(wanted) and wanted not in self.used
        number = 1
        while not free:
            wanted, number = f"own-{number}", number + 1
            free = wanted not in self.used
        self.used.add(wanted)
        return wanted


def source_of(cell: Cell) -> str:
    """The text of a cell, which may be kept line by line."""
    source = cell.get("source", "")
    parts = source if isinstance(source, list) else [source]
    return "".join(part for part in parts if isinstance(part, str))


def _contents(cell: Cell, kind: str) -> Cell:
    """What of a cell is the learner's: its text, its pictures, its outputs."""
    contents: Cell = {"source": source_of(cell)}
    if kind == "code":
        outputs = cell.get("outputs")
        contents["outputs"] = outputs if isinstance(outputs, list) else []
        number = cell.get("execution_count")
        contents["execution_count"] = number if type(number) is int else None
    elif isinstance(cell.get("attachments"), dict):
        contents["attachments"] = cell["attachments"]
    return contents


def _essence(cell: Cell) -> tuple[str, str]:
    return str(cell.get("cell_type")), source_of(cell)


def _free_name(path: Path) -> Path:
    """A name beside a file that nothing has: "02-filters (before the update).ipynb"."""
    number = 1
    while True:
        count = f" {number}" if number > 1 else ""
        kept = path.with_name(f"{path.stem} (before the update{count}){path.suffix}")
        if not kept.exists():
            return kept
        number += 1
