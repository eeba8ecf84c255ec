"""From an executed notebook to points.

Behind the wall the points of a check or test are the judge's word: what it found while the cell of
the lesson ran, for the check that this cell names. Nothing found is nothing earned, and the cell
must have run to its end as well: it may hold more than its check.

Without a wall points are counted as nbgrader counts them, with two differences. A warning on stderr
costs nothing. And a cell that was not run to its end earns nothing: nbgrader reads "no output" as a
pass.
"""

from __future__ import annotations

from collections.abc import Container

from nbformat import NotebookNode

from autograder.judging.outside import Due
from autograder.lessons.roles import exercise_of, role_of

from .execution import Execution


def checks_due(lesson: NotebookNode) -> dict[str, Due]:
    """For every check and test of a lesson by its id, what it asks the judge."""
    return {
        cell.id: (exercise_of(cell.id), role_of(cell) == "test")
        for cell in lesson.cells
        if role_of(cell) in ("check", "test")
    }


def marks(
    run: Execution, due: dict[str, Due] | None = None, untouched: Container[str] = ()
) -> dict[str, float | None]:
    """The points of every graded cell by its id; `None` where a person has to mark it.

    Parameters
    ----------
    run : Execution
    due : dict, optional
        From `checks_due`, for a run behind the wall.
    untouched : container of str, optional
        Behind the wall, the ids of the cells that hold no answer.
    """
    points: dict[str, float | None] = {}
    for cell in run.notebook.cells:
        if not cell.metadata.get("nbgrader", {}).get("grade"):
            continue
        finished = run.outcomes.get(cell.id) == "ok"
        if due is None:
            points[cell.id] = points_of(cell, finished)
        elif role_of(cell) == "question":
            points[cell.id] = 0.0 if cell.id in untouched else None
        else:
            verdict = run.verdicts.get(cell.id, {}).get(due[cell.id])
            points[cell.id] = float(verdict.points) if verdict and finished else 0.0
    return points


def points_without_a_run(notebook: NotebookNode) -> dict[str, float | None]:
    """The points of a notebook that was not run: none for any cell."""
    return {
        cell.id: 0.0 for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade")
    }


def points_of(cell: NotebookNode, finished: bool) -> float | None:
    """The points of one graded cell.

    A check or test earns the number it ends in, or all its points if it ends in none. A question
    earns 0 if it was left untouched and is marked by a person otherwise.
    """
    metadata = cell.metadata.nbgrader
    if role_of(cell) == "question":
        from nbgrader.utils import compute_checksum

        return 0.0 if compute_checksum(cell) == metadata.get("checksum") else None
    if not finished:
        return 0.0
    for output in cell.outputs:
        if output.output_type == "execute_result":
            try:
                points = float(output.data["text/plain"])
            except (KeyError, ValueError):
                return 0.0
            return points if 0 <= points <= metadata["points"] else 0.0
    return float(metadata["points"])
