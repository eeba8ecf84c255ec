"""One lack is billed once: what leans on a facet that is lost is not lost with it."""

import numpy as np
import pytest

from autograder.exercises import Exercise
from autograder.exercises.model import case
from autograder.inside.answers import LocalAnswer
from autograder.judging.checking import judge_answer


def added(x, by=0, times=1):
    return times * (x + by)


ADDING = Exercise(
    id="adding",
    lesson="05-backpropagation",
    reference=added,
    example=lambda: {"x": np.array([1.0, 2.0])},
    draw=lambda numbers, by=0, times=1: {
        "x": 1 + np.abs(numbers.array(3)),
        "by": by,
        "times": times,
    },
    cases=(
        case("values", needs=("nothing",)),
        case("values", needs=("something",), by=2),
        case("nothing"),
        case("something", by=3),
        case("often", by=1, times=2, needs=("something",)),
        case("often", times=3, needs=("nothing",)),
    ),
    facet_words={"nothing": "nothing added", "something": "something added", "often": "often"},
)


@pytest.mark.parametrize(
    ("answer", "lost"),
    [
        (added, set()),
        (lambda x, by=0, times=1: times * x, {"something"}),
        (lambda x, by=0, times=1: times * (x + (by or 1)), {"nothing"}),
        (lambda x, by=0, times=1: x + by, {"often"}),
        (lambda x, by=0, times=1: x, {"something", "often"}),
        (lambda x, by=0, times=1: -x, {"values", "nothing", "something", "often", "again"}),
    ],
)
def test_a_case_is_not_billed_where_what_it_needs_is_lost(answer, lost):
    verdict = judge_answer(ADDING, LocalAnswer(answer), hidden=True, seed=1)
    assert {f.facet for f in verdict.facets if f.graded and not f.passed} == lost


def test_the_sentence_names_a_part_that_is_lost():
    lacking = LocalAnswer(lambda x, by=0, times=1: times * x)
    verdict = judge_answer(ADDING, lacking, hidden=True, seed=1)
    assert verdict.message.startswith("adding: something added. ")
