"""Lay out each image as one row of numbers, in reading order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograder import reference

from ..combining import at_once
from ..model import Arguments, Claim, Exercise, Mistake, Numbers, Property, between, case, same_as
from ._shared import not_square


def some_images(
    numbers: Numbers,
    N: int,
    H: int,
    W: int | None = None,
    C: int | None = None,
    D: int | None = None,
) -> Arguments:
    """Draw images with the axes whose sizes are given: N, D, C, H, W in that order."""
    return {"images": numbers.array(*(n for n in (N, D, C, H, W) if n is not None))}


def every_number_has_its_place(call, numbers: Numbers) -> Iterator[Claim]:
    """Row i, column j goes to place i·W + j."""
    images = numbers.array(1, 1, 3, 3)
    flat = call(images=images)
    found = [flat[0, i * 3 + j] for i, j in np.ndindex(3, 3)]
    yield Claim(
        np.array(found),
        np.array([images[0, 0, i, j] for i, j in np.ndindex(3, 3)]),
        "row i, column j is found at place i·W + j of the image's row",
    )


def laid_out(change: Callable[[np.ndarray], np.ndarray]) -> Callable[[np.ndarray], np.ndarray]:
    """Flatten what is left of the images after a change."""
    return lambda images: reference.flatten_images(change(images))


CHANNELS = {"N": 1, "C": 3, "H": 2, "W": 2}
RECTANGLE = {"N": 1, "C": 1, "H": 3, "W": 2}
SEVERAL = {"N": 3, "C": 1, "H": 2, "W": 2}
TALL = {"N": 1, "C": 2, "H": 3, "W": 2}
BATCH = {"N": 2, "C": 3, "H": 4, "W": 2}

PICTURE: dict[str, Any] = {"N": 1, "C": 1, "H": between(2, 5), "W": same_as("H")}
ANY_PICTURE: dict[str, Any] = {**PICTURE, "H": between(1, 6), "W": between(1, 6)}

EXERCISE = Exercise(
    order=10,
    reference=reference.flatten_images,
    draw=some_images,
    example=lambda: {
        "images": np.array([[[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]], [[[7.0, 8.0, 9.0], [0, 1, 2]]]])
    },
    terms=1,
    cases=(
        case("values", **PICTURE),
        case("values", **{**PICTURE, "H": between(4, 6)}),
        case("channels", hidden=False, N=1, C=3, H=2, W=2),
        case("channels", **{**PICTURE, "C": between(2, 4)}),
        case("batch", hidden=False, N=3, C=1, H=2, W=2),
        case("batch", **{**PICTURE, "N": between(2, 6)}),
        case(
            "rectangular",
            **ANY_PICTURE,
            where=not_square,
            corners=({"H": 4, "W": 1}, {"H": 2, "W": 5}),
        ),
        case("grey", hidden=False, N=1, H=3, W=3),
        case("grey", N=1, H=between(2, 4), W=same_as("H")),
        case("grey", N=1, H=between(4, 9)),
        case("grey", N=1, D=2, C=2, H=2, W=2),
        case("dtype", hidden=False, dtype="float32", N=1, C=1, H=3, W=3),
        case("layout", layout="F", **PICTURE),
        case("layout", layout="strided", **PICTURE),
    ),
    properties=(
        Property("place", every_number_has_its_place),
        at_once("channels", reference.flatten_images, some_images, TALL, (CHANNELS, RECTANGLE)),
        at_once("batch", reference.flatten_images, some_images, BATCH, (SEVERAL, TALL)),
    ),
    facet_words={
        "grey": "images with fewer axes or more, such as (N, H, W)",
        "place": "every number at its place in the row",
    },
    see="Lay the image flat: flattening",
    mistakes=(
        Mistake(
            "keeps only one image",
            laid_out(lambda images: images[:1]),
            "Only the first image is left; every image of the batch becomes a row.",
        ),
        Mistake(
            "keeps only one image",
            lambda images: images[0].reshape(-1),
            "Only the first image is left; every image of the batch becomes a row.",
        ),
        Mistake(
            "transposes before flattening",
            laid_out(lambda images: images.swapaxes(-1, -2)),
            "Each image was transposed on the way: its numbers come column by column, where "
            "reading order goes row by row.",
        ),
        Mistake(
            "whole batch transposed",
            lambda images: images.T.reshape(len(images), -1),
            "The whole batch was transposed, so that each row mixes numbers of several images.",
        ),
        Mistake(
            "first axis fastest",
            lambda images: images.reshape(len(images), -1, order="F"),
            "The numbers come in Fortran order, where the first axis runs fastest; in reading "
            "order the last one does.",
        ),
        Mistake(
            "channels last",
            laid_out(lambda images: np.moveaxis(images, 1, -1)),
            "The channels of a pixel came together; the course keeps them apart: all of the first "
            "channel, then all of the second.",
        ),
        Mistake(
            "batch flattened as well",
            lambda images: images.reshape(-1),
            "Everything lies in one long row: the images were joined end to end.",
        ),
        Mistake(
            "batch flattened as well",
            lambda images: images.reshape(1, -1),
            "Everything lies in one long row: the images were joined end to end.",
        ),
        Mistake(
            "one axis left",
            lambda images: images.reshape(*images.shape[:2], -1),
            "An axis is left between the images and their numbers: one row an image, whatever it "
            "was made of.",
        ),
        Mistake(
            "one column an image",
            lambda images: reference.flatten_images(images).T,
            "Each image became a column; it is asked for as a row.",
        ),
    ),
)
