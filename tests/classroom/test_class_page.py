"""The report of a lesson as a page: what it says, and that it is safe to open."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from autograder import cli
from autograder.classroom.class_page import Wrong, class_page
from autograder.classroom.folder import ClassFolder
from autograder.classroom.gradebook import ClassGradebook
from autograder.classroom.grades import Grade
from autograder.classroom.grading import Options, grade_class
from autograder.classroom.term_page import LessonOfTerm, term_page
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
    assert "2not handed in" in said
    assert "3handed in ada, bob, eve" in said


def test_the_middle_opens_who_stands_above_and_below_it():
    said = words(class_page("02-filters", GRADES, WRONG))
    middle = said.index("4.5 of 8median")
    assert said.index("Above (1): ada", middle) < said.index("Below (1): eve", middle)
    assert "1answers to mark eve" in said


def test_times_open_the_students_whose_work_took_so_long():
    taken = [replace(one, seconds=took) for one, took in zip(GRADES, (0.4, 3.0, 4.9), strict=True)]
    said = words(class_page("02-filters", taken, WRONG))
    assert "2–5 s2 bob, eve" not in said
    assert "2 s or more2 bob, eve" in said
    assert "0–1 s1 ada" in said


# --- all lessons together -----------------------------------------------------------------------

OTHER = [
    Grade("ada", "03-padding", 2.0, 4.0, {"pad": 2.0}, ("why",)),
    Grade("eve", "03-padding", 4.0, 4.0, {"pad": 4.0}, looks=("<b>",)),
]
TERM = [
    LessonOfTerm("02-filters", GRADES, WRONG, ["zoe"]),
    LessonOfTerm("03-padding", OTHER, [replace(WRONG[0], student="ada")], ["bob", "zoe"]),
]


def test_the_term_adds_up_each_students_points_over_all_lessons():
    page = term_page(TERM)
    rows = re.findall(r'<th scope="row">(\w+)</th>(.*?)</tr>', page)
    cells = {name: re.findall(r"<td>(.*?)</td>", row) for name, row in rows}
    assert cells == {
        "zoe": ["–", "–", "0"],
        "eve": ["0", "4", "4"],
        "bob": ["4.5", "–", "4.5"],
        "ada": ["8", "2", "10"],
    }
    assert list(cells) == ["zoe", "eve", "bob", "ada"]


def test_every_number_of_the_term_opens_the_students_behind_it():
    said = words(term_page(TERM))
    assert "4students ada, bob, eve, zoe" in said
    assert "5handed in 02-filters (3): ada, bob, eve03-padding (2): ada, eve" in said
    assert "03-padding75% Above the average (1): eveAt or below it (1): ada" in said
    assert "pad: height used for width3 Your padding swaps the sides.By: ada, bob, eve" in said
    assert "rectangular3 pad (3): bob, eve, ada" not in said
    assert "rectangular3 pad (3): ada, bob, eve" in said
    assert "03-padding2 bob, zoe" in said
    assert "eve, 03-padding1 <b>" in said


def test_the_page_of_a_term_is_one_file_without_a_program_however_it_began():
    assert "script" not in Reader(term_page(TERM)).tags
    assert "b" in Reader(term_page(TERM)).tags
    assert "0students" in words(term_page([]))


@pytest.mark.parametrize("arguments", [["report"], ["report", "02-filters", "--term"]])
def test_a_report_is_on_one_lesson_or_on_all(arguments, capsys):
    assert cli.main(arguments) == 1
    assert capsys.readouterr().err == (
        "autograder report: Say which lesson, or --term for all: `autograder report 02-filters`.\n"
    )


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
