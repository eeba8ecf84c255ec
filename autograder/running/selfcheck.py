"""A student's own check of a notebook: the visible checks, offline, without a class."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from autograder.lessons.course import Lesson
from autograder.lessons.errors import ClassroomError
from autograder.lessons.roles import exercise_of, role_of
from autograder.running.handed_in import read_notebook

from .cells_to_run import cells_to_run
from .execution import Execution, Limits, execute
from .marks import marks
from .pictures import with_safe_pictures
from .rebuild import rebuild


@dataclass(frozen=True)
class Checked:
    """How one exercise of a notebook stands; `says` is the check's sentence if it is not right."""

    exercise: str
    right: bool
    says: str = ""


def check_notebook(
    lesson: Lesson, path: Path, limits: Limits | None = None
) -> tuple[list[Checked], tuple[str, ...]]:
    """Run a notebook and its visible checks, as grading would.

    Returns
    -------
    checked : list of Checked
        One an exercise, in the lesson's order.
    looks : tuple of str
        What else was noticed, one sentence each.

    Raises
    ------
    ClassroomError
        If the notebook cannot be read, or the lesson is not built.
    """
    submission = with_safe_pictures(read_notebook(path, lesson))
    if submission.unreadable:
        raise ClassroomError(f"{path}: {submission.unreadable}.")
    if not lesson.student.is_file():
        raise ClassroomError(f"{lesson.name} is not built: run `autograder build {lesson.name}`.")
    student = nbformat.read(lesson.student, as_version=4)
    rebuilt = rebuild(student, student, submission)
    needed = cells_to_run(rebuilt.notebook, student)
    run = execute(rebuilt.notebook, limits, files=lesson.extra_files(), only=needed)
    earned = marks(run)
    checked = [
        Checked(exercise_of(cell.id), bool(earned[cell.id]), _says(run, cell))
        for cell in run.notebook.cells
        if role_of(cell) == "check"
    ]
    return checked, (*submission.remarks, *rebuilt.changes, *run.problems)


def _says(run: Execution, cell: NotebookNode) -> str:
    for output in cell.outputs:
        if output.output_type == "error":
            known = output.ename in ("WrongAnswer", "Grader")
            return output.evalue if known else f"{output.ename}: {output.evalue}"
    return ""
