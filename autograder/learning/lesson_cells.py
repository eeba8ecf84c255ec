"""Which of the cells that run are the lesson's, and which are the learner's own.

A lesson's cells have ids made of its headings; those of a learner's cells are drawn by the editor.
Jupyter says the id of a cell that runs. Where an editor does not, its text is looked up in the
notebooks of the current folder.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from autograder.exercises import LESSONS, of_lesson
from autograder.judging.explaining.undefined import names_defined

LESSON_ID = re.compile(r"[a-z0-9-]+-\d\d")
"""The id of a cell without a role: its heading, and its place below it."""

MOST_BYTES = 100_000_000
"""Of a notebook that is read, pictures included."""


def cell_of_lesson(cell_id: str | None, text: str) -> tuple[str, str] | None:
    """The lesson that a cell comes from, and its id there; `None` for a learner's own.

    The cell in which a function is written is a learner's own. The cell of an exercise that asks
    for a value is the lesson's: what it computes that value with is called while it runs.

    Parameters
    ----------
    cell_id : str or None
        As Jupyter gives it.
    text : str
    """
    for lesson, path in _notebooks_here():
        texts = _cells_of(path, path.stat().st_mtime_ns)
        found = cell_id if cell_id in texts.values() else texts.get(text.strip())
        if found := found or value_asked(lesson, text):
            return lesson, found
    return None


def value_asked(lesson: str, text: str) -> str:
    """The exercise of a lesson whose value a cell gives; nothing if it gives none.

    Examples
    --------
    >>> value_asked("07-alexnet-and-zfnet", "zfnet_first_size = None")
    'zfnet-first-size'
    """
    given = names_defined(text)
    values = (one for one in of_lesson(lesson) if not callable(one.reference))
    return next((one.id for one in values if one.function_name in given), "")


def _notebooks_here() -> Iterator[tuple[str, Path]]:
    """The lessons' notebooks in the current folder, also under a longer name."""
    try:
        files = sorted(Path.cwd().glob("*.ipynb"))
    except OSError:
        return
    for path in files:
        lesson = next((name for name in LESSONS if path.name.startswith(name)), None)
        if lesson is not None and path.is_file() and path.stat().st_size <= MOST_BYTES:
            yield lesson, path


@lru_cache(maxsize=4)
def _cells_of(path: Path, changed: int) -> dict[str, str]:
    """The ids of the lesson's cells in a notebook, as it was at one time, by their texts."""
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        given = [cell for cell in cells if cell["cell_type"] == "code" and _is_given(cell)]
        return {"".join(cell["source"]).strip() or cell["id"]: cell["id"] for cell in given}
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return {}


def _is_given(cell: dict) -> bool:
    """Whether a cell came with the lesson, and is not one to write in."""
    written_in = cell.get("metadata", {}).get("nbgrader", {}).get("solution", False)
    named = "nbgrader" in cell.get("metadata", {}) or LESSON_ID.fullmatch(cell.get("id", ""))
    return bool(named) and not written_in
