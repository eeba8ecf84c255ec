"""Whatever is handed in for whichever exercise, there is a verdict, and it is no pass."""

import xml.etree.ElementTree as ET

import numpy as np
import pytest

from autograder import judge
from autograder.exercises import catalogue
from autograder.inside.answers import LocalAnswer
from autograder.judging.explaining.picturing import picture
from autograder.judging.explaining.sentences import sentence
from autograder.judging.trials import try_example

ANYTHING = [
    None,
    [],
    {},
    "x",
    1 + 2j,
    object(),
    10**30,
    float("inf"),
    np.zeros((0, 3)),
    np.zeros((300, 300)),
    np.array([1, None], dtype=object),
    [[1, 2], [3]],
    (np.ones(2), "a"),
    {"a": {"b": [np.ones(2), None]}},
    [("conv", None)],
]

KINDS = (
    *("cross-correlate2d", "edge-filters", "fully-connected-parameter-count", "layer-shapes"),
    *("lenet-parameter-count", "two-layer-gradients"),
)
"""An exercise of each kind: arrays, properties, numbers, tables, values, several parts."""


@pytest.mark.parametrize("exercise_id", KINDS)
def test_anything_gets_a_verdict(exercise_id):
    exercise = catalogue()[exercise_id]
    for value in ANYTHING:
        answer = (lambda *given, value=value: value) if callable(exercise.reference) else value
        verdict = judge(exercise_id, answer)
        assert not verdict.passed
        assert verdict.message.startswith(f"{exercise_id}: ")
        ET.fromstring(verdict._repr_html_())


EXAMPLES = {i: e for i, e in catalogue().items() if e.draw is not None}


@pytest.mark.parametrize("exercise", EXAMPLES.values(), ids=EXAMPLES)
def test_anything_can_be_said_and_drawn(exercise):
    for value in ANYTHING:
        trial = try_example(exercise, LocalAnswer(lambda *given, value=value: value))
        assert trial.grave
        assert sentence(exercise, trial)
        drawing = picture(exercise, trial)
        if drawing is not None:
            ET.fromstring(drawing.svg)
