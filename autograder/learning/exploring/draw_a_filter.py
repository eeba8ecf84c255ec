"""What `draw-a-filter` is given: two photographs, and one's own maps of them."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np

from autograder.datasets import load_photo

from .trying import Failure, NotShown, Trying, name_of, parameters_of

DATA = ("brick.png", "chelsea.png")

SIDE = 96
"""Pixels of a photograph's side."""


def given(function: Callable | None = None) -> dict[str, Any]:
    """The photographs, and the learner's results for `cross_correlate2d` with the ready filters.

    A release, which does not hold the right answers, has no results.

    Raises
    ------
    NotShown
        If the function does not take (image, kernel).
    """
    photos = {"brick": shrunk("brick", 16, 16, 5), "chelsea": shrunk("chelsea", 0, 60, 3)}
    data: dict[str, Any] = {"photos": {name: packed(photo) for name, photo in photos.items()}}
    right = right_answers()
    if function is None or right is None:
        return data
    if parameters_of(function) != 2:
        raise NotShown(
            "“Draw a filter” can show a function of (image, kernel), like cross_correlate2d; "
            f"{name_of(function)} takes other arguments, so it opens without it."
        )
    return {
        **data,
        "yours": {"name": name_of(function), "results": results(function, photos, *right)},
    }


def right_answers() -> tuple[Callable, dict[str, np.ndarray]] | None:
    """How a map is computed, and the ready filters; None in a release, which does not hold them."""
    try:
        from autograder.reference import cross_correlate2d, edge_filters
    except ImportError:
        return None
    return cross_correlate2d, edge_filters()


def shrunk(name: str, top: int, left: int, factor: int) -> np.ndarray:
    """A square of a photograph, each pixel the mean of `factor` × `factor`: (96, 96, C) bytes."""
    photo = load_photo(name)
    photo = photo.reshape(*photo.shape[:2], -1)
    square = photo[top : top + SIDE * factor, left : left + SIDE * factor].astype(float)
    return square.reshape(SIDE, factor, SIDE, factor, -1).mean(axis=(1, 3)).round().astype(np.uint8)


def packed(photo: np.ndarray) -> dict[str, Any]:
    """A photograph's bytes as text."""
    height, width, channels = photo.shape
    text = b64encode(photo.tobytes()).decode("ascii")
    return {"height": height, "width": width, "channels": channels, "bytes": text}


def results(
    function: Callable,
    photos: dict[str, np.ndarray],
    reference: Callable,
    filters: dict[str, np.ndarray],
) -> dict[str, dict[str, Any]]:
    """What the function makes of each gray photograph with each ready filter."""
    tried = Trying(function)
    found = {}
    for (photo, pixels), (name, kernel) in product(photos.items(), filters.items()):
        image = pixels.mean(axis=2)
        result = tried.call(image.copy(), kernel.copy())
        found[f"{photo},{name}"] = compared(result, reference(image, kernel), tried)
    return found


def compared(result: Any, right: np.ndarray, tried: Trying) -> dict[str, Any]:
    """A result beside the right map: whether it is the same, in words, and the map if it is not."""
    if result is None:
        return {"words": "not tried: there was no time left."}
    if isinstance(result, Failure):
        return {"words": f"{tried.errors[result.number]} ≠"}
    array = np.asarray(result)
    if array.shape != right.shape or array.dtype.kind not in "biuf":
        rows, columns = right.shape
        return {"words": f"returned shape {array.shape} ≠, the right map is {rows}×{columns}."}
    return beside(array.astype(float), right)


def beside(array: np.ndarray, right: np.ndarray) -> dict[str, Any]:
    """A map of the right shape beside the right one."""
    wrong = ~np.isclose(array, right, rtol=1e-5, atol=1e-6 * np.abs(right).max())
    if not wrong.any():
        return {"words": "= the map shown, number for number."}
    row, column = np.unravel_index(int(np.argmax(wrong)), wrong.shape)
    words = (
        f"≠ the map shown; first at row {row}, column {column}: "
        f"{array[row, column]:g} where {right[row, column]:g} is right."
    )
    finite = np.nan_to_num(array, posinf=0, neginf=0).astype("<f4")
    return {"words": words, "map": b64encode(finite.tobytes()).decode("ascii")}
