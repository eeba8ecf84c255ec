"""Grading a class: what is run again, and what is told of it."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from autograder.classroom import grading
from autograder.classroom.folder import ClassFolder
from autograder.classroom.gradebook import ClassGradebook
from autograder.classroom.grades import Failure, Grade
from autograder.classroom.grading import Options, grade_class
from autograder.lessons.course import Lesson
from autograder.running.grade_submission import Graded, Task

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


def test_a_seed_stays_whatever_else_changes(lesson, folder, monkeypatch):
    seeds = {one.student: one.seed for one in run(lesson, folder)[0]}
    monkeypatch.setattr(grading, "digests_of", lambda master: {"": "another judge"})
    grades, begun = run(lesson, folder)
    assert begun == students(4)
    assert {one.student: one.seed for one in grades} == seeds
    for student in students(4):
        place = folder.submitted / student / lesson.name
        (place / "timestamp.txt").write_text("2026-11-20 10:00:00 UTC")
        notebook = place / f"{lesson.name}.ipynb"
        notebook.write_text(notebook.read_text() + "\n")
    assert {one.student: one.seed for one in run(lesson, folder)[0]} == seeds
    assert {one.student: one.seed for one in run(lesson, folder, sandboxed=False)[0]} == seeds
    hand_in(folder, lesson, 4)
    path = folder.submitted / "student-0001" / lesson.name / f"{lesson.name}.ipynb"
    path.write_text(path.read_text().replace("+ 1", "+ 2"))
    changed = {one.student: one.seed for one in run(lesson, folder)[0]}
    assert {name for name in seeds if changed[name] != seeds[name]} == {"student-0001"}


def with_points(points: dict[str, float]):
    """Work that gives points to cells, whatever was handed in."""

    def work(task: Task) -> Graded:
        return replace(broken_off.work(task), points=points)

    return work


def test_only_what_changed_can_move(lesson, folder, monkeypatch):
    """A rerun for one exercise leaves the points of the others, even if they were to differ."""
    text = lesson.source.read_text()
    more = text[text.index('# %% role="exercise"') : text.index("# %%\nnumber")]
    more = more.replace("conv-parameter-count", "pool-parameter-count")
    lesson.source.write_text(text + "\n" + more)
    cells = (*broken_off.GRADED, "pool-parameter-count-check", "pool-parameter-count-test")
    before = {"": "judge", "conv-parameter-count": "1", "pool-parameter-count": "1"}

    def grade(digests: dict[str, str], *points: float | None) -> list[float]:
        monkeypatch.setattr(grading, "digests_of", lambda master: digests)
        work = with_points(dict(zip(cells, points, strict=True)))
        names = ["student-0001"]
        (one,) = grade_class(lesson, folder, names, Options(workers=1), work=work)
        return [*one.exercises.values()]

    assert grade(before, 1, 3, None, 1, 3) == [4, 0, 4]
    assert grade(before, 0, 0, None, 0, 0) == [4, 0, 4], "nothing has changed"
    assert grade(before | {"pool-parameter-count": "2"}, 0, 0, None, 0, 2) == [4, 0, 2]
    with sqlite3.connect(folder.gradebook) as book:
        said = "select exercise, digest from autograder_exercise order by exercise"
        assert book.execute(said).fetchall() == [
            ("", "judge"),
            ("conv-parameter-count", "1"),
            ("pool-parameter-count", "2"),
        ]
    book.close()
    assert grade({"": "other", "conv-parameter-count": "1"}, 0, 1, None, 0, 0) == [1, 0, 0]


def test_a_student_removed_from_nbgrader_is_graded_again(lesson, folder):
    grades, _ = run(lesson, folder)
    with Gradebook(file_url(folder)) as book:
        book.remove_student("student-0001")
    again, begun = run(lesson, folder)
    assert begun == ["student-0001"]
    assert again == grades


def test_an_assignment_removed_from_nbgrader_is_graded_again(lesson, folder):
    grades, _ = run(lesson, folder)
    with Gradebook(file_url(folder)) as book:
        book.remove_assignment(lesson.name)
    again, begun = run(lesson, folder)
    assert begun == students(4)
    assert again == grades


def test_files_that_were_taken_away_are_written_again(lesson, folder):
    run(lesson, folder)
    notebook = folder.autograded / "student-0001" / lesson.name / f"{lesson.name}.ipynb"
    page = folder.feedback / "student-0002" / lesson.name / f"{lesson.name}.html"
    notebook.unlink()
    page.unlink()
    _, begun = run(lesson, folder)
    assert begun == ["student-0001"]
    assert notebook.is_file()
    assert "still to be marked" in page.read_text()


def unreadable(*_):
    raise PermissionError(13, "Permission denied")


@pytest.mark.parametrize("again", [False, True])
def test_a_file_that_cannot_be_read_any_more_costs_no_grade(lesson, folder, monkeypatch, again):
    before, _ = run(lesson, folder)
    page = folder.feedback / "student-0001" / lesson.name / f"{lesson.name}.html"
    text = page.read_text()
    path = folder.submitted / "student-0001" / lesson.name / f"{lesson.name}.ipynb"
    opened = Path.open

    def deny(self: Path, *arguments, **options):
        return unreadable() if self == path else opened(self, *arguments, **options)

    monkeypatch.setattr(Path, "open", deny)
    results = list(
        grade_class(
            lesson, folder, students(4), Options(workers=1, again=again), work=broken_off.work
        )
    )
    reason = "01-small.ipynb could not be read: Permission denied; the grade of before stays"
    assert Failure("student-0001", reason) in results
    grades = sorted(
        (one for one in results if not isinstance(one, Failure)), key=lambda one: one.student
    )
    assert grades == before
    assert page.read_text() == text
    monkeypatch.undo()
    assert run(lesson, folder)[0] == before


@pytest.mark.parametrize("damage", ["vanished", "broken", "a folder"])
def test_a_submission_that_is_damaged_later_costs_no_grade(lesson, folder, damage):
    before, _ = run(lesson, folder)
    path = folder.submitted / "student-0001" / lesson.name / f"{lesson.name}.ipynb"
    if damage == "broken":
        path.write_text(path.read_text()[:100])
    else:
        path.unlink()
    if damage == "a folder":
        path.mkdir()
    results = list(
        grade_class(lesson, folder, students(4), Options(workers=1), work=broken_off.work)
    )
    (failure,) = (one for one in results if isinstance(one, Failure))
    assert failure.student == "student-0001"
    assert failure.reason.endswith("; the grade of before stays")
    grades = [one for one in results if not isinstance(one, Failure)]
    assert sorted(grades, key=lambda one: one.student) == before


def test_a_blank_notebook_in_place_of_a_better_one_is_told(lesson, folder):
    names, three = ["student-0003"], dict.fromkeys(broken_off.GRADED, 1.0)

    def grade(points: dict[str, float]) -> Grade:
        work, how = with_points(points), Options(workers=1)
        return next(grade_class(lesson, folder, names, how, work=work))

    place = folder.submitted / "student-0003" / lesson.name
    (place / "timestamp.txt").write_text("2026-11-20 10:00:00 UTC")
    assert grade(three).points == 3
    (place / f"{lesson.name}.ipynb").write_text(
        json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []})
    )
    worse = grade(dict.fromkeys(three, 0.0))
    assert (worse.points, worse.looks) == (
        0,
        ("earlier attempt of 2026-11-20 10:00 had 3 points",),
    )


def test_who_was_renamed_is_in_every_list_and_said(lesson, folder):
    run(lesson, folder)
    (folder.submitted / "student-0001").rename(folder.submitted / "ada")
    names = ["ada", "student-0000", "student-0002", "student-0003"]

    def work(task: Task) -> Graded:
        return broken_off.graded(task, 1)

    how = Options(workers=1, everybody=True)
    grades = list(grade_class(lesson, folder, names, how, work=work))
    with ClassGradebook(folder) as book:
        reported = book.grades(lesson)
    assert sorted(grades, key=lambda one: one.student) == reported
    assert [one.student for one in reported] == ["ada", *students(4)]
    (gone,) = (one for one in reported if not one.handed_in)
    assert gone.student == "student-0001"
    assert gone.looks[0] == "there is nothing in submitted/ any more: the grade is from before"
    only = Options(workers=1)
    assert [one.student for one in grade_class(lesson, folder, ["ada"], only, work=work)] == ["ada"]


def test_a_lesson_that_changed_is_migrated_and_run_again(lesson, folder):
    run(lesson, folder)
    text = lesson.source.read_text()
    lesson.source.write_text(text[: text.index("# %% [markdown] role")])
    told: list[str] = []
    work = with_points(dict.fromkeys(broken_off.GRADED[:2], 1.0))
    how = Options(workers=1)
    grades = list(grade_class(lesson, folder, students(4), how, work=work, told=told.append))
    assert [(one.points, one.max_points) for one in grades] == [(2, 4)] * 4
    assert told == [
        "01-small no longer has why-small: what 4 students had for that no longer counts, "
        "and is kept in the gradebook's table autograder_dropped"
    ]


def test_what_cannot_be_done_is_told_and_the_others_are_graded(lesson, folder, monkeypatch):
    def broken(task):
        if task.submission.student == "student-0001":
            raise RuntimeError("out of luck")
        return broken_off.work(task)

    results = list(grade_class(lesson, folder, students(4), Options(workers=1), work=broken))
    assert [one for one in results if isinstance(one, Failure)] == [
        Failure("student-0001", "the grader itself failed here (RuntimeError: out of luck)")
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
