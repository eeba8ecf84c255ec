"""Count the weights and biases of a convolutional layer."""

from __future__ import annotations

from autograder import reference

from ..combining import at_once
from ..model import Arguments, Exercise, Mistake, Numbers, case


def layer_to_count(
    numbers: Numbers,
    in_channels: int | None = None,
    kernel_size: int | tuple[int, int] | None = None,
    num_filters: int | None = None,
    bias: bool | None = None,
) -> Arguments:
    rng = numbers.rng
    arguments: Arguments = {
        "in_channels": int(rng.integers(2, 9)) if in_channels is None else in_channels,
        "kernel_size": int(rng.integers(2, 8)) if kernel_size is None else kernel_size,
        "num_filters": int(rng.integers(2, 99)) if num_filters is None else num_filters,
    }
    return arguments if bias is None else {**arguments, "bias": bias}


EXERCISE = Exercise(
    order=50,
    reference=reference.conv_parameter_count,
    draw=layer_to_count,
    example=lambda: {"in_channels": 3, "kernel_size": 5, "num_filters": 10},
    cases=(
        case("values"),
        case("values", in_channels=3, kernel_size=11, num_filters=96),
        case("values", in_channels=1),
        case("pair", hidden=False, kernel_size=(3, 5)),
        case("pair", kernel_size=(7, 1)),
        case("no_bias", hidden=False, bias=False),
        case("no_bias", in_channels=1, bias=False),
    ),
    properties=(
        at_once(
            "no_bias",
            reference.conv_parameter_count,
            layer_to_count,
            {"kernel_size": (2, 4), "bias": False},
            ({"kernel_size": (3, 5)}, {"kernel_size": 3, "bias": False}),
        ),
    ),
    facet_words={"pair": "a kernel size of two numbers", "no_bias": "a layer without biases"},
    see="Count the weights",
    mistakes=(
        Mistake(
            "depth forgotten",
            lambda in_channels, kernel_size, num_filters, bias=True: reference.conv_parameter_count(
                1, kernel_size, num_filters, bias
            ),
            "The depth is missing: a filter has weights for every channel of its input.",
        ),
        Mistake(
            "one bias for the layer",
            lambda in_channels, kernel_size, num_filters, bias=True: (
                reference.conv_parameter_count(in_channels, kernel_size, num_filters, False)
                + int(bias)
            ),
            "There is one bias for the whole layer; each filter has its own.",
        ),
        Mistake(
            "image size counted in",
            lambda in_channels, kernel_size, num_filters, bias=True: reference.conv_parameter_count(
                in_channels, 32, num_filters, bias
            ),
            "The size of the image was counted in: the same weights serve at every place.",
        ),
        Mistake(
            "bias left out",
            lambda in_channels, kernel_size, num_filters, bias=True: reference.conv_parameter_count(
                in_channels, kernel_size, num_filters, False
            ),
            "The biases are missing.",
        ),
        Mistake(
            "sides of the kernel added",
            lambda in_channels, kernel_size, num_filters, bias=True: (
                num_filters * (in_channels * sum(reference.pair(kernel_size)) + int(bias))
            ),
            "Height and width of the kernel were added; a slice holds their product.",
        ),
        Mistake(
            "one side of the kernel only",
            lambda in_channels, kernel_size, num_filters, bias=True: (
                num_filters * (in_channels * reference.pair(kernel_size)[0] + int(bias))
            ),
            "Only one side of the kernel was counted; a slice holds height times width weights.",
        ),
        Mistake(
            "one bias a channel",
            lambda in_channels, kernel_size, num_filters, bias=True: (
                in_channels * reference.conv_parameter_count(1, kernel_size, num_filters, bias)
            ),
            "There is one bias for every channel of every filter; a filter has a single one.",
        ),
        Mistake(
            "bias always counted",
            lambda in_channels, kernel_size, num_filters, bias=True: reference.conv_parameter_count(
                in_channels, kernel_size, num_filters, True
            ),
            "`bias=False` was not looked at.",
        ),
        Mistake(
            "height counted twice",
            lambda in_channels, kernel_size, num_filters, bias=True: reference.conv_parameter_count(
                in_channels, reference.pair(kernel_size)[0], num_filters, bias
            ),
            "The kernel was taken for a square of its height.",
        ),
    ),
)
