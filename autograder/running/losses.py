"""Telling a student, and whoever grades, which points were lost by a cell that did not run.

A function that was never defined is not judged, so no verdict says what is wrong with it. Nor does
a verdict know that a name it misses is a module that is not there where notebooks are graded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from nbformat import NotebookNode

from autograder.judging.explaining.undefined import missing_module, why_undefined
from autograder.lessons.notebooks import output_of
from autograder.lessons.roles import exercise_of, role_of

from .execution import Execution
from .rebuild import answer_name
from .student_code import definitions

WHERE = "where notebooks are graded"

INSTALLS = re.compile(r"^\s*[%!]\s*(?:\w+ -m )?(?:pip3?|conda|mamba) install.*$", re.MULTILINE)


@dataclass(frozen=True)
class Stopped:
    """A cell that ended in an error."""

    cell: NotebookNode
    error: str
    detail: str

    def should_define(self, name: str) -> bool:
        """Whether the cell's text defines a name, be it a program or not."""
        found = rf"^\s*(?:async\s+)?(?:def|class)\s+{name}\b|^\s*{name}\s*(?::[^=\n]*)?=(?!=)"
        source = self.cell.source
        return name in definitions(source) or bool(re.search(found, source, re.MULTILINE))


def explain_losses(run: Execution, lesson: NotebookNode) -> list[str]:
    """Write into the checks and tests of a run why their answer is not there.

    Parameters
    ----------
    run : Execution
        Its notebook is changed.
    lesson : NotebookNode
        The same cells as the lesson has them.

    Returns
    -------
    list of str
        A sentence for whoever grades about each cell that cost points so.
    """
    stopped = list(_stopped(run, lesson))
    undefined = _explain_undefined(run, stopped)
    modules = _modules_missed(run, stopped)
    lost = {exercise for exercises in modules.values() for exercise in exercises}
    looks = [
        f"there is no module `{module}` {WHERE} (cell {cell!r})"
        + (f"; lost by it: {', '.join(exercises)}" if exercises else "")
        for (module, cell), exercises in modules.items()
    ]
    looks += [f"nothing can be installed {WHERE} (cell {name!r})" for name in _installs(run)]
    return looks + [said for exercise, said in undefined.items() if exercise not in lost]


def _stopped(run: Execution, lesson: NotebookNode) -> Iterator[Stopped]:
    """The cells the student wrote that ended in an error."""
    own = {cell.id: cell.source for cell in lesson.cells}
    for cell in run.notebook.cells:
        written = own.get(cell.id) != cell.source
        if cell.cell_type == "code" and written and (error := _error_of(cell)):
            yield Stopped(cell, *error)


def _error_of(cell: NotebookNode) -> tuple[str, str] | None:
    """What a cell ended in: the exception's class name and message."""
    errors = [output for output in cell.outputs if output.output_type == "error"]
    return (errors[0].ename, errors[0].evalue) if errors else None


def _explain_undefined(run: Execution, stopped: list[Stopped]) -> dict[str, str]:
    """Write into checks and tests why a name is not defined; the sentences, by exercise."""
    said = {}
    for cell in run.notebook.cells:
        if role_of(cell) not in ("check", "test"):
            continue
        name = answer_name(cell)
        error = _error_of(cell)
        if not name or error is None or error[0] != "NameError" or f"'{name}'" not in error[1]:
            continue
        exercise = exercise_of(cell.id)
        said[exercise] = f"{exercise}: {_why(name, stopped)}"
        cell.outputs = [_sentence(said[exercise])]
    return said


def _why(name: str, stopped: list[Stopped]) -> str:
    for one in reversed(stopped):
        if one.should_define(name):
            if one.error == "Grader":  # a limit, in the grader's own words
                return f"the cell with `{name}` did not run to its end ({one.detail})."
            return why_undefined(name, one.error, one.detail, WHERE)
    return f"`{name}` is not defined by any cell of the notebook that ran."


def _modules_missed(run: Execution, stopped: list[Stopped]) -> dict[tuple[str, str], list[str]]:
    """The exercises that were lost by each module that is not there, and the cell that wants it."""
    missed: dict[tuple[str, str], list[str]] = {}
    for one in stopped:
        if module := missing_module(one.error, one.detail):
            missed[module, one.cell.id] = [
                exercise for exercise, words in _failed(run) if _is_lost_by(one, words)
            ]
    for exercise, words in _failed(run):
        if (module := missing_module("ModuleNotFoundError", words)) and not any(
            exercise in exercises for exercises in missed.values()
        ):
            missed.setdefault((module, exercise), []).append(exercise)
    return missed


def _failed(run: Execution) -> list[tuple[str, str]]:
    """The exercises whose check failed, with what was said about it."""
    failed = []
    for cell in run.notebook.cells:
        if role_of(cell) == "check":
            name = answer_name(cell)
            found = run.verdicts.get(cell.id, {}).values()
            words = " ".join(verdict.message for verdict in found if not verdict.passed)
            error = _error_of(cell)
            if error and not found:
                words = f"'{name}' {error[1]}"
            if words:
                failed.append((exercise_of(cell.id), words))
    return failed


def _is_lost_by(stopped: Stopped, words: str) -> bool:
    """Whether what was said about an answer names what a cell should have defined."""
    named = re.findall(r"'(\w+)'", words)
    return any(stopped.should_define(name) for name in named)


def _installs(run: Execution) -> list[str]:
    return [
        cell.id
        for cell in run.notebook.cells
        if cell.cell_type == "code" and INSTALLS.search(cell.source)
    ]


def _sentence(text: str) -> NotebookNode:
    return output_of("error", ename="Grader", evalue=text, traceback=[text])
