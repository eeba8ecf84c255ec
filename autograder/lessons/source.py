"""Reading a lesson's source: a py:percent text becomes an instructor's notebook.

The same text gives the same notebook, byte for byte, on every machine and with every version of
the tools: cell ids come from the text, and the metadata names no version and no time.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from nbformat import NotebookNode

from .errors import LessonError
from .roles import nbgrader_metadata

NOTEBOOK_METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "pygments_lexer": "ipython3",
    },
}

JUPYTEXT_KEYS = ("cell_marker", "lines_to_next_cell")
"""What jupytext notes in a cell to write the same text again; nothing of a notebook's."""

MARK = re.compile(r"\s*(?:# )?<!-- (source|computed|shown|follows): (.*?) -->", re.DOTALL)
"""Says where the claim of the sentence, or of the caption, before it comes from: read by
`site/claims.py`, taken out of every notebook."""


def read_source(path: Path, *, marked: bool = False) -> NotebookNode:
    """Read the lesson at `path` as a notebook with answers, hidden tests and nbgrader's metadata.

    Parameters
    ----------
    path : Path
    marked : bool
        Whether the marks of claims stay in the text.

    Raises
    ------
    LessonError
        If the file cannot be read, or a cell's options make no sense.
    """
    import jupytext  # and half a Jupyter server, which who only runs notebooks can do without

    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise LessonError(f"{path}: the source cannot be read ({error}).") from None
    notebook = jupytext.reads(text if marked else MARK.sub("", text), fmt="py:percent")
    notebook.metadata = NotebookNode(NOTEBOOK_METADATA)
    section, seen = "start", Counter[str]()
    for number, cell in enumerate(notebook.cells, 1):
        options = {k: v for k, v in cell.metadata.items() if k not in JUPYTEXT_KEYS}
        cell.metadata = NotebookNode()
        section = _section(cell) or section
        if options:
            where = f"{path}, cell {number} ({options.get('id', section)!r})"
            metadata = nbgrader_metadata(options, cell.cell_type, where)
            cell.metadata["nbgrader"] = NotebookNode(metadata)
            cell.id = metadata["grade_id"]
        else:
            seen[section] += 1
            cell.id = f"{section}-{seen[section]:02d}"
    _refuse_twins(notebook, path)
    return notebook


def _section(cell: NotebookNode) -> str | None:
    """A cell's heading as part of an id.

    Cells without a role are named after the nearest heading above them, and numbered below it: so
    a cell that is put into one section renames no cell of another.
    """
    heading = re.search(r"^#{1,6} +(.+)$", cell.source, re.MULTILINE)
    if cell.cell_type != "markdown" or not heading:
        return None
    slug = re.sub(r"[^a-z0-9]+", "-", heading[1].lower()).strip("-")
    return slug[:48].strip("-") or "section"


def _refuse_twins(notebook: NotebookNode, path: Path) -> None:
    first: dict[str, int] = {}
    for number, cell in enumerate(notebook.cells, 1):
        if cell.id in first:
            raise LessonError(
                f"{path}, cell {number}: the id {cell.id!r} is taken by cell {first[cell.id]}."
            )
        first[cell.id] = number
