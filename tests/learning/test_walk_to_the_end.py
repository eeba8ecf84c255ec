"""A newcomer goes through a whole lesson in JupyterLab and leaves one exercise as it was.

Lessons take their time, so these walks are done where they are asked for: `WALK=all`, or the names
of lessons.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from autograder.exercises import LESSONS, Exercise, of_lesson
from autograder.lessons.compiling import compile_lesson
from autograder.lessons.course import Course
from tests import jupyterlab
from tests.lessons.unsolved import Ran, faults, solved_cells

ASKED = os.environ.get("WALK", "").split()
WALKED = LESSONS if ASKED == ["all"] else tuple(ASKED)


def solved_but(left: Exercise) -> list[dict]:
    """A lesson's code cells with all answers but one."""
    compiled = compile_lesson(Course.find().lesson(left.lesson))
    stub = next(cell for cell in compiled.student.cells if cell.id == left.id)
    return [stub if cell.id == left.id else cell for cell in solved_cells(compiled)]


def ran_in(file: Path) -> list[Ran]:
    """What the cells of a saved notebook have said."""
    return [
        Ran(cell["id"], text_of(cell["source"]), said_in(cell), errors_in(cell))
        for cell in json.loads(file.read_text(encoding="utf-8"))["cells"]
        if cell.get("execution_count")
    ]


def text_of(lines: str | list[str]) -> str:
    return "".join(lines)


def said_in(cell: dict) -> str:
    return "".join(text_of(one["text"]) for one in cell["outputs"] if "text" in one)


def errors_in(cell: dict) -> str:
    found = (one for one in cell["outputs"] if one["output_type"] == "error")
    return next((f"{one['ename']}: {one['evalue']}" for one in found), "")


@pytest.mark.skipif(not WALKED, reason="walked with WALK=all, or WALK=NN-name")
@pytest.mark.parametrize("lesson", WALKED)
def test_a_newcomer_who_leaves_one_exercise_reaches_the_end(lesson, tmp_path):
    left = next(one for one in of_lesson(lesson) if callable(one.reference))
    cells = solved_but(left)
    folder = jupyterlab.write_course(tmp_path, lesson, cells)
    with jupyterlab.served(folder, tmp_path) as server, jupyterlab.opened() as page:
        jupyterlab.open_lesson(page, server, lesson, 1)
        jupyterlab.run_one_by_one(page, len(cells))
        jupyterlab.save(page)
    ran = ran_in(folder / lesson / f"{lesson}.ipynb")
    assert [one.id for one in ran] == [cell["id"] for cell in cells]
    assert [*faults(left, ran)] == []
