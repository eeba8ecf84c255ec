"""Whoever cannot solve one exercise goes on with the rest: the course's functions stand in."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import pytest

from autograder.exercises import LESSONS, of_lesson
from autograder.figures import alexnet_and_zfnet as figures
from autograder.inside.verdicts import WrongAnswer
from autograder.judging import judge
from autograder.judging.explaining.undefined import names_defined
from autograder.learning.hints import remember_answer
from autograder.learning.lesson_cells import cell_of_lesson
from autograder.learning.solutions import code_of
from autograder.learning.standing_in import StandIns, answers_of
from autograder.reference import alexnet_layers

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
LESSON = "02-filters"
STUB = "def {}(image, kernel):\n    raise NotImplementedError()\n"
MAP = "found = cross_correlate2d(np.ones((3, 3)), np.ones((2, 2)))[0, 0]"
HELPED = "This cell used the course's `cross_correlate2d`: yours does not pass its check yet."


def run(cell: str, names: dict, lesson: str = LESSON, cell_id: str = "") -> str:
    """Run a cell of a lesson as a notebook would; what is said of the course's functions."""
    stand_ins = StandIns(names)
    stand_ins.place(lesson, cell, cell_id)
    try:
        with redirect_stdout(StringIO()):
            exec(cell, names)
    finally:
        stand_ins.remove()
    return stand_ins.said()


def notebook(*cells: str) -> dict:
    names: dict = {}
    exec("import numpy as np\nfrom autograder import check, look", names)
    for cell in cells:
        exec(cell, names)
    return names


@pytest.mark.parametrize(
    "cells",
    [
        [STUB.format("cross_correlate2d")],
        ["def cross_correlate2d(image, kernel):\n    return image\n"],
        ["cross_correlate2d = None\n"],
        [],
    ],
    ids=["a stub", "a wrong answer", "None", "a cell that has not run"],
)
def test_a_lessons_cell_goes_on_with_the_courses_function(cells):
    names = notebook(*cells)
    before = names.get("cross_correlate2d")
    assert run(MAP, names) == HELPED
    assert names["found"] == 4
    assert names.get("cross_correlate2d") is before


@pytest.mark.parametrize("call", ['explore("draw-a-filter", {})', 'explore(\n    "x-y",\n    {})'])
def test_an_explorer_is_given_the_learners_own_function(call):
    names = notebook(STUB.format("cross_correlate2d"))
    names["explore"] = lambda name, function: names.update(given=function)
    assert run(call.format("cross_correlate2d"), names) == ""
    assert names["given"] is names["cross_correlate2d"]


def test_an_explorer_that_shows_a_result_is_given_the_courses():
    names = notebook(STUB.format("cross_correlate2d"))
    names["explore"] = lambda name, result: names.update(given=result)
    cell = 'explore("x-y", cross_correlate2d(np.ones((3, 3)), np.ones((2, 2))))'
    assert run(cell, names) == HELPED
    assert names["given"].shape == (2, 2)


UNWRITTEN = "def multiply_adds(layers, input_shape):\n    raise NotImplementedError()\n"
SUM = "found = sum(multiply_adds([('fully_connected', {'units': 3})], (4,)))"
SHOWN = f"@figures.once_written\ndef counted():\n    {SUM}\ncounted()"


def test_the_function_behind_a_value_is_the_courses_until_the_value_is_right(monkeypatch):
    monkeypatch.setattr("autograder.learning.hints._CHECKED", {})
    names = notebook(UNWRITTEN)
    lesson = "07-alexnet-and-zfnet"
    assert "`multiply_adds`" in run(SUM, names, lesson)
    assert names["found"] == 12
    exercise = next(one for one in of_lesson(lesson) if one.beside)
    remember_answer(exercise.reference, judge(exercise.id, exercise.reference))
    with pytest.raises(NotImplementedError):
        run(SUM, names, lesson)


SPLIT = "vgg16-parameter-split"
COUNTED = "alexnet_two_towers_parameter_count = len(alexnet_layers(2))"


def test_the_cell_of_a_value_finds_what_another_exercise_asks_for():
    names = notebook("def alexnet_layers(groups=1):\n    raise NotImplementedError()\n")
    said = run(COUNTED, names, "07-alexnet-and-zfnet")
    assert said == (
        "This cell used the course's `alexnet_layers`: yours does not pass its check yet. "
        "Where this is graded, your own are used."
    )
    assert names["alexnet_two_towers_parameter_count"] == len(alexnet_layers(2))


@pytest.mark.parametrize(
    ("lesson", "exercise"), [("04-pooling-and-normalization", "dropout"), ("08-vgg", SPLIT)]
)
def test_an_exercises_picture_shows_the_learners_own_whatever_draws_it(lesson, exercise):
    names = notebook()
    mine = names[exercise.replace("-", "_")] = None
    cell = f"shown = {exercise.replace('-', '_')}"
    assert run(cell, names, lesson, f"{exercise}-look") == ""
    assert names["shown"] is mine
    run(cell, names, lesson, "another-01")
    assert names["shown"] is not mine


def test_a_helper_that_is_needed_again_is_the_courses_until_its_exercise_is_right(monkeypatch):
    monkeypatch.setattr("autograder.learning.hints._CHECKED", {})
    names = notebook("def run(layers, params, maps):\n    raise NotImplementedError()\n")
    said = run('found = run([("relu", {})], [{}], np.full((1, 1, 2, 2), -3.0))', names, "08-vgg")
    assert said == "This cell used the course's `run`: yours does not pass its check yet."
    assert names["found"].max() == 0


def test_what_waits_until_it_is_written_shows_the_learners_own():
    names = notebook(UNWRITTEN) | {"figures": figures}
    assert run(SHOWN, names, "07-alexnet-and-zfnet") == ""
    assert "found" not in names


def test_what_passes_its_check_is_the_learners_own():
    right = code_of(of_lesson(LESSON)[0])
    names = notebook(right.replace("return output", "calls.append(1)\n    return output"))
    names["calls"] = []
    assert run(MAP, names) == ""
    assert names["calls"]


def test_a_later_exercise_can_be_solved_before_an_earlier_one():
    mine = (
        "def convolve2d(image, kernel):\n    return cross_correlate2d(image, kernel[::-1, ::-1])\n"
    )
    names = notebook(STUB.format("cross_correlate2d"), mine)
    said = run('check("convolve2d", convolve2d)', names)
    assert said == f"{HELPED} Where this is graded, your own are used."


@pytest.mark.parametrize("call", ["check", "look"])
def test_an_exercises_own_check_and_picture_have_the_learners_function(call):
    names = notebook(STUB.format("cross_correlate2d"))
    cell = f'{call}("cross-correlate2d", cross_correlate2d)'
    if call == "check":
        with pytest.raises(WrongAnswer, match="not written yet"):
            run(cell, names)
    else:
        assert run(cell, names) == ""


def test_a_name_that_the_lesson_imported_stays_what_it_was():
    names = notebook("from autograder.reference import convolve2d as cross_correlate2d\n")
    given = names["cross_correlate2d"]
    assert run("found = cross_correlate2d", names) == ""
    assert names["found"] is given


def test_a_cell_that_writes_the_function_keeps_what_it_writes():
    names = notebook(STUB.format("cross_correlate2d"))
    run("def cross_correlate2d(image, kernel):\n    return 'mine'\n", names)
    assert names["cross_correlate2d"](1, 2) == "mine"


# -- which cells are the lesson's ------------------------------------------------------------------


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A learner's folder with a lesson, and an own cell in it."""
    lesson = json.loads((NOTEBOOKS / LESSON / f"{LESSON}.ipynb").read_text(encoding="utf-8"))
    lesson["cells"] += [{"cell_type": "code", "id": "1f0c-22", "metadata": {}, "source": "mine()"}]
    lesson["cells"][-1]["id"] = "6f2b91aa"
    (tmp_path / f"{LESSON} (mine).ipynb").write_text(json.dumps(lesson), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    cells = (cell for cell in lesson["cells"] if cell["cell_type"] == "code")
    return {cell["id"]: "".join(cell["source"]) for cell in cells}


def test_a_lessons_cell_is_known_by_its_id_or_its_text(here):
    name = next(name for name in here if name.startswith("cross-correlation-and"))
    assert cell_of_lesson(name, "changed()") == (LESSON, name)
    assert cell_of_lesson("vscode-notebook-cell:x", here[name]) == (LESSON, name)
    assert cell_of_lesson(None, f"{here[name]}\n") == (LESSON, name)


def test_a_cell_of_the_learners_own_is_not_helped(here):
    assert cell_of_lesson("6f2b91aa", "mine()") is None
    assert cell_of_lesson("9a9a9a9a", MAP) is None
    assert cell_of_lesson("cross-correlate2d", here["cross-correlate2d"]) is None


def test_the_cell_of_a_value_is_the_lessons(tmp_path, monkeypatch):
    (tmp_path / "07-alexnet-and-zfnet.ipynb").write_text('{"cells": []}', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    name = "alexnet-two-towers-parameter-count"
    assert cell_of_lesson("x", COUNTED) == ("07-alexnet-and-zfnet", name)
    assert cell_of_lesson("x", "print(alexnet_two_towers_parameter_count)") is None


@pytest.mark.parametrize("text", ["", "[]", '{"cells": 3}', '{"cells": [{"cell_type": "code"}]}'])
def test_a_damaged_notebook_helps_nobody(text, tmp_path, monkeypatch):
    (tmp_path / f"{LESSON}.ipynb").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert cell_of_lesson("x", "y") is None


SHELL = """\
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance(colors="NoColor")
shell.run_cell("import numpy as np; from autograder import check")
shell.run_cell("def cross_correlate2d(image, kernel:\\n    return image")
for name in ({lesson!r}, "own"):
    print("CELL")
    shell.run_cell({cell!r}, cell_id=name)
"""


def test_in_a_notebook_a_lessons_cell_goes_on_and_says_so(here):
    lesson = next(name for name in here if name.startswith("cross-correlation-and"))
    program = SHELL.format(lesson=lesson, cell=f"{MAP}\nprint(int(found))")
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    _, helped, own = done.stdout.split("CELL\n")
    assert helped == f"4\n{HELPED}\n"
    assert "NameError" in own


# -- whole lessons ---------------------------------------------------------------------------------


def is_written_in(cell: dict) -> bool:
    """Whether a cell waits for an answer."""
    return cell["metadata"].get("nbgrader", {}).get("solution", False)


@pytest.mark.parametrize(
    "lesson", ["01-fully-connected-limits", "02-filters", "03-padding-and-stride"]
)
def test_a_lesson_with_nothing_solved_runs_to_its_end(lesson, monkeypatch):
    """Every exercise is left unsolved at once: so each is where later cells need it."""
    monkeypatch.setenv("MPLBACKEND", "agg")
    folder = NOTEBOOKS / lesson
    monkeypatch.chdir(folder)
    names: dict = {"__name__": "__main__"}
    helped = needed = ""
    for cell in json.loads((folder / f"{lesson}.ipynb").read_text(encoding="utf-8"))["cells"]:
        text = "".join(cell["source"])
        if cell["cell_type"] == "code" and not text.startswith("check("):
            helped += run(text, names, lesson, cell["id"])
            needed += "" if text.startswith(("look(", "def ")) else text
    functions = [exercise.function_name for exercise in of_lesson(lesson)]
    unhelped = [name for name in functions if f"`{name}`" not in helped]
    assert [name for name in unhelped if re.search(rf"\b{name}\(", needed)] == []


@pytest.mark.parametrize("lesson", LESSONS)
def test_no_cell_needs_what_only_an_answer_defines(lesson):
    """For an exercise's function the course's stands in, and for no helper beside it."""
    text = (NOTEBOOKS / lesson / f"{lesson}.ipynb").read_text(encoding="utf-8")
    cells = [cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"]
    beside = set[str]()
    for cell in cells:
        source = "".join(cell["source"])
        if is_written_in(cell):
            beside |= {*names_defined(source)}
        else:
            beside -= {*names_defined(source)}
            beside -= {name for exercise in of_lesson(lesson) for name, _ in answers_of(exercise)}
            assert beside & set(re.findall(r"\b(\w+)\(", source)) == set()
