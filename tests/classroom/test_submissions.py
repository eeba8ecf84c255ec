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
    "a new notebook": (notebook(nbformat=5), "is in notebook format '5', not 4"),
    "a strange format": (notebook(nbformat=["4"] * 99), "is in notebook format"),
    "no cells": ({"nbformat": 4}, "without a list of cells"),
    "cells of text": (notebook(cells="none"), "without a list of cells"),
    "a cell that is none": (notebook("x = 1"), "cell 1 is not a cell"),
    "a cell without source": (notebook({"cell_type": "code"}), "cell 1 is not a cell"),
    "a source of numbers": (notebook({"cell_type": "code", "source": [1]}), "is not a cell"),
    "half a character": (
        '{"nbformat": 4, "cells": [{"cell_type": "code", "source": "\\ud800"}]}',
        "cell 1 holds what is not text",
    ),
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
            HandedCell("raw", "Old", ()),
        ),
    )


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
