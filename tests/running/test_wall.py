"""A run behind the wall: contained, judged from outside, and worth what the judge found."""

from __future__ import annotations

import sysconfig
from pathlib import Path
from typing import NamedTuple

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from autograder.datasets import data_folder
from autograder.lessons.errors import ClassroomError
from autograder.lessons.roles import nbgrader_metadata
from autograder.lessons.stub_package import write_stub_package
from autograder.running.execution import Execution, execute
from autograder.running.limits import Limits
from autograder.running.marks import checks_due, marks
from autograder.running.wall import Wall, refuse_shown
from autograder.sandbox import watchdog
from autograder.sandbox.provisioner import Resources

RELU = "import numpy as np\nfrom autograder import check\ndef relu(x):\n    return np.maximum(x, 0)"
CHECK = 'check("relu", relu)'
TEST = 'check("relu", relu, hidden=True)'
FULL = {"relu-check": 1, "relu-test": 3}
NOTHING = {"relu-check": 0, "relu-test": 0}


@pytest.fixture(scope="module", params=[True, False], ids=["sandbox", "no sandbox"])
def wall(request, tmp_path_factory) -> Wall:
    stub = tmp_path_factory.mktemp("wall") / "stub"
    write_stub_package(stub, ())
    return Wall(stub, request.param)


def graded(name: str, source: str, points: float):
    cell = new_code_cell(source, id=name)
    options = {"role": name.split("-")[-1], "id": name, "points": points}
    cell.metadata["nbgrader"] = nbgrader_metadata(options, "code", "here")
    return cell


class Run(NamedTuple):
    """What came of a run, and the points that it is worth."""

    execution: Execution
    points: dict[str, float | None]


def run(
    wall: Wall, *before: str, check: str = CHECK, test: str = TEST, limits: Limits | None = None
) -> Run:
    """Run some cells and then the check and the hidden test of one exercise."""
    cells = [new_code_cell(source, id=f"c{number}") for number, source in enumerate(before)]
    cells += [graded("relu-check", check, 1), graded("relu-test", test, 3)]
    notebook = new_notebook(cells=cells)
    due = checks_due(notebook)
    done = execute(notebook, limits, 7, wall=wall, due=due)
    return Run(done, marks(done, due))


def said(done: Run, name: str) -> str:
    (cell,) = [cell for cell in done.execution.notebook.cells if cell.id == name]
    return "\n".join(str(output) for output in cell.outputs)


def test_a_right_answer_earns_its_points_from_the_judge(wall):
    done = run(wall, RELU)
    assert done.points == FULL
    assert [v.passed for found in done.execution.verdicts.values() for v in found.values()] == [
        True,
        True,
    ]
    assert "✓ relu: the open checks pass. After handing in also: " in said(done, "relu-check")


def test_a_wrong_answer_is_told_its_mistake_in_the_check_and_less_in_the_test(wall):
    done = run(wall, RELU.replace("np.maximum(x, 0)", "np.abs(x)"))
    assert done.points == NOTHING
    assert "image/svg+xml" in said(done, "relu-check")
    assert "image/svg+xml" not in said(done, "relu-test")
    assert done.execution.outcomes["relu-test"] == "error"


def test_an_answer_that_is_right_in_part_earns_a_part(wall):
    done = run(wall, RELU.replace("np.maximum(x, 0)", "np.maximum(x, 0).astype(float)"))
    assert 0 < done.points["relu-test"] < 3


def test_silence_earns_nothing(wall):
    done = run(wall, RELU + "\ncheck = lambda *anything, **more: None")
    assert done.points == NOTHING
    assert done.execution.outcomes["relu-test"] == "ok"


def test_a_cell_with_more_than_its_check_needs_both(wall):
    done = run(wall, RELU, test="assert relu(np.array(-1.0)) == -1\n" + TEST)
    assert done.points == {"relu-check": 1, "relu-test": 0}
    done = run(wall, RELU, test="assert relu(np.array(-1.0)) == 0\n" + TEST)
    assert done.points == FULL


def test_a_verdict_counts_in_its_own_cell_only(wall):
    done = run(wall, RELU, CHECK, check="2 + 2", test="2 + 2")
    assert done.points == NOTHING
    assert [v.passed for v in done.execution.verdicts["c1"].values()] == [True]


def test_the_hidden_test_runs_in_its_own_cell_only(wall):
    done = run(wall, RELU, TEST)
    assert "is not run by this cell" in said(done, "c1")
    assert done.points == FULL


def test_the_first_verdict_of_a_cell_stands(wall):
    wrong = RELU + "\nright, relu = relu, lambda x: x"
    retry = f"try:\n    {TEST}\nexcept AssertionError:\n    pass\nrelu = right\n{TEST}"
    done = run(wall, wrong, test=retry)
    assert done.points["relu-test"] == 0


def test_a_kernel_that_dies_is_replaced_and_the_rest_still_counts(wall):
    done = run(wall, RELU, "import os; os._exit(0)")
    assert done.points == FULL
    assert done.execution.outcomes["c1"] == "died"


def test_a_function_that_kills_its_kernel_earns_nothing(wall):
    done = run(wall, RELU.replace("np.maximum(x, 0)", "__import__('os')._exit(0)"))
    assert done.points == NOTHING
    assert done.execution.outcomes["relu-test"] == "died"


def test_an_endless_function_is_told_so_within_the_cells_time(wall):
    endless = RELU.replace("np.maximum(x, 0)", "[0 for _ in iter(int, 1)]")
    done = run(wall, endless, limits=Limits(cell_seconds=2))
    assert done.points == NOTHING
    assert done.execution.problems[0].startswith("time: the cell needed more than 2 s")


def test_noise_costs_nothing(wall):
    noisy = RELU + "\nimport warnings\nwarnings.warn('so slow')\nprint('x' * 1000)"
    assert run(wall, noisy, "%timeit -n1 -r1 relu(np.ones(3))", "1 / 0").points == FULL


def test_the_seed_and_the_graders_environment_are_not_told(wall, monkeypatch):
    monkeypatch.setenv("MY_SECRET", "1234")
    done = run(wall, "import os\nprint(sorted(os.environ))")
    printed = said(done, "c0")
    assert "MY_SECRET" not in printed
    assert "AUTOGRADER_SEED" not in printed


def test_the_same_seed_gives_the_same_verdict(wall):
    one, other = run(wall, RELU).execution, run(wall, RELU).execution
    assert {v.seed for v in one.verdicts["relu-test"].values()} == {7}
    assert one.verdicts == other.verdicts


def test_outputs_of_strangers_hold_no_programs(wall):
    done = run(
        wall,
        RELU,
        "from IPython.display import HTML, Javascript, display\n"
        "display(HTML('<script>alert(1)</script>'), Javascript('alert(2)'))\n"
        "display({'image/png': 'AAAA\"><script>alert(3)</script>'}, raw=True)",
    )
    assert "alert" not in said(done, "c1")


def test_a_class_that_lies_in_what_is_shown_is_refused(tmp_path):
    refuse_shown(tmp_path)
    for shown in (Path(sysconfig.get_path("stdlib")), data_folder()):
        with pytest.raises(ClassroomError) as refused:
            refuse_shown(tmp_path, shown / "spring")
        assert str(refused.value) == (
            f"{shown / 'spring'} lies in {shown}, which every submission can read: move it "
            "elsewhere, for instance to your home, and grade there."
        )


LARGE_FILES = """\
import os
for n in range(100):
    with open(str(n), "wb") as file:
        file.write(os.urandom(1 << 20))
"""
CHILDREN = """\
import os, time
ready, done = os.pipe()
for _ in range(4):
    if not os.fork():
        kept = bytearray(os.urandom(1 << 20)) * 300
        os.write(done, b".")
        time.sleep(600)
for _ in range(4): os.read(ready, 1)
"""
SMALL = Resources(memory=900 << 20, disk=24 << 20)


@pytest.mark.parametrize(
    ("source", "limit"),
    [(LARGE_FILES, "disk: the notebook wrote more"), (CHILDREN, "memory: the notebook needed")],
    ids=["files", "children"],
)
def test_a_limit_costs_the_cell_that_went_beyond_it_and_not_the_next(
    source, limit, tmp_path, monkeypatch
):
    monkeypatch.setattr(watchdog, "PERIOD", 600)  # it looks too late by itself
    write_stub_package(tmp_path, ())
    done = run(Wall(tmp_path, resources=SMALL), source, RELU)
    assert done.execution.outcomes["c0"] == "died"
    assert [problem[: len(limit)] for problem in done.execution.problems] == [limit]
    assert done.points == FULL
