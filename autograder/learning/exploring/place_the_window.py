"""What `place-the-window` is given: one's own output sizes, or one's own maps."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np

from autograder.datasets import load_photo

from .trying import Failure, NotShown, Trying, name_of, parameters_of

DATA = ("chelsea.png",)

SIZES, KERNELS, PADS, STRIDES = range(1, 17), range(1, 12), range(6), range(1, 11)
"""The settings that the explorer's fields allow, along one side."""


def eye() -> np.ndarray:
    """The picture of the explorer: the cat's eye, 16×16 pixels from 0 (black) to 9 (white)."""
    crop = load_photo("chelsea")[92:124, 124:156].mean(axis=2)
    small = crop.reshape(16, 2, 16, 2).mean(axis=(1, 3))
    return np.round(9 * (small - small.min()) / np.ptp(small))


def given(function: Callable | None = None) -> dict[str, Any]:
    """The learner's results for `conv_output_size` or for `cross_correlate2d`, told by arguments.

    Raises
    ------
    NotShown
        If the function takes neither (size, kernel, pad, stride) nor (image, kernel).
    """
    picture = {"picture": eye().astype(int).tolist()}
    if function is None:
        return picture
    tries = {4: sizes_by, 2: maps_by}.get(parameters_of(function))
    if tries is None:
        raise NotShown(
            "“Place the window” can show a function of (size, kernel, pad, stride), like "
            f"conv_output_size, or of (image, kernel), like cross_correlate2d; {name_of(function)} "
            "takes other arguments, so it opens without it."
        )
    return {**picture, "yours": {"name": name_of(function), **tries(function)}}


def sizes_by(function: Callable) -> dict[str, Any]:
    """Its output size for every setting along one side, in the order of the explorer's fields."""
    tried = Trying(function)
    settings = product(SIZES, KERNELS, PADS, STRIDES)
    values = [size_of(tried.call(*setting), tried) for setting in settings]
    shape = [len(SIZES), len(KERNELS), len(PADS), len(STRIDES)]
    return {"kind": "size", "shape": shape, "values": values, "errors": tried.errors}


def size_of(result: Any, tried: Trying) -> Any:
    """A size as it is shown: a number; a number of a failure for what is no number."""
    if result is None or isinstance(result, Failure):
        return result
    if isinstance(result, (int, float, np.integer, np.floating)) and math.isfinite(result):
        return float(result) if result % 1 else int(result)
    return tried.failure(f"returned {type(result).__name__}, which is no size")


def maps_by(function: Callable) -> dict[str, Any]:
    """Its map for pictures of every size with a 3×3 kernel, at stride 1 and without padding."""
    tried, picture = Trying(function), eye()
    maps = {}
    for height, width in product(SIZES, SIZES):
        result = tried.call(picture[:height, :width].copy(), kernel_of(3, 3))
        maps[f"{height},{width},3,3"] = map_of(result, tried)
    words = "it was tried at stride 1, without padding, with a window of 3×3"
    return {"kind": "map", "maps": maps, "tried": words}


def map_of(result: Any, tried: Trying) -> Any:
    """A map as rows of numbers, or what came out instead in words."""
    if result is None:
        return "was not tried: there was no time left"
    if isinstance(result, Failure):
        return tried.errors[result.number]
    array = np.asarray(result)
    if array.ndim != 2 or array.dtype.kind not in "biuf" or array.size > 256:
        return f"returned an array of shape {array.shape}, which is no map"
    return np.nan_to_num(array.astype(float), nan=1e9, posinf=1e9, neginf=-1e9).round(6).tolist()


def kernel_of(height: int, width: int) -> np.ndarray:
    """The explorer's kernel: it compares left with right, its first row twice as strong.

    Examples
    --------
    >>> kernel_of(2, 3)
    array([[-2.,  0.,  2.],
           [-1.,  0.,  1.]])
    """
    row = np.sign(2.0 * np.arange(width) - width + 1) if width > 1 else np.ones(1)
    return np.outer([2.0] + [1.0] * (height - 1), row)
