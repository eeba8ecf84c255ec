"""From an executed notebook to points, as nbgrader counts them.

With two differences. A warning on stderr costs nothing. And a cell that was not run to its end
earns nothing: nbgrader reads "no output" as a pass.
"""

from __future__ import annotations

from nbformat import NotebookNode

from .execution import Execution
from .roles import role_of


def marks(run: Execution) -> dict[str, float | None]:
    """The points of every graded cell by its id; `None` where a person has to mark it."""
    return {
        cell.id: points_of(cell, run.outcomes.get(cell.id) == "ok")
        for cell in run.notebook.cells
        if cell.metadata.get("nbgrader", {}).get("grade")
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
