"""Figures of lesson 09: words, bytes, inputs left alone, and the numbers that they tell."""

from __future__ import annotations

import numpy as np

from autograder.figures import after_vgg as figures

RNG = np.random.default_rng(9)
PHOTO = RNG.integers(0, 256, (12, 16, 3)).astype(np.uint8)
NAMES = [("cat", 0.75), ("dog", 0.001)]
MAPS = {"cat": RNG.normal(size=(3, 4)), "dog": RNG.normal(size=(3, 4))}

FIGURES = {
    "detour": (figures.detour, (["conv 3×3", "ReLU"],)),
    "against_depth": (
        figures.against_depth,
        ((8, 20), {"plain": [40.0, 50.0], "residual": [20.0, 10.0]}, "wrong, %", "See."),
    ),
    "named": (figures.named, ([PHOTO, PHOTO], [NAMES, NAMES])),
    "looked": (figures.looked, (PHOTO, MAPS)),
}


def test_what_is_told_without_a_picture():
    depth, named, looked = (
        figure(*arguments).alt for figure, arguments in list(FIGURES.values())[1:]
    )
    assert depth.endswith("with 8, 20 layers. plain: 40, 50; residual: 20, 10.")
    assert named.endswith("from the top: cat, cat.")
    assert looked.endswith("cat, dog.")
