"""Take the mean of each map."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder import reference

from ..model import Arguments, Claim, Exercise, Mistake, Numbers, Property, between, case, same_as


def maps(numbers: Numbers, N: int, C: int, H: int, W: int) -> Arguments:
    return {"x": numbers.array(N, C, H, W)}


def one_map(arguments: Arguments, where: tuple[int, ...]) -> dict[str, Any]:
    return {"x": where[:2]}


def forgets_places(call, numbers: Numbers):
    """However the numbers of a map are arranged, their mean is the same."""
    x = numbers.array(1, 3, 4, 3)
    moved = np.stack([numbers.rng.permutation(one.ravel()).reshape(6, 2) for one in x[0]])[None]
    yield Claim(
        call(x=moved),
        reference.global_average_pool(x),
        "numbers that change places leave the mean as it is",
        {"x": moved},
    )


def then(change):
    """Something done to the right answer."""
    return lambda x: change(reference.global_average_pool(x))


def first_image(means):
    means[1:] = 0
    return means


EXERCISE = Exercise(
    order=124,
    reference=reference.global_average_pool,
    draw=maps,
    example=lambda: {
        "x": np.array([[[[1.0, 3.0], [0.0, 4.0]], [[10.0, 0.0], [30.0, 20.0]]]]),
    },
    window=one_map,
    cases=(
        case("values", hidden=False, N=1, C=2, H=3, W=3),
        case(
            "values",
            N=1,
            C=between(2, 5),
            H=between(2, 6),
            W=same_as("H"),
            corners=({"C": 3, "H": 7}, {"C": 4, "H": 2}),
        ),
        case("rectangular", hidden=False, N=1, C=2, H=2, W=4),
        case(
            "rectangular",
            N=1,
            C=between(2, 4),
            H=between(1, 6),
            W=between(1, 6),
            where=lambda s: s.H != s.W,
            corners=({"C": 3, "H": 5, "W": 2},),
        ),
        case("batch", hidden=False, N=2, C=3, H=2, W=2),
        case("batch", N=between(3, 5), C=between(2, 4), H=3, W=3),
        case("one", N=1, C=between(2, 4), H=1, W=1),
        case("negative", of="negative", N=1, C=between(2, 3), H=3, W=3),
        case("dtype", hidden=False, dtype="float32", N=1, C=2, H=3, W=3),
        case("dtype", dtype="float32", N=1, C=30, H=5, W=5),
        case("layout", layout="strided", N=1, C=between(2, 4), H=between(2, 5), W=same_as("H")),
        case("one", of="large", N=1, C=between(2, 4), H=1, W=1),
    ),
    properties=(Property("places", forgets_places),),
    facet_words={
        "one": "maps of one pixel",
        "negative": "maps of negative numbers",
        "places": "the mean forgets where a number was",
    },
    see="The mean of the last maps: global average pooling",
    mistakes=(
        Mistake(
            "over channels",
            lambda x: x.mean(axis=1),
            "The mean was taken over the channels; each map has a mean of its own.",
        ),
        Mistake(
            "over the batch",
            lambda x: x.mean(axis=0),
            "The mean was taken over the images; each has means of its own.",
        ),
        Mistake(
            "over the batch as well",
            lambda x: x.mean(axis=(0, 2, 3)),
            "The images were averaged as well; each has means of its own.",
        ),
        Mistake(
            "one mean an image",
            lambda x: x.mean(axis=(1, 2, 3)),
            "This is one mean for all channels of an image; each map has a mean of its own.",
        ),
        Mistake(
            "one mean for all",
            lambda x: x.mean(),
            "This is one mean of all numbers; each map has a mean of its own.",
        ),
        Mistake(
            "maximum",
            lambda x: x.max(axis=(2, 3)),
            "This is the largest number of each map; its mean is asked for.",
        ),
        Mistake(
            "sum",
            lambda x: x.sum(axis=(2, 3)),
            "The numbers of each map were added up, and not divided by how many they are.",
        ),
        Mistake(
            "keeps 1×1",
            then(lambda means: means[:, :, None, None]),
            "The result still has two sides of 1; its shape is (N, C).",
        ),
        Mistake(
            "spread over the map",
            lambda x: np.broadcast_to(x.mean(axis=(2, 3), keepdims=True), x.shape).copy(),
            "The mean was put into every place of its map; one number a map is asked for.",
        ),
        Mistake(
            "down only",
            lambda x: x.mean(axis=2),
            "The mean was taken down the columns only.",
        ),
        Mistake(
            "across only",
            lambda x: x.mean(axis=3),
            "The mean was taken along the rows only.",
        ),
        Mistake(
            "divided as if square",
            lambda x: x.sum(axis=(2, 3)) / x.dtype.type(x.shape[2] ** 2),
            "The sum was divided by H², which is right for square maps only.",
        ),
        Mistake(
            "divided as if 7×7",
            lambda x: x.sum(axis=(2, 3)) / x.dtype.type(49),
            "The sum was divided by 49, which is right for maps of 7×7 only.",
        ),
        Mistake(
            "median",
            lambda x: np.median(x, axis=(2, 3)).astype(x.dtype),
            "This is the median of each map; its mean is asked for.",
        ),
        Mistake(
            "transposed",
            then(lambda means: means.T.copy()),
            "The result is (C, N); the images come first.",
        ),
        Mistake(
            "only image 0",
            then(first_image),
            "Only the first image of the batch was done; the others are still zero.",
        ),
    ),
)
