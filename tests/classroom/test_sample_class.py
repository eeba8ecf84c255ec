"""The whole way: a class hands in, `autograder grade` grades it."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from autograder.classroom.course import Lesson
from tests.sample_class.expected import FEEDBACK, LOOKS, expected_points
from tests.sample_class.students import CLASS, QUESTION, write_class

from .conftest import autograder


@dataclass(frozen=True)
class GradedClass:
    folder: Path
    lesson: Lesson
    rows: dict[str, dict]
    messages: str
    before: dict[str, str]


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def graded(filters: Lesson, tmp_path_factory) -> GradedClass:
    folder = tmp_path_factory.mktemp("class")
    write_class(folder, filters)
    before = digests(folder / "submitted")
    done = autograder(
        "grade", filters.name, "--class", folder, "--cell-seconds", 15, "--json", cwd=filters.root
    )
    assert done.returncode == 0, done.stderr
    rows = {row["student"]: row for row in map(json.loads, done.stdout.splitlines())}
    return GradedClass(folder, filters, rows, done.stderr, before)


def test_everybody_is_graded(graded):
    assert list(graded.rows) == sorted(CLASS)
    assert graded.messages.count("\n") == len(CLASS)
    assert f"{len(CLASS)}/{len(CLASS)} " in graded.messages


@pytest.mark.parametrize("student", CLASS)
def test_grades_are_those_worked_out_by_hand(student, graded):
    row = graded.rows[student]
    points = {name: row["exercises"][name] for name in expected_points()[student]}
    assert points == pytest.approx(expected_points()[student])
    assert row["points"] == pytest.approx(sum(expected_points()[student].values()))
    assert row["max_points"] == 36


@pytest.mark.parametrize("student", CLASS)
def test_needs_a_look(student, graded):
    row = graded.rows[student]
    assert bool(row["looks"]) == (student in LOOKS), row["looks"]
    answered = bool(CLASS[student].words) and student != "pia-costa"
    assert row["to_mark"] == [QUESTION] * answered


@pytest.mark.parametrize("student", CLASS)
def test_feedback_names_the_mistake(student, graded):
    page = graded.folder / "feedback" / student / graded.lesson.name / "02-filters.html"
    text = page.read_text()
    assert f"(Score: {graded.rows[student]['points']}" in text
    assert FEEDBACK.get(student, "") in text.replace("&#39;", "'").replace("&quot;", '"')


def test_what_was_handed_in_is_left_alone(graded):
    assert digests(graded.folder / "submitted") == graded.before


def test_every_run_had_its_own_seed_and_recorded_it(graded):
    seeds = {row["seed"] for row in graded.rows.values()} - {None}
    assert len(seeds) == len(CLASS) - 1  # what could not be read was not run
    notebook = graded.folder / "autograded" / "ada-okafor" / graded.lesson.name / "02-filters.ipynb"
    recorded = json.loads(notebook.read_text())["metadata"]["autograder"]
    assert recorded["seed"] == graded.rows["ada-okafor"]["seed"]


def test_report_and_export_say_the_same(graded):
    arguments = ("--class", graded.folder)
    table = autograder("report", graded.lesson.name, *arguments, cwd=graded.lesson.root)
    assert table.returncode == 0
    assert "goran-novak" in table.stdout
    assert "30.66 of 36" in table.stdout
    assert "deleted and put back: conv2d-naive-test" in " ".join(table.stdout.split())
    exported = autograder("export", *arguments, cwd=graded.lesson.root)
    rows = {row["student"]: row for row in csv.DictReader(io.StringIO(exported.stdout))}
    for student, expected in expected_points().items():
        assert float(rows[student]["points"]) == pytest.approx(sum(expected.values()))


def test_one_student_can_be_graded_again(graded):
    before = digests(graded.folder / "autograded")
    done = autograder(
        "grade", graded.lesson.name, "--class", graded.folder, "--student", "goran-novak",
        "--seed", 7, "--json", cwd=graded.lesson.root,
    )  # fmt: skip
    assert done.returncode == 0
    (row,) = map(json.loads, done.stdout.splitlines())
    assert (row["seed"], row["points"]) == (7, graded.rows["goran-novak"]["points"])
    after = digests(graded.folder / "autograded")
    changed = [path for path in before if before[path] != after[path]]
    assert len(changed) == 1
    assert "goran-novak" in changed[0]
