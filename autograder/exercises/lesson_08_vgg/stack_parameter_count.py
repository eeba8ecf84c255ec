"""Count the weights of a stack of convolutions, all C → C."""

from __future__ import annotations

from math import prod

from autograder.reference import accounting
from autograder.reference.geometry import pair

from ..model import Exercise, Mistake, between, case
from ..windows import differ
from ._shared import a_stack


def area(kernel: int | tuple[int, int]) -> int:
    return prod(pair(kernel))


EXERCISE = Exercise(
    order=60,
    reference=accounting.stack_parameter_count,
    draw=a_stack,
    example=lambda: {"kernel": 3, "times": 3, "channels": 2},
    cases=(
        case("values"),
        case("values", hidden=False, kernel=3, times=3),
        case("values", kernel=3, times=2),
        case("values", kernel=5, times=4),
        case("once", hidden=False, kernel=7, times=1),
        case("once", times=1),
        case("pointwise", kernel=1),
        case("pair", hidden=False, kernel=(3, 5), times=2),
        case("pair", kernel=(1, 7), times=3),
        case("pair", kernel=(4, 2), times=1),
        case(
            "pair",
            kernel=(between(1, 7), between(1, 7)),
            times=between(1, 4),
            where=differ("kernel"),
        ),
    ),
    facet_words={
        "once": "a single layer",
        "pointwise": "filters of 1×1",
        "pair": "filters that are not square: a pair for `kernel`",
    },
    test_points=1,
    see="The receptive field of a stack: three small filters for one large",
    mistakes=(
        Mistake(
            "C once",
            lambda kernel, times, channels: times * area(kernel) * channels,
            "The channels were counted once: each of the C filters reads all C channels.",
        ),
        Mistake(
            "biases counted",
            lambda kernel, times, channels: times * (area(kernel) * channels + 1) * channels,
            "The biases were counted; the weights alone are asked for.",
        ),
        Mistake(
            "one layer only",
            lambda kernel, times, channels: area(kernel) * channels**2,
            "Only one layer was counted.",
        ),
        Mistake(
            "kernel not squared",
            lambda kernel, times, channels: times * pair(kernel)[0] * channels**2,
            "A filter of side k has k·k weights for each channel.",
        ),
        Mistake(
            "power for product",
            lambda kernel, times, channels: (area(kernel) * channels**2) ** times,
            "The layers' counts were multiplied; they add up.",
        ),
        Mistake(
            "channels squared for each layer",
            lambda kernel, times, channels: times * area(kernel) * channels ** (2 * times),
            "The channels were multiplied again for every layer.",
        ),
        Mistake(
            "decimal number",
            lambda kernel, times, channels: float(times * area(kernel) * channels**2),
            "The count has a decimal point; it is a whole number.",
        ),
        Mistake(
            "height squared",
            lambda kernel, times, channels: times * pair(kernel)[0] ** 2 * channels**2,
            "Of a pair only the height was used: a filter of 3×5 has 3·5 weights, not 3·3.",
        ),
        Mistake(
            "sides added",
            lambda kernel, times, channels: times * sum(pair(kernel)) * channels**2,
            "The sides of the filter were added; a filter of 3×3 has 3·3 weights.",
        ),
    ),
)
