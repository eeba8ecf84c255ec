"""The page that a student gets back: what it says of points, and that it needs nothing else."""

from __future__ import annotations

import copy
import re
from itertools import pairwise

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from autograder.lessons.compiling import compile_lesson
from autograder.lessons.course import Course
from autograder.lessons.marking_scheme import marking_schemes
from autograder.lessons.roles import role_of
from autograder.running.formulas import ELEMENTS
from autograder.running.page import TEMPLATES, PageExporter, comment_html, guarded, page_of
from autograder.running.page_code import CLASSES, code_html
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


def test_code_is_all_there_and_what_has_a_color_has_one_on_the_page():
    cells = ["%time f(x)", "!ls", "f?", "x = 7 % 2", "a != b", "x = '", "é = 'ü'", "\tx <b>&lt;"]
    for lesson in Course.find().lessons():
        lines = nbformat.read(lesson.student, 4).cells
        cells += [cell.source for cell in lines if cell.cell_type == "code"]
    sheet = (TEMPLATES / "student_page" / "page.css").read_text()
    for source in cells:
        html = read(code_html(source))
        assert html.text == source.strip("\n").rstrip()
        assert {span["class"][0] for span in html.select("span")} <= set(CLASSES.values())
    assert all(f".{name} {{ color:" in sheet for name in CLASSES.values())


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
    return [mark.text for mark in read(page).select(".row .mark")]


def test_an_answer_that_nobody_has_marked_says_so_and_so_does_the_total():
    page = page_of(notebook_of(QUESTION, POINTS), "02", "ada", {"c0": None, "c1": 1.5}, ())
    assert marks_on(page) == ["waits for a person's mark, out of 4", "1.5 of 2"]
    assert read(page).select_one(".total").text == "1.5 of 6, 4 still to be marked"
    assert read(page).select_one("section.answer .mark").text == marks_on(page)[0]


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
    page = page_of(notebook_of(CELLS["code"]), name, name, {}, ())
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


# --- what came of each exercise, before anything else -------------------------------------------


def graded_code(source: str, role: str, points: float | None = None, *outputs):
    """A cell of the exercise `pad`: its answer, its check or its test."""
    name = "pad" if role == "exercise" else f"pad-{role}"
    own = {**GRADED["nbgrader"], "grade_id": name, "points": points}
    own |= {"grade": points is not None, "solution": role == "exercise"}
    return code(source, *outputs, metadata={"nbgrader": own}), name


DRAWN = picture(
    **{"text/html": '<div>✗ pad: it swaps.<svg role="img"><title>yours</title></svg></div>'}
)


def page_with(held, lost, said="pad: `H` stands for `W`. See “Frames”.", passed=False, **more):
    """The page of one exercise, of which the judge says so."""
    verdict = {"passed": passed, "mistake": "swapped", "said": said, "held": held, "lost": lost}
    made = [
        graded_code("def pad(x):\n    return x", "exercise"),
        graded_code('check("pad", pad)', "check", 1, *([] if passed else [DRAWN])),
        graded_code('check("pad", pad, hidden=True)', "test", 3),
    ]
    notebook = new_notebook(
        cells=[
            new_markdown_cell("# 03 · Padding\n\nWords.", id="title"),
            new_markdown_cell(
                "## Frames\n\n### A `frame` of zeros\n\n```\n# no heading\n```", id="why"
            ),
            *(type(cell)({**cell, "id": name}) for cell, name in made),
            new_code_cell("helper = 1", id="added_1"),
            new_markdown_cell("## Later", id="later"),
        ]
    )
    notebook.metadata["autograder"] = {"verdicts": {"pad-check": verdict, "pad-test": verdict}}
    points = {"pad-check": float(passed), "pad-test": 3.0 if passed else 1.5}
    return read(page_of(notebook, "03-padding", "ada", points, more.get("untouched", ())))


def test_a_page_begins_with_what_was_wrong_in_the_words_of_the_lesson_and_of_the_judge():
    page = page_with(["values"], ["sizes that are not square"])
    row = page.select_one("main > section:first-child .row")
    assert page.h1.text == "03 · Padding"
    assert row.h3.text == "A frame of zeros pad"
    assert row.select_one(".mark").text == "1.5 of 4"
    assert row.select_one(".said").decode_contents() == (
        "<code>H</code> stands for <code>W</code>. See “Frames”."
    )
    assert [p.text for p in row.select(".facets")] == [
        "Does not hold: sizes that are not square.",
        "Holds: values.",
    ]
    assert row.select_one("details[open] .drawing svg title").text == "yours"


def test_a_mark_is_said_in_a_word_too():
    assert page_with(["values"], ["dtype"]).select_one(".row .unseen").text == "right in part:"
    right = page_with(["values", "the bias"], [], passed=True)
    assert right.select_one(".row .unseen").text == "right:"
    assert right.select_one(".row .facets").text == "All 2 parts hold."
    assert not right.select(".row .said, .row .drawing")


def test_a_page_shows_neither_the_hidden_test_nor_what_it_asked():
    page = page_with(["values"], ["dtype"])
    assert "hidden=True" not in page.text
    assert 'check("pad"' not in page.text


def test_code_that_is_not_right_is_seen_and_the_lesson_is_folded():
    wrong, right = page_with([], ["dtype"]), page_with(["dtype"], [], passed=True)
    assert wrong.select_one("details[open] #pad pre").text == "def pad(x):\n    return x"
    assert not right.select("details[open] #pad")
    assert [h.text for h in wrong.select("h2")] == ["Your results", "Your code", "The lesson"]
    assert not wrong.select("details.lesson[open]")
    assert "helper = 1" in wrong.select("details.answer")[1].text


def test_headings_of_the_lesson_stand_below_those_of_the_page():
    levels = [int(h.name[1]) for h in page_with([], ["dtype"]).select("h1, h2, h3, h4, h5, h6")]
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_links_of_a_page_lead_to_places_on_it():
    page = page_with([], ["dtype"])
    names = {tag["id"] for tag in page.select("[id]")}
    assert {link["href"][1:] for link in page.select("a")} <= names
    assert len(page.select("[id]")) == len(names)


def test_a_marked_answer_shows_the_comment_and_what_it_was_marked_by():
    question = copy.deepcopy(QUESTION)
    notebook = notebook_of(new_markdown_cell("### Think *it* through"), question)
    notebook.metadata["autograder"] = {"criteria": {"why": ["1 point: names **both**."]}}
    notebook.cells[1].metadata.nbgrader |= {"comment": "Say *more*.", "score": 2.0, "waits": False}
    told = {"notebook": "02", "student": "ada", "late_penalty": 0}
    page = read(PageExporter().from_notebook_node(notebook, {"nbgrader": told})[0])
    answer = page.select_one("section.answer#why")
    assert answer.h3.text == "Think it through"
    assert answer.select_one(".comment em").text == "more"
    assert answer.select_one(".criteria li").text.strip() == "1 point: names both."
    notebook.cells[1].metadata.nbgrader["waits"] = True
    page = read(PageExporter().from_notebook_node(notebook, {"nbgrader": told})[0])
    assert "names both" not in page.text


def test_where_there_is_no_verdict_the_page_says_why():
    late = new_output("error", ename="Grader", evalue="time: too long", traceback=["time"])
    cell, name = graded_code("check('pad', pad)", "check", 1, late)
    notebook = new_notebook(cells=[type(cell)({**cell, "id": name})])
    page = read(page_of(notebook, "03", "ada", {"pad-check": 0.0}, ()))
    assert page.select_one(".row .said").text == "time: too long"


def test_every_question_of_the_course_says_what_it_is_marked_by():
    for lesson in Course.find().lessons():
        cells = compile_lesson(lesson).instructor
        points = {c.id: c.metadata.nbgrader.points for c in cells.cells if role_of(c) == "question"}
        assert set(marking_schemes(cells)) == set(points)


@pytest.mark.parametrize("lesson", Course.find().lessons(), ids=lambda lesson: lesson.name)
def test_a_page_without_pictures_of_the_students_is_small(lesson):
    notebook = nbformat.read(lesson.student, 4)
    points = {c.id: 0.0 for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade")}
    assert len(page_of(notebook, lesson.name, "ada", points, ()).encode()) < 140_000
