"""Take the mean of each window, channel by channel."""

from __future__ import annotations

from math import prod

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


def mean_of(windows: np.ndarray) -> np.ndarray:
    return windows.mean(axis=(-2, -1))


EXERCISE = Exercise(
    order=20,
    reference=reference.average_pool2d,
    draw=images_to_pool,
    example=images_to_pool_example,
    smallest={"H": 3, "W": 3, "size": 2},
    window=pool_window,
    cases=POOL_CASES,
    properties=POOL_PROPERTIES,
    facet_words=POOL_WORDS,
    see="Average pooling: take the mean",
    mistakes=(
        *poolings(
            mean_of,
            lambda window, size: window.sum(axis=(-2, -1)) / prod(size),
            "mean over channels",
            Mistake(
                "max instead",
                reference.max_pool2d,
                "This is the largest number of each window; its mean is asked for.",
            ),
        ),
        Mistake(
            "divides by size, not size²",
            pooled_otherwise(lambda windows, size, stride: windows.sum((-2, -1)) / size[0]),
            "The sum was divided by the window's side; a window holds height × width numbers.",
        ),
        Mistake(
            "divides by size, not size²",
            pooled_otherwise(lambda windows, size, stride: windows.sum((-2, -1)) / size[1]),
            "The sum was divided by the window's width; a window holds height × width numbers.",
        ),
        Mistake(
            "height counted twice",
            pooled_otherwise(lambda windows, size, stride: windows.sum((-2, -1)) / size[0] ** 2),
            "The sum was divided by the square of the window's height; it may be wider than high.",
        ),
        Mistake(
            "sum instead of mean",
            pooled_otherwise(lambda windows, size, stride: windows.sum((-2, -1))),
            "The sums were not divided.",
        ),
        Mistake(
            "divides by the stride",
            pooled_otherwise(lambda windows, size, stride: windows.sum((-2, -1)) / prod(stride)),
            "The sum was divided by the area of a step; the window's own area is meant.",
        ),
        Mistake(
            "divides by the channels too",
            pooled_otherwise(lambda windows, size, stride: mean_of(windows) / windows.shape[1]),
            "The sum was divided by the number of channels as well.",
        ),
        Mistake(
            "median instead of mean",
            pooled_otherwise(lambda windows, size, stride: np.median(windows, axis=(-2, -1))),
            "This is the median of each window.",
        ),
    ),
)
