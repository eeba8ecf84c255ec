"""Forty students, from either platform's zip to its grade file: as an instructor types it."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from functools import partial

import pytest

from autograder.classroom import grading
from autograder.cli import grading as cli_grading
from autograder.cli import main
from autograder.lessons.compiling import compile_lesson
from autograder.lessons.course import Lesson
from autograder.lessons.notebooks import notebook_text
from autograder.running.grade_submission import Graded, Task

from .broken_off import graded
from .downloads import Member, canvas_list, moodle_list, zip_file

NUMBER = re.compile(r"\+ (\d+)\n")

FILES = ("01-small.ipynb", "01-small (1).ipynb", "Copy of 01-small.ipynb", "Untitled3.ipynb")

FORTY = [Member(f"Kim{chr(65 + at % 26)}", f"Lee-{at}", f"s{at:02}", 8000 + at) for at in range(40)]


IDS = ("small-setup", "conv-parameter-count-check", "conv-parameter-count-test")


def notebook(number: int) -> bytes:
    source = f"def conv_parameter_count():\n    return 1 + {number}\n"
    cells = [cell("conv-parameter-count", source), *(cell(name, "1") for name in IDS)]
    whole = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}
    return json.dumps(whole).encode()


def cell(name: str, source: str) -> dict:
    return {"cell_type": "code", "id": name, "metadata": {}, "source": source}


def by_content(task: Task) -> Graded:
    """Points by the number that was handed in, whatever the student is called."""
    found = [NUMBER.search(cell.source) for cell in task.submission.cells]
    (number,) = (int(one[1]) for one in found if one)
    return graded(task, number)


def returned(lesson: Lesson, name: str, files: dict[str, bytes], listed: str) -> dict[str, str]:
    """The platform's grade file after four commands; points by the platform's number."""
    root = lesson.root / name
    root.mkdir()
    (root / "students.csv").write_text(listed, encoding="utf-8")
    place = zip_file(root / "download.zip", files)
    for command in (
        ["collect", lesson.name, str(place)],
        ["grade", lesson.name, "--workers", "1", "--no-sandbox"],
        ["report", lesson.name],
        ["return", lesson.name, "--unmarked", "--scale"],
    ):
        assert main([*command, "--class", str(root)]) == 0, command
    place = root / "returned" / lesson.name
    with zipfile.ZipFile(place / f"pages-{name}.zip") as archive:
        assert len(archive.namelist()) == len(FORTY)
    text = (place / f"grades-{name}.csv").read_text("utf-8-sig")
    _, *rows = csv.reader(io.StringIO(text, newline=""))
    column = {"canvas": (1, -1), "moodle": (0, 5)}[name]
    return {row[column[0]].removeprefix("Participant "): row[column[1]] for row in rows}


@pytest.fixture
def work(monkeypatch) -> None:
    """No kernel is run, and the small lesson, which no catalogue knows, is not built anew."""
    monkeypatch.setattr(cli_grading, "make_ready", lambda folder, lesson: None)
    monkeypatch.setattr(grading, "grade_class", partial(grading.grade_class, work=by_content))


@pytest.mark.usefixtures("work")
def test_forty_get_the_same_grades_whichever_platform_they_handed_in_on(lesson, monkeypatch):
    monkeypatch.chdir(lesson.root)
    lesson.student.write_text(notebook_text(compile_lesson(lesson).student))
    named = [(one, FILES[at % 4], notebook(at)) for at, one in enumerate(FORTY)]
    canvas = {one.canvas(at + 9, file): data for at, (one, file, data) in enumerate(named)}
    moodle = {one.moodle(file): data for one, file, data in named}
    grades = returned(lesson, "canvas", canvas, canvas_list(FORTY, "01-small (777)"))
    assert set(grades) == {str(one.number) for one in FORTY}
    assert len(set(grades.values())) > 3, "not all are alike"
    assert grades == returned(lesson, "moodle", moodle, moodle_list(FORTY))
