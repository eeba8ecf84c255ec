"""Cells that have lost their ids are found by what is in them, and never in another's place."""

from __future__ import annotations

from random import Random

import pytest

from autograder.running.handed_in import HandedCell, notebook_from
from autograder.running.matching import Matched, main_name, match, plain

from .as_handed_in import FILE, MUTATORS, answers, base, code, compiled, lesson, markdown


def matched(*names: str, change=None) -> tuple[dict[str, str], Matched]:
    """What stands for each cell of the lesson after things have happened to the base."""
    handed = base()
    for name in names:
        MUTATORS[name].change(handed, Random(name))
    if change:
        change(handed)
    cells = notebook_from(handed.write(handed.notebook), FILE, lesson()).cells
    found = match(cells, compiled().student)
    return {name: plain(cells[at].source) for name, at in found.chosen.items()}, found


def test_with_all_ids_there_is_nothing_to_tell():
    texts, found = matched()
    assert len(texts) == len(compiled().student.cells)
    assert (found.twice, found.told) == ((), ())


ALL_FOUND = (
    "without their ids, and found by what is in them: 27 cells by their text; "
    "8 cells by the names they define; why-filters-share by the question above it",
)


@pytest.mark.parametrize(
    "name", ["all ids gone", "ids made anew: Colab", "one id on every cell: of none"]
)
def test_every_cell_is_found_without_its_id_and_it_is_told_how(name):
    texts, found = matched(name)
    order = [cell.id for cell in compiled().student.cells]
    assert [found.chosen[name] for name in order] == list(range(len(order)))
    assert len(texts) == len(order)
    assert found.told == ALL_FOUND


def test_ids_in_the_metadata_are_ids():
    assert matched("ids only in the metadata")[1].told == ()


def test_one_answer_without_its_id_is_told_by_name():
    def change(handed):
        handed.cell("apply-filter").update(id="x", metadata={})

    assert matched(change=change)[1].told == (
        "without their ids, and found by what is in them: apply-filter by the name it defines",
    )


@pytest.mark.parametrize("name", MUTATORS)
def test_nobodys_answer_is_put_to_another_exercise(name):
    texts, _ = matched(name)
    wrote = {plain(text): name for name, text in answers().items()}
    assert all(wrote.get(text, name) == name for name, text in texts.items())


def test_a_question_without_its_text_above_finds_no_answer():
    def change(handed):
        MUTATORS["all ids gone"].change(handed, Random(0))
        handed.cells[:] = [c for c in handed.cells if "Think it through" not in c["source"]]

    texts, found = matched(change=change)
    assert "why-filters-share" not in texts
    assert not any("question" in told for told in found.told)


def test_the_words_above_the_question_are_not_its_answer():
    def change(handed):
        at = handed.cells.index(handed.cell("why-filters-share"))
        handed.cells[at:at] = [code("x = 1")]
        handed.cells.insert(at - 1, markdown("What a question."))
        MUTATORS["all ids gone"].change(handed, Random(0))

    assert matched(change=change)[0]["why-filters-share"] == answers()["why-filters-share"]


def test_an_answer_beats_the_stub_and_the_last_above_the_check_beats_the_first():
    def change(handed):
        at = handed.cells.index(handed.cell("apply-filter"))
        stub = next(cell for cell in compiled().student.cells if cell.id == "apply-filter")
        first = "def apply_filter(image, weights, bias):\n    return 0"
        handed.cells[at:at] = [code(first)]
        handed.cells.insert(at + 2, code(stub.source))
        handed.cells.append(code("def apply_filter(*a):\n    return 'later'"))
        MUTATORS["all ids gone"].change(handed, Random(0))

    assert matched(change=change)[0]["apply-filter"] == plain(answers()["apply-filter"])


def test_an_answer_that_is_no_python_is_found():
    def change(handed):
        handed.cell("apply-filter")["source"] = "def apply_filter(image, weights, bias)\n    return"
        MUTATORS["all ids gone"].change(handed, Random(0))

    assert matched(change=change)[0]["apply-filter"].startswith("def apply_filter(")


def test_of_two_with_one_id_the_one_with_the_answer_counts():
    texts, found = matched("a copy of an answer's cell that tries it")
    assert texts["apply-filter"] == plain(answers()["apply-filter"])
    assert found.told == ("there twice, the one with the answer counts: apply-filter",)


def test_of_two_answers_with_one_id_the_last_counts():
    def change(handed):
        again = dict(handed.cell("apply-filter"), source="def apply_filter(*a): return 0")
        handed.cells.append(again)

    texts, found = matched(change=change)
    assert texts["apply-filter"] == "def apply_filter(*a): return 0"
    assert (found.twice, found.told) == (("apply-filter",), ())


def test_changed_cells_are_known_by_their_first_line():
    def change(handed):
        handed.cell("filters-setup")["source"] += "\nimport os"
        handed.cell("one-window-02")["source"] += "\nprint(eye)"
        MUTATORS["all ids gone"].change(handed, Random(0))

    texts, _ = matched(change=change)
    assert texts["filters-setup"].endswith("import os")
    assert texts["one-window-02"].endswith("print(eye)")


def test_a_program_that_begins_alike_is_not_the_lessons():
    def change(handed):
        handed.cell("filters-setup")["source"] = "import numpy as np\nx = np.ones(3)"
        MUTATORS["all ids gone"].change(handed, Random(0))

    assert "filters-setup" not in matched(change=change)[0]


def test_every_exercise_of_the_course_has_a_name_to_be_found_by():
    for other in sorted(lesson().root.glob("notebooks/*/*.ipynb")):
        cells = notebook_from(other.read_bytes(), other.name, lesson()).cells
        stubs = [c for c in cells if "YOUR CODE HERE" in c.source and c.cell_type == "code"]
        assert stubs
        names = [main_name(cell.ids[0], cell.source) for cell in stubs]
        assert None not in names
        assert len(set(names)) == len(names)


def test_looking_for_cells_takes_no_time():
    long = "\n".join("def apply_filter_" + "x" * 50 for _ in range(1400))
    blanks = "apply_filter" + " " * 90_000
    cells = tuple(HandedCell("code", text, ()) for text in (long, blanks, "x = " * 25_000))
    assert match(cells, compiled().student).chosen == {}
