"""Nothing is missing where a lesson or an exercise was added; and what is missing is named."""

import pytest

from tests import banks
from tests.lessons import omissions

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
    monkeypatch.setattr(
        banks, "bank", lambda side, exercise: {"Sobel": dict} if side == "right" else {}
    )
    assert list(omissions.missing_answers(exercise)) == [
        "tests/lessons/lesson_02_filters/right.py: give `ANSWERS` three right answers to "
        "'edge-filters' in other styles than the reference's; there is 1.",
        "tests/lessons/lesson_02_filters/wrong.py: give `ANSWERS` at least one wrong answer to "
        "'edge-filters' that is no mistake of the catalogue.",
    ]


def test_a_sample_class_without_the_exercise_is_named(exercise, monkeypatch):
    monkeypatch.setattr(omissions, "module_of", lambda lesson, name: None)
    assert list(omissions.missing_in_class(exercise)) == [
        "tests/lessons/lesson_02_filters/handed_in.py: give `POINTS` a column for 'edge-filters', "
        "with what each student gets."
    ]


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
