"""The report of a lesson as a page: what it says, and that it is safe to open."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from html.parser import HTMLParser

from autograder.classroom.class_page import Wrong, class_page
from autograder.classroom.folder import ClassFolder
from autograder.classroom.gradebook import ClassGradebook
from autograder.classroom.grades import Grade
from autograder.classroom.grading import Options, grade_class
from autograder.running.grade_submission import Graded, Task

from . import broken_off
from .broken_off import GRADED, hand_in, students

GRADES = [
    Grade("ada", "02-filters", 8.0, 8.0, {"relu": 4.0, "pad": 4.0}),
    Grade("bob", "02-filters", 4.5, 8.0, {"relu": 4.0, "pad": 0.5}, looks=("time: too long",)),
    Grade("eve", "02-filters", 0.0, 8.0, {"relu": 0.0, "pad": 0.0}, to_mark=("why",)),
]

WRONG = [
    Wrong("bob", "pad", "height used for width", "rectangular", "Your padding swaps the sides."),
    Wrong("eve", "pad", "height used for width", "rectangular, shape", "It swaps."),
    Wrong("eve", "relu", "", "values", "The values are wrong."),
]


class Reader(HTMLParser):
    """The words of a page, and its tags."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.words: list[str] = []
        self.links: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("src", "href")]

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def words(page: str) -> str:
    return " ".join("".join(Reader(page).words).split())


def test_mistakes_are_counted_by_student_and_said_in_the_judges_words():
    said = words(class_page("02-filters", GRADES, WRONG))
    assert "pad: height used for width2 Your padding swaps the sides.By: bob, eve" in said
    assert said.index("height used for width") < said.index("Parts that failed")
    assert "pad: rectangular2 bob, eve" in said
    assert "pad: shape1 eve" in said


def test_an_answer_that_was_never_begun_is_told_as_that():
    blank = Wrong("eve", "relu", "", "values, shape", "relu: not written yet. Put your code there.")
    said = words(class_page("02-filters", GRADES, [blank]))
    assert "relu: not written yet1" in said
    assert "Parts that failed" not in said


def test_every_number_opens_the_students_behind_it():
    said = words(class_page("02-filters", GRADES, WRONG))
    assert "90–100 %1 ada" in said
    assert "50–60 %1 bob" in said
    assert "0–10 %1 eve" in said
    assert "As many points as anybody (2): ada, bob" in said
    assert "Needs a look bob1 time: too long" in said


def test_exercises_stand_hardest_first_with_how_well_they_tell_apart():
    said = words(class_page("02-filters", GRADES, WRONG))
    assert said.index("pad38%") < said.index("relu67%")
    assert "Tells apart: 0.60" in said


def test_an_answer_that_waits_for_a_mark_does_not_count_as_a_hard_one():
    waiting = replace(GRADES[0], exercises={"relu": 4.0, "why": 0.0}, to_mark=("why",))
    said = words(class_page("02-filters", [waiting], []))
    assert "relu100%" in said
    assert "why" not in said


def test_who_has_not_handed_in_is_named():
    said = words(class_page("02-filters", GRADES, WRONG, ["zoe", "max"]))
    assert said.endswith("Has not handed in max, zoe")
    assert "not handed in2" in said


def test_an_empty_class_and_one_student_have_a_page():
    assert "0" in words(class_page("02-filters", [], []))
    assert "ada" in words(class_page("02-filters", GRADES[:1], []))


def test_nothing_runs_nothing_is_fetched_and_names_are_text():
    evil = "<script>alert(1)</script>"
    grades = [replace(GRADES[1], student=evil, looks=(evil,))]
    page = class_page("02-filters", grades, [Wrong(evil, evil, evil, evil, evil)], [evil])
    reader = Reader(page)
    assert "script" not in reader.tags
    assert reader.links == []
    assert "default-src 'none'" in page
    assert len(page) < 150_000


def test_verdicts_are_rows_beside_the_points(lesson):
    folder = ClassFolder(lesson.root / "class")
    hand_in(folder, lesson, 2)
    said = {"cell": GRADED[1], "exercise": "conv-parameter-count", "hidden": True}
    said |= {"passed": False, "points": 1.0, "mistake": "forgot the bias", "facets": "values"}
    said |= {"message": "One bias for each filter is missing.", "seed": 7}

    def work(task: Task) -> Graded:
        return replace(broken_off.work(task), verdicts=(said,))

    for _ in range(2):
        list(grade_class(lesson, folder, students(2), Options(workers=1, again=True), work=work))
    with closing(sqlite3.connect(folder.gradebook)) as book:
        query = "select student, mistake, seed from autograder_verdict order by student"
        assert book.execute(query).fetchall() == [
            ("student-0000", "forgot the bias", 7),
            ("student-0001", "forgot the bias", 7),
        ]
    with ClassGradebook(folder) as ours:
        assert [one.mistake for one in ours.wrong(lesson)] == ["forgot the bias"] * 2
