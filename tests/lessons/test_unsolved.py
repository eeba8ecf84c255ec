"""A newcomer who leaves one exercise out comes to the end of the lesson, and knows what stood in.

The suite leaves out one exercise of one lesson. `WALK=all`, or the names of lessons, leaves out
each exercise of those in turn.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.exercises import LESSONS, find, of_lesson

from .unsolved import Ran, calls_at_once, faults, names_bound, names_read

ROOT = Path(__file__).resolve().parents[2]
ASKED = os.environ.get("WALK", "").split()
WALKED = [(lesson, []) for lesson in (LESSONS if ASKED == ["all"] else ASKED)]


def left_out(lesson: str, exercises: list[str], folder: Path) -> dict[str, list[Ran]]:
    """What all cells of a lesson do from an exercise on that is left out, for some exercises."""
    here = {"PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"}
    here["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
    command = [sys.executable, "-m", "tests.lessons.unsolved", lesson, *exercises]
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, **here},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    rows = (json.loads(line) for line in done.stdout.splitlines())
    return {name: [Ran(**cell) for cell in ran] for name, ran in rows}


@pytest.mark.proved
@pytest.mark.parametrize(
    ("lesson", "exercises"), WALKED or [("04-pooling-and-normalization", ["max-pool2d"])]
)
def test_a_lesson_with_one_exercise_left_out_runs_to_its_end(lesson, exercises, tmp_path):
    found = left_out(lesson, exercises, tmp_path)
    assert [*found] == (exercises or [one.id for one in of_lesson(lesson)])
    assert {name: [*faults(find(name), ran)] for name, ran in found.items()} == {
        name: [] for name in found
    }
    for name, ran in found.items():
        assert ran[0].id == name
        assert len(ran) > 3


# -- what is called a fault ------------------------------------------------------------------------

HELPED = "This cell used the course's `relu`: yours does not pass its check yet."
UNWRITTEN = "WrongAnswer: relu: not written yet. Put your code in place of …"


@pytest.mark.parametrize(
    ("cell", "fault"),
    [
        (Ran("a-01", "relu(x)", error="ValueError: no"), "a-01: ValueError: no"),
        (Ran("a-01", "relu(x)"), "a-01: does not say that the course's relu stands in"),
        (
            Ran("relu-look", "relu(x)", HELPED),
            "relu-look: shows the course's answer for the learner's",
        ),
        (Ran("relu-check", "check('relu', relu)", error="KeyError: 1"), "relu-check: KeyError: 1"),
    ],
)
def test_what_stops_a_newcomer_is_found(cell, fault):
    assert [*faults(find("relu"), [cell])] == [fault]


@pytest.mark.parametrize(
    "cell",
    [
        Ran("a-01", "relu(x)", HELPED),
        Ran("a-01", "table = {'relu': lambda x: relu(x)}"),
        Ran("a-01", "def twice(x):\n    return relu(relu(x))"),
        Ran("a-01", "relu(x)", spared=True),
        Ran("relu-look", "look('relu', relu)"),
        Ran("relu-check", "check('relu', relu)", error=UNWRITTEN),
    ],
)
def test_what_is_as_it_should_be_is_no_fault(cell):
    assert [*faults(find("relu"), [cell])] == []


def test_what_a_cell_reads_and_changes_is_read_off_its_text():
    cell = "def f(x):\n    return relu(x)\nfor i in range(3):\n    maps = f(i)\n"
    assert names_read(cell) == {"relu", "x", "range", "f", "i"}
    assert names_bound(cell) == {"f", "i", "maps"}
    assert calls_at_once(cell) == {"range", "f"}
