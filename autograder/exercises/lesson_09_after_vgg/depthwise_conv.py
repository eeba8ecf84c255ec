"""Slide one filter over each channel, and sum over none."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from autograder import reference
from autograder.reference.geometry import pair

from ..model import Arguments, Claim, Exercise, Mistake, Numbers, Property, case

Pair = Any


def images_and_filters(
    numbers: Numbers,
    N: int,
    C: int,
    H: int,
    W: int,
    KH: int,
    KW: int,
    stride: Pair = None,
    pad: Pair = None,
    filters: int = 0,
) -> Arguments:
    drawn: Arguments = {
        "x": numbers.array(N, C, H, W),
        "weights": numbers.array(filters or C, KH, KW),
        "bias": numbers.array(filters or C),
    }
    drawn |= {} if stride is None else {"stride": stride}
    return drawn if pad is None else drawn | {"pad": pad}


def one_window(arguments: Arguments, where: tuple[int, ...]) -> dict[str, Any]:
    image, channel, row, column = where
    height, width = arguments["weights"].shape[1:]
    (down, across), (top, left) = pair(arguments.get("stride", 1)), pair(arguments.get("pad", 0))
    first = max(row * down - top, 0), max(column * across - left, 0)
    last = row * down - top + height, column * across - left + width
    seen = tuple(slice(a, b) for a, b in zip(first, last, strict=True))
    return {"x": (image, channel, *seen), "weights": (channel,), "bias": (channel,)}


def like_a_usual_layer(call, numbers: Numbers):
    """Channel by channel it is the cross-correlation of lesson 02, whatever the others hold."""
    x, weights = numbers.array(1, 3, 5, 4), numbers.array(3, 3, 2)
    given = {"x": x, "weights": weights, "bias": np.zeros(3)}
    got = call(**given)
    for channel in range(3):
        wanted = reference.cross_correlate2d(x[0, channel], weights[channel])
        yield Claim(got[0, channel], wanted, f"channel {channel} is that channel's alone", given)


def convolved(x, weights, bias, stride: Any = 1, pad: Any = 0):
    return reference.depthwise_conv(x, weights, bias, stride, pad)


def changed(change):
    """The right answer to a changed question."""

    def depthwise_conv(x, weights, bias, stride=1, pad=0):
        convolved(x, weights, bias, stride, pad)  # refuses what the right answer refuses
        return convolved(*change(x, weights, bias, pair(stride), pair(pad)))

    return depthwise_conv


def afterwards(change):
    """Something done to the right answer."""

    def depthwise_conv(x, weights, bias, stride=1, pad=0):
        return change(convolved(x, weights, bias, stride, pad), x, weights, bias)

    return depthwise_conv


def summed(result, x, weights, bias):
    return np.repeat(result.sum(axis=1, keepdims=True), x.shape[1], axis=1)


def first_image(result, x, weights, bias):
    result[1:] = 0
    return result


def rounded_down(x, weights, bias, stride=1, pad=0):
    """Leave out what the last windows do not reach."""
    steps = pair(stride)
    padded = reference.pad_images(x, pad)
    fits = [
        (side - kernel) // step * step + kernel
        for side, kernel, step in zip(padded.shape[2:], weights.shape[1:], steps, strict=True)
    ]
    return convolved(padded[:, :, : fits[0], : fits[1]], weights, bias, steps)


EXERCISE = Exercise(
    order=40,
    reference=reference.depthwise_conv,
    draw=images_and_filters,
    example=lambda: {
        "x": np.array([[[[1.0, 2.0, 0.0], [0.0, 1.0, 3.0]], [[5.0, 0.0, 1.0], [2.0, 2.0, 4.0]]]]),
        "weights": np.array([[[1.0, 1.0], [0.0, 0.0]], [[0.0, 0.0], [0.0, 2.0]]]),
        "bias": np.array([0.0, 1.0]),
    },
    smallest={"H": 2, "W": 2, "KH": 1, "KW": 1},
    window=one_window,
    cases=(
        case("values", hidden=False, N=1, C=2, H=4, W=4, KH=2, KW=2),
        case("values", N=1, C=3, H=5, W=5, KH=3, KW=3),
        case("batch", hidden=False, N=3, C=2, H=3, W=3, KH=2, KW=2),
        case("rectangular", N=1, C=2, H=5, W=7, KH=3, KW=2),
        case("rectangular", N=1, C=4, H=6, W=3, KH=2, KW=3),
        case("stride", hidden=False, N=1, C=2, H=5, W=5, KH=3, KW=3, stride=2),
        case("stride", N=1, C=2, H=7, W=10, KH=3, KW=4, stride=2),
        case("pad", hidden=False, N=1, C=2, H=4, W=4, KH=3, KW=3, pad=1),
        case("pad", N=1, C=2, H=3, W=5, KH=3, KW=3, pad=2),
        case("pairs", N=1, C=2, H=6, W=7, KH=2, KW=3, stride=(2, 1), pad=(0, 1)),
        case("pairs", N=1, C=2, H=5, W=5, KH=3, KW=2, stride=(1, 3), pad=(1, 0)),
        case("refused", hidden=False, N=1, C=2, H=6, W=6, KH=3, KW=3, stride=2),
        case("refused", N=1, C=2, H=2, W=5, KH=3, KW=3),
        case("refused", N=1, C=1, H=4, W=4, KH=2, KW=2, filters=3),
        case("dtype", dtype="float32", N=2, C=2, H=4, W=4, KH=2, KW=2),
        case("layout", layout="strided", N=2, C=3, H=4, W=5, KH=2, KW=2),
    ),
    properties=(Property("channel", like_a_usual_layer),),
    facet_words={
        "stride": "steps of more than 1",
        "pad": "a padded picture",
        "pairs": "different steps and pads down and across",
        "channel": "each channel is its own filter's alone",
    },
    see="One filter a channel",
    mistakes=(
        Mistake(
            "sum of all channels in each",
            afterwards(summed),
            "Every map holds the sum of all channels; here each channel keeps its own.",
        ),
        Mistake(
            "summed over channels",
            afterwards(lambda result, *_: result.sum(axis=1, keepdims=True)),
            "The channels were added up, as the usual layer does; here each keeps its own map.",
        ),
        Mistake(
            "first channel's filter everywhere",
            changed(
                lambda x, weights, bias, stride, pad: (
                    x,
                    np.repeat(weights[:1], len(weights), axis=0),
                    bias,
                    stride,
                    pad,
                )
            ),
            "The first channel's filter was slid over all channels; each has one of its own.",
        ),
        Mistake(
            "first channel everywhere",
            changed(
                lambda x, weights, bias, stride, pad: (
                    np.repeat(x[:, :1], x.shape[1], axis=1),
                    weights,
                    bias,
                    stride,
                    pad,
                )
            ),
            "Every filter was slid over the first channel; each reads its own.",
        ),
        Mistake(
            "stride ignored",
            changed(lambda x, weights, bias, stride, pad: (x, weights, bias, 1, pad)),
            "`stride` was not used: the filter moves by one pixel.",
        ),
        Mistake(
            "stride used in one direction",
            changed(lambda x, weights, bias, stride, pad: (x, weights, bias, (stride[0], 1), pad)),
            "The stride was used down and not across.",
        ),
        Mistake(
            "pad ignored",
            lambda x, weights, bias, stride=1, pad=0: convolved(x, weights, bias, stride),
            "`pad` was not used.",
        ),
        Mistake(
            "stride's numbers exchanged",
            lambda x, weights, bias, stride=1, pad=0: convolved(
                x, weights, bias, pair(stride)[::-1], pad
            ),
            "The steps down and across are exchanged.",
        ),
        Mistake(
            "pad's numbers exchanged",
            lambda x, weights, bias, stride=1, pad=0: convolved(
                x, weights, bias, stride, pair(pad)[::-1]
            ),
            "The pads above and beside are exchanged.",
        ),
        Mistake(
            "bias left out",
            changed(lambda x, weights, bias, stride, pad: (x, weights, 0 * bias, stride, pad)),
            "The biases are missing.",
        ),
        Mistake(
            "bias inside the sum",
            changed(
                lambda x, weights, bias, stride, pad: (
                    x,
                    weights,
                    bias * prod(weights.shape[1:]),
                    stride,
                    pad,
                )
            ),
            "The bias was added for every weight of the window; once is enough.",
        ),
        Mistake(
            "kernel flipped",
            changed(
                lambda x, weights, bias, stride, pad: (
                    x,
                    weights[:, ::-1, ::-1],
                    bias,
                    stride,
                    pad,
                )
            ),
            "The filters were flipped: that is true convolution, and layers cross-correlate.",
        ),
        Mistake(
            "filters in reverse",
            changed(lambda x, weights, bias, stride, pad: (x, weights[::-1], bias, stride, pad)),
            "The filters were used in reverse: the first channel got the last one.",
        ),
        Mistake(
            "only image 0",
            afterwards(first_image),
            "Only the first image of the batch was convolved; the others are still zero.",
        ),
        Mistake(
            "mean instead of sum",
            lambda x, weights, bias, stride=1, pad=0: convolved(
                x, weights / prod(weights.shape[1:]), bias, stride, pad
            ),
            "The products were averaged; they add up.",
        ),
        Mistake(
            "H and W swapped",
            afterwards(lambda result, *_: result.swapaxes(2, 3)),
            "Rows and columns of the output are exchanged.",
        ),
        Mistake(
            "rounds down silently",
            rounded_down,
            "A size that does not fit was rounded down; it is refused with a ValueError.",
        ),
    ),
)
