"""Nothing is missing where a lesson or an exercise was added; and what is missing is named."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from tests import banks
from tests.lessons import omissions
from tests.sample_class.students import LESSONS_OWN, Assignment, Student

every_lesson = pytest.mark.parametrize("lesson", omissions.lessons())


@every_lesson
def test_nothing_is_missing(lesson):
    missing = list(omissions.omissions(lesson))
    if missing:
        pytest.fail("\n".join(missing), pytrace=False)


@pytest.fixture
def exercise():
    return next(one for one in banks.exercises() if one.id == "edge-filters")


def test_a_missing_file_is_named_with_the_command_that_writes_it(tmp_path, monkeypatch):
    monkeypatch.setattr(omissions.generated, "ROOT", tmp_path)
    monkeypatch.setattr(omissions, "path_of", lambda lesson, name: tmp_path / "tests" / name)
    assert list(omissions.missing_files("02-filters"))[0::5] == [
        "solutions/02-filters/02-filters.py: is not there; "
        "`autograder new lesson 02-filters` writes it.",
        "tests/handed_in: is not there; `autograder new lesson 02-filters` writes it.",
    ]


def test_missing_answers_are_named(exercise, monkeypatch):
    exercise = replace(exercise, mistakes=exercise.mistakes[:1])
    monkeypatch.setattr(
        banks, "bank", lambda side, exercise: {"Sobel": dict} if side == "right" else {}
    )
    assert list(omissions.missing_answers(exercise)) == [
        "tests/lessons/lesson_02_filters/right.py: give `ANSWERS` three right answers to "
        "'edge-filters' in other styles than the reference's; there is 1.",
        "tests/lessons/lesson_02_filters/wrong.py: give `ANSWERS` at least one wrong answer to "
        "'edge-filters' that is no mistake of the catalogue, which has less than two.",
    ]


def test_two_mistakes_are_wrong_answers_enough(exercise, monkeypatch):
    right = dict.fromkeys(("Sobel", "Prewitt", "Scharr"), dict)
    monkeypatch.setattr(banks, "bank", lambda side, exercise: right if side == "right" else {})
    assert not list(omissions.missing_answers(replace(exercise, mistakes=exercise.mistakes[:2])))


def in_class(monkeypatch, students, points="\nada-okafor\n"):
    handed_in = Assignment(students, points, {})
    monkeypatch.setattr(
        omissions, "module_of", lambda lesson, name: SimpleNamespace(HANDED_IN=handed_in)
    )


def test_points_nobody_worked_out_are_named(exercise, monkeypatch):
    own = LESSONS_OWN | {"edge-filters": "def edge_filters(): ..."}
    in_class(monkeypatch, {"ada-okafor": Student(LESSONS_OWN), "bo-li": Student(own)})
    assert list(omissions.missing_in_class(exercise)) == [
        "tests/lessons/lesson_02_filters/handed_in.py: give `POINTS` a column for 'edge-filters': "
        "bo-li answered it in a way of their own."
    ]


def test_the_lessons_own_answers_need_no_points_by_hand(exercise, monkeypatch):
    in_class(monkeypatch, {"ada-okafor": Student(LESSONS_OWN), "emil-larsen": Student()})
    assert not list(omissions.missing_in_class(exercise))


def test_who_has_the_lessons_answer_gets_its_points_and_who_has_none_gets_none():
    students = {
        "ada": Student(LESSONS_OWN),
        "bo": Student({"a-one": "own"}),
        "emil": Student(),
        "pia": Student(LESSONS_OWN),
    }
    table = "\n     a-o\nada  4\nbo   2.5\nemil 0\npia  0\n"
    assignment = Assignment(students, table, {}, unread=("pia",))
    assert assignment.expected({"a-one": 4, "b-two": 3}) == {
        "ada": {"a-one": 4, "b-two": 3},
        "bo": {"a-one": 2.5, "b-two": 0},
        "emil": {"a-one": 0, "b-two": 0},
        "pia": {"a-one": 0, "b-two": 0},
    }


def test_rows_that_are_not_up_to_date_are_named(exercise, monkeypatch, tmp_path):
    facets = tmp_path / "facets.txt"
    facets.write_text("edge-filters: names\n")
    monkeypatch.setattr(omissions.generated, "ROOT", tmp_path)
    monkeypatch.setattr(omissions.generated, "FACETS", facets)
    monkeypatch.setattr(omissions.generated, "SURVEY", tmp_path / "survey.md")
    monkeypatch.setattr(omissions.generated, "survey_rows", dict)
    assert list(omissions.missing_rows(exercise)) == [
        "facets.txt: the line of 'edge-filters' is not up to date; "
        "run `make survey ID=edge-filters`.",
        "survey.md: the row of 'edge-filters' is not up to date; "
        "run `make survey ID=edge-filters`.",
    ]


def test_a_lesson_that_does_not_ask_is_named(exercise, monkeypatch, tmp_path):
    monkeypatch.setattr(omissions.generated, "ROOT", tmp_path)
    source = tmp_path / "solutions" / "02-filters" / "02-filters.py"
    source.parent.mkdir(parents=True)
    source.write_text("# %%\n")
    assert list(omissions.missing_in_lesson(exercise)) == [
        "solutions/02-filters/02-filters.py: does not ask 'edge-filters' yet; put in its cells, "
        "exercise, look, check and test."
    ]
