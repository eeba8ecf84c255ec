"""Sizes are drawn by the run's seed from what a case says; corners are in every run."""

import numpy as np
import pytest

from autograder import judge, reference
from autograder.exercises import Exercise, Numbers, between, case, find, one_of, same_as
from autograder.exercises.model import KINDS
from autograder.judging.explaining.shrinking import smaller_cases
from autograder.judging.trials import problems, settled_cases
from tests import banks

SEEDS = range(50)

OPEN = case(
    "rectangular",
    H=between(2, 6),
    W=same_as("H"),
    K=between(1, 6),
    stride=(between(1, 2), one_of(1, 3)),
    where=(lambda s: s.K <= s.H, lambda s: (s.H - s.K) % s.stride[0] == 0),
    corners=({"K": 6, "H": 6},),
)


def sizes_of(exercise, seed, hidden=True):
    return [dict(p.case.sizes) for p in problems(exercise, seed, hidden)]


def test_sizes_lie_in_their_ranges_and_all_relations_hold():
    for seed in SEEDS:
        for settled in OPEN.settled([seed]):
            sizes = settled.sizes
            assert 2 <= sizes["H"] == sizes["W"] <= 6
            assert 1 <= sizes["K"] <= sizes["H"]
            assert sizes["stride"][1] in (1, 3)
            assert (sizes["H"] - sizes["K"]) % sizes["stride"][0] == 0


def test_corners_and_the_least_sizes_are_in_every_run():
    for seed in SEEDS:
        settled = [one.sizes for one in OPEN.settled([seed])]
        assert (settled[1]["H"], settled[1]["K"]) == (6, 6)
        assert {"H": 2, "W": 2, "K": 1, "stride": (1, 1)} in settled


def test_least_sizes_that_the_relations_forbid_are_left_out():
    only = case("values", H=between(1, 4), where=lambda s: s.H > 2)
    assert len(only.settled([0])) == 1


def test_many_sizes_are_drawn_and_each_again_from_its_seed():
    drawn = [OPEN.settled([seed])[0].sizes for seed in SEEDS]
    assert drawn == [OPEN.settled([seed])[0].sizes for seed in SEEDS]
    assert len({str(sizes) for sizes in drawn}) > 15


def test_a_fixed_case_stands_for_itself():
    fixed = case("values", H=3)
    assert fixed.settled([1]) == [fixed]


def test_a_space_with_nothing_in_it_is_named():
    empty = case("values", H=between(1, 4), where=lambda s: s.H > 4)
    with pytest.raises(ValueError, match="no sizes were found for"):
        empty.settled([0])


def test_a_lesson_shows_the_same_sizes_to_everybody():
    exercise = find("cross-correlate2d")
    shown = [
        {"H": 4, "W": 6, "KH": 2, "KW": 3},
        {"H": 6, "W": 6, "KH": 3, "KW": 3},
        {"H": 3, "W": 5, "KH": 4, "KW": 2},
        {"H": 5, "W": 3, "KH": 2, "KW": 4},
    ]
    again = shown[:1]
    assert sizes_of(exercise, 2012, hidden=False) == shown + again


def test_hidden_sizes_follow_the_seed():
    exercise = find("cross-correlate2d")
    assert sizes_of(exercise, 1) == sizes_of(exercise, 1)
    assert len({str(sizes_of(exercise, seed)) for seed in range(10)}) == 10


def test_an_answer_that_is_wrong_at_one_size_only_is_found_by_some_seed():
    def wrong_at_seven(image, kernel):
        result = reference.cross_correlate2d(image, kernel)
        return result + 1 if image.shape[0] == 7 and kernel.shape[0] == 2 else result

    failed = [
        seed
        for seed in range(30)
        if not judge("cross-correlate2d", wrong_at_seven, hidden=True, seed=seed).passed
    ]
    assert failed
    assert judge("cross-correlate2d", wrong_at_seven, hidden=True, seed=failed[0]).seed == failed[0]


def test_a_drawn_case_shrinks_as_a_fixed_one_does():
    settled = OPEN.settled([3])[0]
    smaller = list(smaller_cases(Exercise(), settled))
    assert smaller
    assert all(type(one.sizes["H"]) is int for one in smaller)


@pytest.mark.parametrize("kind", KINDS)
def test_numbers_are_of_the_kind_that_a_case_asks_for(kind):
    drawn = Numbers(0, dtype="float32", of=kind).array(200)
    small = Numbers(0, whole=True, of=kind).array(200)
    assert np.array_equal(small, np.trunc(small))
    says = {
        "any": drawn.min() < 0 < drawn.max(),
        "negative": max(drawn.max(), small.max()) < 0,
        "zeros": not drawn.any() and not small.any(),
        "ties": set(np.unique(drawn)) == set(np.unique(small)) == {-1, 0, 1},
        "large": np.abs(drawn).max() > 1e6,
        "tiny": 0 < np.abs(drawn).max() < np.finfo(np.float32).tiny,
    }
    assert says[kind]


def draws_of(exercise):
    """The sizes that six seeds draw, each set of them once."""
    seeds = range(6)
    return {str([c.sizes for c, _ in settled_cases(exercise, seed, True)]) for seed in seeds}


OF_NUMBERS = {
    "same-padding",  # its only number is drawn with the inputs
    "pool-parameter-count",  # asks for nothing
    "original-lenet5-parameter-counts",  # the table of 1998
}
"""Exercises of lessons 03 to 08 whose cases have no sizes to draw."""


@pytest.mark.parametrize(
    "exercise",
    [e for e in banks.exercises() if e.draw and "03" <= e.lesson[:2] <= "08"],
    ids=lambda exercise: exercise.id,
)
def test_every_exercise_draws_the_sizes_of_its_hidden_cases(exercise):
    if exercise.id in OF_NUMBERS:
        assert len(draws_of(exercise)) == 1
    else:
        assert len(draws_of(exercise)) > 2


WRONG_AT_SOME_SIZES = {
    "conv2d-forward": lambda right: (
        lambda x, weights, bias, stride=1, pad=0: (
            right(x, weights, bias, stride, pad) + (x.shape[2] == 7 and weights.shape[2] == 2)
        )
    ),
    "im2col": lambda right: (
        lambda x, kernel_size, stride=1, pad=0: (
            right(x, kernel_size, stride, pad) + (x.shape[2:] == (5, 5) and kernel_size == 3)
        )
    ),
    "max-pool2d": lambda right: (
        lambda x, size, stride=None: right(x, size, stride) + (x.shape[3] == 9 and size == 3)
    ),
    "conv2d-backward": lambda right: (
        lambda grad, x, weights, stride=1, pad=0: tuple(
            part + (grad.shape[2:] == (2, 2) and weights.shape[2] == 3)
            for part in right(grad, x, weights, stride, pad)
        )
    ),
    "fully-connected-as-conv": lambda right: (
        lambda weights, input_shape: right(weights, input_shape) + (input_shape[1:] == (4, 4))
    ),
}


@pytest.mark.parametrize("exercise_id", WRONG_AT_SOME_SIZES)
def test_an_answer_that_is_wrong_at_some_sizes_is_found_by_most_seeds(exercise_id):
    answer = WRONG_AT_SOME_SIZES[exercise_id](find(exercise_id).reference)
    found = [not judge(exercise_id, answer, hidden=True, seed=seed).passed for seed in range(4)]
    assert sum(found) >= 2
