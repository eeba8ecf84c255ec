"""Send the gradient of the loss back through a convolution."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograder import reference

from ..model import (
    Arguments,
    Case,
    Claim,
    Exercise,
    Mistake,
    Numbers,
    Property,
    between,
    case,
    same_as,
)
from ..windows import differ
from ._shared import slopes_agree


def fitting_side(places: int, kernel: int, stride: int, pad: int) -> int:
    """The side of an image on which a kernel has at least so many places, without remainder."""
    while (places - 1) * stride + kernel - 2 * pad < 1:
        places += 1
    return (places - 1) * stride + kernel - 2 * pad


def conv_layer_and_gradient(
    numbers: Numbers,
    N: int,
    C: int,
    F: int,
    places: tuple[int, int] | int,
    KH: int,
    KW: int,
    stride: int | tuple[int, int] | None = None,
    pad: int | tuple[int, int] | None = None,
) -> Arguments:
    """Draw a layer's input, filters and the gradient of its output, sizes chosen to fit."""
    steps, frame = reference.pair(stride or 1), reference.pair(pad or 0)
    height, width = map(fitting_side, reference.pair(places), (KH, KW), steps, frame)
    x, weights = numbers.array(N, C, height, width), numbers.array(F, C, KH, KW)
    grad = numbers.array(
        N,
        F,
        reference.conv_output_size(height, KH, frame[0], steps[0]),
        reference.conv_output_size(width, KW, frame[1], steps[1]),
    )
    arguments: Arguments = {"grad": grad, "x": x, "weights": weights}
    if stride is not None:
        arguments["stride"] = stride
    if pad is not None:
        arguments["pad"] = pad
    return arguments


def conv_example() -> Arguments:
    return {
        "grad": np.array([[[[1.0, 2.0], [3.0, 4.0]]]]),
        "x": np.array([[[[1.0, 0.0, 2.0], [0.0, 3.0, 0.0], [1.0, 0.0, 1.0]]]]),
        "weights": np.array([[[[1.0, 2.0], [0.0, -1.0]]]]),
    }


def slopes_of_a_convolution(pad: int) -> Callable[..., Iterator[Claim]]:
    """All three gradients are the slopes of Σ grad · output, by central differences."""

    def test(call, numbers: Numbers) -> Iterator[Claim]:
        sizes = {"N": 1, "C": 1, "F": 1, "places": 3, "KH": 3, "KW": 3}
        given = conv_layer_and_gradient(numbers, **sizes, stride=1, pad=pad)
        grad, x, weights, *_ = given.values()
        layer = {"x": x, "weights": weights, "bias": numbers.array(1)}
        for name, got in zip(layer, call(**given), strict=True):

            def total(values: np.ndarray, name: str = name) -> float:
                out = reference.conv2d_forward(**{**layer, name: values}, pad=pad)
                return float((grad * out).sum())

            yield Claim(
                slopes_agree(got, reference.numerical_gradient(total, layer[name], 0.25)),
                True,
                f"`grad_{name}` is the slope along `{name}`, by central differences",
            )

    return test


def one_bright_gradient(pad: int) -> Callable[..., Iterator[Claim]]:
    """One output that matters, alone: x gets the filter there, the filter gets the window."""

    def test(call, numbers: Numbers) -> Iterator[Claim]:
        x, weights = numbers.array(1, 1, 4, 4), numbers.array(1, 1, 2, 2)
        grad = np.zeros((1, 1, 3 + 2 * pad, 3 + 2 * pad))
        grad[0, 0, 1 + pad, 2 + pad] = 1
        to_x = np.zeros_like(x)
        to_x[:, :, 1:3, 2:4] = weights
        given = {"grad": grad, "x": x, "weights": weights}
        given = {**given, "stride": 1, "pad": pad} if pad else given
        wanted = (to_x, x[:, :, 1:3, 2:4].copy(), np.ones(1))
        yield Claim(call(**given), wanted, "a single gradient of 1", given)

    return test


def conv_backward_by(
    step_of: Callable[[int, int], int] = lambda place, stride: place * stride,
    to_x: str = "+=",
    to_weights: str = "+=",
    filters: str = "+=",
) -> Callable[..., tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """The loops that students write, with one of their steps changed.

    Sizes are checked as the reference does: whoever makes these mistakes does so on sizes that fit.
    """

    def conv2d_backward(grad, x, weights, stride=1, pad=0):
        (stride_h, stride_w), (pad_h, pad_w) = reference.pair(stride), reference.pair(pad)
        padded = reference.pad_images(x, pad)
        grad_x, grad_weights = np.zeros_like(padded), np.zeros_like(weights)
        height, width = weights.shape[2:]
        for f, i, j in np.ndindex(grad.shape[1:]):
            top, left = step_of(i, stride_h), step_of(j, stride_w)
            window = (slice(None), slice(None), slice(top, top + height), slice(left, left + width))
            nudge = grad[:, f, i, j].reshape(-1, 1, 1, 1)
            if to_x == "=":
                grad_x[window] = nudge * weights[f]
            elif filters == "=" and i == j == 0 and f:
                grad_x[...] = 0
                grad_x[window] += nudge * weights[f]
            else:
                grad_x[window] += nudge * weights[f]
            share = (nudge * padded[window]).sum(axis=0)
            grad_weights[f] = share if to_weights == "=" else grad_weights[f] + share
        inside = grad_x[:, :, pad_h : pad_h + x.shape[2], pad_w : pad_w + x.shape[3]]
        return inside.copy(), grad_weights, grad.sum(axis=(0, 2, 3))

    return conv2d_backward


def changed_part(
    name: str, change: Callable[..., np.ndarray]
) -> Callable[..., tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """The right gradients with one of them changed: `change(right, grad, x, weights)`."""
    which = ("grad_x", "grad_weights", "grad_bias").index(name)

    def conv2d_backward(grad, x, weights, stride=1, pad=0):
        parts = list(reference.conv2d_backward(grad, x, weights, stride, pad))
        parts[which] = change(parts[which], grad, x, weights)
        grad_x, grad_weights, grad_bias = parts
        return grad_x, grad_weights, grad_bias

    return conv2d_backward


def cut_from_pad_to_minus_pad(grad, x, weights, stride=1, pad=0):
    grad_x, *others = reference.conv2d_backward(grad, x, weights, stride, pad)
    pad_h, pad_w = reference.pair(pad)
    padded = np.pad(grad_x, ((0, 0), (0, 0), (pad_h, pad_h), (pad_w, pad_w)))
    return padded[:, :, pad_h:-pad_h, pad_w:-pad_w], *others


def frame_of_one(grad, x, weights, stride=1, pad=0):
    grad_x, *others = reference.conv2d_backward(grad, x, weights, stride, pad)
    pad_h, pad_w = reference.pair(pad)
    padded = np.pad(grad_x, ((0, 0), (0, 0), (pad_h, pad_h), (pad_w, pad_w)))
    return padded[:, :, 1:-1, 1:-1], *others


def in_order(*order: int) -> Callable[..., tuple[np.ndarray, ...]]:
    def conv2d_backward(grad, x, weights, stride=1, pad=0):
        gradients = reference.conv2d_backward(grad, x, weights, stride, pad)
        return tuple(gradients[i] for i in order)

    return conv2d_backward


def padding_left_on(grad, x, weights, stride=1, pad=0):
    _, *others = reference.conv2d_backward(grad, x, weights, stride, pad)
    padded = reference.pad_images(x, pad)
    return reference.conv2d_backward(grad, padded, weights, stride)[0], *others


def unflipped(grad, x, weights, stride=1, pad=0):
    _, *others = reference.conv2d_backward(grad, x, weights, stride, pad)
    turned = weights[:, :, ::-1, ::-1]
    return reference.conv2d_backward(grad, x, turned, stride, pad)[0], *others


def transposed_kernel(grad, x, weights, stride=1, pad=0):
    _, *others = reference.conv2d_backward(grad, x, weights, stride, pad)
    turned = weights.swapaxes(2, 3)
    return reference.conv2d_backward(grad, x, turned, stride, pad)[0], *others


def first_image_only(grad, x, weights, stride=1, pad=0):
    first = grad.copy()
    first[1:] = 0
    return reference.conv2d_backward(first, x, weights, stride, pad)


ONE: dict[str, Any] = {"N": 1, "C": 1, "F": 1, "places": 3, "KH": 3, "KW": 3}
"""One image, one channel, one filter, all square."""


WINDOW: dict[str, Any] = {
    "places": between(2, 4),
    "KH": between(2, 3),
    "KW": same_as("KH"),
}
"""Places and filters as wide as high, drawn."""


def both_ways(facet: str, *needs: str, hidden: bool = True, **sizes: Any) -> tuple[Case, ...]:
    """The same case without padding and with it: whoever lacks the one may have the other."""
    sizes = {**ONE, "KH": 2, "KW": 2, **sizes}
    return (
        case(facet, hidden=hidden, needs=("no_padding", *needs), **sizes),
        case(facet, needs=("pad", *needs), **{"stride": 1, "pad": 1, **sizes}),
    )


CASES: tuple[Case, ...] = (
    *both_ways("values", KH=3, KW=3),
    *both_ways("values", hidden=False, stride=1),
    case("no_padding", hidden=False, N=1, C=1, F=1, places=2, KH=2, KW=2),
    case("no_padding", **{**ONE, **WINDOW}, stride=1, pad=0, corners=(ONE,)),
    case("no_padding", **{**ONE, **WINDOW}, of="large"),
    # Large enough not to be a filter of nothing but zeros.
    case("no_padding", **{**ONE, **WINDOW, "KH": between(3, 4)}, of="ties"),
    case("pad", hidden=False, **ONE, stride=1, pad=1),
    case(
        "pad",
        **{**ONE, **WINDOW, "places": between(3, 6)},
        stride=1,
        pad=between(1, 3),
        corners=({"places": 4, "KH": 3, "pad": 2},),
    ),
    *both_ways("batch", hidden=False, N=2),
    *both_ways("batch", N=between(2, 4), places=between(2, 4), corners=({"N": 3, "places": 2},)),
    *both_ways("channels", hidden=False, C=2),
    *both_ways("channels", **WINDOW, C=between(2, 4), corners=({"C": 3, "places": 3, "KH": 3},)),
    *both_ways("filters", hidden=False, F=2),
    *both_ways("filters", **WINDOW, F=between(2, 5), corners=({"F": 4, "places": 3, "KH": 2},)),
    *both_ways("rectangular", hidden=False, places=(2, 4)),
    *both_ways(
        "rectangular",
        places=(between(2, 5), between(2, 5)),
        KH=between(1, 4),
        KW=between(1, 4),
        where=lambda sizes: sizes.KH != sizes.KW,
        corners=({"places": 3, "KH": 3, "KW": 2}, {"places": (4, 3), "KH": 2, "KW": 3}),
    ),
    *both_ways("stride", hidden=False, places=2, stride=2),
    *both_ways(
        "stride",
        **{**WINDOW, "KH": between(1, 4)},
        stride=between(2, 4),
        corners=(
            {"places": 3, "KH": 3, "stride": 2},
            {"places": 3, "KH": 1, "stride": 2},
            {"places": 3, "KH": 2, "stride": 3},
        ),
    ),
    *both_ways("pair", stride=(1, 1)),
    *both_ways("pair", "stride", hidden=False, stride=(1, 2)),
    *both_ways(
        "pair",
        "stride",
        **WINDOW,
        stride=(between(1, 4), between(1, 4)),
        where=differ("stride"),
        corners=({"places": 3, "KH": 3, "stride": (3, 1)},),
    ),
    case("pair", hidden=False, **ONE, stride=1, pad=(1, 2), needs=("pad",)),
    case("pair", **ONE, stride=1, pad=(1, 0), needs=("no_padding", "pad")),
    case("pair", **ONE, stride=1, pad=(0, 2), needs=("no_padding", "pad")),
    *both_ways("filters", "batch", "channels", N=2, C=3, F=3),
    *both_ways("filters", "batch", "channels", "stride", N=2, C=2, F=3, KH=3, KW=3, stride=2),
    *both_ways("rectangular", "batch", "channels", "filters", N=2, C=2, F=3, KH=3, places=(2, 3)),
    case(
        "pair",
        needs=("batch", "channels", "filters", "rectangular", "stride", "pad"),
        **{"N": 1, "C": 2, "F": 2, "places": (3, 4), "KH": 2, "KW": 3},
        stride=(2, 1),
        pad=(1, 2),
    ),
    *both_ways("dtype", hidden=False, dtype="float32"),
    *both_ways("dtype", dtype="float32", places=12),
    *both_ways("layout", layout="F", **WINDOW),
    *both_ways("layout", layout="strided", **WINDOW),
    *both_ways("layout", "batch", "channels", "filters", layout="F", N=2, C=2, F=3),
)

EXERCISE = Exercise(
    order=30,
    reference=reference.conv2d_backward,
    draw=conv_layer_and_gradient,
    example=conv_example,
    results=("grad_x", "grad_weights", "grad_bias"),
    terms=256,
    cases=CASES,
    properties=(
        Property("slope", slopes_of_a_convolution(pad=0), needs=("no_padding",)),
        Property("slope", slopes_of_a_convolution(pad=1), needs=("pad",)),
        Property("single", one_bright_gradient(pad=0), needs=("no_padding",)),
        Property("single", one_bright_gradient(pad=1), needs=("pad",)),
    ),
    heart=("values", "no_padding", "pad"),
    facet_words={
        "no_padding": "no padding",
        "pad": "padding",
        "stride": "steps of more than one",
        "pair": "a pair for the stride or the pad",
        "slope": "the gradients are the slopes of the layer, by central differences",
        "single": "where a single output matters, x gets the filter and the filter gets the window",
    },
    test_points=7,
    see="Back through a convolution",
    mistakes=(
        Mistake(
            "p:-p slice at pad 0",
            cut_from_pad_to_minus_pad,
            "`grad_x` is empty where there is no padding: a slice `p:-p` holds nothing when p is "
            "0.",
        ),
        Mistake(
            "frame fixed at 1",
            frame_of_one,
            "A frame of one pixel is cut off `grad_x` whatever `pad` is; it is as wide as `pad`, "
            "and without padding there is none.",
        ),
        Mistake(
            "stride ignored",
            conv_backward_by(step_of=lambda place, stride: place),
            "The windows of the way back move by one; on the way forward they moved by the stride.",
        ),
        Mistake(
            "kernel not flipped for grad_x",
            unflipped,
            "`grad_x` is spread with the kernel the wrong way round: as a convolution over `grad`, "
            "the way back needs it flipped.",
        ),
        Mistake(
            "= for += in grad_x",
            conv_backward_by(to_x="="),
            "In `grad_x` each window overwrites what the last one gave (`=` where `+=` is meant): "
            "a pixel collects from every window that saw it.",
        ),
        Mistake(
            "= for += in grad_weights",
            conv_backward_by(to_weights="="),
            "In `grad_weights` only the last window is left (`=` where `+=` is meant): a weight "
            "collects from every place where it was used.",
        ),
        Mistake(
            "= for += in both",
            conv_backward_by(to_x="=", to_weights="="),
            "In `grad_x` and in `grad_weights` each window overwrites what the last one gave (`=` "
            "where `+=` is meant).",
        ),
        Mistake(
            "only the last filter",
            conv_backward_by(filters="="),
            "In `grad_x` only the last filter's share is left: a pixel collects from every filter.",
        ),
        Mistake(
            "bias gradient averaged",
            changed_part("grad_bias", lambda right, grad, x, weights: grad.mean(axis=(0, 2, 3))),
            "`grad_bias` is a mean; a bias was added at every place of every image, and collects "
            "from all of them.",
        ),
        Mistake(
            "bias gradient averaged",
            changed_part("grad_bias", lambda right, grad, x, weights: right / len(grad)),
            "`grad_bias` was divided by the number of images; a bias collects from all of them.",
        ),
        Mistake(
            "bias gradient for every place",
            changed_part("grad_bias", lambda right, grad, x, weights: grad.sum(axis=0)),
            "`grad_bias` holds a number for every place; a filter has one bias, which collects "
            "from them all.",
        ),
        Mistake(
            "weight gradient averaged",
            changed_part("grad_weights", lambda right, grad, x, weights: right / len(grad)),
            "`grad_weights` was divided by the number of images: whether the loss is a mean is in "
            "`grad` already.",
        ),
        Mistake(
            "weight gradient flipped",
            changed_part("grad_weights", lambda right, grad, x, weights: right[:, :, ::-1, ::-1]),
            "`grad_weights` is flipped: weight (a, b) met the pixel at row a, column b of the "
            "window.",
        ),
        Mistake(
            "filters and channels swapped",
            changed_part("grad_weights", lambda right, grad, x, weights: right.swapaxes(0, 1)),
            "`grad_weights` came out as (C, F, KH, KW); it is shaped like `weights`.",
        ),
        Mistake(
            "kernel transposed for grad_x",
            transposed_kernel,
            "`grad_x` is spread with rows and columns of the kernel exchanged.",
        ),
        Mistake(
            "channels alike",
            changed_part(
                "grad_x",
                lambda right, grad, x, weights: np.broadcast_to(
                    right.sum(axis=1, keepdims=True), right.shape
                ),
            ),
            "In `grad_x` every channel got what all channels get together; each has its own slice "
            "of the filters.",
        ),
        Mistake(
            "padding left on",
            padding_left_on,
            "`grad_x` still wears its padding: it is shaped like `x`.",
        ),
        Mistake(
            "only the first image",
            first_image_only,
            "Only the first image sent its gradient back.",
        ),
        *(
            Mistake(
                "results in another order",
                in_order(*order),
                "The three gradients come in another order: `grad_x`, `grad_weights`, `grad_bias`.",
            )
            for order in ((2, 1, 0), (1, 0, 2), (1, 2, 0), (0, 2, 1), (2, 0, 1))
        ),
    ),
)
