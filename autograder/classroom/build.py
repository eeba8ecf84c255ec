"""The lesson compiler: source → instructor's notebook → student's notebook, or a refusal.

The student's notebook is made by nbgrader's own preprocessors in nbgrader's own order, so plain
`nbgrader generate_assignment` gives the same bytes. What nbgrader does not ask is asked here: that
the answers earn every point, that nothing earns a point without them, and that no answer is left.
"""

from __future__ import annotations

import ast
import filecmp
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from nbformat import NotebookNode

from .course import Lesson
from .errors import LessonError
from .files import write_aside
from .house import REFERENCE, reference_used
from .notebooks import copy_of, notebook_text
from .roles import exercise_of, role_of
from .source import read_source

if TYPE_CHECKING:
    from .execution import Execution

REGIONS = {"SOLUTION": ("exercise", "question"), "HIDDEN TESTS": ("test",), "MARK SCHEME": ()}
"""nbgrader cuts from `### BEGIN …` to `### END …`, and the roles where that is allowed."""

REGION_MARKS = {f"### {end} {name}": name for name in REGIONS for end in ("BEGIN", "END")}


class CatalogueExercise(Protocol):
    """What the build needs to know of an exercise in the catalogue."""

    id: str
    reference: object
    check_points: float
    test_points: float


@dataclass(frozen=True)
class Compiled:
    """The notebooks of one lesson.

    `master` is what a handed-in notebook is rebuilt from: the answers cut, the hidden tests still
    in. It is the state in which nbgrader records a lesson's cells in its gradebook.
    """

    instructor: NotebookNode
    master: NotebookNode
    student: NotebookNode


def compile_lesson(lesson: Lesson) -> Compiled:
    """Make the notebooks of a lesson from its source, without looking at what they say.

    Raises
    ------
    LessonError
        If the source is malformed.
    """
    instructor = read_source(lesson.source)
    refuse_loose_regions(lesson, instructor)
    master, student = release(instructor, lesson)
    return Compiled(instructor, master, student)


def release(instructor: NotebookNode, lesson: Lesson) -> tuple[NotebookNode, NotebookNode]:
    """Cut the answers, then the hidden tests: the master and the student's notebook."""
    # Importing nbgrader takes a second or two, so it is left to those who need it.
    from nbgrader.nbgraderformat import ValidationError
    from nbgrader.preprocessors import (
        CheckCellMetadata,
        ClearHiddenTests,
        ClearMarkScheme,
        ClearOutput,
        ClearSolutions,
        ComputeChecksums,
        LockCells,
    )

    # The order of nbgrader's GenerateAssignment; where it saves the cells is where we part them.
    to_master = (LockCells, ClearSolutions, ClearOutput, CheckCellMetadata, ComputeChecksums)
    to_student = (ClearHiddenTests, ClearMarkScheme, ComputeChecksums, CheckCellMetadata)
    made = []
    notebook = instructor
    for steps in (to_master, to_student):
        notebook = copy_of(notebook)
        for step in steps:
            try:
                notebook, _ = step().preprocess(notebook, {})
            except (RuntimeError, ValidationError) as error:
                raise LessonError(f"{lesson.source}: nbgrader says: {error}") from None
        made.append(notebook)
    return made[0], made[1]


def build(
    lesson: Lesson, catalogue: Iterable[CatalogueExercise] | None = None, *, run: bool = True
) -> list[Path]:
    """Build a lesson: check it, and write its notebooks.

    Parameters
    ----------
    lesson : Lesson
    catalogue : iterable of exercises, optional
        The lesson's exercises in the catalogue; by default `autograder.exercises`.
    run : bool
        Whether to run the lesson, with and without its answers. Without, the answers are not
        proved; for tests and for a quick look.

    Returns
    -------
    list of Path
        The files that changed. None, when the source has not changed.

    Raises
    ------
    LessonError
        If the lesson is refused. Nothing is written then.
    """
    compiled = compile_lesson(lesson)
    exercises = tuple(catalogue_of(lesson) if catalogue is None else catalogue)
    refuse_disorder(lesson, compiled.instructor, exercises)
    refuse_leaks(lesson, compiled.instructor, compiled.student)
    refuse_answers_in_the_reference(lesson, compiled.master, exercises)
    if run:
        refuse_wrong_answers(lesson, compiled.instructor)
        refuse_free_points(lesson, compiled.master)
    written = []
    for path, notebook in (
        (lesson.instructor, compiled.instructor),
        (lesson.student, compiled.student),
    ):
        if write_aside(path, notebook_text(notebook)):
            written.append(path)
    for path, relative in lesson.extra_files():
        copy_of = lesson.student.parent / relative
        if not copy_of.is_file() or not filecmp.cmp(path, copy_of, shallow=False):
            copy_of.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy_of)
            written.append(copy_of)
    return written


def is_built(lesson: Lesson) -> bool:
    """Whether both notebooks are those that the source gives now."""
    return all(
        path.is_file() and path.read_text(encoding="utf-8") == text
        for path, text in _texts(lesson, compile_lesson(lesson)).items()
    )


def _texts(lesson: Lesson, compiled: Compiled) -> dict[Path, str]:
    return {
        lesson.instructor: notebook_text(compiled.instructor),
        lesson.student: notebook_text(compiled.student),
    }


def catalogue_of(lesson: Lesson) -> tuple[CatalogueExercise, ...]:
    """The lesson's exercises in the course's catalogue."""
    from autograder.exercises import UnknownExercise, of_lesson

    try:
        return of_lesson(lesson.name)
    except UnknownExercise as error:
        raise LessonError(f"{lesson.source}: {error}") from None


# --- refusals: what can be read off the text ---------------------------------------------------


def refuse_loose_regions(lesson: Lesson, instructor: NotebookNode) -> None:
    """Refuse a region that is not closed, or that stands where nbgrader does not cut it out."""
    for cell, where in _places(lesson, instructor):
        open_region = None
        for line in map(str.strip, cell.source.splitlines()):
            mark = next((mark for mark in REGION_MARKS if mark.lstrip("# ") in line), None)
            if mark is None:
                continue
            region = REGION_MARKS[mark]
            if line != mark:
                raise LessonError(f"{where}: write {line!r} as '{mark}'.")
            if not REGIONS[region]:
                raise LessonError(f"{where}: write the mark scheme inside the solution, unmarked.")
            if role_of(cell) not in REGIONS[region]:
                roles = " or ".join(REGIONS[region])
                raise LessonError(f"{where}: '{mark}' is for cells with the role {roles}.")
            if mark.startswith("### END") != (open_region == region):
                raise LessonError(f"{where}: '{mark}' has no partner.")
            open_region = None if open_region else region
        if open_region:
            raise LessonError(f"{where}: '### BEGIN {open_region}' is never closed.")


def refuse_disorder(
    lesson: Lesson, instructor: NotebookNode, exercises: tuple[CatalogueExercise, ...]
) -> None:
    """Refuse a lesson that does not ask the catalogue's exercises, each with a check and a test."""
    known = {exercise.id: exercise for exercise in exercises}
    asked = []
    due: list[str] = []  # roles the exercise last asked still lacks
    for cell, where in _places(lesson, instructor):
        role = role_of(cell)
        if role == "exercise":
            if due:
                raise LessonError(f"{where}: {asked[-1]!r} above has no {due[0]} yet.")
            if cell.id not in known:
                raise LessonError(f"{where}: there is no exercise {cell.id!r} in the catalogue.")
            if "### BEGIN SOLUTION" not in cell.source:
                raise LessonError(
                    f"{where}: mark the answer with '### BEGIN SOLUTION' and '### END SOLUTION'."
                )
            asked.append(cell.id)
            due = ["check", "test"]
        elif role in ("check", "test"):
            exercise = exercise_of(cell.id)
            if not asked or exercise != asked[-1] or role not in due:
                raise LessonError(
                    f"{where}: a {role} follows its own exercise once, the check before the test."
                )
            if role != due.pop(0):
                raise LessonError(f"{where}: the check of {exercise!r} comes before its test.")
            _refuse_graded_cell(cell, role, known[exercise], where)
    if due:
        raise LessonError(f"{lesson.source}: {asked[-1]!r} has no {due[0]}.")
    missing = [exercise for exercise in known if exercise not in asked]
    if missing:
        raise LessonError(
            f"{lesson.source}: the catalogue's exercise {missing[0]!r} is not asked in the lesson."
        )


def _refuse_graded_cell(
    cell: NotebookNode, role: str, exercise: CatalogueExercise, where: str
) -> None:
    points = exercise.check_points if role == "check" else exercise.test_points
    if cell.metadata.nbgrader["points"] != points:
        raise LessonError(
            f"{where}: points={cell.metadata.nbgrader['points']:g} here, "
            f"but {points:g} in the catalogue."
        )
    call = f'check("{exercise.id}", …{", hidden=True" if role == "test" else ""})'
    if not _ends_in_check(cell.source, exercise.id, hidden=role == "test"):
        raise LessonError(
            f"{where}: the last expression of a {role} is {call}; its value is the grade."
        )
    if role == "test" and "### BEGIN HIDDEN TESTS" not in cell.source:
        raise LessonError(
            f"{where}: put the test between '### BEGIN HIDDEN TESTS' and '### END HIDDEN TESTS'."
        )


def _ends_in_check(source: str, exercise: str, hidden: bool) -> bool:
    try:
        statements = ast.parse(source).body
    except SyntaxError:
        return False
    match statements[-1:]:
        case [ast.Expr(ast.Call(ast.Name("check"), [ast.Constant(named), _], keywords))]:
            options = {k.arg: getattr(k.value, "value", None) for k in keywords}
            return named == exercise and options == ({"hidden": True} if hidden else {})
    return False


def refuse_leaks(lesson: Lesson, instructor: NotebookNode, student: NotebookNode) -> None:
    """Refuse a student's notebook that still holds an answer or a hidden test."""
    secrets = {
        line: cell.id
        for cell in instructor.cells
        for line in _secret_lines(cell)
        if _tells_something(line)
    }
    for cell, where in _places(lesson, student):
        for mark in REGION_MARKS:
            if mark.lstrip("# ") in cell.source:
                raise LessonError(f"{where}: the student's notebook still holds '{mark}'.")
        if "hidden=True" in cell.source.replace(" ", ""):
            raise LessonError(f"{where}: the student's notebook still holds a hidden test.")
        for line in map(str.strip, cell.source.splitlines()):
            if line in secrets:
                raise LessonError(
                    f"{where}: the student's notebook shows the line {line!r}, "
                    f"which is part of what {secrets[line]!r} hides."
                )


def refuse_answers_in_the_reference(
    lesson: Lesson, master: NotebookNode, catalogue: Iterable[CatalogueExercise]
) -> None:
    """Refuse a lesson that lets its students use a module which holds an answer it asks for."""
    used = {f"{REFERENCE}{module}" for module in reference_used(master)}
    for exercise in catalogue:
        home = getattr(exercise.reference, "__module__", None)
        if home in used:
            raise LessonError(
                f"{lesson.source}: it imports {home}, or what imports it, "
                f"which holds the answer of {exercise.id!r}."
            )


def _secret_lines(cell: NotebookNode) -> Iterator[str]:
    """Every line of a cell that students must not see."""
    lines = [line.strip() for line in cell.source.splitlines()]
    if role_of(cell) == "question" and not any("BEGIN SOLUTION" in line for line in lines):
        yield from lines  # nbgrader replaces the whole cell
        return
    inside = False
    for line in lines:
        if line in REGION_MARKS:
            inside = line.startswith("### BEGIN")
        elif inside:
            yield line


def _tells_something(line: str) -> bool:
    """Whether a line is more than the small change that any two programs share."""
    shared = ("for ", "import ", "from ", "if ", "while ", "def ", "#")
    return len(line) >= 16 and not line.startswith(shared) and not line.endswith(".shape")


def _places(lesson: Lesson, notebook: NotebookNode) -> Iterator[tuple[NotebookNode, str]]:
    for number, cell in enumerate(notebook.cells, 1):
        yield cell, f"{lesson.source}, cell {number} ({cell.id!r})"


# --- refusals: what only a run can show --------------------------------------------------------


def refuse_wrong_answers(lesson: Lesson, instructor: NotebookNode) -> None:
    """Refuse a lesson whose own answers do not earn every point, or one of whose cells fails."""
    from .marks import marks

    run = _run(lesson, instructor)
    earned = marks(run)
    for cell, where in _places(lesson, run.notebook):
        full = cell.metadata.get("nbgrader", {}).get("points", 0)
        if role_of(cell) in ("check", "test") and earned[cell.id] != full:
            raise LessonError(
                f"{where}: with the lesson's own answer this earns {earned[cell.id]:g} of {full:g} "
                f"points{_because(run, cell)}."
            )
        if cell.cell_type == "code" and run.outcomes[cell.id] != "ok":
            raise LessonError(f"{where}: the cell fails{_because(run, cell)}.")


def refuse_free_points(lesson: Lesson, master: NotebookNode) -> None:
    """Refuse a lesson whose untouched notebook earns anything."""
    from .marks import marks

    for name, points in marks(_run(lesson, master)).items():
        if points:
            raise LessonError(
                f"{lesson.source}, {name!r}: the untouched notebook earns {points:g} points here."
            )


def _run(lesson: Lesson, notebook: NotebookNode) -> Execution:
    from .execution import Limits, execute

    # Whether a lesson is fast enough is not for a build on a busy machine to say.
    limits = Limits(cell_seconds=180, notebook_seconds=900)
    return execute(notebook, limits, files=lesson.extra_files())


def _because(run: Execution, cell: NotebookNode) -> str:
    """What a failed cell says for itself, in one line."""
    for output in cell.get("outputs", ()):
        if output.output_type == "error":
            said = " ".join(output.evalue.split())
            return f": {output.ename}: {said}".rstrip(". ")
    for problem in run.problems:
        return f": {problem}".rstrip(". ")
    return ""
