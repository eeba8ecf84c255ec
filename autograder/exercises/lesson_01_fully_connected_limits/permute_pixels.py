"""Put the pixels of every image, and every channel, in the same new order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograder import reference

from ..combining import at_once
from ..model import Arguments, Claim, Exercise, Mistake, Numbers, Property, between, case, same_as
from ._shared import not_square


def images_and_order(
    numbers: Numbers, N: int, C: int, H: int, W: int, missing: int = 0
) -> Arguments:
    """Draw an order that undoing, repeating or reading down the columns would change."""
    order = np.arange(H * W)
    if len(order) > 2:
        while np.array_equal(order[order], np.arange(len(order))):
            order = numbers.rng.permutation(len(order))
    images = numbers.array(N, C, H, W)
    return {"images": images, "order": order[order < len(order) - missing]}


def positions_follow_the_order(call, numbers: Numbers) -> Iterator[Claim]:
    """Images that hold their own positions come out as the order itself."""
    order = numbers.rng.permutation(9)
    images = np.arange(9.0).reshape(1, 1, 3, 3)
    yield Claim(
        call(images=images, order=order),
        order.astype(float).reshape(images.shape),
        "an image of positions becomes the order",
        {"images": images, "order": order},
    )


def permuted_by(order_of: Callable[..., np.ndarray]) -> Callable[..., np.ndarray]:
    """Permute each channel of each image by an order of its own: `order_of(order, n, c)`."""

    def permute_pixels(images: np.ndarray, order: np.ndarray) -> np.ndarray:
        flat = images.reshape(*images.shape[:2], -1)
        result = np.empty_like(flat)
        for n, c in np.ndindex(flat.shape[:2]):
            result[n, c] = flat[n, c, order_of(order, n, c)]
        return result.reshape(images.shape)

    return permute_pixels


def repeated(order: np.ndarray, times: int) -> np.ndarray:
    """The order that applying `order` several times amounts to."""
    result = order
    for _ in range(times - 1):
        result = result[order]
    return result


def by_rows(images: np.ndarray, order: np.ndarray) -> np.ndarray:
    return images[:, :, order[order < images.shape[2]]]


def by_columns(images: np.ndarray, order: np.ndarray) -> np.ndarray:
    return images[:, :, :, order[order < images.shape[3]]]


def down_the_columns(images: np.ndarray, order: np.ndarray) -> np.ndarray:
    return reference.permute_pixels(images.swapaxes(2, 3), order).swapaxes(2, 3)


def first_only(images: np.ndarray, changed: np.ndarray, axis: int) -> np.ndarray:
    """The images, changed at index 0 of an axis only."""
    return np.where(
        np.arange(images.shape[axis]).reshape(-1, *[1] * (3 - axis)) == 0, changed, images
    )


CHANNELS = {"N": 1, "C": 3, "H": 3, "W": 3}
RECTANGLE = {"N": 1, "C": 1, "H": 3, "W": 2}
SEVERAL = {"N": 3, "C": 1, "H": 3, "W": 3}
TALL = {"N": 1, "C": 2, "H": 3, "W": 2}
BATCH = {"N": 2, "C": 3, "H": 4, "W": 3}

PICTURE: dict[str, Any] = {"N": 1, "C": 1, "H": between(3, 5), "W": same_as("H")}
ANY_PICTURE: dict[str, Any] = {**PICTURE, "H": between(2, 6), "W": between(2, 6)}

EXERCISE = Exercise(
    order=80,
    reference=reference.permute_pixels,
    draw=images_and_order,
    example=lambda: {
        "images": np.array([[[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]]]),
        "order": np.array([3, 0, 1, 4, 5, 2]),
    },
    terms=1,
    cases=(
        case("values", **PICTURE),
        case("values", **PICTURE),
        case("batch", hidden=False, N=3, C=1, H=3, W=3),
        case("batch", **{**PICTURE, "N": between(3, 5)}),
        case("channels", hidden=False, N=1, C=3, H=2, W=2),
        case("channels", **{**PICTURE, "C": between(3, 4)}),
        case(
            "rectangular",
            **ANY_PICTURE,
            where=not_square,
            corners=({"H": 2, "W": 5}, {"H": 5, "W": 2}),
        ),
        case("dtype", hidden=False, dtype="float32", N=1, C=1, H=3, W=3),
        case("layout", layout="F", **PICTURE),
        case("layout", layout="strided", **PICTURE),
        case("refused", hidden=False, N=1, C=1, H=2, W=2, missing=1),
        case("refused", **{**ANY_PICTURE, "N": 2}, missing=between(1, 2)),
    ),
    properties=(
        Property("positions", positions_follow_the_order),
        at_once(
            "channels", reference.permute_pixels, images_and_order, TALL, (CHANNELS, RECTANGLE)
        ),
        at_once("batch", reference.permute_pixels, images_and_order, BATCH, (SEVERAL, TALL)),
    ),
    facet_words={
        "batch": "the same order for every image",
        "channels": "the same order for every channel",
        "positions": "an image that holds its own positions becomes the order",
        "refused": "an order that is too short is refused",
    },
    see="Third test: shuffle the pixels",
    mistakes=(
        Mistake(
            "a different permutation each image",
            permuted_by(lambda order, n, c: repeated(order, n + 1)),
            "Each image was permuted in another way: one fixed order serves them all.",
        ),
        Mistake(
            "a different permutation each image",
            permuted_by(lambda order, n, c: np.roll(order, n)),
            "Each image was permuted in another way: one fixed order serves them all.",
        ),
        Mistake(
            "a different permutation each channel",
            permuted_by(lambda order, n, c: repeated(order, c + 1)),
            "Each channel was permuted in another way: a pixel's channels no longer move together.",
        ),
        Mistake(
            "permutes rows only",
            by_rows,
            "Whole rows changed places: it is the pixels that move, each on its own.",
        ),
        Mistake(
            "permutes columns only",
            by_columns,
            "Whole columns changed places: it is the pixels that move, each on its own.",
        ),
        Mistake(
            "inverse permutation",
            permuted_by(lambda order, n, c: np.argsort(order)),
            "This is the inverse permutation: place p of the result takes the pixel that stood at "
            "`order[p]`.",
        ),
        Mistake(
            "positions counted down the columns",
            down_the_columns,
            "The positions were counted down the columns; reading order goes along the rows.",
        ),
        Mistake(
            "only the first image",
            lambda images, order: first_only(images, reference.permute_pixels(images, order), 0),
            "Only the first image was permuted.",
        ),
        Mistake(
            "only the first channel",
            lambda images, order: first_only(images, reference.permute_pixels(images, order), 1),
            "Only the first channel was permuted.",
        ),
        Mistake(
            "permuted twice",
            permuted_by(lambda order, n, c: repeated(order, 2)),
            "The pixels were permuted twice.",
        ),
        Mistake(
            "left flat",
            lambda images, order: reference.permute_pixels(images, order).reshape(
                *images.shape[:2], -1
            ),
            "The pixels were left in one row: the result is an image again.",
        ),
        Mistake(
            "nothing permuted",
            lambda images, order: images.copy(),
            "The images came out as they went in.",
        ),
    ),
)
