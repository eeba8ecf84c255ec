"""Mix the channels of each pixel."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder import reference

from ..model import Arguments, Claim, Exercise, Mistake, Numbers, Property, between, case, same_as


def maps_and_filters(
    numbers: Numbers, N: int, C: int, H: int, W: int, F: int, channels: int = 0
) -> Arguments:
    """Draw the arguments; `channels` is how many the filters read, where that does not fit."""
    return {
        "x": numbers.array(N, C, H, W),
        "weights": numbers.array(F, channels or C),
        "bias": numbers.array(F),
    }


def one_place(arguments: Arguments, where: tuple[int, ...]) -> dict[str, Any]:
    image, unit, row, column = where
    return {"x": (image, slice(None), row, column), "weights": (unit,), "bias": (unit,)}


def like_a_row_at_each_place(call, numbers: Numbers):
    """What a pixel gives is what a fully connected row makes of its channels alone."""
    x, weights, bias = numbers.array(1, 3, 2, 4), numbers.array(5, 3), numbers.array(5)
    given = {"x": x, "weights": weights, "bias": bias}
    got = call(**given)
    for i, j in np.ndindex(2, 4):
        wanted = weights @ x[0, :, i, j] + bias
        yield Claim(got[0, :, i, j], wanted, "each pixel's numbers come from that pixel", given)


def then(change):
    """Something done to the right answer."""
    return lambda x, weights, bias: change(reference.pointwise_conv(x, weights, bias), x)


def given(change):
    """The right answer to other arguments."""
    return lambda x, weights, bias: reference.pointwise_conv(*change(x, weights, bias))


def channels_and_filters_exchanged(x, weights, bias):
    return reference.pointwise_conv(x, weights.reshape(weights.shape[::-1]).T, bias)


def reshaped_to_channels_last(x, weights, bias):
    count, channels, *sides = x.shape
    mixed = x.reshape(count, *sides, channels) @ weights.T + bias
    return mixed.transpose(0, 3, 1, 2)


def reshaped_from_channels_last(x, weights, bias):
    mixed = x.transpose(0, 2, 3, 1) @ weights.T + bias
    return mixed.reshape(len(x), len(weights), *x.shape[2:])


def images_and_filters_mixed(x, weights, bias):
    columns = x.transpose(1, 0, 2, 3).reshape(x.shape[1], -1)
    return (weights @ columns + bias[:, None]).reshape(len(x), len(weights), *x.shape[2:])


def first_image(result, x):
    result[1:] = 0
    return result


def no_more_filters(sizes: Any) -> bool:
    """No more filters than channels: only "rectangular" and "dtype" ask for more."""
    return sizes.F <= sizes.C


EXERCISE = Exercise(
    order=122,
    reference=reference.pointwise_conv,
    draw=maps_and_filters,
    example=lambda: {
        "x": np.array([[[[1.0, 2.0], [0.0, 4.0]], [[10.0, 0.0], [30.0, 20.0]]]]),
        "weights": np.array([[1.0, 1.0], [2.0, 0.0], [0.0, -1.0]]),
        "bias": np.array([0.0, 1.0, 5.0]),
    },
    window=one_place,
    cases=(
        case("values", hidden=False, N=1, C=3, F=2, H=2, W=2),
        case(
            "values",
            N=1,
            C=between(2, 5),
            F=between(2, 6),
            H=between(2, 5),
            W=same_as("H"),
            where=no_more_filters,
            corners=({"C": 4, "F": 3, "H": 3},),
        ),
        case("square", hidden=False, N=1, C=2, F=2, H=3, W=3),
        case("square", N=1, C=between(3, 5), F=same_as("C"), H=2, W=2),
        case("rectangular", hidden=False, N=1, C=2, F=3, H=2, W=4),
        case(
            "rectangular",
            N=1,
            C=between(2, 4),
            F=between(2, 4),
            H=between(1, 5),
            W=between(1, 5),
            where=lambda s: s.H != s.W,
            corners=({"C": 3, "F": 2, "H": 4, "W": 3},),
        ),
        case("batch", hidden=False, N=3, C=2, F=2, H=2, W=2),
        case(
            "batch",
            N=between(2, 4),
            C=between(2, 4),
            F=between(2, 4),
            H=3,
            W=2,
            where=no_more_filters,
        ),
        case("one", N=1, C=between(1, 4), F=between(1, 4), H=1, W=1, where=no_more_filters),
        case("refused", hidden=False, N=1, C=3, F=2, H=2, W=2, channels=2),
        case(
            "refused",
            N=2,
            C=between(2, 5),
            F=between(2, 5),
            H=2,
            W=3,
            channels=between(2, 5),
            where=lambda s: s.channels != s.C,
        ),
        case("dtype", hidden=False, dtype="float32", N=1, C=2, F=3, H=2, W=2),
        case("dtype", dtype="float32", N=1, C=3, F=4, H=4, W=3),
        case("layout", layout="strided", N=1, C=3, F=2, H=between(2, 4), W=between(3, 5)),
    ),
    properties=(Property("place", like_a_row_at_each_place),),
    facet_words={
        "square": "as many filters as channels",
        "one": "maps of one pixel",
        "place": "each pixel's numbers come from that pixel alone",
    },
    see="Filters of 1×1: mixing the channels of each pixel",
    mistakes=(
        Mistake(
            "channels and filters exchanged",
            channels_and_filters_exchanged,
            "The weights were read as (C, F); each of their F rows is one filter.",
        ),
        Mistake(
            "reshaped to channels last",
            reshaped_to_channels_last,
            "The input was reshaped to (N, H, W, C), which mixes places; its axes have to be "
            "moved.",
        ),
        Mistake(
            "reshaped from channels last",
            reshaped_from_channels_last,
            "The result was reshaped from (N, H, W, F), which mixes places; its axes have to be "
            "moved.",
        ),
        Mistake(
            "images and filters mixed",
            images_and_filters_mixed,
            "The product has the filters first and was reshaped as if it had the images first.",
        ),
        Mistake(
            "bias left out",
            given(lambda x, weights, bias: (x, weights, 0 * bias)),
            "The biases are missing.",
        ),
        Mistake(
            "bias inside the sum",
            given(lambda x, weights, bias: (x, weights, x.shape[1] * bias)),
            "The bias was added once a channel; it is added once.",
        ),
        Mistake(
            "mean instead of sum",
            given(lambda x, weights, bias: (x, weights / x.shape[1], bias)),
            "The products were averaged over the channels; they add up.",
        ),
        Mistake(
            "first channel only",
            given(lambda x, weights, bias: (x[:, :1], weights[:, :1], bias)),
            "Only the first channel was read.",
        ),
        Mistake(
            "filters in reverse",
            given(lambda x, weights, bias: (x, weights[::-1], bias[::-1])),
            "The filters are in reverse: the last one's map comes first.",
        ),
        Mistake(
            "only image 0",
            then(first_image),
            "Only the first image of the batch was done; the others are still zero.",
        ),
        Mistake(
            "H and W swapped",
            then(lambda result, x: result.swapaxes(2, 3)),
            "Rows and columns of the output are exchanged.",
        ),
        Mistake(
            "channels last",
            then(lambda result, x: result.transpose(0, 2, 3, 1)),
            "The result is (N, H, W, F); the filters come second.",
        ),
        Mistake(
            "places summed",
            then(lambda result, x: result.sum(axis=(2, 3))),
            "The places were added up; each pixel keeps a number of its own.",
        ),
        Mistake(
            "ReLU where none is",
            then(lambda result, x: np.maximum(result, 0)),
            "What is below 0 was set to 0: that is the next row's work.",
        ),
    ),
)
