"""The case shown is the smallest that fails in the same way, in numbers that can be read."""

import re

import numpy as np
import pytest

from autograder import judge, reference
from autograder.exercises import Case, Exercise, find
from autograder.inside.answers import LocalAnswer
from autograder.judging.diagnosis.diagnosing import diagnose
from autograder.judging.explaining.picturing import picture
from autograder.judging.explaining.printing import printed_alike
from autograder.judging.explaining.shrinking import shrink
from autograder.judging.trials import attempt, try_cases


def shrunk(exercise_id, answer, facet=None):
    exercise, answer = find(exercise_id), LocalAnswer(answer)
    trials = try_cases(exercise, answer, 3, hidden=True)
    failing = next(t for t in trials if t.found and facet in (None, t.facet))
    mistakes = diagnose(exercise, answer, 3).mistakes
    return failing, shrink(exercise, answer, failing, mistakes)


def shapes(trial):
    return {n: v.shape for n, v in trial.arguments.items() if isinstance(v, np.ndarray)}


def test_a_flipped_kernel_shows_on_two_numbers():
    _, trial = shrunk("cross-correlate2d", reference.convolve2d)
    assert sorted(shapes(trial)["kernel"]) == [1, 2]
    assert shapes(trial)["image"] == shapes(trial)["kernel"]
    assert sorted(np.abs(trial.arguments["kernel"]).ravel()) == [0, 1]
    assert sorted(np.abs(trial.arguments["image"]).ravel()) == [0, 1]


def test_only_the_second_of_two_images_is_left():
    def first_only(x, weights, bias):
        result = reference.conv2d_naive(x, weights, bias)
        result[1:] = 0
        return result

    _, trial = shrunk("conv2d-naive", first_only)
    assert shapes(trial) == {"x": (2, 1, 1, 1), "weights": (1, 1, 1, 1), "bias": (1,)}
    assert trial.found[0].where == (1, 0, 0, 0)


def test_a_threshold_on_a_size_is_found_exactly():
    def wide_only(image, kernel):
        result = reference.cross_correlate2d(image, kernel)
        return result + 5 if image.shape[1] >= 4 else result

    _, trial = shrunk("cross-correlate2d", wide_only)
    assert shapes(trial) == {"image": (1, 4), "kernel": (1, 1)}


def test_what_is_shown_fails_in_the_same_way():
    def crashes_on_rectangles(image, kernel):
        if image.shape[0] < image.shape[1]:
            raise IndexError("too far")
        return reference.cross_correlate2d(image, kernel) * 2

    failing, trial = shrunk("cross-correlate2d", crashes_on_rectangles, "rectangular")
    assert failing.case.facet == trial.facet == "rectangular"
    assert trial.found[0].aspect == failing.found[0].aspect


def test_a_missing_refusal_is_shown_on_sizes_that_do_not_fit():
    def accepts(image, kernel):
        return np.zeros((1, 1))

    _, trial = shrunk("cross-correlate2d", accepts, "refused")
    assert trial.refusal
    assert trial.truth.error == "ValueError"
    assert sum(map(sum, shapes(trial).values())) == 5


@pytest.mark.parametrize("seed", range(3))
def test_shrinking_changes_no_argument_of_the_original(seed):
    exercise, answer = find("cross-correlate2d"), LocalAnswer(reference.convolve2d)
    failing = next(t for t in try_cases(exercise, answer, seed, hidden=True) if t.found)
    before = {name: value.copy() for name, value in failing.arguments.items()}
    shrink(exercise, answer, failing)
    for name, value in before.items():
        np.testing.assert_array_equal(failing.arguments[name], value)


def test_an_answer_that_fails_only_on_what_was_drawn_keeps_its_case():
    def broken_fractions(image, kernel):
        result = reference.cross_correlate2d(image, kernel)
        return np.trunc(result)

    failing, trial = shrunk("cross-correlate2d", broken_fractions)
    assert trial.found
    assert shapes(trial) == shapes(failing)


def test_shrinking_stops_where_the_difference_would_not_show_in_the_picture():
    """Off by a part in a thousand: 44.04 for 44 would be written 44.0 for 44."""

    def slightly(image, kernel):
        result = reference.cross_correlate2d(image, kernel)
        return result * (1 + 1e-3)

    failing, trial = shrunk("cross-correlate2d", slightly)
    if not printed_alike(failing):
        assert not printed_alike(trial)


def test_what_cannot_be_told_apart_in_three_digits_is_written_with_more():
    def slightly(image, kernel):
        return reference.cross_correlate2d(image, kernel) + 1e-7

    text = judge("cross-correlate2d", slightly).picture.text
    yours, wanted = re.findall(r"\[([^]]+)\]", text)
    assert yours != wanted


def test_the_guilty_image_and_channel_of_many_are_in_the_picture():
    x = np.zeros((7, 3, 1, 2))

    def one_wrong(x):
        result = x.copy()
        result[5, 2] += 1
        return result

    exercise = Exercise("made-up", "00", lambda x: x)
    trial = attempt(exercise, LocalAnswer(one_wrong), {"x": x}, "values", Case("values"))
    assert "x[5, 2] 1×2" in picture(exercise, trial).text
