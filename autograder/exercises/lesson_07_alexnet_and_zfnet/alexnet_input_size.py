"""Find the side of AlexNet's images."""

from __future__ import annotations

from typing import Any

from autograder.reference import architectures

from ..model import Exercise, Mistake, case


def always(answer: Any):
    return lambda: answer


EXERCISE = Exercise(
    order=50,
    reference=architectures.alexnet_input_size,
    draw=lambda numbers: {},
    example=dict,
    cases=(case("values"),),
    facet_words={"values": "the size that the paper's numbers need"},
    see="224 or 227",
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
