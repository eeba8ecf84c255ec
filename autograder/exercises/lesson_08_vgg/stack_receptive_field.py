"""Give the side of the patch that a stack of convolutions sees."""

from __future__ import annotations

from autograder.reference import accounting

from ..model import Arguments, Exercise, Mistake, Numbers, between, case
from ._shared import a_stack


def stack_seen(numbers: Numbers, kernel: int | None = None, times: int | None = None) -> Arguments:
    drawn = a_stack(numbers, kernel, times)
    return {"kernel": drawn["kernel"], "times": drawn["times"]}


EXERCISE = Exercise(
    order=50,
    reference=accounting.stack_receptive_field,
    draw=stack_seen,
    example=lambda: {"kernel": 3, "times": 2},
    cases=(
        case("values"),
        case("values", hidden=False, kernel=3, times=3),
        case("values", times=between(2, 9), corners=({"times": 7},)),
        case("values", kernel=2, times=3),
        case("values", kernel=5, times=4),
        case("once", hidden=False, kernel=7, times=1),
        case("once", times=1),
        case("pointwise", kernel=1),
    ),
    facet_words={"once": "a single layer", "pointwise": "filters of 1×1, which see one pixel"},
    test_points=1,
    see="The receptive field of a stack: three small filters for one large",
    mistakes=(
        Mistake(
            "sum of kernels",
            lambda kernel, times: kernel * times,
            "The sides were added up: neighboring windows overlap.",
        ),
        Mistake(
            "off by one",
            lambda kernel, times: times * (kernel - 1),
            "One pixel is missing: the one in the middle.",
        ),
        Mistake(
            "product of kernels",
            lambda kernel, times: kernel**times,
            "The sides were multiplied: that would hold if windows did not overlap.",
        ),
        Mistake(
            "one layer only",
            lambda kernel, times: kernel,
            "This is the receptive field of one layer only.",
        ),
        Mistake(
            "two a layer",
            lambda kernel, times: 2 * times + 1,
            "Each layer adds 2 for filters of 3×3 only.",
        ),
        Mistake(
            "area of the field",
            lambda kernel, times: (times * (kernel - 1) + 1) ** 2,
            "This is the number of pixels in the patch; its side is asked for.",
        ),
    ),
)
