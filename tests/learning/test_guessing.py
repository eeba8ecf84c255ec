"""A guess is made before, kept, and held against what comes out."""

from __future__ import annotations

import numpy as np
import pytest

from autograder import guess, progress
from autograder.inside import stub
from autograder.learning import guessing, record

NAME = "02-filters: strongest"


@pytest.fixture(autouse=True)
def lesson(monkeypatch, tmp_path):
    monkeypatch.setattr(guessing, "_GUESSES", {})
    monkeypatch.setattr(guessing, "_RESULTS", {})
    (tmp_path / "02-filters").mkdir()
    monkeypatch.chdir(tmp_path / "02-filters")


def said(capsys) -> str:
    return capsys.readouterr().out.removesuffix("\n")


def test_a_number_is_held_against_what_comes_out(capsys):
    guess(NAME, 0.5)
    assert said(capsys) == "Your guess is kept: 0.5. Now run the experiment."
    guess(NAME, result=np.float32(0.9))
    assert said(capsys) == (
        "You guessed 0.5, and it is 0.9. What did you not expect? That is the thing to remember."
    )


def test_a_good_guess_is_told_to_be_one(capsys):
    guess(NAME, 100)
    guess(NAME, result=104)
    assert said(capsys).endswith("You guessed 100, and it is 104. Well foreseen.")


def test_a_choice_is_one_of_what_can_be_chosen(capsys):
    guess(NAME, choices=("left", "right"))
    guess(NAME, "up", choices=("left", "right"))
    assert said(capsys).splitlines() == [
        "Write your guess before you run the experiment. Choose one of left, right.",
        "'up' is none of the choices: left, right.",
    ]
    assert record.entries() == []


def test_the_result_first_is_no_guess_and_a_guess_after_it_counts_for_nothing(capsys):
    guess(NAME, result=3)
    assert said(capsys) == ("It is 3. Next time, guess first: a surprise stays with you.")
    guess(NAME, 1)
    guess(NAME, 2)  # who thinks again before the experiment may
    guess(NAME, result=3)
    guess(NAME, 3)
    assert said(capsys).endswith("The result is known already: your first guess stays.")
    guess(NAME, result=3)
    assert said(capsys).startswith("You guessed 2, and it is 3.")


def test_it_is_still_known_in_the_next_kernel_and_shown_at_the_lessons_end(capsys, monkeypatch):
    guess(NAME, "left")
    guess("02-filters: size", 5)
    monkeypatch.setattr(guessing, "_GUESSES", {})
    guess(NAME, result="Left")
    guess("02-filters: size", result=50)
    monkeypatch.setattr(guessing, "_RESULTS", {})
    capsys.readouterr()
    progress("02-filters")
    assert "1 of your 2 guesses were right." in said(capsys)
    progress("03-padding-and-stride")
    assert "guesses" not in said(capsys)


@pytest.mark.parametrize("value", [float("nan"), 10**400, "x" * 5000, [1], True, object()])
def test_anything_may_be_guessed(value, capsys):
    guess(NAME, value)
    guess(NAME, result=3)
    assert "and it is 3" in said(capsys)


def test_it_is_silent_when_a_class_is_graded(capsys, monkeypatch):
    stub.guess(NAME, 1)
    monkeypatch.setenv(record.GRADING[0], "1")
    guess(NAME, 1)
    assert said(capsys) == ""
    assert record.entries() == []
