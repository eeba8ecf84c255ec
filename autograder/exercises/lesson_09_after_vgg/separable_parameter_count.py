"""Count the weights of a depthwise and a pointwise layer, and of the layer they stand for."""

from __future__ import annotations

from math import prod

from autograder import reference
from autograder.reference.geometry import pair

from ..model import Arguments, Exercise, Mistake, Numbers, case


def sizes(
    numbers: Numbers, kernel: int = 0, pairs: bool = False, in_channels: int = 0
) -> Arguments:
    rng = numbers.rng
    first, second = rng.choice([2, 3, 4, 5, 7], size=2, replace=False)
    depth = in_channels or int(rng.integers(2, 20))
    return {
        "in_channels": depth,
        "out_channels": depth + int(rng.integers(1, 20)),
        "kernel": (int(first), int(second)) if pairs else kernel or int(first),
    }


def counted(separable, full=lambda c, f, area, height: c * f * area):
    """An answer from the channels in and out, the kernel's area and its height."""

    def separable_parameter_count(in_channels, out_channels, kernel):
        area, height = prod(pair(kernel)), pair(kernel)[0]
        return (
            separable(in_channels, out_channels, area, height),
            full(in_channels, out_channels, area, height),
        )

    return separable_parameter_count


def right(c: int, f: int, area: int, height: int) -> int:
    return c * area + c * f


EXERCISE = Exercise(
    order=50,
    reference=reference.separable_parameter_count,
    draw=sizes,
    example=lambda: {"in_channels": 64, "out_channels": 128, "kernel": 3},
    results=("separable", "full"),
    cases=(
        case("values", hidden=False, kernel=3),
        case("values", kernel=5),
        case("values"),
        case("pair", hidden=False, pairs=True),
        case("pair", pairs=True),
        case("pointwise", kernel=1),
        case("one channel", in_channels=1),
    ),
    facet_words={
        "pair": "a kernel that is not square",
        "pointwise": "a kernel of 1×1",
        "one channel": "a single channel",
    },
    see="What it saves",
    mistakes=(
        Mistake(
            "K once",
            counted(
                lambda c, f, area, height: c * height + c * f,
                lambda c, f, area, height: c * f * height,
            ),
            "A filter of side k has k·k weights; the side was counted once.",
        ),
        Mistake(
            "biases",
            counted(
                lambda c, f, area, height: c * (area + 1) + f * (c + 1),
                lambda c, f, area, height: f * (c * area + 1),
            ),
            "The biases were counted; the weights alone are asked for.",
        ),
        Mistake(
            "order exchanged",
            lambda in_channels, out_channels, kernel: reference.separable_parameter_count(
                in_channels, out_channels, kernel
            )[::-1],
            "The two counts are exchanged: the separable layer's comes first.",
        ),
        Mistake(
            "depthwise alone",
            counted(lambda c, f, area, height: c * area),
            "Only the depthwise filters were counted; the pointwise layer mixes what they give.",
        ),
        Mistake(
            "pointwise alone",
            counted(lambda c, f, area, height: c * f),
            "Only the pointwise layer was counted; the depthwise filters come before it.",
        ),
        Mistake(
            "depthwise over the outputs",
            counted(lambda c, f, area, height: f * area + c * f),
            "The depthwise layer has a filter for each channel that comes in, not that goes out.",
        ),
        Mistake(
            "product for sum",
            counted(lambda c, f, area, height: c * area * c * f),
            "The two layers' counts were multiplied; they add up.",
        ),
        Mistake(
            "full channels once",
            counted(right, lambda c, f, area, height: f * area),
            "In the usual layer each of the F filters reads all C channels.",
        ),
        Mistake(
            "height for width",
            counted(
                lambda c, f, area, height: c * height**2 + c * f,
                lambda c, f, area, height: c * f * height**2,
            ),
            "The kernel was taken for a square of its height.",
        ),
        Mistake(
            "decimal numbers",
            counted(
                lambda *given: float(right(*given)),
                lambda c, f, area, height: float(c * f * area),
            ),
            "The counts have a decimal point; they are whole numbers.",
        ),
        Mistake(
            "ratio",
            lambda in_channels, out_channels, kernel: (
                (area := prod(pair(kernel)), in_channels * (area + out_channels))[1]
                / (in_channels * out_channels * area)
            ),
            "This is the ratio of the two counts; both counts are asked for.",
        ),
    ),
)
