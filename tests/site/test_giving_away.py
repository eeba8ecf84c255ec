"""A value that an exercise asks for stands on no page before "Try first"."""

import sys

import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from tests.generated import ROOT

sys.path.insert(0, str(ROOT / "site"))

import building
import lesson_pages
from giving_away import asks_for_value, telling_cells
from pictures_apart import Drawings

PRINTED = new_output("stream", text="138,357,544 parameters\n")
DRAWN = new_output("display_data", data={"text/html": '<img alt="yours 138,357,544">'})
OTHER = new_output("stream", text="1,138,357,544 of another\n")


def cell(name, *outputs):
    return new_code_cell("1", id=name, outputs=list(outputs))


def exercise():
    graded = {"grade": False, "solution": True, "locked": False, "task": False}
    graded |= {"grade_id": "vgg16-parameter-count", "schema_version": 3, "points": 0}
    return new_code_cell("1", id="vgg16-parameter-count", metadata={"nbgrader": graded})


LESSON = new_notebook(
    cells=[
        cell("before", PRINTED),
        exercise(),
        cell("vgg16-parameter-count-look"),
        cell("prints", PRINTED),
        cell("draws", DRAWN),
        cell("another", OTHER),
    ]
)


def test_what_shows_the_value_after_it_was_asked_for_is_found():
    assert asks_for_value("vgg16-parameter-count")
    assert not asks_for_value("cross-correlate2d")
    assert telling_cells(LESSON) == {"vgg16-parameter-count-look", "prints", "draws"}


@pytest.mark.parametrize("answers", [True, False])
def test_it_is_folded_or_left_out(tmp_path, answers):
    drawings = Drawings(tmp_path, "drawn")
    page = lesson_pages.Page(answers, drawings, frozenset(), references=False)
    (shown,) = lesson_pages.parts_of(LESSON.cells[3], "", page, tells=True)
    assert shown.outputs == ([PRINTED] if answers else [])
    assert shown.metadata.get("tags") == (["hide-output"] if answers else None)


def test_a_site_without_answers_says_the_number_nowhere(tmp_path):
    """Not in a summary or a guide, a drawing or what it says; what explorers compute stays."""
    said = r"VGG-16:\n138,357,544 or 138_357_544 or 138357544"
    names = ("guides/claims.md", "lessons/08-vgg.ipynb", "static/drawn/a.svg", "explorers/a.md")
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(said, encoding="utf-8")
    building.leave_out_values(tmp_path)
    told = [(tmp_path / name).read_text(encoding="utf-8") for name in names]
    assert told == [*[r"VGG-16:\n… or … or …"] * 3, said]
