"""What is refused of a lesson's text, before anything runs. Each names the file and the cell."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import Protocol

from nbformat import NotebookNode

from .course import Lesson
from .errors import LessonError
from .roles import exercise_of, role_of
from .stub_package import REFERENCE, reference_used

REGIONS = {"SOLUTION": ("exercise", "question"), "HIDDEN TESTS": ("test",), "MARK SCHEME": ()}
"""nbgrader cuts from `### BEGIN …` to `### END …`, and the roles where that is allowed."""

REGION_MARKS = {f"### {end} {name}": name for name in REGIONS for end in ("BEGIN", "END")}


class CatalogueExercise(Protocol):
    """What the build needs to know of an exercise in the catalogue."""

    @property
    def id(self) -> str: ...

    @property
    def reference(self) -> object: ...

    @property
    def check_points(self) -> float: ...

    @property
    def test_points(self) -> float: ...


def refuse_loose_regions(lesson: Lesson, instructor: NotebookNode) -> None:
    """Refuse a region that is not closed, or that stands where nbgrader does not cut it out."""
    for cell, where in cell_places(lesson, instructor):
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
    for cell, where in cell_places(lesson, instructor):
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
    for cell, where in cell_places(lesson, student):
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


def cell_places(lesson: Lesson, notebook: NotebookNode) -> Iterator[tuple[NotebookNode, str]]:
    for number, cell in enumerate(notebook.cells, 1):
        yield cell, f"{lesson.source}, cell {number} ({cell.id!r})"
