"""The page that a student gets back, as `nbgrader generate_feedback` makes it, without a gradebook.

nbgrader's own command asks the gradebook for every cell of every page. What it would be told of a
submission that was just graded is known here, so the pages can be made where the runs are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from nbconvert import HTMLExporter
from nbconvert.preprocessors import CSSHTMLHeaderPreprocessor
from nbformat import NotebookNode

NO_ANSWER = "No response."
"""nbgrader's comment on a cell that was left as it was."""


def page_of(
    notebook: NotebookNode,
    lesson: str,
    student: str,
    points: Mapping[str, float | None],
    untouched: Iterable[str],
) -> str:
    """A feedback page as HTML. `notebook` is marked with the points, in place.

    Parameters
    ----------
    notebook : NotebookNode
        Executed and clean.
    points : mapping
        For every graded cell by its id; `None` where a person has yet to mark it.
    untouched : iterable of str
        Ids of the cells meant for an answer that hold none.
    """
    best = 0.0
    untouched = set(untouched)
    for cell in notebook.cells:
        metadata = cell.metadata.get("nbgrader", {})
        if metadata.get("solution"):
            metadata["comment"] = NO_ANSWER if cell.id in untouched else None
        if metadata.get("grade"):
            metadata["score"] = points[cell.id] or 0.0
            best += metadata["points"]
    resources = {
        "nbgrader": {
            "notebook": lesson,
            "assignment": lesson,
            "student": student,
            "score": sum(value or 0.0 for value in points.values()),
            "max_score": best,
            "late_penalty": 0,
        }
    }
    page, _ = _exporter().from_notebook_node(notebook, resources)
    return page


@cache
def _exporter() -> HTMLExporter:
    from nbgrader.converters import GenerateFeedback
    from nbgrader.coursedir import CourseDirectory

    config = GenerateFeedback(coursedir=CourseDirectory()).config
    return HTMLExporter(config=config, preprocessors=[CSSHTMLHeaderPreprocessor])
