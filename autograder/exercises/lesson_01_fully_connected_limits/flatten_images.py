"""Lay out each image as one row of numbers, in reading order."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from autograder import reference

from ..model import Arguments, Claim, Exercise, Mistake, Numbers, Property, case


def some_images(numbers: Numbers, N: int, H: int, W: int, C: int | None = None) -> Arguments:
    shape = (N, H, W) if C is None else (N, C, H, W)
    return {"images": numbers.array(*shape)}


def every_number_has_its_place(call, numbers: Numbers) -> Iterator[Claim]:
    """Channel c, row i, column j goes to place (c·H + i)·W + j."""
    images = numbers.array(2, 3, 2, 4)
    flat = call(images=images)
    found = [flat[n, (c * 2 + i) * 4 + j] for n, c, i, j in np.ndindex(images.shape)]
    yield Claim(
        np.array(found),
        np.array([images[index] for index in np.ndindex(images.shape)]),
        "channel c, row i, column j is found at place (c·H + i)·W + j of its image's row",
    )


def laid_out(change: Callable[[np.ndarray], np.ndarray]) -> Callable[[np.ndarray], np.ndarray]:
    """Flatten what is left of the images after a change."""
    return lambda images: reference.flatten_images(change(images))


EXERCISE = Exercise(
    order=10,
    reference=reference.flatten_images,
    draw=some_images,
    example=lambda: {
        "images": np.array([[[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]], [[[7.0, 8.0, 9.0], [0, 1, 2]]]])
    },
    terms=1,
    cases=(
        case("values", N=2, C=1, H=3, W=3),
        case("values", N=1, C=1, H=4, W=4),
        case("channels", hidden=False, N=2, C=3, H=2, W=3),
        case("channels", N=1, C=4, H=3, W=3),
        case("batch", N=5, C=2, H=2, W=2),
        case("rectangular", N=3, C=2, H=2, W=5),
        case("rectangular", N=2, C=2, H=4, W=1),
        case("grey", hidden=False, N=2, H=2, W=4),
        case("grey", N=3, H=3, W=2),
        case("dtype", dtype="float32", N=2, C=3, H=3, W=4),
        case("layout", layout="F", N=2, C=3, H=3, W=4),
        case("layout", layout="strided", N=2, C=3, H=3, W=4),
    ),
    properties=(Property("place", every_number_has_its_place),),
    facet_words={
        "grey": "images without a channel axis, (N, H, W)",
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
