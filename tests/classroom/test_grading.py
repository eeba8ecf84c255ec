"""Grading a class: what is run again, and what is told of it."""

from __future__ import annotations

import json

import pytest

from autograder.classroom.folder import ClassFolder
from autograder.classroom.grades import Failure
from autograder.classroom.grading import Options, grade_class
from autograder.lessons.course import Lesson

from . import broken_off
from .broken_off import contents, file_url, hand_in, students


@pytest.fixture
def folder(lesson: Lesson) -> ClassFolder:
    """A class in which four have handed in something."""
    folder = ClassFolder(lesson.root / "class")
    hand_in(folder, lesson, 4)
    return folder


def run(lesson: Lesson, folder: ClassFolder, count: int = 4, **options) -> tuple[list, list[str]]:
    """The grades, and for whom work was done."""
    begun: list[str] = []
    settings = Options(workers=1, **options)
    grades = list(
        grade_class(lesson, folder, students(count), settings, begun.append, work=broken_off.work)
    )
    return sorted(grades, key=lambda one: one.student), begun


def test_what_has_not_changed_is_not_run_again(lesson, folder):
    grades, begun = run(lesson, folder)
    assert begun == students(4)
    before = contents(file_url(folder))
    again, begun = run(lesson, folder)
    assert begun == []
    assert again == grades
    assert contents(file_url(folder)) == before
    assert run(lesson, folder, again=True)[1] == students(4)
    assert contents(file_url(folder)) == before


def test_what_has_changed_is_run_again(lesson, folder):
    run(lesson, folder)
    path = folder.submitted / "student-0002" / lesson.name / f"{lesson.name}.ipynb"
    path.write_text(path.read_text() + " ")
    assert run(lesson, folder)[1] == ["student-0002"]
    assert run(lesson, folder, sandboxed=False)[1] == students(4)
    (path.parent / "timestamp.txt").write_text("2026-11-20 10:00:00 UTC")
    assert "student-0002" in run(lesson, folder, sandboxed=False)[1]


def test_everybody_has_a_seed_that_stays(lesson, folder):
    grades, _ = run(lesson, folder)
    assert len({grade.seed for grade in grades}) == 4
    assert run(lesson, folder, again=True)[0] == grades
    same, _ = run(lesson, folder, seed=7)
    assert {grade.seed for grade in same} == {7}


def test_what_cannot_be_done_is_told_and_the_others_are_graded(lesson, folder, monkeypatch):
    def broken(task):
        if task.submission.student == "student-0001":
            raise RuntimeError("out of luck")
        return broken_off.work(task)

    results = list(grade_class(lesson, folder, students(4), Options(workers=1), work=broken))
    assert [one for one in results if isinstance(one, Failure)] == [
        Failure("student-0001", "RuntimeError: out of luck")
    ]
    assert len(results) == 4
    assert run(lesson, folder)[1] == ["student-0001"]


def test_a_log_says_where_the_time_went_and_how_kernels_were_started(lesson, folder):
    told: list[str] = []
    how = Options(workers=1)
    for _ in grade_class(
        lesson,
        folder,
        students(4),
        how,
        spent=lambda phases, kernels: told.extend(kernels),
        work=broken_off.work,
    ):
        pass
    assert told == ["warm"] * 4
    log = json.loads((folder.logs / lesson.name / "student-0000.json").read_text())
    assert log["seconds"] == {"run": 0.02}
    assert log["looks"] == ["look here"]
    assert log["kernels"] == ["warm"]
