"""Running a lesson's own cells so that no name of the student's stands in their way.

A student may call a variable `check`, or `np`. A lesson's cells are therefore run with their calls
of the course spelled out, and where a cell of the student's gives another meaning to a module that
the lesson has imported, the module is imported once more after it. What the notebook shows stays.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from autograder.lessons.notebooks import Notebook
from autograder.lessons.roles import role_of

from .execution import Execution
from .student_code import definitions, parsed

CALL = re.compile(r"^(check|look|progress|watch)(?=\()", re.MULTILINE)
"""A call that a lesson makes of the course, in a line of its own."""

SPELLED_OUT = r'__import__("autograder").\1'

LAST_ON_THE_PATH = '__import__("sys").path.append(__import__("os").getcwd())'
"""Lets a notebook import what lies beside it, in the place of nothing else of that name."""

AGAIN = "imported_again_"
"""How the ids of cells begin that run and are not shown."""


def run_unshadowed(
    notebook: NotebookNode,
    lesson: NotebookNode,
    run: Callable[[NotebookNode, frozenset[str]], Execution],
    modules: bool = False,
) -> Execution:
    """Run a notebook whose lesson's own cells depend on no name that a student can take.

    Parameters
    ----------
    notebook : NotebookNode
        Rebuilt. Left as it is.
    lesson : NotebookNode
        The same cells as the lesson has them.
    run : callable
        Runs a notebook; it is told the ids of those of its cells that are not in `notebook`.
    modules : bool
        Whether modules of the student's own lie beside the notebook.
    """
    sources = {cell.id: cell.source for cell in notebook.cells}
    made = _unshadowed(notebook, lesson)
    if modules:
        made.cells.insert(0, new_code_cell(LAST_ON_THE_PATH, id=f"{AGAIN}modules"))
    done = run(made, frozenset(cell.id for cell in made.cells if cell.id not in sources))
    shown = done.notebook
    shown.cells = [cell for cell in shown.cells if cell.id in sources]
    for cell in shown.cells:
        cell.source = sources[cell.id]
    outcomes = {name: came for name, came in done.outcomes.items() if name in sources}
    return replace(done, notebook=shown, outcomes=outcomes)


def _unshadowed(notebook: NotebookNode, lesson: NotebookNode) -> NotebookNode:
    """The notebook to run. It shares with the other what is the same in both."""
    own = {cell.id: cell.source for cell in lesson.cells}
    imports = _imports(lesson)
    cells = []
    for number, cell in enumerate(notebook.cells):
        cells.append(cell)
        if cell.cell_type != "code":
            continue
        if role_of(cell) in ("given", "check", "test"):
            cells[-1] = NotebookNode({**cell, "source": CALL.sub(SPELLED_OUT, cell.source)})
        elif own.get(cell.id) != cell.source and (lost := taken_names(cell.source, imports)):
            again = "\n".join(imports[name] for name in lost)
            cells.append(new_code_cell(again, id=f"{AGAIN}{number}"))
    return Notebook({**notebook, "cells": cells})


def _imports(lesson: NotebookNode) -> dict[str, str]:
    """The modules that a lesson's read-only cells import, by name: how each is imported."""
    return {
        name: statement
        for cell in lesson.cells
        if cell.cell_type == "code" and role_of(cell) == "given"
        for name, statement in _imports_in(cell.source)
    }


@lru_cache(maxsize=1000)
def _imports_in(source: str) -> tuple[tuple[str, str], ...]:
    return tuple(
        (one.asname, f"import {one.name} as {one.asname}")
        for node in ast.parse(source).body
        if isinstance(node, ast.Import)
        for one in node.names
        if one.asname
    )


def taken_names(source: str, imports: dict[str, str]) -> list[str]:
    """The names of imported modules to which a cell gives another meaning.

    Examples
    --------
    >>> taken_names("np = 3", {"np": "import numpy as np"})
    ['np']
    >>> taken_names("import numpy as np", {"np": "import numpy as np"})
    []
    """
    taken = [name for name in imports if name in definitions(source)]
    tree = parsed(source)
    if not taken or tree is None:
        return []
    kept = {
        one.asname
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for one in node.names
        if one.asname in imports and imports[one.asname] == f"import {one.name} as {one.asname}"
    }
    return [name for name in taken if name not in kept]
