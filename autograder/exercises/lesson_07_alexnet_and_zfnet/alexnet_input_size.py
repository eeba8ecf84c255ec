"""Find the side of AlexNet's images."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from autograder.reference import architectures

from ..model import Claim, Exercise, Mistake, Numbers, Property


def always(answer: Any):
    return lambda: answer


def is_the_size(call, numbers: Numbers) -> Iterator[Claim]:
    size = call()
    number = isinstance(size, (int, float)) and not isinstance(size, bool)
    yield Claim(number, True, "one number comes back")
    fits = number and size >= 224 and (size - 11) % 4 == 0
    yield Claim(fits, True, "from 224 on, windows of 11 with stride 4 fit the size exactly")
    yield Claim(
        number and size == architectures.alexnet_input_size(),
        True,
        "it is the smallest such size, and gives maps of 55",
    )


def is_whole(call, numbers: Numbers) -> Iterator[Claim]:
    yield Claim(type(call()) is int, True, "the size is a whole number, without a decimal point")


EXERCISE = Exercise(
    order=50,
    reference=architectures.alexnet_input_size,
    example=dict,
    properties=(
        Property("values", is_the_size, hidden=False),
        Property("whole", is_whole, hidden=False),
    ),
    heart=("values",),
    facet_words={"values": "the size that the paper's numbers need", "whole": "a whole number"},
    test_points=1,
    see="The input size: 224 or 227",
    mistakes=(
        Mistake(
            "224", always(224), "224 is what the paper prints: (224 − 11)/4 + 1 = 54.25 is no size."
        ),
        Mistake(
            "228",
            always(228),
            "228 is 224 with 4 pixels more: (228 − 11)/4 + 1 is no whole number.",
        ),
        Mistake(
            "256",
            always(256),
            "256 is the size that photos are brought to before a window is cut out of them.",
        ),
        Mistake("223", always(223), "223 fits, but gives 54; the paper's maps have 55."),
        Mistake(
            "55",
            always(55),
            "55 is the size of the first maps; the size of the images is asked for.",
        ),
        Mistake(
            "a shape", always((3, 227, 227)), "This is the whole shape; one side is asked for."
        ),
        Mistake(
            "a decimal number", always(227.0), "The size has a decimal point; it is a whole number."
        ),
    ),
)
