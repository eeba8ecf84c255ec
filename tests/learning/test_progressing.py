"""The table at a lesson's end."""

import pytest

from autograder import WrongAnswer, check, progress
from autograder.exercises import UnknownExercise, of_lesson
from autograder.learning import progressing as module


def test_the_table_counts_the_checks_of_this_session(capsys, monkeypatch):
    monkeypatch.setattr(module, "_LATEST", {})
    right, wrong = of_lesson("02-filters")[:2]
    check(right.id, right.reference)
    with pytest.raises(WrongAnswer):
        check(wrong.id, wrong.mistakes[0].answer)
    capsys.readouterr()
    progress("02-filters")
    shown = capsys.readouterr().out
    lines = {line.split()[0]: line for line in shown.splitlines() if line.split()}
    assert "passed" in lines[right.id]
    assert wrong.mistakes[0].name in lines[wrong.id]
    assert "not run yet" in lines["conv2d-naive"]
    assert "1 of 8 checks passed: 1 of 8 points, and up to 24 more" in shown


def test_a_lesson_that_does_not_exist_is_named():
    with pytest.raises(UnknownExercise, match="There is no lesson '99-nothing'"):
        progress("99-nothing")
