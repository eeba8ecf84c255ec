"""The roles table: five rows, and nothing else can be written."""

from __future__ import annotations

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.nbgraderformat import MetadataValidator

from autograder.lessons.errors import LessonError
from autograder.lessons.roles import exercise_of, nbgrader_metadata, role_of

RIGHT = [
    ({"role": "given", "id": "setup"}, "code"),
    ({"role": "given", "id": "intro"}, "markdown"),
    ({"role": "exercise", "id": "relu"}, "code"),
    ({"role": "check", "id": "relu-check", "points": 1}, "code"),
    ({"role": "test", "id": "relu-test", "points": 2.5}, "code"),
    ({"role": "question", "id": "why", "points": 4}, "markdown"),
]

WRONG = [
    ({"role": "exercize", "id": "relu"}, "code", "unknown role 'exercize'"),
    ({"role": "given", "id": "relu", "tags": []}, "code", "unknown key 'tags'"),
    ({"id": "relu"}, "code", "'id' is given but no role"),
    ({"points": 3}, "code", "'points' is given but no role"),
    ({"role": "exercise"}, "code", "needs an id"),
    ({"role": "exercise", "id": "two words"}, "code", "needs an id"),
    ({"role": "exercise", "id": "x" * 65}, "code", "at most 64"),
    ({"role": "exercise", "id": "relu", "points": 3}, "code", "cannot have points"),
    ({"role": "given", "id": "setup", "points": 0}, "code", "cannot have points"),
    ({"role": "check", "id": "relu-check"}, "code", "needs points above 0"),
    ({"role": "test", "id": "relu-test", "points": 0}, "code", "needs points above 0"),
    ({"role": "test", "id": "relu-test", "points": "3"}, "code", "needs points above 0"),
    ({"role": "test", "id": "relu-test", "points": True}, "code", "needs points above 0"),
    ({"role": "check", "id": "relu", "points": 1}, "code", "ends in '-check'"),
    ({"role": "test", "id": "relu-check", "points": 1}, "code", "ends in '-test'"),
    ({"role": "exercise", "id": "relu"}, "markdown", "is for a code cell"),
    ({"role": "question", "id": "why", "points": 1}, "code", "is for a markdown cell"),
    ({"role": "given", "id": "setup"}, "raw", "is for a code cell"),
]


@pytest.mark.parametrize(("options", "cell_type"), RIGHT)
def test_nbgrader_takes_every_role(options, cell_type):
    make = new_code_cell if cell_type == "code" else new_markdown_cell
    cell = make("text", metadata={"nbgrader": nbgrader_metadata(options, cell_type, "here")})
    MetadataValidator().validate_nb(new_notebook(cells=[cell]))
    assert role_of(cell) == options["role"]


@pytest.mark.parametrize(("options", "cell_type", "says"), WRONG)
def test_what_means_nothing_is_refused_with_its_place(options, cell_type, says):
    with pytest.raises(LessonError) as error:
        nbgrader_metadata(options, cell_type, "02.py, cell 7")
    message = str(error.value)
    assert message.startswith("02.py, cell 7: ")
    assert says in message
    assert "\n" not in message


def test_a_cell_without_metadata_has_no_role():
    assert role_of(new_code_cell("x = 1")) is None


def test_exercise_of_a_graded_cell():
    assert exercise_of("conv2d-naive-test") == exercise_of("conv2d-naive-check") == "conv2d-naive"
    assert exercise_of("why-filters-share") == "why-filters-share"
