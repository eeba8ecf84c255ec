"""Feedback pages are what nbconvert makes of nbgrader's template, cell by cell or as a whole."""

from __future__ import annotations

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbconvert import HTMLExporter
from nbconvert.filters.highlight import Highlight2HTML
from nbconvert.preprocessors import CSSHTMLHeaderPreprocessor
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from nbgrader.converters import GenerateFeedback
from nbgrader.coursedir import CourseDirectory

from autograder.lessons.course import Course
from autograder.running.page import POLICY, SCRIPT, _Highlight, guarded, page_of

GRADED = {
    "nbgrader": {
        "grade": True,
        "grade_id": "one",
        "locked": True,
        "points": 2,
        "schema_version": 3,
        "solution": False,
        "cell_type": "code",
    }
}


def code(source: str, *outputs, **more):
    return new_code_cell(source, outputs=list(outputs), execution_count=1, **more)


def picture(**data: str):
    return new_output("display_data", data)


CELLS = {
    "words": new_markdown_cell("# A title\n\nSome *words*, `code` and $x < y$."),
    "code": code("def f(x):\n    return x < 3 and 'a' != \"b\" & 1"),
    "text": code("print(1)", new_output("stream", name="stdout", text="1 < 2 & 3\n")),
    "an error": code(
        "1/0", new_output("error", ename="E", evalue="<b>", traceback=["<b>\x1b[31m"])
    ),
    "a picture": code("show()", picture(**{"image/png": "iVBORw0KGgo=", "text/plain": "<x>"})),
    "a drawing": code("show()", picture(**{"text/html": "<div><p>'quoted' &amp; \"so\"</div>"})),
    "what is left open": new_markdown_cell("<div><b>open"),
    "what was never begun": new_markdown_cell("words</div></div></main>"),
    "a comment": new_markdown_cell("<!--cell 0--> and <!-- more"),
    "nothing": new_markdown_cell(""),
    "no code": code(""),
    "raw HTML": new_markdown_cell("<table><tr><td>1</table>\n\n<img src='x.png'>"),
}
POINTS = code("assert True", metadata=GRADED)


def stock(notebook) -> str:
    config = GenerateFeedback(coursedir=CourseDirectory()).config
    exporter = HTMLExporter(config=config, preprocessors=[CSSHTMLHeaderPreprocessor])
    told = {"notebook": "02", "assignment": "02", "student": "ada", "late_penalty": 0}
    told |= {"score": 1.5, "max_score": 2.0}
    page, _ = exporter.from_notebook_node(notebook, {"nbgrader": told})
    return as_read(SCRIPT.sub("", page))


def as_read(page: str) -> str:
    """A page as nbconvert writes it after it has read it again, without lines that are empty."""
    lines = str(BeautifulSoup(page, "html.parser")).splitlines()
    return "\n".join(line for line in lines if line.strip())


def notebook_of(*cells):
    numbered = [{**cell, "id": f"c{number}"} for number, cell in enumerate(cells)]
    return new_notebook(cells=[type(cells[0])(cell) for cell in numbered])


@pytest.mark.parametrize("name", CELLS)
def test_a_page_is_what_nbconvert_makes_however_often(name):
    notebook = notebook_of(CELLS["words"], CELLS[name], POINTS, CELLS["code"])
    for _ in range(2):  # the second time the cells are known
        page = page_of(notebook, "02", "ada", {"c1": 0.0, "c2": 1.5}, ())
        assert as_read(page.replace(f"\n{POLICY}", "")) == stock(notebook)


def test_code_is_coloured_as_nbconvert_colours_it():
    ours, stock = _Highlight(), Highlight2HTML()
    cells = ["%time f(x)", "!ls", "f?", "x = 7 % 2", "a != b", "x = '", "é = 'ü'"]
    for lesson in Course.find().lessons():
        lines = nbformat.read(lesson.student, 4).cells
        cells += [cell.source for cell in lines if cell.cell_type == "code"]
    for source in cells:
        assert ours(source, metadata={}) == stock(source, metadata={})
    magic = {"magics_language": "html"}
    assert ours("<p>", metadata=magic) == stock("<p>", metadata=magic)


def test_a_page_lets_no_program_run_and_fetches_nothing():
    page = page_of(notebook_of(CELLS["words"], POINTS), "02", "ada", {"c1": 0.0}, ())
    head = page.partition("</head>")[0]
    assert "default-src 'none'" in head
    assert head.index("Content-Security-Policy") < head.index("<title>")
    assert "<script" not in page
    assert "cdnjs" not in page


def test_a_page_of_another_template_is_refused_rather_than_left_open():
    with pytest.raises(ValueError, match="no head where the policy of a page belongs"):
        guarded("<html><body>1</body></html>")
