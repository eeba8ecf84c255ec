"""Figures of lesson 01: words, bytes, inputs left alone, and pixels followed to the right place."""

from __future__ import annotations

import io

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from PIL import Image

from autograder.figures import fully_connected_limits as figures
from autograder.figures.raster import Raster
from autograder.figures.style import MARK


def digit(height: int = 6, width: int = 9) -> np.ndarray:
    return np.random.default_rng(height).random((height, width)).astype("float32")


def signed() -> np.ndarray:
    return digit() - 0.5


STEPS = np.arange(3)

FIGURES = {
    "neighbours": (figures.neighbours, (digit(), digit().ravel(), (2, 4))),
    "rows_of_pictures": (
        figures.rows_of_pictures,
        ({"some": [digit()] * 3, "signed": [signed()]}, "See the rows.", "Two rows of pictures."),
    ),
    "along_the_way": (
        figures.along_the_way,
        (
            [digit()] * 3,
            {"one": (STEPS, STEPS**2)},
            "x",
            "y",
            "See.",
            "One rising curve.",
            {"low": 1.0},
        ),
    ),
    "growth": (figures.growth, ([32, 64], [3073, 12289], {"a": (32, 3073)}, {"all": 9000})),
    "guesses": (figures.guesses, ([digit()] * 7, [1] * 7, list(range(7)))),
    "appetite": (figures.appetite, ([50, 800], [1.0, 0.97], [0.6, 0.9])),
}


def pixels(picture: Raster) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(picture.image)).convert("RGB")) / 255


@pytest.mark.parametrize("place", [(1, 1), (4, 7), (2, 4)])
def test_the_pixel_is_followed_to_its_place_in_the_row(place):
    height, width = 6, 9
    blank = np.zeros((height, width))
    seen = pixels(figures.neighbours(blank, blank.ravel(), place))
    strip = slice(int(0.82 * len(seen)), int(0.88 * len(seen)))  # the lower half of the row
    marked = np.abs(seen[strip] - to_rgb(MARK)).max(axis=2) < 0.2
    middle = np.flatnonzero(marked.any(axis=0)).mean() / seen.shape[1]
    at = place[0] * width + place[1]
    assert middle == pytest.approx(0.005 + 0.99 * (at + 0.5) / (height * width), abs=0.005)


def test_guesses_tell_what_was_meant_from_what_was_read():
    picture = figures.guesses([digit(), digit()], [4, 7], [9, 2])
    assert "4, read as 9; 7, read as 2" in picture.alt
