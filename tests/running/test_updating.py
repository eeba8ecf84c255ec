"""The new release of a lesson, with one's own answers and cells laid in: nothing is lost."""

from __future__ import annotations

import copy
import json
import os
from pathlib import Path

import nbformat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.lessons.course import Lesson
from autograder.lessons.errors import ClassroomError
from autograder.running.handed_in import notebook_from
from autograder.running.updating import (
    laid_in,
    notebook_in,
    release_beside,
    source_of,
    update_notebook,
)
from tests.small_course import autograder

CHECKOUT = Path(__file__).resolve().parents[2]
RELEASE = CHECKOUT / "notebooks" / "02-filters" / "02-filters.ipynb"
ANSWER = "def convolve2d(image, kernel):\n    # mine: é 😀\n    return image\n"


@pytest.fixture
def lesson(tmp_path: Path) -> Lesson:
    one = Lesson("02-filters", tmp_path / "course")
    one.student.parent.mkdir(parents=True)
    one.student.write_bytes(RELEASE.read_bytes())
    return one


@pytest.fixture
def own(tmp_path: Path, lesson: Lesson) -> Path:
    """A learner's copy with an answer, a changed cell and a cell of their own."""
    path = tmp_path / "my course" / lesson.name / lesson.student.name
    path.parent.mkdir(parents=True)
    notebook = json.loads(RELEASE.read_text())
    at = next(n for n, cell in enumerate(notebook["cells"]) if cell["id"] == "convolve2d")
    notebook["cells"][at]["source"] = ANSWER
    notebook["cells"].insert(at + 1, code("mine", "print('my own')"))
    path.write_text(json.dumps(notebook))
    given = release_beside(path, lesson.name)
    given.parent.mkdir()
    given.write_bytes(RELEASE.read_bytes())
    return path


def code(name: str, source: str) -> dict:
    return {
        **{"cell_type": "code", "id": name, "metadata": {}, "source": source},
        **{"outputs": [], "execution_count": None},
    }


def change_release(lesson: Lesson, change) -> None:
    notebook = json.loads(lesson.student.read_text())
    change(notebook["cells"])
    lesson.student.write_text(json.dumps(notebook))


def correct(cells: list[dict]) -> None:
    """A release that says something new, and something else in a stub."""
    cells.insert(1, {"cell_type": "markdown", "id": "new", "metadata": {}, "source": "New text."})
    for cell in cells:
        if cell["id"] == "cross-correlate2d":
            cell["source"] = source_of(cell) + "\n# a corrected stub"


def test_answers_and_own_cells_are_laid_into_the_new_release(lesson, own):
    change_release(lesson, correct)
    before = own.read_bytes()
    update = update_notebook(own, lesson)
    assert update.kept is not None
    assert update.kept.name == "02-filters (before the update).ipynb"
    assert update.kept.read_bytes() == before
    notebook = nbformat.read(own, as_version=4)
    nbformat.validate(notebook)
    cells = {cell.id: cell.source for cell in notebook.cells}
    assert cells["convolve2d"] == ANSWER
    assert cells["new"] == "New text."
    assert cells["cross-correlate2d"].endswith("# a corrected stub")
    ids = [cell.id for cell in notebook.cells]
    assert ids[ids.index("convolve2d") + 1] == "mine"
    assert len(ids) == len(json.loads(lesson.student.read_text())["cells"]) + 1


def test_what_is_up_to_date_is_left_alone(lesson, own):
    before = own.read_bytes()
    assert update_notebook(own, lesson).kept is None
    assert own.read_bytes() == before
    change_release(lesson, correct)
    assert update_notebook(own, lesson).kept is not None
    after = own.read_bytes()
    assert update_notebook(own, lesson).kept is None
    assert own.read_bytes() == after


def test_every_old_file_is_kept(lesson, own):
    change_release(lesson, correct)
    update_notebook(own, lesson)
    change_release(lesson, lambda cells: cells.pop(1))
    update = update_notebook(own, lesson)
    assert update.kept is not None
    assert update.kept.name == "02-filters (before the update 2).ipynb"


def test_an_exercise_that_is_gone_leaves_its_answer_as_a_cell_of_ones_own(lesson, own):
    change_release(
        lesson,
        lambda cells: cells.__setitem__(
            slice(None), [one for one in cells if not one["id"].startswith("convolve2d")]
        ),
    )
    update_notebook(own, lesson)
    assert ANSWER in [source_of(cell) for cell in notebook_in(own)["cells"]]


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"cells": 3}', '{"nbformat": 3, "worksheets": []}']
)
def test_what_cannot_be_read_is_left_as_it_is(text, lesson, own):
    own.write_text(text)
    with pytest.raises(ClassroomError):
        update_notebook(own, lesson)
    assert own.read_text() == text
    assert [path.name for path in own.parent.iterdir()] == [own.name]


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)

EDITS = ("type", "write anew", "add", "take", "move", "join", "double", "other kind")

PART = slice(16, 36)
"""Cells of the lesson with two exercises and their checks: with all of them it takes long."""


@settings(
    max_examples=int(os.environ.get("FUZZ_EXAMPLES", "300")),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(st.data())
def test_no_character_of_an_answer_is_lost(data):
    """Ten random edits of the learner's copy, and ten of the release."""
    whole = json.loads(RELEASE.read_text())
    old = {**whole, "cells": whole["cells"][PART]}
    new, own = copy.deepcopy(old), copy.deepcopy(old)
    for notebook in (new, own):
        for _ in range(data.draw(st.integers(0, 10))):
            edit(notebook["cells"], data, is_own=notebook is own)
    names = [cell["id"] for cell in new["cells"]]
    if len(set(names)) < len(names):
        return
    submission = notebook_from(json.dumps(own).encode(), "x.ipynb", Lesson("02-filters", Path()))
    laid = laid_in(new, own, submission, old)
    texts = [source_of(cell) for cell in laid["cells"]]
    given = {source_of(cell).strip() for cell in (*old["cells"], *new["cells"])}
    for cell in own["cells"]:
        text = source_of(cell)
        assert not text.strip() or text in texts or text.strip() in given or _same(text, given)
    ids = [cell["id"] for cell in laid["cells"]]
    assert len(set(ids)) == len(ids)


def edit(cells: list[dict], data: st.DataObject, is_own: bool) -> None:
    """What a person or an author does to one cell."""
    at = data.draw(st.integers(0, len(cells) - 1))
    text, what = source_of(cells[at]), data.draw(st.sampled_from(EDITS))
    if what == "type":
        start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(text))] * 2)))
        cells[at]["source"] = text[:start] + data.draw(TEXTS) + text[end:]
    elif what == "write anew":
        cells[at]["source"] = data.draw(TEXTS)
    elif what == "add":
        cells.insert(at, code(f"x{len(cells)}-{is_own:d}", data.draw(TEXTS)))
    elif what == "take" and len(cells) > 1:
        cells.pop(at)
    elif what == "move":
        cells.insert(data.draw(st.integers(0, len(cells) - 1)), cells.pop(at))
    elif what == "join" and at:
        cells[at - 1]["source"] = source_of(cells[at - 1]) + "\n" + source_of(cells.pop(at))
    elif what == "double" and is_own:
        cells.insert(at, copy.deepcopy(cells[at]))
    elif what == "other kind" and is_own:
        cells[at] = code(f"lost-{at}-{len(cells)}", text)


def _same(text: str, given: set[str]) -> bool:
    """Whether a text differs from what was given out at the ends of its lines only."""
    ends = {"\n".join(line.rstrip() for line in one.splitlines()).strip() for one in given}
    return "\n".join(line.rstrip() for line in text.strip("\ufeff").splitlines()).strip() in ends


def test_the_command_updates_all_that_was_begun(tmp_path):
    folder = tmp_path / "my-course"
    autograder("start", "02-filters", "--to", folder, cwd=CHECKOUT)
    path = folder / "02-filters" / "02-filters.ipynb"
    done = autograder("update", path, cwd=CHECKOUT)
    assert done.stdout == f"{path}  (up to date)\n"
    notebook = json.loads(path.read_text())
    notebook["cells"].pop(0)  # which an older release did not have
    release_beside(path, "02-filters").write_text(json.dumps(notebook))
    notebook["cells"].append(code("mine", "mine = 1"))
    path.write_text(json.dumps(notebook))
    done = autograder("update", "--in", folder, cwd=CHECKOUT)
    assert done.stdout == (
        f"{path}  (updated; what it was before is in 02-filters (before the update).ipynb)\n"
    )
    assert "mine = 1" in [source_of(cell) for cell in notebook_in(path)["cells"]]
    done = autograder("update", "--in", tmp_path / "nowhere", cwd=CHECKOUT)
    assert done.returncode == 1
    assert "autograder update: There is no notebook of a lesson in " in done.stderr
