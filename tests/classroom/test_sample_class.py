"""The whole way: a class hands in every lesson, `autograder grade` grades it."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from autograder.exercises import of_lesson
from autograder.lessons.compiling import compile_lesson
from autograder.lessons.course import Lesson
from autograder.lessons.roles import exercise_of, role_of
from autograder.running.page_marks import number
from tests.lessons import path_of
from tests.sample_class.assignments import ASSIGNMENTS
from tests.sample_class.students import Assignment, write_submissions
from tests.small_course import autograder, autograder_itself

EVERYBODY = [(lesson, name) for lesson, a in ASSIGNMENTS.items() for name in a.students]

CHECKOUT = Path(__file__).resolve().parents[2]


def rests_on(lesson: str, **others: str) -> list[str]:
    """Digests of a lesson's own files: a change in another lesson's changes nothing here."""
    return files_of(lesson)


@cache
def files_of(lesson: str) -> list[str]:
    folders = (CHECKOUT / "solutions" / lesson, path_of(lesson, "handed_in").parent)
    return [
        f"{path} {digest}"
        for folder in folders
        for path, digest in digests(folder).items()
        if not path.endswith((".ipynb", ".pyc"))
    ]


by_lesson = pytest.mark.proved(
    "tests/sample_class", "tests/lessons/__init__.py", only=["autograder", "data"], on=rests_on
)


def lessons(test: Callable) -> Callable:
    return by_lesson(pytest.mark.parametrize("lesson", ASSIGNMENTS)(test))


def everybody(test: Callable) -> Callable:
    return by_lesson(pytest.mark.parametrize(("lesson", "student"), EVERYBODY)(test))


@dataclass(frozen=True)
class GradedLesson:
    lesson: Lesson
    folder: Path
    assignment: Assignment
    rows: dict[str, dict]
    messages: str
    before: dict[str, str]

    @property
    def expected(self) -> dict[str, dict[str, float]]:
        """The points that were worked out by hand."""
        return self.assignment.expected(worth_of(self.lesson))

    def page(self, student: str) -> str:
        """The text of the feedback that a student gets."""
        name = self.lesson.name
        text = (self.folder / "feedback" / student / name / f"{name}.html").read_text()
        text = text.replace("<code>", "`").replace("</code>", "`")
        return " ".join(text.replace("&#39;", "'").replace("&quot;", '"').split())


@cache
def worth_of(lesson: Lesson) -> dict[str, float]:
    """The points of each of a lesson's exercises, in its order."""
    worth = dict.fromkeys((exercise.id for exercise in of_lesson(lesson.name)), 0.0)
    for cell in compile_lesson(lesson).master.cells:
        if role_of(cell) in ("check", "test"):
            worth[exercise_of(cell.id)] += cell.metadata.nbgrader.points
    return worth


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def graded(
    course: Callable[[str], Lesson], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], GradedLesson]:
    """One class, and each of its lessons graded when it is first asked for."""
    folder = tmp_path_factory.mktemp("class")

    @cache
    def grade(name: str) -> GradedLesson:
        lesson, assignment = course(name), ASSIGNMENTS[name]
        write_submissions(folder, lesson, assignment)
        before = digests(folder / "submitted")
        # What never ends is in lesson 02, which a process of its own grades with two workers; 06
        # trains a network.
        by_workers = name == "02-filters"
        seconds, workers = (3, 2) if by_workers else (60, 1)
        how = ("--cell-seconds", seconds, "--workers", workers, "--json")
        run = autograder_itself if by_workers else autograder
        done = run("grade", name, "--class", folder, *how, cwd=lesson.root)
        assert done.returncode == 0, done.stderr
        rows = {row["student"]: row for row in map(json.loads, done.stdout.splitlines())}
        return GradedLesson(lesson, folder, assignment, rows, done.stderr, before)

    return grade


@lessons
def test_everybody_is_graded(lesson, graded):
    done = graded(lesson)
    count = len(done.assignment.students)
    assert sorted(done.rows) == sorted(done.assignment.students)
    assert done.messages.count("\n") == count
    assert f"{count}/{count} " in done.messages


@everybody
def test_grades_are_those_worked_out_by_hand(lesson, student, graded):
    done = graded(lesson)
    row, expected = done.rows[student], done.expected[student]
    assert {one: row["exercises"][one] for one in expected} == pytest.approx(expected)
    assert row["points"] == pytest.approx(sum(expected.values()))
    assert row["max_points"] == sum(worth_of(done.lesson).values()) + 4


@lessons
def test_every_column_is_an_exercises_own_in_the_lessons_order(lesson):
    exercises = [exercise.id for exercise in of_lesson(lesson)]
    columns = ASSIGNMENTS[lesson].columns(exercises)
    assert set(columns) <= set(exercises)


@everybody
def test_needs_a_look(lesson, student, graded):
    done = graded(lesson)
    row = done.rows[student]
    assert bool(row["looks"]) == (student in done.assignment.looks), row["looks"]
    assert len(row["to_mark"]) == (student in done.assignment.to_mark())


@everybody
def test_feedback_names_the_mistake(lesson, student, graded):
    done = graded(lesson)
    page = done.page(student)
    row = done.rows[student]
    assert f"{number(row['points'])} of {number(row['max_points'])}" in page
    assert ("still to be marked" in page) == bool(row["to_mark"])
    assert done.assignment.feedback.get(student, "") in page


@lessons
def test_what_was_handed_in_is_left_alone(lesson, graded):
    done = graded(lesson)
    after = digests(done.folder / "submitted")
    assert {path: after[path] for path in done.before} == done.before


@lessons
def test_every_run_had_its_own_seed_and_recorded_it(lesson, graded):
    done = graded(lesson)
    seeds = {name: row["seed"] for name, row in done.rows.items() if row["seed"] is not None}
    assert len(set(seeds.values())) == len(seeds)
    assert set(done.rows) - set(seeds) == set(done.assignment.unread)  # what was not read never ran
    notebook = done.folder / "autograded" / "ada-okafor" / lesson / f"{lesson}.ipynb"
    assert json.loads(notebook.read_text())["metadata"]["autograder"]["seed"] == seeds["ada-okafor"]


def test_report_and_export_say_the_same(graded):
    done = graded("02-filters")
    arguments = ("--class", done.folder)
    table = autograder("report", done.lesson.name, *arguments, cwd=done.lesson.root)
    assert table.returncode == 0
    assert "goran-novak" in table.stdout
    assert "30.62 of 36" in table.stdout
    assert "deleted and put back: conv2d-naive-test" in " ".join(table.stdout.split())
    exported = autograder("export", *arguments, cwd=done.lesson.root)
    points = {
        (row["lesson"], row["student"]): float(row["points"])
        for row in csv.DictReader(io.StringIO(exported.stdout))
    }
    for student, expected in done.expected.items():
        assert points[done.lesson.name, student] == pytest.approx(sum(expected.values()))


def test_one_student_can_be_graded_again(graded):
    done = graded("02-filters")
    before = digests(done.folder / "autograded")
    again = autograder(
        "grade", done.lesson.name, "--class", done.folder, "--student", "goran-novak",
        "--seed", 7, "--workers", 1, "--json", cwd=done.lesson.root,
    )  # fmt: skip
    assert again.returncode == 0
    (row,) = map(json.loads, again.stdout.splitlines())
    assert (row["seed"], row["points"]) == (7, done.rows["goran-novak"]["points"])
    after = digests(done.folder / "autograded")
    changed = [path for path in before if before[path] != after[path]]
    assert len(changed) == 1
    assert "goran-novak" in changed[0]
