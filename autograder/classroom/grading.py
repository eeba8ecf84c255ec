"""Grading a class: read, rebuild, run, record, one submission after the other.

`run_submission` is the part that can happen anywhere: plain data in, plain data out, no gradebook.
"""

from __future__ import annotations

import html
import secrets
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

from .build import Compiled, build, compile_lesson, is_built
from .clean import clean_cells
from .course import ClassFolder, Lesson
from .errors import ClassroomError
from .execution import Limits, execute
from .grades import Failure, Grade
from .house import furnish, reference_used
from .marks import checks_due, marks
from .needed import needed_cells
from .rebuild import rebuild
from .submissions import Submission, read_submission
from .wall import Wall


@dataclass(frozen=True)
class Graded:
    """A submission that was run: the notebook with its outputs and notes, and its points."""

    notebook: NotebookNode
    points: dict[str, float | None]


def grade_class(
    lesson: Lesson,
    folder: ClassFolder,
    students: Iterable[str],
    limits: Limits | None = None,
    seed: int | None = None,
    sandboxed: bool = True,
) -> Iterator[Grade | Failure]:
    """Grade submissions and record each before the next is touched.

    Parameters
    ----------
    lesson : Lesson
        Built.
    folder : ClassFolder
    students : iterable of str
        From `find_students`.
    limits : Limits, optional
        Of one notebook.
    seed : int, optional
        Of the hidden cases. By default every submission gets its own, by chance.
    sandboxed : bool
        Off, the code that was handed in can do whatever this user can.

    Yields
    ------
    Grade or Failure
        In the order of `students`.
    """
    from .gradebook import ClassGradebook

    compiled = compile_lesson(lesson)
    with wall_of(compiled, sandboxed) as wall, ClassGradebook(folder, new=True) as book:
        book.register(lesson, compiled)
        for student in students:
            try:
                submission = read_submission(folder, lesson, student)
                drawn = secrets.randbits(32) if seed is None else seed
                graded = run_submission(lesson, compiled, submission, wall, limits, drawn)
                book.record(lesson, student, graded.notebook, graded.points, submission.timestamp)
                book.write_feedback(lesson, student)
                yield book.grade(lesson, student)
            except Exception as error:  # one bad submission must not stop the others
                yield Failure(student, _reason(error))


@contextmanager
def wall_of(compiled: Compiled, sandboxed: bool = True) -> Iterator[Wall]:
    """The wall for a lesson, with its house built for as long as it is needed."""
    with tempfile.TemporaryDirectory(prefix="ag-") as folder:
        house = Path(folder, "house")
        furnish(house, reference_used(compiled.master))
        yield Wall(house, sandboxed)


def run_submission(
    lesson: Lesson,
    compiled: Compiled,
    submission: Submission,
    wall: Wall,
    limits: Limits | None,
    seed: int,
) -> Graded:
    """Run one submission. If it could not be read, nothing runs and nothing is earned."""
    rebuilt = rebuild(compiled.master, compiled.student, submission)
    if submission.unreadable:
        points: dict[str, float | None] = {
            cell.id: 0.0
            for cell in rebuilt.notebook.cells
            if cell.metadata.get("nbgrader", {}).get("grade")
        }
        looks = [submission.unreadable, *submission.remarks]
        return Graded(_with_notes(rebuilt.notebook, looks), points)
    needed = needed_cells(rebuilt.notebook, compiled.master)
    due = checks_due(compiled.master)
    run = execute(rebuilt.notebook, limits, seed, lesson.extra_files(), needed, wall, due)
    points = marks(run, due)
    clean_cells(run.notebook, compiled.master)
    looks = [*submission.remarks, *rebuilt.changes, *run.problems]
    if not wall.sandboxed:
        looks.append("run without a sandbox")
    notes = {"seed": seed, "seconds": round(run.seconds, 2), "added_cells": rebuilt.added}
    return Graded(_with_notes(run.notebook, looks, notes), points)


def _with_notes(
    notebook: NotebookNode, looks: list[str], notes: dict | None = None
) -> NotebookNode:
    """Write what the grader noticed into a notebook: for programs, and on top for its student."""
    notebook.metadata["autograder"] = {**(notes or {}), "looks": looks}
    if looks:
        text = "\n".join(
            ["**The grader notes:**", "", *(f"- {html.escape(look)}" for look in looks)]
        )
        notebook.cells.insert(0, new_markdown_cell(text, id="grader_notes"))
    return notebook


def _reason(error: Exception) -> str:
    if isinstance(error, ClassroomError):
        return str(error)
    return f"{type(error).__name__}: {error}"


def make_ready(lesson: Lesson) -> bool:
    """Build a lesson if its notebooks are not those of its source; whether that was needed."""
    if is_built(lesson):
        return False
    build(lesson)
    return True
