"""Many results held against one at once: as they are where each is compared by itself."""

import numpy as np
import pytest

from autograder.exercises.model import generator
from autograder.inside.answers import Response
from autograder.judging.diagnosis.side_by_side import MOST_NUMBERS, SideBySide
from autograder.judging.diagnosis.suspects import same_outcome
from autograder.judging.measuring import Measure

RIGHT = np.array([[1.0, -2.0, 1e-30], [np.inf, 4.0, 1e6]])
SMALL = RIGHT.astype(np.float32)


def put(array, number):
    changed = array.copy()
    changed[0, 1] = number
    return changed


ARRAYS = [
    RIGHT,
    SMALL,
    RIGHT[:, :1],
    RIGHT * (1 + 1e-15),
    RIGHT * (1 + 1e-7),
    SMALL * np.float32(1 + 1e-6),
    -RIGHT,
    *(put(RIGHT, number) for number in (np.nan, np.inf, -np.inf, -2.1, -2 + 1e-9)),
    np.zeros((0, 3)),
    np.ones((2, 3), np.float16),
]

VALUES = [
    *ARRAYS,
    *((array, array) for array in ARRAYS[:6]),
    (RIGHT, -RIGHT),
    [RIGHT, RIGHT],
    {"a": RIGHT, "b": {"c": 1.5}},
    {"a": RIGHT, "b": {"c": 1.6}},
    *(1.5, np.array(1.5, np.float32), 1.5 + 1e-9, float("nan"), float("inf"), 3, None, (2, 3)),
    RIGHT > 0,
]


@pytest.mark.parametrize("rough", [0.0, 1e-8])
def test_what_is_seen_side_by_side_is_what_is_found_one_by_one(rough):
    responses = [*map(Response, VALUES), Response(error="ValueError")]
    measure = Measure(16, rough, lambda: {"a": RIGHT, "b": {"c": 1e3}})
    rows, seen = SideBySide(responses), 0
    for response in responses:
        known = rows.like(response, measure)
        seen += len(known)
        for number, like in known.items():
            assert like is same_outcome(response, responses[number], measure)
    assert seen > 100


def test_what_is_large_is_not_laid_side_by_side():
    large = Response(np.zeros(MOST_NUMBERS))
    assert SideBySide([large]).like(large, Measure()) == {0: True}
    assert SideBySide([large, large]).like(large, Measure()) == {}


@pytest.mark.parametrize("seed", [0, 5, [0, 0], [2**32, 1], [3, 2**96 + 1], [2**31, 12, 19]])
def test_numbers_are_drawn_as_numpy_draws_them(seed):
    assert generator(seed).bit_generator.state == np.random.default_rng(seed).bit_generator.state


def test_no_seed_is_negative():
    with pytest.raises(ValueError, match="negative"):
        generator([1, -1])
