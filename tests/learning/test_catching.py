"""A case of one's own is tried on the truth and on the mistakes: which of them does it tell?"""

from __future__ import annotations

import numpy as np
import pytest

from autograder import catch
from autograder.exercises import UnknownExercise, catalogue, find
from autograder.inside import stub
from autograder.learning import record
from autograder.learning.catching import NoCase, caught

WORKED = [one for one in catalogue().values() if callable(one.reference) and one.example]
"""Exercises with a worked example, which is a case."""


def test_a_symmetric_kernel_cannot_tell_a_flip(capsys):
    catch("convolve2d", [[1, 2, 3]], [[5, 5]], mistake="not flipped")
    assert capsys.readouterr().out == (
        "Not caught: with this case “not flipped” does the same as the right function. "
        "Try another.\n"
    )
    catch("convolve2d", [[1, 2, 3]], kernel=[[5, 0]], mistake="not flipped")
    assert capsys.readouterr().out == (
        "Caught: this case tells “not flipped” from the right function.\n"
    )


def test_all_are_shown_with_what_to_try_next(capsys):
    catch("convolve2d", [[1, 2, 3]], [[5, 5]])
    shown = capsys.readouterr().out
    assert " not flipped " in shown
    assert "With image of 1×3 and kernel of 1×2: " in shown
    assert "mistakes caught. Which numbers or sizes would tell “" in shown


@pytest.mark.parametrize("lesson", ["02", "03", "04", "05", "06"])
def test_every_lesson_has_a_case_that_catches_some_and_one_that_misses_some(lesson):
    some = missed = 0
    for exercise in (one for one in WORKED if one.lesson.startswith(lesson)):
        arguments = exercise.example()
        found = caught(exercise, *arguments.values())
        assert set(found.mistakes) == {mistake.name for mistake in exercise.mistakes}
        some += len(found.names)
        missed += len(found.mistakes) - len(found.names)
    assert some
    assert missed


def test_a_case_is_given_to_each_as_it_was():
    image, kernel = np.ones((3, 3)), np.ones((2, 2))
    caught(find("convolve2d"), image, kernel)
    assert (image == 1).all()
    assert (kernel == 1).all()


def test_what_is_to_be_refused_is_a_case_too(capsys):
    catch("convolve2d", [[1]], [[1, 2], [3, 4]])
    assert "The right function refuses such inputs." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (([[1]],), "The function cannot be called so; Python says: missing a required argument"),
        (([[1], [1, 2]], [[1]]), "That is no array of numbers"),
        (("a", "b"), "The right function cannot be called so; Python says: "),
        (([["a"]], [[1]]), "That is no array of numbers"),
    ],
)
def test_what_is_no_case_is_said_so(arguments, says, capsys):
    catch("convolve2d", *arguments)
    assert says in capsys.readouterr().out.replace("\n", " ")
    with pytest.raises(NoCase):
        caught(find("convolve2d"), *arguments)


def test_a_value_and_an_unknown_mistake_are_no_case(capsys):
    catch("lenet-parameter-count")
    assert "asks for a value" in capsys.readouterr().out
    catch("convolve2d", [[1]], [[1]], mistake="flopped")
    assert "There is no mistake “flopped” here; there are “not flipped”" in (
        capsys.readouterr().out.replace("\n", " ")
    )
    with pytest.raises(UnknownExercise):
        catch("convolve3d", 1)


def test_it_is_kept_and_silent_when_a_class_is_graded(tmp_path, monkeypatch, capsys):
    (tmp_path / "02-filters").mkdir()
    monkeypatch.chdir(tmp_path / "02-filters")
    catch("convolve2d", [[1, 2, 3]], [[5, 0]])
    (entry,) = record.entries()
    assert (entry["what"], entry["exercise"]) == ("catch", "convolve2d")
    assert "not flipped" in entry["caught"]
    capsys.readouterr()
    monkeypatch.setenv(record.GRADING[0], "autograde")
    catch("convolve2d", [[1, 2, 3]], [[5, 0]])
    stub.catch("convolve2d", [[1]], [[1]])
    assert capsys.readouterr().out == ""
