"""What a student's network may cost the judge."""

from __future__ import annotations

import pytest

from autograder.exercises.budget import MOST_ROWS, Budget, beyond, too_long
from autograder.exercises.lesson_08_vgg.capstone import DIGITS_INPUT, SMALL, small_network
from autograder.exercises.tables import NETWORKS, Unreadable, read
from autograder.judging.checking import judge

CONV = ("conv", {"filters": 1, "kernel": 3})
WIDE = ("conv", {"filters": 1, "kernel": 3, "pad": 400})
NORMS = [("local_response_norm", {})] * 8

DEAR = {
    "one convolution with a pad of 400, and eight normalizations": [WIDE, *NORMS],
    "many thousand rows": [("relu", {})] * 20_000,
    "rows that make many numbers": [("conv", {"filters": 300, "kernel": 1})] + [("relu", {})] * 90,
    "many multiply-adds": [("conv", {"filters": 99, "kernel": 5, "pad": 2})] * 2,
    "a pad without end": [("conv", {"filters": 1, "kernel": 3, "pad": 10**400})],
    "a pad to a side": [("conv", {"filters": 1, "kernel": 3, "pad": (0, 99_999)})],
}


@pytest.mark.parametrize("name", DEAR)
def test_a_network_that_costs_too_much_is_told_before_anything_runs(name):
    assert beyond(DEAR[name], DIGITS_INPUT)
    verdict = judge("capstone", lambda: (DEAR[name], []), hidden=True, seed=1)
    assert not verdict.points


def test_the_courses_own_and_ordinary_networks_are_within_the_budget():
    assert beyond(SMALL, DIGITS_INPUT) == ""
    deep = [("conv", {"filters": 8, "kernel": 3, "pad": 1}), ("relu", {})] * 6
    lenet, input_shape = NETWORKS["lenet"]
    assert beyond(deep, DIGITS_INPUT) == ""
    assert beyond(lenet(), input_shape) == ""
    assert small_network()[0] == SMALL


def test_a_table_that_is_only_counted_may_be_as_large_as_the_lessons_but_no_longer():
    for table, shape in NETWORKS.values():
        assert too_long(table()) == ""
        read(table(), shape)
    with pytest.raises(Unreadable, match=f"at most {MOST_ROWS} rows; it has 1,000,000"):
        read([("relu", {})] * 1_000_000, (1, 28, 28))


def test_what_is_beyond_the_budget_is_named_with_its_numbers():
    assert beyond([CONV] * 2, (1, 28, 28), Budget(multiply_adds=9)) == (
        "an image takes at most 9 multiply–adds; it takes 11,268"
    )
