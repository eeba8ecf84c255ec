"""Whoever lacks one thing loses the part that asks for it, and is told what is missing."""

import re

import numpy as np
import pytest

from autograder import judge
from autograder.exercises import find
from autograder.lessons.course import Course
from autograder.reference import networks
from tests.lessons.lesson_06_lenet.right import start_in_float64


def mistake(exercise_id, name):
    return next(m.answer for m in find(exercise_id).mistakes if m.name == name)


def lost(exercise_id, answer, seed=1):
    verdict = judge(exercise_id, answer, hidden=True, seed=seed)
    return {facet.facet for facet in verdict.facets if facet.graded and not facet.passed}


def numpys_root(layers, input_shape, rng):
    """Drawn as float32, and float64 once it has been multiplied by a NumPy number."""
    params = networks.initialize(layers, input_shape, rng)
    for own in filter(None, params):
        shape = own["weights"].shape
        scale = np.sqrt(np.float64(2 / np.prod(shape[1:])))
        own["weights"] = rng.standard_normal(shape, dtype=np.float32) * scale
    return params


@pytest.mark.parametrize(
    ("exercise_id", "answer", "parts"),
    [
        ("initialize", numpys_root, {"float32"}),
        ("initialize", start_in_float64, {"float32"}),
        ("initialize", mistake("initialize", "Glorot's spread"), {"spread"}),
        ("initialize", mistake("initialize", "biases of 0.01"), {"biases"}),
        ("train", mistake("train", "velocity forgotten each epoch"), {"momentum"}),
        ("train", mistake("train", "the last batch's loss"), {"loss"}),
        (
            "parameter-counts",
            mistake("parameter-counts", "batch norm learns nothing"),
            {"batch_norm"},
        ),
        ("parameter-counts", mistake("parameter-counts", "groups ignored"), {"groups"}),
        ("forward", mistake("forward", "only image 0"), {"alone"}),
        ("layer-shapes", mistake("layer-shapes", "pad ignored"), {"padding", "refused"}),
        ("layer-shapes", mistake("layer-shapes", "stride ignored"), {"stride", "refused"}),
        (
            "layer-shapes",
            mistake("layer-shapes", "pooling stride fixed to size"),
            {"overlap", "refused"},
        ),
    ],
)
def test_one_lack_costs_one_part_and_the_lesson_shows_it(exercise_id, answer, parts):
    assert lost(exercise_id, answer) == parts
    assert not judge(exercise_id, answer).passed


def test_glorots_spread_is_called_by_its_name():
    verdict = judge("initialize", mistake("initialize", "Glorot's spread"), hidden=True, seed=1)
    assert "Glorot's √(2 / (fan-in + fan-out))" in verdict.message
    assert "fan-out) says" not in verdict.message


def test_steps_a_hundred_times_too_large_are_not_called_a_shuffle():
    verdict = judge("train", mistake("train", "steps far too large"), hidden=True, seed=1)
    assert verdict.mistakes == ("steps far too large",)


def test_batch_norm_is_asked_for_where_it_is_counted():
    case = next(case for case in find("parameter-counts").cases if case.facet == "batch_norm")
    assert not case.hidden


def test_answers_that_call_backward_by_its_former_name_find_the_courses():
    """`train` is run, and used, before the exercise of that name gives it another meaning."""
    source = Course.find().lesson("06-lenet").source.read_text(encoding="utf-8")
    before, after = source.split('# %% role="exercise" id="backward"')
    assert "\nbackward = slopes_of" in before
    assert not re.search(r"\b(train|study|compete)\(", after)
