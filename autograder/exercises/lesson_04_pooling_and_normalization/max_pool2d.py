"""Keep the largest number of each window, channel by channel."""

from __future__ import annotations

import numpy as np

from autograder import reference

from ..model import Exercise, Mistake
from ._pool_cases import POOL_CASES
from ._pooling import (
    POOL_PROPERTIES,
    images_to_pool,
    images_to_pool_example,
    pooled_otherwise,
    poolings,
)
from ._shared import POOL_WORDS, pool_window


def largest_of(windows: np.ndarray) -> np.ndarray:
    return windows.max(axis=(-2, -1))


EXERCISE = Exercise(
    order=10,
    reference=reference.max_pool2d,
    draw=images_to_pool,
    example=images_to_pool_example,
    smallest={"H": 3, "W": 3, "size": 2},
    window=pool_window,
    cases=POOL_CASES,
    properties=POOL_PROPERTIES,
    facet_words=POOL_WORDS,
    see="Max pooling: keep the largest",
    mistakes=(
        *poolings(
            largest_of,
            lambda window, size: largest_of(window),
            "max over channels",
            Mistake(
                "mean instead of the largest",
                reference.average_pool2d,
                "This is the mean of each window; its largest number is asked for.",
            ),
        ),
        Mistake(
            "starts from 0",
            pooled_otherwise(lambda windows, size, stride: np.maximum(largest_of(windows), 0)),
            "Where all numbers of a window are negative yours is 0: the search for the largest "
            "began at 0.",
        ),
        Mistake(
            "smallest instead of largest",
            pooled_otherwise(lambda windows, size, stride: windows.min(axis=(-2, -1))),
            "This is the smallest number of each window.",
        ),
        Mistake(
            "largest in size",
            pooled_otherwise(lambda windows, size, stride: largest_of(np.abs(windows))),
            "The signs were dropped: −9 is smaller than 1.",
        ),
        Mistake(
            "place instead of number",
            pooled_otherwise(
                lambda windows, size, stride: windows.reshape(*windows.shape[:4], -1).argmax(-1)
            ),
            "This is where in its window the largest number stands, and not the number.",
        ),
        Mistake(
            "largest of the first row",
            pooled_otherwise(lambda windows, size, stride: windows[..., 0, :].max(-1)),
            "Only the first row of each window was looked at.",
        ),
        Mistake(
            "largest of the first column",
            pooled_otherwise(lambda windows, size, stride: windows[..., 0].max(-1)),
            "Only the first column of each window was looked at.",
        ),
    ),
)
