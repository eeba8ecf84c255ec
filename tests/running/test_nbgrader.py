"""Plain nbgrader works on what is built: its own commands, nothing of ours in between."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from autograder.lessons.course import Lesson
from tests import SOONER
from tests.sample_class.assignments import ASSIGNMENTS
from tests.sample_class.students import write_submissions


def nbgrader(*arguments: str, cwd: Path) -> str:
    tools = Path(sys.executable).parent
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments],
        cwd=cwd,
        env={**os.environ, **SOONER, "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def generated(filters: Lesson) -> tuple[bytes, bytes]:
    """The student's notebook as built, and as `nbgrader generate_assignment` makes it."""
    ours = filters.student.read_bytes()
    nbgrader("generate_assignment", filters.name, "--force", cwd=filters.root)
    return ours, filters.student.read_bytes()


def test_generate_assignment_gives_the_same_bytes(generated):
    ours, theirs = generated
    assert ours == theirs


def test_the_folder_given_out_holds_the_notebook_alone(generated, filters):
    assert [path.name for path in filters.student.parent.iterdir()] == [filters.student.name]


def test_the_instructors_notebook_validates(filters):
    said = nbgrader("validate", str(filters.instructor), cwd=filters.root)
    assert "Success! Your notebook passes all the tests." in said


def test_autograde_gives_full_marks_to_the_answers_and_none_without(generated, filters):
    handed_in = ASSIGNMENTS[filters.name]
    chosen = {name: handed_in.students[name] for name in ("ada-okafor", "emil-larsen")}
    write_submissions(filters.root, filters, replace(handed_in, students=chosen))
    nbgrader("autograde", filters.name, cwd=filters.root)
    nbgrader("generate_feedback", filters.name, cwd=filters.root)
    with Gradebook(f"sqlite:///{filters.root}/gradebook.db") as book:
        scores = {
            submission.student.id: (submission.score, submission.needs_manual_grade)
            for submission in book.assignment_submissions(filters.name)
        }
    assert scores == {"ada-okafor": (32, True), "emil-larsen": (0, False)}
    for student in scores:
        page = filters.root / "feedback" / student / filters.name / "02-filters.html"
        text = page.read_text()
        assert "<code>conv2d-naive</code>" in text
        assert ("4 still to be marked" in text) == scores[student][1]
        assert "default-src 'none'" in text
        assert "<script" not in text
        assert "<math" in text
