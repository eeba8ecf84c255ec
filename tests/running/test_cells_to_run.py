"""A grading run runs what grades depend on, and leaves the lesson's experiments out."""

from __future__ import annotations

import copy
import textwrap

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from autograder.lessons.roles import nbgrader_metadata
from autograder.running.cells_to_run import cells_to_run, names_in

ANSWER = "def f(x):\n    return double(x)"
LESSON = {
    "setup": "import numpy as np\nfrom autograder import check, figures, look",
    "helper": "def double(x):\n    return FACTOR * x",
    "factor": "FACTOR = 2",
    "f": ANSWER,
    "f-look": 'look("f", f)',
    "f-check": 'check("f", f)',
    "photo": "photo = np.ones((3, 3))",
    "experiment": "result = f(photo)\nfigures.pictures(result)",
    "f-test": 'check("f", f, hidden=True)',
}
GRADED = {"setup", "helper", "factor", "f", "f-check", "f-test"}
ROLES = {
    "f": {"role": "exercise", "id": "f"},
    "f-check": {"role": "check", "id": "f-check", "points": 1},
    "f-test": {"role": "test", "id": "f-test", "points": 3},
}


def notebook(cells: dict[str, str]) -> NotebookNode:
    made = []
    for name, source in cells.items():
        cell = new_code_cell(source, id=name)
        if name in ROLES:
            cell.metadata["nbgrader"] = nbgrader_metadata(ROLES[name], "code", name)
        made.append(cell)
    return new_notebook(cells=made)


def needed(**handed_in: str) -> set[str]:
    """What is needed of the lesson as it was handed in, with these cells changed or added."""
    changed = {name.replace("_", "-"): source for name, source in handed_in.items()}
    return cells_to_run(notebook(LESSON | changed), notebook(LESSON))


def test_experiments_are_left_out():
    assert needed() == GRADED


def test_both_notebooks_are_left_as_they_are():
    handed, lesson = notebook(LESSON), notebook(LESSON)
    before = copy.deepcopy((handed, lesson))
    cells_to_run(handed, lesson)
    assert (handed, lesson) == before


def test_what_an_answer_uses_is_run_through_others_too():
    assert {"helper", "factor"} <= needed()
    assert needed(f="def f(x):\n    return x") == GRADED - {"helper", "factor"}
    assert needed(f="def f(x):\n    return x + photo") == GRADED - {"helper", "factor"} | {"photo"}


def test_a_changed_cell_is_run_with_what_it_uses():
    assert needed(experiment="result = f(photo) + 1") == GRADED | {"experiment", "photo"}


def test_an_added_cell_is_run_with_what_it_uses():
    assert needed(added_1="mine = 3") == GRADED | {"added-1"}
    assert needed(added_1="print(photo.sum())") == GRADED | {"added-1", "photo"}


@pytest.mark.parametrize(
    "source",
    [
        "exec('FACTOR = 3')",
        "globals()['FACTOR'] = 3",
        "def f(x):\n    return eval('photo')",
        "import builtins\nnames = vars()",
    ],
)
def test_what_may_reach_any_name_runs_everything(source):
    assert needed(added_1=source) == {*LESSON, "added-1"}


def test_what_may_reach_any_name_runs_everything_also_when_an_answer_uses_it():
    lesson = LESSON | {"helper": "def double(x):\n    return eval('FACTOR * x')"}
    assert cells_to_run(notebook(lesson), notebook(lesson)) == set(lesson)


@pytest.mark.parametrize(
    "source",
    [
        "%timeit f(1)",
        "!ls",
        "f?",
        "/f 1",
        ">>> FACTOR = 3",
        "    FACTOR = 3",
        "names = %who_ls",
        "from math import *",
    ],
)
def test_where_names_cannot_be_told_everything_runs(source):
    assert needed(f=source) == set(LESSON)


@pytest.mark.parametrize(
    "source", ["def f(x:\n    return", "FACTOR = = 3", "photo = (1", "'", "x = '\0'"]
)
def test_a_cell_that_is_no_python_does_nothing_and_needs_nothing(source):
    assert needed(f=source) == GRADED - {"helper", "factor"}
    assert needed(added_1=source) == GRADED | {"added-1"}


def test_a_magic_of_the_lessons_own_runs_everything_too():
    lesson = LESSON | {"magic": "%precision 3"}
    assert cells_to_run(notebook(lesson), notebook(lesson)) == set(lesson)


@pytest.mark.parametrize(
    "change",
    [
        "TABLE['a'] = 1",
        "TABLE[0][1] += 1",
        "TABLE.size = 2",
        "del TABLE[0]",
        "TABLE.append(3)",
        "for number in range(3):\n    TABLE.append(number)",
    ],
)
def test_changing_an_object_counts_as_making_it(change):
    lesson = LESSON | {"table": "TABLE = make()", "change": change, "read": "len(TABLE)"}
    handed = lesson | {"f": "def f(x):\n    return TABLE"}
    assert {"table", "change"} <= cells_to_run(notebook(handed), notebook(lesson))
    assert "read" not in cells_to_run(notebook(handed), notebook(lesson))


def test_calling_a_modules_function_changes_no_name():
    assert names_in("np.random.seed(1)").bound == frozenset()
    assert names_in("figures.pictures(photo)").bound == frozenset()
    assert names_in("import random\nrandom.seed(1)").bound == {"random"}


def test_local_names_do_not_chain():
    names = names_in(
        textwrap.dedent("""
        def g(image):
            result = image + offset
            return [result for photo in image]
        """)
    )
    assert names.bound == {"g"}
    assert names.read == {"offset"}
    assert needed(f="def f(x):\n    photo = result = x\n    return photo") == {
        *GRADED - {"helper", "factor"}
    }


def test_a_global_statement_makes_a_name_from_inside():
    lesson = LESSON | {"count": "def count():\n    global calls\n    calls = 1"}
    handed = lesson | {"f": "def f(x):\n    return calls"}
    assert "count" in cells_to_run(notebook(handed), notebook(lesson))
