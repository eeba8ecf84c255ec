"""What would change is seen before it is written; a mark by hand stays, and is told."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from autograder.classroom import grading
from autograder.classroom import preview as previewing
from autograder.classroom.folder import ClassFolder
from autograder.classroom.gradebook import ClassGradebook
from autograder.classroom.grades import Grade
from autograder.classroom.grading import Options, grade_class
from autograder.classroom.preview import Preview, preview
from autograder.lessons.course import Lesson
from autograder.lessons.errors import ClassroomError
from autograder.running.grade_submission import Graded, Task

from . import broken_off
from .broken_off import GRADED, contents, file_url, hand_in, students

COUNT = 4
EXERCISE = "conv-parameter-count"


@pytest.fixture
def folder(lesson: Lesson) -> ClassFolder:
    folder = ClassFolder(lesson.root / "class")
    hand_in(folder, lesson, COUNT)
    return folder


def grade(lesson: Lesson, folder: ClassFolder, work=broken_off.work) -> list[Grade]:
    grades = grade_class(lesson, folder, students(COUNT), Options(workers=1), work=work)
    return sorted(grades, key=lambda one: one.student)


def look(lesson: Lesson, folder: ClassFolder, work=broken_off.work) -> Preview:
    return preview(lesson, folder, students(COUNT), Options(workers=1), work)


def files(folder: ClassFolder) -> dict[Path, str]:
    """All files of a class but the locks, by what they hold."""
    return {
        path: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.root.rglob("*")
        if path.is_file()
    }


def less_for_the_third(task: Task) -> Graded:
    """A judge that has been corrected, and gives the third student half a point less."""
    graded = broken_off.work(task)
    if task.submission.student != "student-0003":
        return graded
    return replace(graded, points=graded.points | {GRADED[1]: graded.points[GRADED[1]] - 0.5})


def judge_anew(monkeypatch: pytest.MonkeyPatch, digest: str = "corrected") -> None:
    for module in (grading, previewing):
        monkeypatch.setattr(module, "digests_of", lambda master: {"": "j", EXERCISE: digest})


def test_a_corrected_exercise_names_whose_points_move(lesson, folder, monkeypatch):
    judge_anew(monkeypatch, "first")
    before = grade(lesson, folder)
    book, there = contents(file_url(folder)), files(folder)
    judge_anew(monkeypatch)
    found = look(lesson, folder, less_for_the_third)
    assert found.reasons == [f"{EXERCISE} is judged differently now"]
    assert [(one.student, one.by, one.details) for one in found.moves] == [
        ("student-0003", -0.5, (f"{EXERCISE}: 3.25 → 2.75",))
    ]
    assert contents(file_url(folder)) == book
    assert files(folder) == there
    after = grade(lesson, folder, less_for_the_third)
    assert {one.student for one, was in zip(after, before, strict=True) if one != was} == {
        "student-0003"
    }


def test_what_has_not_changed_moves_nothing(lesson, folder):
    grade(lesson, folder)
    found = look(lesson, folder)
    assert (found.moves, found.reasons, found.failures) == ([], [], [])


def test_other_points_are_seen_before_they_count(lesson, folder):
    grade(lesson, folder)
    text = lesson.source.read_text()
    lesson.source.write_text(text.replace('id="why-small" points=2', 'id="why-small" points=5'))
    found = look(lesson, folder)
    assert [one.student for one in found.moves] == students(COUNT)
    assert {one.details for one in found.moves} == {("points to be had: 6 → 9",)}


def test_a_cell_that_goes_is_seen_with_what_was_given_for_it(lesson, folder):
    grade(lesson, folder)
    text = lesson.source.read_text()
    lesson.source.write_text(text[: text.index('# %% [markdown] role="question"')])
    with ClassGradebook(folder) as book:
        book.overrule(lesson, "student-0001", "why-small", 1.5, "Nearly.")
    found = look(lesson, folder, without_the_question)
    assert found.reasons[0].startswith("01-small no longer has why-small: what ")
    moved = {one.student: (one.by, one.details[0]) for one in found.moves}
    assert moved["student-0001"] == (-1.5, "why-small: 1.5 → none")
    assert moved["student-0002"] == (0.0, "why-small: 0 → none")


def without_the_question(task: Task) -> Graded:
    graded = broken_off.work(task)
    points = {name: given for name, given in graded.points.items() if name != "why-small"}
    return replace(graded, points=points)


def test_a_class_that_was_never_graded_has_no_preview(lesson, folder):
    with pytest.raises(ClassroomError, match="so there is nothing to compare with"):
        look(lesson, folder)
    assert not folder.gradebook.exists()


# --- a mark by hand -----------------------------------------------------------------------------


def overrule(folder: ClassFolder, lesson: Lesson, *what) -> None:
    with ClassGradebook(folder) as book:
        assert book.overrule(lesson, *what) == []


def test_an_overruled_check_stays_when_all_is_graded_again(lesson, folder):
    grade(lesson, folder)
    overrule(folder, lesson, "student-0002", EXERCISE, 3.5, "Right, in a way we had not seen.")
    with Gradebook(file_url(folder)) as book:
        marks = [book.find_grade(name, lesson.name, lesson.name, "student-0002") for name in GRADED]
        assert [one.manual_score for one in marks] == [1, 2.5, None]
        comment = book.find_comment(EXERCISE, lesson.name, lesson.name, "student-0002")
        assert comment.manual_comment == "Right, in a way we had not seen."
    again = list(
        grade_class(
            lesson, folder, students(COUNT), Options(workers=1, again=True), work=broken_off.work
        )
    )
    points = {one.student: one.exercises[EXERCISE] for one in again}
    assert points["student-0002"] == 3.5
    page = folder.feedback / "student-0002" / lesson.name / f"{lesson.name}.html"
    assert "overruled the check" in page.read_text()
    assert "Right, in a way we had not seen." in page.read_text()


def test_a_written_answer_can_be_marked_too(lesson, folder):
    grade(lesson, folder)
    overrule(folder, lesson, "student-0001", "why-small", 1, "Say which neighbors.")
    with ClassGradebook(folder) as book:
        (one,) = book.grades(lesson, ["student-0001"])
    assert (one.exercises["why-small"], one.to_mark) == (1, ())


WRONG = {
    ("nobody", EXERCISE, 1.0): "'nobody' has no grade for 01-small that could be overruled",
    ("student-0001", "relu", 1.0): f"no exercise 'relu'; there are: {EXERCISE}, why-small",
    ("student-0001", EXERCISE, 4.5): f"{EXERCISE} has from 0 to 4 points, not 4.5",
}


@pytest.mark.parametrize("what", WRONG)
def test_what_cannot_be_overruled_is_one_sentence_and_nothing_changes(what, lesson, folder):
    grade(lesson, folder)
    before = contents(file_url(folder))
    with pytest.raises(ClassroomError, match=WRONG[what]), ClassGradebook(folder) as book:
        book.overrule(lesson, *what, "why")
    assert contents(file_url(folder)) == before
