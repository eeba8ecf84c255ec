"""What only a run shows of a lesson: its answers earn every point, and nothing else earns one."""

from __future__ import annotations

from collections.abc import Container
from pathlib import Path

from nbformat import NotebookNode, read

from autograder.lessons.compiling import Compiled
from autograder.lessons.course import Lesson
from autograder.lessons.errors import LessonError
from autograder.lessons.files import write_aside
from autograder.lessons.notebooks import copy_of, notebook_text
from autograder.lessons.refusals import cell_places
from autograder.lessons.roles import role_of

from .cells_to_run import cells_to_run
from .digests import proof_digest
from .execution import Execution, execute
from .limits import Limits
from .marks import marks


def prove_once(lesson: Lesson, compiled: Compiled) -> None:
    """Prove a lesson, unless nothing has changed of what its last proof rests on.

    What is kept is the digest of a success, and the notebook that ran: a failure leaves nothing
    behind, and is found again. Where only the text of a lesson has changed, nothing runs.

    Raises
    ------
    LessonError
        As `prove` does.
    """
    digest = proof_digest(lesson, compiled) + "\n"
    if _read(lesson.proof) == digest and lesson.run.is_file():
        return
    write_aside(lesson.run, notebook_text(prove(lesson, compiled)))
    write_aside(lesson.proof, digest)


def kept_run(lesson: Lesson, compiled: Compiled) -> NotebookNode:
    """A lesson as it reads now, with what its cells showed when it was proved; proved if need be.

    Raises
    ------
    LessonError
        As `prove` does.
    """
    prove_once(lesson, compiled)
    shown = copy_of(compiled.instructor)
    ran = (cell for cell in read(lesson.run, as_version=4).cells if cell.cell_type == "code")
    for cell in shown.cells:
        if cell.cell_type == "code":
            cell.outputs = next(ran).outputs
    return shown


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def prove(lesson: Lesson, compiled: Compiled) -> NotebookNode:
    """Run a lesson with its answers and without.

    Returns
    -------
    NotebookNode
        The instructor's notebook with all that its cells showed.

    Raises
    ------
    LessonError
        If its answers do not earn every point, or the untouched notebook earns any.
    """
    executed = refuse_wrong_answers(lesson, compiled.instructor)
    refuse_free_points(lesson, compiled.master)
    return executed


def refuse_wrong_answers(lesson: Lesson, instructor: NotebookNode) -> NotebookNode:
    """Refuse a lesson whose own answers do not earn every point, or one of whose cells fails."""
    run = _run(lesson, instructor)
    earned = marks(run)
    for cell, where in cell_places(lesson, run.notebook):
        full = cell.metadata.get("nbgrader", {}).get("points", 0)
        if role_of(cell) in ("check", "test") and earned[cell.id] != full:
            raise LessonError(
                f"{where}: with the lesson's own answer this earns {earned[cell.id]:g} of {full:g} "
                f"points{_because(run, cell)}."
            )
        if cell.cell_type == "code" and run.outcomes[cell.id] != "ok":
            raise LessonError(f"{where}: the cell fails{_because(run, cell)}.")
    return run.notebook


def refuse_free_points(lesson: Lesson, master: NotebookNode) -> None:
    """Refuse a lesson whose untouched notebook earns anything, run as a submission is."""
    for name, points in marks(_run(lesson, master, cells_to_run(master, master))).items():
        if points:
            raise LessonError(
                f"{lesson.source}, {name!r}: the untouched notebook earns {points:g} points here."
            )


def _run(lesson: Lesson, notebook: NotebookNode, only: Container[str] | None = None) -> Execution:
    # Whether a lesson is fast enough is not for a build on a busy machine to say.
    limits = Limits(cell_seconds=180, notebook_seconds=900)
    return execute(notebook, limits, files=lesson.extra_files(), only=only)


def _because(run: Execution, cell: NotebookNode) -> str:
    """What a failed cell says for itself, in one line."""
    for output in cell.get("outputs", ()):
        if output.output_type == "error":
            said = " ".join(output.evalue.split())
            return f": {output.ename}: {said}".rstrip(". ")
    for problem in run.problems:
        return f": {problem}".rstrip(". ")
    return ""
