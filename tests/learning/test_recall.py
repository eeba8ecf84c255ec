"""Recall that returns: the lessons' questions as cards, asked when their time has come."""

from __future__ import annotations

import json
import random
import sqlite3
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from autograder.cli import main
from autograder.exercises import LESSONS
from autograder.learning import recall, record
from autograder.learning.questions import DRAWN, Question, all_questions, drawn_questions

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
NOW = datetime(2026, 3, 1, tzinfo=UTC)
WHY = Question("02-filters/1", "Why?", "So.")
SUM = Question("02-filters/sum", "1 + 1?", "2", 2)


@pytest.fixture
def kept(tmp_path):
    return tmp_path / record.FILE


@pytest.mark.parametrize("lesson", LESSONS)
def test_every_lesson_has_five_questions_with_answers(lesson):
    found = all_questions([NOTEBOOKS], random.Random(0))
    fixed = [one for one in found if one.lesson == lesson and one.number is None]
    assert [one.id for one in fixed] == [f"{lesson}/{number}" for number in range(1, 6)]
    assert all(one.asks.endswith(("?", ".")) and one.answer for one in fixed)
    assert not any("<" in one.answer for one in fixed)


@pytest.mark.parametrize("lesson", DRAWN)
def test_drawn_questions_have_other_numbers_each_time(lesson):
    draws = [[*drawn_questions(lesson, random.Random(seed))] for seed in range(9)]
    assert len({tuple(one.asks for one in draw) for draw in draws}) > 5
    assert len({tuple(one.id for one in draw) for draw in draws}) == 1


def test_drawn_questions_are_answered_as_the_course_would():
    from autograder.reference import conv_output_size, receptive_field

    for seed in range(30):
        size, seen = drawn_questions("03-padding-and-stride", random.Random(seed))
        kernel, _, stride, pad, side, _ = _numbers(size.asks)
        assert size.number == conv_output_size(side, kernel, pad, stride)
        layers = _numbers(seen.asks)
        assert seen.number == receptive_field([*zip(layers[0::3], layers[2::3], strict=True)])


def _numbers(words: str) -> list[int]:
    return [int(word) for word in "".join(c if c.isdigit() else " " for c in words).split()]


def test_what_was_known_is_asked_later_than_what_was_not(kept):
    good = recall.keep_answer(WHY, "Easy", kept, NOW)
    bad = recall.keep_answer(SUM, "Again", kept, NOW)
    assert bad < NOW + timedelta(hours=1) < good
    known = recall.cards(kept)
    assert recall.due([WHY, SUM], known, NOW + timedelta(hours=2)) == [SUM]
    assert recall.due([WHY, SUM], known, NOW + timedelta(days=60)) == [SUM, WHY]


def test_each_time_it_is_known_it_comes_back_later(kept):
    waits, now = [], NOW
    for _ in range(4):
        again = recall.keep_answer(WHY, "Good", kept, now)
        waits.append(again - now)
        now = again
    assert waits == sorted(waits)
    assert waits[-1] > timedelta(days=5)


def test_few_new_questions_at_once():
    many = [Question(f"02-filters/{number}", "?", "!") for number in range(20)]
    assert recall.due(many, {}, NOW) == many[: recall.NEW_AT_ONCE]


def test_a_damaged_line_is_passed_over(kept):
    kept.write_text('{"what": "recall", "question": "02-filters/1", "card": 3}\n{"what"\n')
    assert recall.cards(kept) == {}


def said(answers: list[str], questions: list[Question], kept: Path) -> tuple[int, str]:
    lines: list[str] = []

    def read(words: str) -> str:
        lines.append(words)
        if not answers:
            raise EOFError
        return answers.pop(0)

    return recall.ask_all(questions, kept, read, lines.append), "\n".join(lines)


def test_a_number_is_compared_and_words_are_judged_by_the_learner(kept):
    done, lines = said(["", "7", "3", " 2 "], [WHY, SUM], kept)
    assert done == 2
    assert "The lesson says: So." in lines
    assert "Type 1, 2, 3 or 4." in lines
    assert "Right." in lines
    grades = [entry["grade"] for entry in record.entries(kept)]
    assert grades == ["Good", "Good"]


def test_a_wrong_number_is_told(kept):
    assert "It is 2." in said(["3"], [SUM], kept)[1]
    assert record.entries(kept)[0]["grade"] == "Again"


def test_stopping_keeps_what_was_answered(kept):
    done, _ = said(["2"], [SUM, WHY], kept)
    assert done == 1
    assert [entry["question"] for entry in record.entries(kept)] == [SUM.id]


def test_anki_gets_the_questions_whose_numbers_stay(tmp_path):
    formula = Question("02-filters/2", "What is $x < y$?", "A & B")
    place = tmp_path / "deck.apkg"
    assert recall.export([WHY, SUM, formula], place) == 2
    with zipfile.ZipFile(place) as package:
        package.extract("collection.anki2", tmp_path)
    notes = sqlite3.connect(tmp_path / "collection.anki2").execute("SELECT flds FROM notes")
    assert [fields.split("\x1f") for (fields,) in notes] == [
        ["Why?", "So."],
        [r"What is \(x &lt; y\)?", "A &amp; B"],
    ]
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_the_command_asks_and_keeps(tmp_path, monkeypatch, capsys):
    lesson = tmp_path / "02-filters"
    lesson.mkdir()
    (lesson / "02-filters.ipynb").write_bytes(
        (NOTEBOOKS / "02-filters/02-filters.ipynb").read_bytes()
    )
    monkeypatch.chdir(tmp_path)
    typed = iter(["", "4"])
    monkeypatch.setattr("builtins.input", lambda words: _next(typed))
    assert main(["recall", "02-filters"]) == 0
    assert "1 of 5 asked." in capsys.readouterr().out
    (line,) = (tmp_path / record.FILE).read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["question"] == "02-filters/1"


def _next(typed):
    try:
        return next(typed)
    except StopIteration:
        raise EOFError from None


def test_the_command_says_where_no_questions_are(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["recall", "--in", str(tmp_path)]) == 1
    assert "No questions of a lesson were found" in capsys.readouterr().err
