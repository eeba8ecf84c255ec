"""Give the side of the input patch that one output of a stack of layers sees."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np

from autograder import reference

from ..model import Arguments, Claim, Exercise, Mistake, Numbers, Property, between, case


def stack_of_layers(
    numbers: Numbers,
    count: int,
    strided: bool = True,
    layers: tuple[tuple[int, int], ...] | None = None,
) -> Arguments:
    """`count` layers, as (kernel, stride)."""
    if layers is None:
        kernels = numbers.rng.integers(2, 8, count)
        strides = numbers.rng.integers(2, 5, count) if strided else np.ones(count)
        layers = tuple((int(k), int(s)) for k, s in zip(kernels, strides, strict=True))
    return {"layers": list(layers)}


def seeing(name: str, see: Callable[[list], int], sentence: str) -> Mistake:
    return Mistake(name, see, sentence)


def walk(grow: Callable[[int, int, int, int, int], int], jump: Callable = int.__mul__) -> Callable:
    """Go through the layers: `grow(size, kernel, stride, step, last)` gives the next size.

    `step` is the product of the strides so far, `last` the stride of the layer before.
    """

    def see(layers):
        size, step, last = 1, 1, 1
        for kernel, stride in layers:
            size = grow(size, kernel, stride, step, last)
            step, last = jump(step, stride), stride
        return size

    return see


def pixels_traced(call, numbers: Numbers) -> Iterator[Claim]:
    """Follow one output back, pixel by pixel, and see how many pixels it came from."""
    for layers in ([(3, 1), (3, 1)], [(2, 1), (5, 1), (3, 1)]):
        pixels = {0}
        for kernel, stride in reversed(layers):
            pixels = {pixel * stride + step for pixel in pixels for step in range(kernel)}
        yield Claim(
            call(layers=layers),
            max(pixels) + 1,
            f"{layers}, followed back pixel by pixel",
            {"layers": layers},
        )


EXERCISE = Exercise(
    order=80,
    reference=reference.receptive_field,
    draw=stack_of_layers,
    example=lambda: {"layers": [(3, 1), (3, 1), (3, 1)]},
    cases=(
        case("values", count=3, strided=False),
        case("values", count=4, strided=False),
        case("values", count=3, layers=((3, 1), (1, 1), (5, 1))),
        case("one", count=1, strided=False),
        case("one", count=1),
        case("stride", hidden=False, count=2, layers=((3, 2), (3, 1))),
        case("stride", count=2),
        case("stride", count=2, layers=((2, 3), (5, 2))),
        case("stride", count=3, layers=((1, 2), (3, 1), (3, 1))),
        case("stride", hidden=False, count=4, layers=((5, 2), (3, 2), (3, 1), (2, 3))),
        case("stride", count=between(3, 7), corners=({"count": 4}, {"count": 6})),
    ),
    properties=(Property("traced", pixels_traced),),
    facet_words={
        "one": "a single layer",
        "stride": "strides, which multiply from layer to layer",
        "traced": "one output, followed back pixel by pixel",
    },
    see="Receptive field: how far one output sees",
    mistakes=(
        seeing(
            "sum of kernels",
            lambda layers: sum(kernel for kernel, _ in layers),
            "The kernels were added up: neighboring windows overlap, and the first pixel of each "
            "is seen already.",
        ),
        seeing(
            "strides ignored",
            walk(lambda size, kernel, stride, step, last: size + kernel - 1),
            "The strides were left out: after a stride, neighboring outputs lie further apart "
            "in the picture.",
        ),
        seeing(
            "strides not accumulated",
            walk(lambda size, kernel, stride, step, last: size + (kernel - 1) * last),
            "Only the stride of the layer just before was counted; the strides of all layers "
            "before multiply.",
        ),
        seeing(
            "own stride counted",
            walk(lambda size, kernel, stride, step, last: size + (kernel - 1) * step * stride),
            "A layer's own stride was counted too: it spreads the outputs of this layer, and only "
            "the next layer sees that.",
        ),
        seeing(
            "own stride instead of those before",
            walk(lambda size, kernel, stride, step, last: size + (kernel - 1) * stride),
            "Each kernel was stretched by its own layer's stride; it is the layers before that "
            "stretch it.",
        ),
        seeing(
            "off by one",
            lambda layers: reference.receptive_field(layers) - 1,
            "The pixel that the first output stands on was not counted: the result is 1 too small.",
        ),
        seeing(
            "off by one",
            lambda layers: reference.receptive_field(layers) + 1,
            "One pixel was counted twice: the result is 1 too large.",
        ),
        seeing(
            "from the wrong end",
            walk(lambda size, kernel, stride, step, last: (size - 1) * stride + kernel),
            "The layers were taken from the last to the first; begin with the first.",
        ),
        seeing(
            "strides added",
            walk(
                lambda size, kernel, stride, step, last: size + (kernel - 1) * step,
                jump=lambda step, stride: step + stride - 1,
            ),
            "The strides were added up; from layer to layer they multiply.",
        ),
        seeing(
            "kernel not less one",
            walk(lambda size, kernel, stride, step, last: size + kernel * step),
            "Each layer adds a whole kernel; the pixel it starts from is seen already.",
        ),
        seeing(
            "product of kernels",
            lambda layers: math.prod(kernel for kernel, _ in layers),
            "The kernels were multiplied: that would be so if their windows did not overlap.",
        ),
        seeing(
            "last layer only",
            lambda layers: layers[-1][0],
            "This is the kernel of the last layer only.",
        ),
        seeing(
            "area instead of side",
            lambda layers: reference.receptive_field(layers) ** 2,
            "This is the number of pixels in the patch; its side is asked for.",
        ),
        seeing(
            "one side only",
            lambda layers: reference.receptive_field(layers) // 2,
            "This is how far it sees to one side.",
        ),
    ),
)
