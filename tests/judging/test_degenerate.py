"""An answer that does next to nothing earns next to nothing, whatever the exercise.

To look for the mistake takes most of a judgment and changes no points: one answer in eight is
judged with all of it, another one for each exercise.
"""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

import numpy as np
import pytest

from autograder import judge
from autograder.exercises import catalogue, find
from autograder.inside.answers import arrays_in, duplicate
from autograder.judging import checking
from autograder.judging.diagnosis.diagnosing import Diagnosis
from tests.banks import ANSWERS, rests_on
from tests.banks.degenerate import degenerate_answers, refusing

by_exercise = pytest.mark.proved(
    only=ANSWERS, on=lambda exercise_id, **others: rests_on(find(exercise_id))
)

MOST = 0.1
"""The share of the points that such an answer may earn."""

IS_RIGHT = {"pool-parameter-count"}
"""Where nothing is what there is: a pooling layer learns no numbers."""

FUNCTIONS = {i: e for i, e in catalogue().items() if callable(e.reference)}


@contextmanager
def undiagnosed() -> Iterator[None]:
    """Judgments that look for no mistake."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(checking, "diagnose", lambda *_: Diagnosis())
        yield


@by_exercise
@pytest.mark.parametrize("exercise_id", sorted(FUNCTIONS.keys() - IS_RIGHT))
def test_a_degenerate_answer_earns_next_to_nothing(exercise_id):
    exercise, number = find(exercise_id), list(FUNCTIONS).index(exercise_id)
    for at, (what, answer) in enumerate(degenerate_answers(exercise)):
        with nullcontext() if (at + number) % 8 == 0 else undiagnosed():
            verdict = judge(exercise_id, answer, hidden=True, seed=5)
        assert verdict.points <= MOST * exercise.test_points, f"{what}: {verdict.score}"


@by_exercise
@pytest.mark.parametrize("exercise_id", FUNCTIONS)
@pytest.mark.parametrize("error", [ValueError, TypeError, NotImplementedError])
def test_whoever_refuses_everything_earns_nothing(exercise_id, error):
    assert judge(exercise_id, refusing(error), hidden=True, seed=5).points == 0


def test_every_exercise_judged_by_properties_alone_says_what_is_at_its_heart():
    for exercise in FUNCTIONS.values():
        facets = {case.facet for case in exercise.cases}
        facets |= {prop.facet for prop in exercise.properties}
        assert set(exercise.heart) <= facets
        assert exercise.cases or exercise.heart, exercise.id


def spoiling(reference):
    """The right answer, which leaves nothing of what it was given."""

    def answer(*given):
        result = duplicate(reference(*given))
        for array in arrays_in(list(given)):
            array[...] = 0
        for one in given:
            if isinstance(one, (list, dict)):
                one.clear()
        return result

    return answer


@by_exercise
@pytest.mark.parametrize("exercise_id", FUNCTIONS)
def test_a_right_answer_that_empties_its_inputs_loses_no_points(exercise_id):
    exercise = find(exercise_id)
    verdict = judge(exercise_id, spoiling(exercise.reference), hidden=True, seed=5)
    assert verdict.points == exercise.test_points, verdict.text
    assert {facet.facet for facet in verdict.facets if not facet.passed} <= {"untouched"}


def test_all_filters_alike_earn_nothing_where_each_is_another():
    copying = np.zeros((3, 3))
    copying[1, 1] = 1
    names = ("horizontal", "vertical", "blur", "sharpen", "identity")
    verdict = judge("edge-filters", lambda: dict.fromkeys(names, copying), hidden=True)
    assert verdict.points == 0
