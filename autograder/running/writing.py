"""A notebook that was run, as the text of its file.

Most of its cells are the lesson's, word for word. What was found of a cell before, that it is one
and how it is written, holds in every notebook that it stands in.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Mapping

import nbformat
from nbformat import NotebookNode, ValidationError

from autograder.lessons.notebooks import Notebook, notebook_text

MOST_CELLS, MOST_CHARACTERS = 500, 20_000
"""Cells whose text is remembered, and characters of one."""

NO_CELLS = '{\n "cells": [],\n'
OPENED, BETWEEN, CLOSED = '{\n "cells": [\n', ",\n", "\n ],\n"
"""The text of a notebook around its cells."""

START, END = "  {\n", "\n  }"
"""The text of a cell around its parts. No line of theirs stands as far left as these."""

_known: OrderedDict[str, str] = OrderedDict()
"""The text of a cell that nbformat has found to be one, by all that is in it."""


def checked_text(notebook: NotebookNode) -> str:
    """The text of a notebook's file, as `notebook_text` writes it.

    Raises
    ------
    ValidationError
        If it is no notebook: nothing is recorded that nbgrader could not open.
    """
    cells = {json.dumps(cell): cell for cell in notebook.cells}
    if len(cells) < max(1, len(notebook.cells)):
        nbformat.validate(notebook)
        return notebook_text(notebook)
    new = {key: cell for key, cell in cells.items() if key not in _known}
    _validate(notebook, list(new.values()))
    texts = dict(zip(new, _texts_of(list(new.values())), strict=True))
    frame = notebook_text(_with(notebook, [])).removeprefix(NO_CELLS)
    written = BETWEEN.join(texts.get(key) or _known[key] for key in cells)
    _remember(cells, texts)
    return f"{OPENED}{written}{CLOSED}{frame}"


def _validate(notebook: NotebookNode, new: list[NotebookNode]) -> None:
    """Look at a notebook, but not again at those of its cells that were found sound before."""
    names = {cell.id for cell in notebook.cells}
    try:
        nbformat.validate(_with(notebook, new))
    except ValidationError:
        nbformat.validate(notebook)  # which says where
        raise
    if len(names) < len(notebook.cells):
        nbformat.validate(notebook)


def _with(notebook: NotebookNode, cells: list[NotebookNode]) -> Notebook:
    """A notebook with other cells in it."""
    return Notebook({**notebook, "cells": cells})


def _texts_of(cells: list[NotebookNode]) -> list[str]:
    """Cells as they stand in the text of a notebook."""
    if not cells:
        return []
    text = notebook_text(_with(NotebookNode(metadata={}, nbformat=4, nbformat_minor=5), cells))
    inside = text[len(f"{OPENED}{START}") : text.rindex(f"{END}{CLOSED}")]
    return [f"{START}{part}{END}" for part in inside.split(f"{END}{BETWEEN}{START}")]


def _remember(cells: Mapping[str, object], texts: Mapping[str, str]) -> None:
    """Keep the texts of the cells that were used last."""
    for key in cells:
        if key in _known:
            _known.move_to_end(key)
        elif len(texts[key]) <= MOST_CHARACTERS:
            _known[key] = texts[key]
    while len(_known) > MOST_CELLS:
        _known.popitem(last=False)
