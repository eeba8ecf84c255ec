"""The page that a student gets back: what it says of points, and that it needs nothing else."""

from __future__ import annotations

import re

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbconvert.filters.highlight import Highlight2HTML
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from autograder.lessons.course import Course
from autograder.running.formulas import ELEMENTS
from autograder.running.page import PageExporter, _Highlight, comment_html, guarded, page_of
from autograder.running.page_marks import mark_of, total_of

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


def notebook_of(*cells):
    numbered = [{**cell, "id": f"c{number}"} for number, cell in enumerate(cells)]
    return new_notebook(cells=[type(cells[0])(cell) for cell in numbered])


@pytest.mark.parametrize("name", CELLS)
def test_a_page_is_the_same_however_often_its_cells_were_shown(name):
    cells = [CELLS["words"], CELLS[name], POINTS, CELLS["code"]]
    points = {"c1": 0.0, "c2": 1.5}
    first, second = (page_of(notebook_of(*cells), "02", "ada", points, ()) for _ in range(2))
    fresh, _ = PageExporter().from_notebook_node(
        told(notebook_of(*cells), c2=1.5),
        {"nbgrader": {"notebook": "02", "student": "ada", "late_penalty": 0}},
    )
    assert first == second == fresh


def told(notebook, **points):
    """A notebook that says of its graded cells what a page is told."""
    for cell in notebook.cells:
        if cell.id in points:
            cell.metadata.nbgrader |= {"score": points[cell.id], "waits": False}
    return notebook


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
    assert not re.search(r"(src|href)=\"(?!data:|#)|@import|url\(", page)


def test_a_page_of_another_template_is_refused_rather_than_left_open():
    with pytest.raises(ValueError, match="no head where the policy of a page belongs"):
        guarded("<html><body>1</body></html>")


QUESTION = new_markdown_cell(
    "Because.",
    metadata={
        "nbgrader": {
            **GRADED["nbgrader"],
            **{"grade_id": "why", "points": 4, "solution": True, "cell_type": "markdown"},
        }
    },
)


def read(page: str) -> BeautifulSoup:
    return BeautifulSoup(page, "html.parser")


def marks_on(page: str) -> list[str]:
    return [mark.text for mark in read(page).select("section .mark")]


def test_an_answer_that_nobody_has_marked_says_so_and_so_does_the_total():
    page = page_of(notebook_of(QUESTION, POINTS), "02", "ada", {"c0": None, "c1": 1.5}, ())
    assert marks_on(page) == ["waits for a person's mark, out of 4", "1.5 of 2"]
    assert read(page).select_one(".total").text == "1.5 of 6, 4 still to be marked"
    assert [row.text for row in read(page).select(".parts .mark")] == marks_on(page)


def test_an_answer_that_earned_nothing_does_not_wait():
    page = page_of(notebook_of(QUESTION, POINTS), "02", "ada", {"c0": 0.0, "c1": 2.0}, ("c0",))
    assert marks_on(page) == ["0 of 4", "2 of 2"]
    assert read(page).select_one(".total").text == "2 of 6"


def test_points_of_an_earlier_answer_stand_until_the_new_one_is_marked():
    own = {"score": 3.0, "points": 4, "waits": True}
    mark = mark_of(new_markdown_cell(metadata={"nbgrader": own}))
    assert mark.text == "waits for a person's mark; 3 of 4 until then"


def test_a_page_says_that_a_person_overruled_the_check():
    own = {"score": 3.0, "points": 3, "waits": False, "checked": 2.62}
    mark = mark_of(new_markdown_cell(metadata={"nbgrader": own}))
    assert mark.text == "3 of 3"
    assert mark.note == (
        "A person has looked at this and overruled the check, which had given 2.62 of 3."
    )


def test_what_is_taken_off_for_lateness_is_said_in_the_total():
    notebook = told(notebook_of(POINTS), c0=2.0)
    assert total_of(notebook, 0.5) == "1.5 of 2, 0.5 taken off for handing in late"


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", 'a"><img src=x onerror=alert(1)>'])
def test_names_are_text_on_a_page(name):
    page = page_of(notebook_of(CELLS["words"]), name, name, {}, ())
    assert read(page).h1.text == name
    assert read(page).select_one(".student").text == name
    assert not read(page).select("script, img")


@pytest.mark.parametrize(
    "comment",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[here](javascript:alert(1))",
        "![x](http://evil.invalid/x.png)",
        "<div onclick=alert(1)>x</div></section></main>",
        "$\\href{javascript:alert(1)}{x}$",
        "<style>@import 'http://evil.invalid/x.css'</style>",
        "<!-- <b>",
    ],
)
def test_a_comment_can_do_nothing_but_be_read(comment):
    html = read(comment_html(comment))
    assert {tag.name for tag in html.find_all()} <= {"a", "p", "code", "pre"} | ELEMENTS
    for tag in html.find_all():
        assert tag.name != "a" or tag["href"].startswith("http://")
        assert set(tag.attrs) <= {"href", "display", "stretchy"}


def test_a_comment_may_be_markdown():
    assert comment_html("Look at *stride*: `s`") == (
        "<p>Look at <em>stride</em>: <code>s</code></p>\n"
    )
