"""What runs is not what was handed in: it is rebuilt from the lesson, with the answers put in.

Every cell of the lesson is there, once, in the lesson's order. Cells with a role that students may
not change carry the lesson's text; answers, and cells without a role, carry the student's. Whatever
else the student added stands after the cell it followed. Nothing of the student's metadata is kept.
Where an id was handed in twice the last one counts, as in nbgrader, and the other is an added cell.
"""

from __future__ import annotations

from dataclasses import dataclass

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_raw_cell

from autograder.lessons.notebooks import copy_of
from autograder.lessons.roles import role_of
from autograder.running.handed_in import HandedCell, Submission

from .matching import match, plain
from .pictures import attachments_of

ANSWERS = ("exercise", "question", None)
"""Roles of the cells that carry the student's text; `None` is a cell without a role."""

NEW_CELL = {"code": new_code_cell, "markdown": new_markdown_cell, "raw": new_raw_cell}


@dataclass(frozen=True)
class Rebuilt:
    """The notebook to run, and what had to be mended in one sentence each."""

    notebook: NotebookNode
    changes: tuple[str, ...]
    added: int


def rebuild(master: NotebookNode, student: NotebookNode, submission: Submission) -> Rebuilt:
    """Put a student's answers into a lesson.

    Parameters
    ----------
    master : NotebookNode
        The lesson with the answers cut and the hidden tests in.
    student : NotebookNode
        The lesson as students got it; tells what they changed.
    submission : Submission
    """
    matched = match(submission.cells, student)
    chosen = matched.chosen
    notebook = copy_of(master)
    graded = {cell.id for cell in notebook.cells if role_of(cell)}
    handed = {name: submission.cells[at] for name, at in chosen.items()}
    handed_text = {name: cell.source for name, cell in handed.items()}
    given = {cell.id: cell.source for cell in student.cells}
    changes = list(matched.told)
    missing = [c.id for c in notebook.cells if c.id in graded and c.id not in chosen]
    if not graded & set(chosen):
        changes.append("no cell of the lesson was found in the notebook")
    elif missing:
        changes.append(f"deleted and put back: {', '.join(missing)}")
    if twice := [name for name in matched.twice if name in graded]:
        changes.append(f"there twice, the last one counts: {', '.join(twice)}")
    edited = [
        cell.id
        for cell in notebook.cells
        if role_of(cell) in ("check", "test")
        and plain(handed_text.get(cell.id, given[cell.id])) != plain(given[cell.id])
    ]
    if edited:
        changes.append(f"changed and set back: {', '.join(edited)}")

    followers = _followers(submission.cells, chosen)
    cells = [*followers.get(None, [])]
    for cell in notebook.cells:
        if cell.id in handed_text and role_of(cell) in ANSWERS:
            put_text(cell, handed[cell.id])
        cells += [cell, *followers.get(cell.id, [])]
    notebook.cells = cells
    return Rebuilt(notebook, tuple(changes), sum(map(len, followers.values())))


def _followers(
    cells: tuple[HandedCell, ...], chosen: dict[str, int]
) -> dict[str | None, list[NotebookNode]]:
    """The added cells, by the cell of the lesson they stand after; `None` for the top."""
    names = {at: name for name, at in chosen.items()}
    followers: dict[str | None, list[NotebookNode]] = {}
    after = None
    count = 0
    for at, cell in enumerate(cells):
        if at in names:
            after = names[at]
            continue
        count += 1
        added = NEW_CELL[cell.cell_type](id=f"added_{count}")
        put_text(added, cell)
        followers.setdefault(after, []).append(added)
    return followers


def put_text(cell: NotebookNode, handed: HandedCell) -> None:
    """Put a student's text into a cell, and the pictures in it."""
    cell.source = handed.source
    if cell.cell_type == "markdown" and handed.pictures:
        cell.attachments = attachments_of(handed)
