"""The lesson that a learner's notebook is held against, from wherever it can be had."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder.exercises import LESSONS, Exercise, of_lesson
from autograder.lessons.compiling import compile_lesson
from autograder.lessons.course import Lesson
from autograder.lessons.errors import ClassroomError
from autograder.lessons.roles import nbgrader_metadata, role_of
from autograder.running.handed_in import Submission

BESIDE_THE_PACKAGE = Path(__file__).resolve().parents[2]
"""Where the course lies that this package came with, if it came with one."""

NOT_COMPARED = (
    "{} as it was given out is not on this machine: what was changed in its read-only cells could "
    "not be told, and its checks were run as they stand"
)


@dataclass(frozen=True)
class GivenOut:
    """A lesson as students got it; `mind` says in one sentence what is not known of it."""

    notebook: NotebookNode
    mind: tuple[str, ...] = ()


def find_lesson(name: str, path: Path) -> Lesson:
    """The lesson called `name` that a notebook belongs to.

    It is looked for in the folders around the notebook, then in those around the current one, then
    beside this package. One that is in none of them is known by its exercises.

    Raises
    ------
    ClassroomError
        If there is no lesson of that name.
    """
    here = Path.cwd()
    around = path.absolute().parents
    lessons = [
        Lesson(name, folder) for folder in (*around, here, *here.parents, BESIDE_THE_PACKAGE)
    ]
    for lesson in lessons:
        if lesson.student.is_file() or _holds_text(lesson.source):
            return lesson
    if name not in LESSONS:
        raise ClassroomError(
            f"There is no lesson {name!r}; there are: {', '.join(LESSONS)}. "
            "Say which one it is with --lesson."
        )
    return lessons[0]


def as_given_out(lesson: Lesson, path: Path, submission: Submission) -> GivenOut:
    """A lesson as students got it, for the notebook at `path`.

    Raises
    ------
    ClassroomError
        If the lesson has a source and is not built.
    """
    built = lesson.student.is_file()
    if built and not lesson.student.samefile(path):
        return GivenOut(nbformat.read(lesson.student, as_version=4))
    if _holds_text(lesson.source):
        if not built:
            raise ClassroomError(
                f"{lesson.name} is not built: run `autograder build {lesson.name}`."
            )
        return GivenOut(compile_lesson(lesson).student)
    return GivenOut(_by_its_exercises(submission), (NOT_COMPARED.format(lesson.name),))


def _holds_text(path: Path) -> bool:
    return path.is_file() and path.stat().st_size > 0


def _by_its_exercises(submission: Submission) -> NotebookNode:
    """What a lesson must have been like: the cells that were handed in, each check as it is."""
    exercises = {exercise.id: exercise for exercise in of_lesson(submission.lesson)}
    cells = {}
    for cell in submission.cells:
        name = next(iter(cell.ids), "")
        if name in exercises:
            cells[name] = _cell("exercise", name, cell.source)
        elif (exercise := exercises.get(name.removesuffix("-check"))) is not None:
            cells[name] = _check(exercise, cell.source)
        elif name.removesuffix("-test") not in exercises:
            kind = new_code_cell if cell.cell_type == "code" else new_markdown_cell
            cells[name] = kind(cell.source, id=name)
    for exercise in exercises.values():
        cells.setdefault(f"{exercise.id}-check", _check(exercise))
    return new_notebook(cells=list(cells.values()))


def _check(exercise: Exercise, handed: str = "") -> NotebookNode:
    """A check as it was handed in, if it is one of that exercise."""
    start = f'check("{exercise.id}", '
    source = handed if handed.startswith(start) else f"{start}{exercise.function_name})"
    return _cell("check", f"{exercise.id}-check", source, points=exercise.check_points)


def _cell(role: str, name: str, source: str, **options: float) -> NotebookNode:
    metadata = nbgrader_metadata({"role": role, "id": name, **options}, "code", name)
    return new_code_cell(source, id=name, metadata={"nbgrader": metadata})


def checks_of(notebook: NotebookNode) -> list[NotebookNode]:
    """The checks of a lesson, in its order."""
    return [cell for cell in notebook.cells if role_of(cell) == "check"]
