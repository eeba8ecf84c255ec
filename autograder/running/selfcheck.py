"""A student's own check of a notebook: the visible checks, offline, without a class."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

from autograder.lessons.course import Lesson
from autograder.lessons.errors import ClassroomError
from autograder.lessons.roles import exercise_of
from autograder.running.handed_in import read_notebook

from .as_given_out import as_given_out, checks_of
from .cells_to_run import cells_to_run
from .execution import Execution, execute
from .files_beside import files_used
from .lesson_calls import run_unshadowed
from .limits import Limits
from .losses import explain_losses
from .marks import marks
from .pictures import with_safe_pictures
from .rebuild import answer_names, rebuild

HERE = "on this machine"


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

    Parameters
    ----------
    lesson : Lesson
        From `find_lesson`. It need not be on this machine.
    path : Path
    limits : Limits, optional

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
    given = as_given_out(lesson, path, submission)
    rebuilt = rebuild(given.notebook, given.notebook, submission)
    needed = cells_to_run(rebuilt.notebook, given.notebook)
    files = list(lesson.extra_files())
    code = "\n".join(cell.source for cell in submission.cells if cell.cell_type == "code")
    files += files_used(path.parent, code, [relative.as_posix() for _, relative in files])
    run = run_unshadowed(
        rebuilt.notebook,
        given.notebook,
        lambda made, more: execute(made, limits, files=files, only=needed | more),
    )
    losses = explain_losses(run, answer_names(given.notebook), HERE)
    earned = marks(run)
    checked = [
        Checked(exercise_of(cell.id), bool(earned[cell.id]), _says(run, cell))
        for cell in checks_of(run.notebook)
    ]
    return checked, (*given.mind, *submission.remarks, *rebuilt.changes, *run.problems, *losses)


def _says(run: Execution, cell: NotebookNode) -> str:
    for output in cell.outputs:
        if output.output_type == "error":
            known = output.ename in ("WrongAnswer", "Grader")
            return output.evalue if known else f"{output.ename}: {output.evalue}"
    return ""
