"""What a learner needs, and who only reads grades, runs where there is no Unix."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from autograder.lessons.course import Lesson
from tests.small_course import autograder

CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory, filters: Lesson) -> Path:
    """A course with a class of one, who has been graded."""
    root = tmp_path_factory.mktemp("windows") / "course"
    shutil.copytree(filters.root, root, ignore=shutil.ignore_patterns("gradebook.db", "submitted"))
    handed_in = root / "spring" / "submitted" / "ada" / filters.name
    handed_in.mkdir(parents=True)
    shutil.copy(filters.student, handed_in)
    how = ("--class", "spring", "--no-sandbox", "--workers", "1")
    done = autograder("grade", filters.name, *how, cwd=root)
    assert done.returncode == 0, done.stderr
    return root


Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def without_unix() -> Iterator[Run]:
    """Run a command in a process of its own, forked where others' libraries are imported."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.cli.without_unix"],
        env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
    ) as server:
        yield partial(run, server)
        server.stdin.close()


def run(
    server: subprocess.Popen[str], *arguments: str, cwd: Path
) -> subprocess.CompletedProcess[str]:
    # Its folders cannot be locked, so whoever sweeps beside it would take them away.
    with tempfile.TemporaryDirectory(prefix="w-") as scratch:
        out, err = Path(scratch, "out"), Path(scratch, "err")
        order = {"arguments": arguments, "folder": cwd, "scratch": scratch, "out": out, "err": err}
        server.stdin.write(json.dumps(order, default=str) + "\n")
        status = int(server.stdout.readline())
        said, complaint = (path.read_text(encoding="utf-8") for path in (out, err))
    assert "Traceback" not in complaint, complaint
    return subprocess.CompletedProcess(arguments, status, said, complaint)


def test_a_lesson_is_begun_and_checked(elsewhere, without_unix):
    assert "yours now" in without_unix("start", "02-filters", cwd=elsewhere).stdout
    assert "up to date" in without_unix("update", cwd=elsewhere).stdout
    done = without_unix("check", "my-course/02-filters/02-filters.ipynb", cwd=elsewhere)
    assert "not written yet" in done.stdout
    assert done.returncode == 1


def test_a_check_in_a_lesson(elsewhere):
    program = 'from autograder import check\ncheck("lenet-parameter-count", 61_706)\n'
    (elsewhere / "lesson.py").write_text(program)
    start = "import sys, runpy; from tests.cli import without_unix as w; "
    start += "w.take_away_modules(); w.take_away_calls(); runpy.run_path('lesson.py')"
    done = subprocess.run(
        [sys.executable, "-c", start],
        cwd=elsewhere,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "✓ lenet-parameter-count: right.\n", done.stderr


def test_a_learner_is_helped_and_sees_how_far_they_are(elsewhere, without_unix):
    course = elsewhere / "my-course"
    course.mkdir(exist_ok=True)
    (course / "my-progress.jsonl").write_text(
        '{"what": "check", "exercise": "relu", "passed": false}\n'
    )
    assert "Next: " in without_unix("progress", cwd=elsewhere).stdout
    assert "Hint 3 of 3" in without_unix("hint", "relu", "--number", "3", cwd=elsewhere).stdout
    assert "np.maximum" in without_unix("solution", "relu", cwd=elsewhere).stdout


@pytest.mark.parametrize("command", ["report", "feedback", "export"])
def test_grades_are_read(command, elsewhere, without_unix):
    lesson = [] if command == "export" else ["02-filters"]
    done = without_unix(command, *lesson, "--class", "spring", cwd=elsewhere)
    assert done.returncode == 0
    assert "ada" in done.stdout + done.stderr


def test_lessons_are_built(elsewhere, without_unix):
    assert without_unix("build", "--no-run", "02-filters", cwd=elsewhere).returncode == 0


def test_grading_says_what_it_needs(elsewhere, without_unix):
    done = without_unix("grade", "02-filters", "--class", "spring", cwd=elsewhere)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == (
        "autograder grade: The sandbox needs Linux: grade on a Linux machine, or in a virtual one."
    )
