"""Telling a student, and whoever grades, which points were lost by a cell that did not run.

A function that was never defined is not judged, so no verdict says what is wrong with it. Nor does
a verdict know that a name it misses is a module that is not there where notebooks are graded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from nbformat import NotebookNode

from autograder.judging.explaining.undefined import (
    SYNTAX,
    missing_module,
    names_defined,
    why_undefined,
)
from autograder.lessons.notebooks import output_of
from autograder.lessons.roles import exercise_of, role_of

from .execution import Execution
from .rebuild import ANSWERS
from .student_code import definitions

WHERE = "where notebooks are graded"

MOST_SAID = 200
"""Characters kept of what an exception says."""

INSTALLS = re.compile(
    r"^[^\S\n]*[%!][^\S\n]*(?:\w+ -m )?(?:pip3?|conda|mamba) install.*$", re.MULTILINE
)


@dataclass(frozen=True)
class Stopped:
    """A cell that ended in an error."""

    cell: NotebookNode
    error: str
    detail: str

    @cached_property
    def names(self) -> frozenset[str]:
        """What the cell's text defines, be it a program or not."""
        source = self.cell.source
        return definitions(source) | names_defined(source).keys()


def explain_losses(run: Execution, names: Mapping[str, str], place: str = WHERE) -> list[str]:
    """Write into the checks and tests of a run why their answer is not there.

    Parameters
    ----------
    run : Execution
        Its notebook is changed.
    names : mapping
        From `answer_names`: what each exercise's function is called.
    place : str
        Where the run was.

    Returns
    -------
    list of str
        A sentence for whoever grades about each cell that cost points so.
    """
    stopped = list(_stopped(run))
    undefined = _explain_undefined(run, names, stopped, place)
    modules = _modules_missed(_failed(run, names), stopped)
    lost = {exercise for exercises in modules.values() for exercise in exercises}
    looks = [
        f"there is no module `{module}` {place} (cell {cell!r})"
        + (f"; lost by it: {', '.join(exercises)}" if exercises else "")
        for (module, cell), exercises in modules.items()
    ]
    looks += [
        f"cell {one.cell.id!r} stopped ({one.error}: {one.detail}); "
        f"lost by it: {', '.join(exercises)}"
        for one, exercises in _names_missed(_failed(run, names), stopped, {*lost, *undefined})
    ]
    looks += [f"nothing can be installed {WHERE} (cell {name!r})" for name in _installs(run)]
    # A syntax error is an everyday mistake: its sentence in the check is enough.
    mistyped = {name for one in stopped if one.error in SYNTAX for name in one.names}
    lost |= {exercise for exercise in undefined if names[exercise] in mistyped}
    return looks + [said for exercise, said in undefined.items() if exercise not in lost]


def _stopped(run: Execution) -> Iterator[Stopped]:
    """The cells that students can write in, and that ended in an error."""
    for cell in run.notebook.cells:
        open_to_students = cell.cell_type == "code" and role_of(cell) in ANSWERS
        if open_to_students and (error := _error_of(cell)):
            yield Stopped(cell, *error)


def _error_of(cell: NotebookNode) -> tuple[str, str] | None:
    """What a cell ended in: the exception's class name and message."""
    errors = [output for output in cell.outputs if output.output_type == "error"]
    return (cleaned(errors[0].ename), cleaned(errors[0].evalue)) if errors else None


def cleaned(said: str) -> str:
    """What a stranger's code said, in one line that no page takes for more than words.

    Examples
    --------
    >>> cleaned("name 'x' is not defined\\n[see](http://here) <b>")
    "name 'x' is not defined ?see?(http:?here) ?b?"
    """
    words = " ".join(said[:MOST_SAID].split()).replace("//", "?")
    return re.sub(r"[^\w .,:;'\"()=+/*-]", "?", words)


def _explain_undefined(
    run: Execution, names: Mapping[str, str], stopped: list[Stopped], place: str
) -> dict[str, str]:
    """Write into checks and tests why a name is not defined; the sentences, by exercise."""
    said = {}
    for cell in run.notebook.cells:
        if role_of(cell) not in ("check", "test"):
            continue
        exercise = exercise_of(cell.id)
        name = names.get(exercise)
        if not name or _error_of(cell) != ("NameError", f"name '{name}' is not defined"):
            continue
        said[exercise] = f"{exercise}: {_why(name, stopped, place)}"
        cell.outputs = [_sentence(said[exercise])]
    return said


def _why(name: str, stopped: list[Stopped], place: str) -> str:
    for one in reversed(stopped):
        if name in one.names:
            if one.error == "Grader":  # a limit, in the grader's own words
                return f"the cell with `{name}` did not run to its end ({one.detail})."
            return why_undefined(name, one.error, one.detail, place)
    return f"`{name}` is not defined by any cell of the notebook that ran."


def _modules_missed(
    failed: list[tuple[str, str]], stopped: list[Stopped]
) -> dict[tuple[str, str], list[str]]:
    """The exercises that were lost by each module that is not there, and the cell that wants it."""
    missed: dict[tuple[str, str], list[str]] = {}
    for one in stopped:
        if module := missing_module(one.error, one.detail):
            missed[module, one.cell.id] = [
                exercise for exercise, words in failed if _is_lost_by(one, words)
            ]
    explained = {exercise for exercises in missed.values() for exercise in exercises}
    for exercise, words in failed:
        module = missing_module("ModuleNotFoundError", words)
        if module and exercise not in explained:
            missed.setdefault((module, exercise), []).append(exercise)
    return missed


def _names_missed(
    failed: list[tuple[str, str]], stopped: list[Stopped], explained: set[str]
) -> Iterator[tuple[Stopped, list[str]]]:
    """Cells that stopped before they defined what exercises need, and those exercises."""
    for one in stopped:
        exercises = [e for e, words in failed if e not in explained and _is_lost_by(one, words)]
        if exercises:
            yield one, exercises


def _failed(run: Execution, names: Mapping[str, str]) -> list[tuple[str, str]]:
    """The exercises whose check failed, with what was said about it."""
    failed = []
    for cell in run.notebook.cells:
        if role_of(cell) == "check":
            exercise = exercise_of(cell.id)
            found = run.verdicts.get(cell.id, {}).values()
            words = " ".join(cleaned(one.message) for one in found if not one.passed)
            if not found and (error := _error_of(cell)):
                words = f"'{names.get(exercise)}' {error[1]}"
            if words:
                failed.append((exercise, words))
    return failed


def _is_lost_by(stopped: Stopped, words: str) -> bool:
    """Whether what was said about an answer names what a cell should have defined."""
    return not stopped.names.isdisjoint(re.findall(r"'(\w+)'", words))


def _installs(run: Execution) -> list[str]:
    return [
        cell.id
        for cell in run.notebook.cells
        if cell.cell_type == "code" and INSTALLS.search(cell.source)
    ]


def _sentence(text: str) -> NotebookNode:
    return output_of("error", ename="Grader", evalue=text, traceback=[text])
