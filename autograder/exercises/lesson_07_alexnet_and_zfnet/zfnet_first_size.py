"""What the size formula gives for ZFNet's first layer on images of 224."""

from __future__ import annotations

from ..model import Exercise, Mistake

EXERCISE = Exercise(
    order=80,
    reference=110.5,
    test_points=1,
    see="ZFNet is a diff of two tables",
    mistakes=(
        Mistake(
            "rounded down",
            110,
            "110 is what the paper prints; compute it without rounding.",
        ),
        Mistake(
            "rounded up",
            111,
            "This was rounded up; compute it without rounding.",
        ),
        Mistake(
            "pad or one forgotten",
            109.5,
            "One is missing: the pad of 1 stands on both sides, and the "
            "place where the window starts counts as well.",
        ),
        Mistake(
            "side of the image left as it is",
            224.0,
            "This is the size of the image.",
        ),
        Mistake(
            "pad of 3",
            112.5,
            "The pad was taken to be 3, half of the window; the paper's maps need 1.",
        ),
        Mistake(
            "AlexNet's",
            54.25,
            "This is AlexNet's first layer on 224; ZFNet's is 7×7 with stride 2.",
            see="The input size: 224 or 227",
        ),
    ),
)
