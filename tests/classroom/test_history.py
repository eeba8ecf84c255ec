"""`history` tells attempts and marks; `build` tells what a class that has handed in will notice."""

from __future__ import annotations

import pytest
from nbgrader.api import Gradebook

from autograder.classroom.folder import ClassFolder
from autograder.classroom.grading import Options, grade_class
from autograder.cli import author, main, parser
from autograder.lessons.course import Course, Lesson

from . import broken_off
from .broken_off import NAME, hand_in, students


def grade(lesson: Lesson, folder: ClassFolder) -> None:
    list(grade_class(lesson, folder, students(3), Options(workers=1), work=broken_off.work))


@pytest.fixture
def folder(lesson: Lesson, monkeypatch) -> ClassFolder:
    folder = ClassFolder(lesson.root)
    hand_in(folder, lesson, 3)
    grade(lesson, folder)
    monkeypatch.chdir(lesson.root)
    return folder


def test_history_lists_attempts_then_marks_and_comments(lesson, folder, capsys):
    with Gradebook(broken_off.file_url(folder)) as book:
        marked = book.find_grade("why-small", NAME, NAME, "student-0001")
        marked.manual_score, marked.needs_manual_grade = 1.5, False
        raised = book.find_grade("conv-parameter-count-check", NAME, NAME, "student-0001")
        raised.extra_credit = 0.25
        test = book.find_grade("conv-parameter-count-test", NAME, NAME, "student-0001")
        test.manual_score = 2.0
        comment = book.find_comment("why-small", NAME, NAME, "student-0001")
        comment.manual_comment = "Well\nsaid."
        book.db.commit()
    assert main(["history", "student-0001"]) == 0
    first, *marks = capsys.readouterr().out.splitlines()
    assert first.startswith(f"{NAME}  ")
    assert first.endswith(" points  (counts)")
    assert marks == [
        "  conv-parameter-count-check: 0.25 extra by hand",
        "  conv-parameter-count-test: 2 of 3 by hand instead of 0.75",
        "  why-small: 1.5 of 2 by hand",
        "  why-small: “Well said.”",
    ]
    assert main(["history", "student-0002"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 1


def differences(lesson: Lesson) -> list[str]:
    options = parser().parse_args(["build", lesson.name])
    return list(author.differences(Course(lesson.root), [lesson], options))


CHANGES = {
    "nothing": ("# Count", "# Count", []),
    "more points": (
        "points=3",
        "points=4",
        [
            "  conv-parameter-count-test is worth 4 points, 3 before: checks are counted anew, "
            "marks given by hand stay as they are"
        ],
    ),
    "a question in other words": (
        "Why are filters small?",
        "Why are filters so small?",
        ["  why-small has another text: what was handed in answers the old one"],
    ),
    "a question under another name": (
        'id="why-small" points=2',
        'id="why-tiny" points=2',
        [
            "  why-tiny is new, with 2 points: whoever has no answer to it has 0 of them",
            "  why-small is gone, with 2 points: what was earned there no longer counts, and is "
            "kept should it come back",
        ],
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_build_tells_what_is_different_for_those_who_have_handed_in(change, lesson, folder):
    old, new, said = CHANGES[change]
    lesson.source.write_text(lesson.source.read_text().replace(old, new))
    lines = differences(lesson)
    assert lines[1:-1] == said
    if said:
        assert lines[0] == f"{NAME}: 3 students have handed in what is different now"
        assert lines[-1] == (
            f"  `autograder grade {NAME} --preview` says whose points would change, and how"
        )


def test_where_nobody_has_handed_in_nothing_is_told(lesson):
    assert differences(lesson) == []
