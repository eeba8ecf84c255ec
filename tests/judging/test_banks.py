"""No wrong answer passes, none is called by another's name, and no right one fails.

Every answer is judged on one draw of the hidden cases; `BANK_SEEDS=20` judges it on twenty.
"""

import os

import pytest

from autograder.judging import Verdict, judge
from tests import banks

pytestmark = pytest.mark.proved(only=banks.ANSWERS, on=banks.rests_on)

SEEDS = range(int(os.environ.get("BANK_SEEDS", "1")))


def named(pairs):
    return [pytest.param(*pair, id=f"{pair[0].id}-{pair[1]}") for pair in pairs]


def costs_points(verdict: Verdict) -> bool:
    """Whether points are lost, as they must be unless nothing but the inputs suffers."""
    other = [facet for facet in verdict.facets if facet.graded]
    harmless = bool(other) and all(facet.passed for facet in other)
    return verdict.points == verdict.max_points if harmless else verdict.points < verdict.max_points


@pytest.mark.parametrize(("exercise", "style", "answer"), named(banks.right_answers()))
def test_a_right_answer_passes_in_the_lesson_and_on_every_seed(exercise, style, answer):
    shown = judge(exercise.id, answer)
    assert shown.passed, shown.text
    for seed in SEEDS:
        verdict = judge(exercise.id, answer, hidden=True, seed=seed)
        assert verdict.passed, f"seed {seed}: {verdict.text}"
        assert verdict.points == exercise.test_points


@pytest.mark.parametrize(("exercise", "what", "answer"), named(banks.wrong_answers()))
def test_a_wrong_answer_fails_and_is_not_called_by_a_mistakes_name(exercise, what, answer):
    for seed in SEEDS:
        verdict = judge(exercise.id, answer, hidden=True, seed=seed)
        assert not verdict.passed
        assert costs_points(verdict)
        right = (None, banks.NEAR.get((exercise.id, what)))
        assert verdict.mistake in right, f"{what} was called {verdict.mistake!r}"
        assert verdict.message.startswith(f"{exercise.id}: ")


@pytest.mark.parametrize(
    ("exercise", "mistake"),
    [
        pytest.param(exercise, mistake, id=f"{exercise.id}-{mistake.name}-{number}")
        for number, (exercise, mistake) in enumerate(banks.mistakes())
    ],
)
def test_a_catalogued_mistake_fails_and_is_named_as_itself(exercise, mistake):
    for seed in SEEDS:
        verdict = judge(exercise.id, mistake.answer, hidden=True, seed=seed)
        assert not verdict.passed
        assert costs_points(verdict)
        assert verdict.mistake == mistake.name
        assert mistake.sentence in verdict.message
