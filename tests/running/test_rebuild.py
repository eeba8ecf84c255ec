"""What runs is the lesson with the answers put in, whatever was done to the notebook."""

from __future__ import annotations

import pytest

from autograder.lessons.compiling import Compiled, compile_lesson
from autograder.running.handed_in import HandedCell, Submission
from autograder.running.rebuild import Rebuilt, rebuild

EXERCISE, TEST = "conv-parameter-count", "conv-parameter-count-test"


@pytest.fixture
def compiled(write_lesson) -> Compiled:
    return compile_lesson(write_lesson())


@pytest.fixture
def handed(compiled) -> list[HandedCell]:
    """The cells of an honest submission."""
    texts = {EXERCISE: "def conv_parameter_count(): ...", "why-small": "They see patches."}
    return [
        HandedCell(cell.cell_type, texts.get(cell.id, cell.source), (cell.id,))
        for cell in compiled.student.cells
    ]


def put(compiled: Compiled, cells: list[HandedCell]) -> Rebuilt:
    return rebuild(compiled.master, compiled.student, Submission("ada", "01", tuple(cells)))


def texts(rebuilt: Rebuilt) -> dict[str, str]:
    return {cell.id: cell.source for cell in rebuilt.notebook.cells}


def ids(rebuilt: Rebuilt) -> list[str]:
    return [cell.id for cell in rebuilt.notebook.cells]


def test_an_honest_submission(compiled, handed):
    rebuilt = put(compiled, handed)
    assert rebuilt.changes == ()
    assert rebuilt.added == 0
    assert ids(rebuilt) == [cell.id for cell in compiled.master.cells]
    assert texts(rebuilt)[EXERCISE] == "def conv_parameter_count(): ..."
    assert texts(rebuilt)["why-small"] == "They see patches."
    assert "hidden=True" in texts(rebuilt)[TEST]
    assert "hidden=True" not in handed[5].source


def test_own_cells_stay_behind_the_cell_they_followed(compiled, handed):
    own = [HandedCell("code", f"own {n}", (f"x{n}",)) for n in range(4)]
    rebuilt = put(compiled, [own[0], *handed[:4], own[1], own[2], *handed[4:], own[3]])
    order = ids(rebuilt)
    assert rebuilt.added == 4
    assert order[0] == "added_1"
    assert order[order.index(EXERCISE) :][:3] == [EXERCISE, "added_2", "added_3"]
    assert order[-1] == "added_4"
    assert texts(rebuilt)["added_2"] == "own 1"


def test_text_of_cells_without_a_role_is_the_students(compiled, handed):
    handed[6] = HandedCell("code", "number = 28", handed[6].ids)
    rebuilt = put(compiled, handed)
    assert texts(rebuilt)["one-layer-02"] == "number = 28"
    assert rebuilt.changes == ()


def test_deleted_cells_are_put_back(compiled, handed):
    rebuilt = put(compiled, [cell for cell in handed if cell.ids[0] not in (TEST, "small-setup")])
    assert ids(rebuilt) == [cell.id for cell in compiled.master.cells]
    assert rebuilt.changes == (f"deleted and put back: small-setup, {TEST}",)
    assert "hidden=True" in texts(rebuilt)[TEST]


def test_changed_tests_are_set_back(compiled, handed):
    handed[4] = HandedCell("code", "pass", handed[4].ids)
    rebuilt = put(compiled, handed)
    assert texts(rebuilt)["conv-parameter-count-check"].startswith("check(")
    assert rebuilt.changes == (
        "changed and set back: conv-parameter-count-check",
        "what was added to a read-only cell is kept in a cell of the student's own: "
        "conv-parameter-count-check",
    )
    assert texts(rebuilt)["added_1"] == "pass"


def test_of_two_with_one_id_the_last_counts_and_the_other_still_runs(compiled, handed):
    second = "def conv_parameter_count(): return 2"
    copy = HandedCell("code", second, (EXERCISE, "another-id"))
    rebuilt = put(compiled, [*handed[:4], copy, *handed[4:]])
    assert texts(rebuilt)[EXERCISE] == second
    assert texts(rebuilt)["added_1"] == "def conv_parameter_count(): ..."
    assert ids(rebuilt).index("added_1") < ids(rebuilt).index(EXERCISE)
    assert rebuilt.changes == (f"there twice, the last one counts: {EXERCISE}",)


def test_order_is_the_lessons(compiled, handed):
    rebuilt = put(compiled, handed[::-1])
    assert ids(rebuilt) == [cell.id for cell in compiled.master.cells]
    assert rebuilt.changes == ()


def test_a_change_of_type_changes_nothing(compiled, handed):
    handed[3] = HandedCell("markdown", handed[3].source, handed[3].ids)
    rebuilt = put(compiled, handed)
    assert rebuilt.notebook.cells[3].cell_type == "code"
    assert rebuilt.notebook.cells[3].source == "def conv_parameter_count(): ..."


def test_answers_are_found_by_cell_id_where_nbgraders_metadata_is_gone(compiled, handed):
    handed[3] = HandedCell("code", "found", ("lost-and", EXERCISE))
    assert texts(put(compiled, handed))[EXERCISE] == "found"


def test_another_notebook_altogether(compiled):
    rebuilt = put(compiled, [HandedCell("code", "1 + 1", ("x",))])
    assert rebuilt.changes == ("no cell of the lesson was found in the notebook",)
    assert ids(rebuilt) == ["added_1", *(cell.id for cell in compiled.master.cells)]


def test_nothing_of_the_students_metadata_is_kept(compiled, handed):
    rebuilt = put(compiled, [*handed, HandedCell("code", "x", ("x",))])
    assert rebuilt.notebook.metadata == compiled.master.metadata
    assert rebuilt.notebook.cells[-1].metadata == {}
    assert compiled.master.cells[3].source.endswith("raise NotImplementedError()")
