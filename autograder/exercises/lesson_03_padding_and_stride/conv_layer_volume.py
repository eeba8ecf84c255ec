"""Give the output shape of a convolution, and the number of its parameters."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from autograder import reference

from ..model import Arguments, Exercise, Mistake, Numbers, between, case
from ._shared import PAIR


def layer_to_size(
    numbers: Numbers,
    C: int | None = None,
    F: int | None = None,
    kernel: int | None = None,
    pad: int = 0,
    stride: int = 1,
    extra: PAIR | None = None,
    left_over: PAIR = (0, 0),
    square: bool = False,
) -> Arguments:
    """A layer that fits, or misses by `left_over` pixels."""
    rng = numbers.rng
    kernel = int(rng.integers(4, 8)) if kernel is None else kernel
    places = np.array(rng.integers(4, 30, 2) if extra is None else extra)
    if square:
        places[1] = places[0]
    height, width = (int(n) for n in (places - 1) * stride + kernel - 2 * pad + left_over)
    return {
        "input_shape": (int(rng.integers(2, 9)) if C is None else C, height, width),
        "num_filters": int(rng.integers(10, 99)) if F is None else F,
        "kernel": kernel,
        "pad": pad,
        "stride": stride,
    }


def missized(name: str, change: Callable, sentence: str) -> Mistake:
    """A wrong result from an answer that refuses as it should.

    `change(shape, parameters, **arguments)` makes it from the right one.
    """

    def answer(input_shape, num_filters, kernel, pad, stride):
        shape, parameters = reference.conv_layer_volume(
            input_shape, num_filters, kernel, pad, stride
        )
        return change(
            shape,
            parameters,
            input_shape=input_shape,
            num_filters=num_filters,
            kernel=kernel,
            pad=pad,
            stride=stride,
        )

    return Mistake(name, answer, sentence)


def places_rounded(input_shape, num_filters, kernel, pad, stride):
    _, height, width = input_shape
    shape = (
        num_filters,
        (height + 2 * pad - kernel) // stride + 1,
        (width + 2 * pad - kernel) // stride + 1,
    )
    return shape, reference.conv_parameter_count(input_shape[0], kernel, num_filters)


def resized(pad_of: Callable[[int], int], stride_of: Callable[[int], int]) -> Callable:
    """The volume for another pad and stride, rounded down."""

    def change(shape, parameters, input_shape, num_filters, kernel, pad, stride):
        (_, *sides), pad, stride = input_shape, pad_of(pad), stride_of(stride)
        height, width = ((side + 2 * pad - kernel) // stride + 1 for side in sides)
        return (num_filters, height, width), parameters

    return change


EXERCISE = Exercise(
    order=70,
    reference=reference.conv_layer_volume,
    draw=layer_to_size,
    example=lambda: {
        "input_shape": (3, 32, 32),
        "num_filters": 10,
        "kernel": 5,
        "pad": 2,
        "stride": 1,
    },
    results=("shape", "parameters"),
    cases=(
        case("values", square=True),
        case("values", C=1, F=6, kernel=5, extra=(28, 28)),
        case("values", C=3, F=7, kernel=1, extra=(9, 9)),
        case("rectangular", C=1, F=1, kernel=between(1, 5)),
        case("rectangular", hidden=False),
        case("rectangular", C=3, F=16, kernel=3),
        case("padding", hidden=False, pad=1, square=True),
        case("padding", pad=between(1, 3), square=True, corners=({"kernel": 7, "pad": 3},)),
        case("padding", kernel=5, pad=2, needs=("rectangular",)),
        case("stride", hidden=False, stride=2, square=True),
        case("stride", C=3, F=96, kernel=11, stride=4, extra=(55, 55)),
        case(
            "stride",
            pad=between(1, 3),
            stride=between(2, 5),
            square=True,
            corners=({"pad": 2, "stride": 3},),
            needs=("padding",),
        ),
        case("stride", pad=between(1, 3), stride=between(2, 5), needs=("padding", "rectangular")),
        case("refused", hidden=False, stride=2, left_over=(1, 1), square=True, needs=("stride",)),
        case(
            "refused",
            pad=1,
            stride=between(3, 5),
            left_over=(0, between(1, 3)),
            where=lambda sizes: max(sizes.left_over) < sizes.stride,
            corners=({"stride": 4, "left_over": (0, 3)}, {"stride": 3, "left_over": (2, 0)}),
            needs=("stride", "padding"),
        ),
        case("refused", kernel=7, extra=(0, 0)),
        case("refused", kernel=7, extra=(0, 4), needs=("rectangular",)),
        case("refused", kernel=7, pad=1, extra=(4, 0), needs=("rectangular", "padding")),
    ),
    facet_words={
        "padding": "padding",
        "stride": "steps of more than 1",
    },
    see="Output volume and number of parameters",
    mistakes=(
        missized(
            "volume kept C deep",
            lambda shape, parameters, input_shape, **_: (
                (input_shape[0], *shape[1:]),
                parameters,
            ),
            "The volume is as deep as the input; it has one map for each filter.",
        ),
        missized(
            "parameters counted per position",
            lambda shape, parameters, **_: (shape, parameters * shape[1] * shape[2]),
            "The weights were counted at every place; they are the same ones everywhere.",
        ),
        missized(
            "depth forgotten",
            lambda shape, parameters, num_filters, kernel, **_: (
                shape,
                num_filters * (kernel**2 + 1),
            ),
            "The parameters leave out the input's depth: a filter has weights for every channel.",
        ),
        missized(
            "bias left out",
            lambda shape, parameters, num_filters, **_: (shape, parameters - num_filters),
            "The biases were not counted.",
        ),
        missized(
            "one bias for the layer",
            lambda shape, parameters, num_filters, **_: (shape, parameters - num_filters + 1),
            "One bias was counted for the whole layer; each filter has its own.",
        ),
        missized(
            "one filter counted",
            lambda shape, parameters, num_filters, **_: (shape, parameters // num_filters),
            "These are the parameters of a single filter.",
        ),
        missized(
            "kernel not squared",
            lambda shape, parameters, input_shape, num_filters, kernel, **_: (
                shape,
                num_filters * (input_shape[0] * kernel + 1),
            ),
            "The kernel's side was counted once; a kernel has as many rows as columns.",
        ),
        missized(
            "size of the output counted",
            lambda shape, parameters, **_: (shape, shape[0] * shape[1] * shape[2]),
            "These are the numbers that come out, not the numbers that are learned.",
        ),
        missized(
            "channels last",
            lambda shape, parameters, **_: ((*shape[1:], shape[0]), parameters),
            "The depth stands last; the course writes (F, H', W').",
        ),
        missized(
            "H and W swapped",
            lambda shape, parameters, **_: ((shape[0], shape[2], shape[1]), parameters),
            "Height and width are exchanged.",
        ),
        missized(
            "height used for width",
            lambda shape, parameters, **_: ((shape[0], shape[1], shape[1]), parameters),
            "The width of the volume is taken from its height.",
        ),
        missized(
            "pad ignored",
            resized(lambda pad: 0, lambda stride: stride),
            "The padding was left out of the size.",
        ),
        missized(
            "pad ignored",
            lambda shape, parameters, input_shape, num_filters, kernel, pad, stride: (
                reference.conv_layer_volume(input_shape, num_filters, kernel, 0, stride)
            ),
            "The padding was left out of the size.",
        ),
        missized(
            "stride ignored",
            resized(lambda pad: pad, lambda stride: 1),
            "The stride was left out of the size.",
        ),
        missized(
            "size kept",
            lambda shape, parameters, input_shape, num_filters, **_: (
                (num_filters, *input_shape[1:]),
                parameters,
            ),
            "The size is the input's; only some paddings keep it.",
        ),
        Mistake(
            "pad and stride exchanged",
            lambda input_shape, num_filters, kernel, stride, pad: places_rounded(
                input_shape, num_filters, kernel, pad, stride
            ),
            "Pad and stride were read in the other order: the pad comes first.",
        ),
        Mistake(
            "pad and stride exchanged",
            lambda input_shape, num_filters, kernel, stride, pad: reference.conv_layer_volume(
                input_shape, num_filters, kernel, pad, stride
            ),
            "Pad and stride were read in the other order: the pad comes first.",
        ),
        Mistake(
            "rounds down silently",
            places_rounded,
            "A size that does not fit was rounded down, and nobody is told.",
        ),
        missized(
            "parameters first",
            lambda shape, parameters, **_: (parameters, shape),
            "Shape and parameters stand in the wrong order: the shape comes first.",
        ),
    ),
)
