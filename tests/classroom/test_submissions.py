"""Anything may lie in `submitted/`: each gets a reason, nothing raises."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from autograder.classroom.folder import ClassFolder
from autograder.classroom.submissions import find_students, read_submission
from autograder.lessons.course import Lesson
from autograder.lessons.errors import ClassroomError
from autograder.running.handed_in import HandedCell, Submission

NAME = "01-small.ipynb"


@pytest.fixture
def lesson(tmp_path: Path) -> Lesson:
    return Lesson("01-small", tmp_path / "course")


@pytest.fixture
def folder(tmp_path: Path) -> ClassFolder:
    return ClassFolder(tmp_path / "class")


def hand_in(folder: ClassFolder, content: bytes | str | dict, student: str = "ada") -> Path:
    path = folder.submitted / student / "01-small" / NAME
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, dict):
        content = json.dumps(content)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def notebook(*cells: object, **more: object) -> dict:
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": list(cells), **more}


UNREADABLE = {
    "empty file": ("", "is not JSON"),
    "half a file": ('{"cells": [{"source', "is not JSON"),
    "nested too deep": ("[" * 200_000, "is not JSON"),
    "a number of many digits": ("1" * 5000, "is not JSON"),
    "not UTF-8": (b'{"cells": "\xff"}', "is not a text file in UTF-8"),
    "a list": ("[]", "is not a notebook"),
    "a word": ('"hello"', "is not a notebook"),
    "another file of JSON": ('{"a": 1}', "is not a notebook"),
    "an old notebook": ({"nbformat": 3, "worksheets": []}, "is in notebook format '3', not 4"),
    "a strange format": ({"nbformat": ["4"] * 99}, "is in notebook format '?'"),
    "no cells": ({"nbformat": 4}, "without a list of cells"),
    "cells of text": (notebook(cells="none"), "without a list of cells"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_file_that_cannot_be_read_says_why(name, folder, lesson):
    content, says = UNREADABLE[name]
    path = hand_in(folder, content)
    before = path.read_bytes()
    submission = read_submission(folder, lesson, "ada")
    assert submission.cells == ()
    assert submission.unreadable.startswith(NAME)
    assert says in submission.unreadable
    assert "\n" not in submission.unreadable
    assert path.read_bytes() == before


def test_what_is_no_file(folder, lesson, tmp_path):
    def reason(student: str) -> str:
        return read_submission(folder, lesson, student).unreadable

    (folder.submitted / "empty" / "01-small").mkdir(parents=True)
    assert reason("empty") == f"there is no {NAME}"
    (folder.submitted / "file").mkdir()
    (folder.submitted / "file" / "01-small").write_text("x")
    assert reason("file") == "01-small is not a folder"
    (folder.submitted / "nested" / "01-small" / NAME).mkdir(parents=True)
    assert reason("nested") == f"{NAME} is not a file"
    (folder.submitted / "named" / "01-small").mkdir(parents=True)
    (folder.submitted / "named" / "01-small" / "my work.ipynb").write_text("{}")
    assert reason("named") == f"there is no {NAME}, only 'my work.ipynb': rename it and grade again"
    secret = tmp_path / "secret.ipynb"
    secret.write_text(json.dumps(notebook()))
    (folder.submitted / "link" / "01-small").mkdir(parents=True)
    (folder.submitted / "link" / "01-small" / NAME).symlink_to(secret)
    assert "is a link to another file" in reason("link")
    (folder.submitted / "linked").mkdir()
    (folder.submitted / "linked" / "01-small").symlink_to(folder.submitted / "link" / "01-small")
    assert reason("linked") == "01-small is not a folder"
    (folder.submitted / "pipe" / "01-small").mkdir(parents=True)
    os.mkfifo(folder.submitted / "pipe" / "01-small" / NAME)
    assert reason("pipe") == f"{NAME} is not a file"


def test_a_notebook_is_read_as_plain_cells(folder, lesson):
    cells = [
        {"cell_type": "code", "id": "a", "source": ["x = 1\n", "y = 2"], "outputs": [{"x": 1}]},
        {"cell_type": "code", "source": "z", "metadata": {"nbgrader": {"grade_id": "relu"}}},
        {"cell_type": "code", "id": 7, "source": "", "metadata": {"nbgrader": ["odd"]}},
        {"cell_type": "heading", "source": "Old", "metadata": None},
    ]
    hand_in(folder, notebook(*cells, metadata="odd", nbformat_minor="none"))
    submission = read_submission(folder, lesson, "ada")
    assert submission == Submission(
        "ada",
        "01-small",
        (
            HandedCell("code", "x = 1\ny = 2", ("a",)),
            HandedCell("code", "z", ("relu",)),
            HandedCell("code", "", ()),
            HandedCell("markdown", "Old", ()),
        ),
    )


ONE = {"cell_type": "code", "id": "relu", "source": "def relu(x): ..."}
"""A sound cell, which must be read whatever is wrong with the one before it."""

DAMAGED = {
    "no cell": ("x = 1", "damaged and left out: cell 1"),
    "a list": ([], "damaged and left out: cell 1"),
    "no source": ({"cell_type": "code"}, "damaged text: cell 1"),
    "null": (
        {"cell_type": "code", "source": None},
        "damaged text: cell 1",
    ),
    "numbers": (
        {"cell_type": "code", "source": [1]},
        "damaged text: cell 1",
    ),
    "half a character": (
        {"cell_type": "code", "source": "\ud83d", "id": "why"},
        "damaged text, half a character is shown as \ufffd: cell 1 (why)",
    ),
    "of no kind": (
        {"cell_type": 4, "source": "x"},
        "of no known kind, and shown as plain text: cell 1",
    ),
    "of no kind, with outputs": (
        {"source": "x", "outputs": []},
        "of no known kind, and taken for code: cell 1",
    ),
    "too long": (
        {"cell_type": "code", "source": "x" * 100_001},
        "longer than 100,000 characters, and cut there: cell 1",
    ),
    "too many dots": (
        {"cell_type": "markdown", "source": "." * 2000},
        "more than 1,000 dots in a row were cut: cell 1",
    ),
    "a file in the text": (
        {"cell_type": "markdown", "source": "x", "attachments": {"a.pdf": {"application/pdf": ""}}},
        "a file in the text is no PNG, JPEG or GIF, and is not shown: cell 1",
    ),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_what_is_wrong_with_a_cell_costs_that_cell_alone(name, folder, lesson):
    cell, says = DAMAGED[name]
    hand_in(folder, notebook(cell, ONE))
    submission = read_submission(folder, lesson, "ada")
    assert submission.unreadable == ""
    assert submission.remarks == (says,)
    assert submission.cells[-1] == HandedCell("code", "def relu(x): ...", ("relu",))


NO_MATTER = {
    "metadata that is null": {**ONE, "metadata": None},
    "outputs that are none": {**ONE, "outputs": "none"},
    "its kind in capitals": {**ONE, "cell_type": "Code"},
    "halves that belong together": {**ONE, "source": ["def relu(x): ", ".", ".", "."]},
}


@pytest.mark.parametrize("name", NO_MATTER)
def test_what_does_not_matter_is_not_told(name, folder, lesson):
    hand_in(folder, notebook(NO_MATTER[name]))
    submission = read_submission(folder, lesson, "ada")
    assert submission.remarks == ()
    assert submission.cells == (HandedCell("code", "def relu(x): ...", ("relu",)),)


FORMATS = {
    "the number as text": ({"nbformat": "4"}, ()),
    "a new format": (
        {"nbformat": 5},
        (f"{NAME} is in notebook format '5', and was read as if it were 4",),
    ),
    "no format": (
        {"nbformat": None},
        (f"{NAME} is in notebook format '?', and was read as if it were 4",),
    ),
}


@pytest.mark.parametrize("name", FORMATS)
def test_a_notebook_that_says_another_format_is_read_all_the_same(name, folder, lesson):
    more, says = FORMATS[name]
    hand_in(folder, notebook(ONE, **more))
    submission = read_submission(folder, lesson, "ada")
    assert (submission.unreadable, submission.remarks) == ("", says)
    assert len(submission.cells) == 1


def test_a_notebook_of_format_3(folder, lesson):
    cells = [
        {"cell_type": "heading", "level": 2, "source": "One layer"},
        {"cell_type": "code", "input": ["x = 1\n", "y = 2"], "outputs": [], "language": "python"},
    ]
    hand_in(folder, {"nbformat": 3, "nbformat_minor": 0, "worksheets": [{"cells": cells}]})
    submission = read_submission(folder, lesson, "ada")
    assert (submission.unreadable, submission.remarks) == ("", ())
    assert submission.cells == (
        HandedCell("markdown", "## One layer", ()),
        HandedCell("code", "x = 1\ny = 2", ()),
    )


ENCODINGS = {
    "UTF-16": ("utf-16", ()),
    "Windows": (
        "cp1252",
        (f"{NAME} is not a text file in UTF-8: letters with accents may be wrong",),
    ),
}


@pytest.mark.parametrize("name", ENCODINGS)
def test_another_encoding(name, folder, lesson):
    encoding, says = ENCODINGS[name]
    text = json.dumps(notebook({**ONE, "source": "# Größe"}), ensure_ascii=False)
    hand_in(folder, text.encode(encoding))
    submission = read_submission(folder, lesson, "ada")
    assert (submission.unreadable, submission.remarks) == ("", says)
    assert submission.cells[0].source == "# Größe"


def test_what_comes_after_the_notebook(folder, lesson):
    text = json.dumps(notebook(ONE))
    hand_in(folder, text + "\n\0\0")
    assert read_submission(folder, lesson, "ada").remarks == ()
    hand_in(folder, text + text)
    submission = read_submission(folder, lesson, "ada")
    assert len(submission.cells) == 1
    assert submission.remarks == (
        f"{NAME} goes on after the end of the notebook: that was not read",
    )


def test_of_too_many_cells_those_with_an_id_are_read(folder, lesson):
    own = {"cell_type": "code", "source": "x"}
    empty = {"cell_type": "code", "source": ""}
    hand_in(folder, notebook(*[empty] * 3000, *[own] * 999, ONE))
    submission = read_submission(folder, lesson, "ada")
    assert (len(submission.cells), submission.remarks) == (1000, ())
    hand_in(folder, notebook(*[own] * 1005, ONE))
    submission = read_submission(folder, lesson, "ada")
    assert submission.cells[-1].ids == ("relu",)
    assert submission.remarks == (
        f"{NAME} is longer than 1,000 cells or 500,000 characters: 6 of its cells were left out",
    )
    hand_in(folder, notebook(*[{**own, "source": "y" * 90_000}] * 7, ONE))
    submission = read_submission(folder, lesson, "ada")
    assert [len(cell.source) for cell in submission.cells] == [*[90_000] * 5, 16]
    assert len(submission.remarks) == 1


def test_a_byte_order_mark_a_second_notebook_and_the_time(folder, lesson):
    path = hand_in(folder, b"\xef\xbb\xbf" + json.dumps(notebook()).encode())
    (path.parent / "copy.ipynb").write_text("{}")
    (path.parent / "timestamp.txt").write_text("2026-01-09 10:00:00 UTC\n")
    submission = read_submission(folder, lesson, "ada")
    assert submission.unreadable == ""
    assert submission.remarks == ("'copy.ipynb' was handed in too, and not looked at",)
    assert submission.timestamp == "2026-01-09 10:00:00 UTC"


def test_who_handed_in(folder, lesson):
    hand_in(folder, "", "bob")
    hand_in(folder, "", "ada lovelace")
    (folder.submitted / "eve").mkdir()  # nothing for this lesson
    (folder.submitted / ".DS_Store").write_text("x")
    (folder.submitted / "list.csv").write_text("x")
    (folder.submitted / os.fsdecode(b"\xff")).mkdir()
    students, strays = find_students(folder, lesson)
    assert students == ["ada lovelace", "bob"]
    assert len(strays) == 2
    assert "'list.csv' in submitted/ is not a student's folder" in strays
    assert find_students(folder, lesson, ["bob"])[0] == ["bob"]


def test_nobody_handed_in(folder, lesson):
    with pytest.raises(ClassroomError, match="There is no folder"):
        find_students(folder, lesson)
    folder.submitted.mkdir(parents=True)
    with pytest.raises(ClassroomError, match="Nothing was handed in for 01-small"):
        find_students(folder, lesson)
    hand_in(folder, "")
    with pytest.raises(ClassroomError, match="'bob' handed in nothing for 01-small"):
        find_students(folder, lesson, ["bob"])
