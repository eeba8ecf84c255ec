"""The whole layer: every image with every filter, with stride, padding and bias."""

from __future__ import annotations

from autograder import reference

from ..model import Exercise
from ._layer import LAYER_CASES, LAYER_PROPERTIES, LAYER_WORDS, layer, layer_example, layer_window
from ._layer_mistakes import LAYER_MISTAKES

EXERCISE = Exercise(
    order=40,
    reference=reference.conv2d_forward,
    draw=layer,
    example=layer_example,
    smallest={"size": 3, "kernel": 2, "pad": 0},
    window=layer_window,
    cases=LAYER_CASES,
    properties=LAYER_PROPERTIES,
    facet_words=LAYER_WORDS,
    test_points=5,
    see="The whole convolutional layer",
    mistakes=LAYER_MISTAKES,
)
