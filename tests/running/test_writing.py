"""The text of a notebook that was run: as nbformat writes it, and only if it is a notebook."""

from __future__ import annotations

import pytest
from nbformat import NotebookNode, ValidationError
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder.lessons.notebooks import notebook_text, output_of
from autograder.running import writing
from autograder.running.writing import MOST_CELLS, MOST_CHARACTERS, checked_text


def some_notebook() -> NotebookNode:
    """Cells with what could be taken for the text around them."""
    printed = output_of("stream", name="stdout", text="\n  },\n  {\n ],\n")
    cells = [
        new_markdown_cell("  },\n  {\n\n ],\n é \u2028", id="a"),
        new_code_cell("x = {\n  }\n", id="b", outputs=[printed], execution_count=1),
        new_code_cell("", id="c", metadata={"nbgrader": {"grade_id": "c", "points": 1.0}}),
    ]
    return new_notebook(cells=cells, metadata={"autograder": {"seed": 5, "looks": ["é"]}})


def test_it_is_as_nbformat_writes_it_when_first_seen_and_again():
    notebook = some_notebook()
    for _ in range(2):
        assert checked_text(notebook) == notebook_text(notebook)
    notebook.cells[1].execution_count = 2
    notebook.cells.insert(1, new_code_cell("new", id="d"))
    assert checked_text(notebook) == notebook_text(notebook)


@pytest.mark.parametrize("cells", [0, 1])
def test_few_cells_are_written_too(cells):
    notebook = new_notebook(cells=some_notebook().cells[:cells])
    assert checked_text(notebook) == notebook_text(notebook)


@pytest.mark.parametrize(
    ("name", "value"), [("execution_count", "1"), ("outputs", [{"output_type": "none"}])]
)
def test_a_cell_that_is_none_is_found_beside_those_that_were_sound(name, value):
    notebook = some_notebook()
    checked_text(notebook)
    notebook.cells[1][name] = value
    for _ in range(2):
        with pytest.raises(ValidationError):
            checked_text(notebook)


def test_metadata_that_is_none_is_found():
    notebook = some_notebook()
    checked_text(notebook)
    notebook.metadata = "none"
    with pytest.raises(ValidationError):
        checked_text(notebook)


def test_what_is_remembered_is_bounded():
    for number in range(3):
        cells = [new_code_cell(f"{number} {n}", id=f"c{n}") for n in range(MOST_CELLS // 2)]
        checked_text(new_notebook(cells=[*cells, new_code_cell("x" * MOST_CHARACTERS, id="long")]))
    assert len(writing._known) == MOST_CELLS
    assert max(map(len, writing._known.values())) <= MOST_CHARACTERS
