"""What is taken off for handing in late: the same here as in nbgrader."""

from __future__ import annotations

import csv
import random
import shutil
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from nbformat.v4 import new_notebook
from nbgrader.api import Gradebook
from nbgrader.plugins import CsvExportPlugin
from nbgrader.preprocessors import AssignLatePenalties
from traitlets.config import Config

from autograder.classroom.folder import ClassFolder
from autograder.classroom.gradebook import ClassGradebook
from autograder.classroom.grades import Grade
from autograder.classroom.grading import Options, grade_class
from autograder.lessons.course import Lesson
from autograder.lessons.errors import ClassroomError

from . import broken_off
from .broken_off import file_url, hand_in, students

DUE = datetime(2026, 11, 20, 10)

ZERO = "c = get_config()\nc.LateSubmissionPlugin.penalty_method = 'zero'\n"

HOURLY = """
from nbgrader.plugins import LateSubmissionPlugin


class Hourly(LateSubmissionPlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        if student_id == "student-0003":
            return None
        return total_seconds_late / 36_000 - 0.2
"""

CUSTOM = "c = get_config()\nc.AssignLatePenalties.plugin_class = 'hourly_penalty.Hourly'\n"

COUNT = 12


@pytest.fixture
def folder(lesson: Lesson) -> ClassFolder:
    folder = ClassFolder(lesson.root / "class")
    hand_in(folder, lesson, COUNT)
    return folder


def set_due(folder: ClassFolder, lesson: Lesson, due: datetime | None) -> None:
    """As `nbgrader db assignment add --duedate` does."""
    with Gradebook(file_url(folder)) as book:
        book.update_or_create_assignment(lesson.name, duedate=due)


def set_time(folder: ClassFolder, lesson: Lesson, student: str, when: str) -> None:
    (folder.submitted / student / lesson.name / "timestamp.txt").write_text(when)


def grade(lesson: Lesson, folder: ClassFolder, names: list[str] | None = None) -> list[Grade]:
    names = students(COUNT) if names is None else names
    grades = grade_class(lesson, folder, names, Options(workers=1), work=broken_off.work)
    return sorted(grades, key=lambda one: one.student)


def exported(folder: ClassFolder, to: Path) -> dict[str, tuple[float, float]]:
    """What `nbgrader export` says: points and penalty by student."""
    with Gradebook(file_url(folder)) as book:
        CsvExportPlugin(to=str(to)).export(book)
    with to.open() as file:
        return {
            row["student_id"]: (float(row["score"]), float(row["late_submission_penalty"]))
            for row in csv.DictReader(file)
        }


def ours(grades: list[Grade]) -> dict[str, tuple[float, float]]:
    return {one.student: (one.points, one.penalty) for one in grades}


def have_nbgrader_assign(folder: ClassFolder, lesson: Lesson, config: Config) -> None:
    """Have nbgrader compute all penalties, as `nbgrader autograde` does."""
    for student in students(COUNT):
        names = {"notebook": lesson.name, "assignment": lesson.name, "student": student}
        resources = {"nbgrader": names | {"db_url": file_url(folder)}}
        AssignLatePenalties(config=config).preprocess(new_notebook(), resources)


@pytest.mark.parametrize("method", ["none", "zero", "custom"])
def test_penalties_are_those_of_nbgrader(lesson, folder, tmp_path, monkeypatch, method):
    rng = random.Random(method)
    text = {"none": "c = get_config()\n", "zero": ZERO, "custom": CUSTOM}[method]
    (folder.root / "nbgrader_config.py").write_text(text)
    (folder.root / "hourly_penalty.py").write_text(HOURLY)
    zones = ["UTC", "+0530", "-0800", "CET", ""]
    for student in students(COUNT):
        when = DUE + timedelta(seconds=rng.randint(-40_000, 90_000))
        if rng.random() < 0.9:
            stamp = f"{when:%Y-%m-%d %H:%M:%S} {rng.choice(zones)}".strip()
            set_time(folder, lesson, student, stamp)
    grade(lesson, folder)
    set_due(folder, lesson, DUE)
    with Gradebook(file_url(folder)) as book:
        for student in students(COUNT)[::3]:
            extra = {"hours": rng.randint(1, 9)}
            book.grant_extension(lesson.name, student, **extra)
        marked = book.find_grade("why-small", lesson.name, lesson.name, "student-0002")
        marked.manual_score, marked.needs_manual_grade = 2, False
        book.db.commit()
    theirs = ClassFolder(tmp_path / "theirs")
    shutil.copytree(folder.root, theirs.root)
    monkeypatch.syspath_prepend(str(folder.root))
    config = Config()
    if method == "zero":
        config.LateSubmissionPlugin.penalty_method = "zero"
    elif method == "custom":
        config.AssignLatePenalties.plugin_class = "hourly_penalty.Hourly"
    have_nbgrader_assign(theirs, lesson, config)
    expected = exported(theirs, tmp_path / "theirs.csv")
    grades = grade(lesson, folder)
    assert ours(grades) == expected
    assert exported(folder, tmp_path / "ours.csv") == expected
    assert any(penalty for _, penalty in expected.values()) == (method != "none")


def test_a_late_student_is_told_so_everywhere(lesson, folder):
    (folder.root / "nbgrader_config.py").write_text(ZERO)
    set_time(folder, lesson, "student-0001", "2026-11-22 13:00:00 UTC")
    before = grade(lesson, folder)
    assert before[1].points == 1.75
    set_due(folder, lesson, DUE)
    late = grade(lesson, folder)[1]
    assert (late.points, late.penalty) == (0, 1.75)
    assert late.looks == ("1.75 points off: handed in 2 days 3 hours after the due date",)
    page = folder.feedback / "student-0001" / lesson.name / f"{lesson.name}.html"
    assert "0 of 6, 1.75 taken off for handing in late" in page.read_text()
    set_due(folder, lesson, None)
    assert grade(lesson, folder) == before
    assert "taken off" not in page.read_text()


def test_a_submission_graded_after_the_due_date_was_set_is_late_at_once(lesson, folder, tmp_path):
    (folder.root / "nbgrader_config.py").write_text(ZERO)
    grade(lesson, folder, ["student-0000"])
    set_due(folder, lesson, DUE)
    set_time(folder, lesson, "student-0001", "2026-11-22 13:00:00 UTC")
    (late,) = grade(lesson, folder, ["student-0001"])
    assert (late.points, late.penalty) == (0, 1.75)
    page = folder.feedback / "student-0001" / lesson.name / f"{lesson.name}.html"
    assert "taken off for handing in late" in page.read_text()
    assert exported(folder, tmp_path / "ours.csv")["student-0001"] == (0, 1.75)


def test_a_mark_given_later_is_taken_off_too_and_nbgrader_agrees(lesson, folder, tmp_path):
    (folder.root / "nbgrader_config.py").write_text(ZERO)
    set_time(folder, lesson, "student-0001", "2026-11-22 13:00:00 UTC")
    grade(lesson, folder)
    set_due(folder, lesson, DUE)
    grade(lesson, folder)
    with Gradebook(file_url(folder)) as book:
        marked = book.find_grade("why-small", lesson.name, lesson.name, "student-0001")
        marked.manual_score, marked.needs_manual_grade = 2, False
        book.db.commit()
    with ClassGradebook(folder) as book:
        assert ours(book.grades(lesson, ["student-0001"])) == {"student-0001": (0, 3.75)}
        book.keep_penalties(lesson)
    assert exported(folder, tmp_path / "ours.csv")["student-0001"] == (0, 3.75)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("c.AssignLatePenalties.plugin_class = 'nowhere.Plugin'", "cannot be used: "),
        (
            "from nbgrader.plugins import LateSubmissionPlugin\n"
            "class Broken(LateSubmissionPlugin):\n"
            "    def late_submission_penalty(self, *_):\n"
            "        return 'much'\n"
            "c.AssignLatePenalties.plugin_class = Broken",
            "fails for 'student-0001': ValueError: could not convert string to float: 'much'.",
        ),
    ],
)
def test_a_plugin_that_cannot_be_used_is_told(lesson, folder, said, told):
    set_time(folder, lesson, "student-0001", "2026-11-22 13:00:00 UTC")
    grade(lesson, folder)
    set_due(folder, lesson, DUE)
    (folder.root / "nbgrader_config.py").write_text(f"c = get_config()\n{said}\n")
    with pytest.raises(ClassroomError) as error:
        grade(lesson, folder)
    start = "The plugin for late penalties that nbgrader_config.py names "
    assert str(error.value).startswith(start + told)
