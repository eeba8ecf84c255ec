"""Shift images by whole pixels; zeros come in where they leave."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograder import reference

from ..combining import at_once
from ..model import Arguments, Claim, Exercise, Mistake, Numbers, Property, between, case, same_as


def images_and_shift(
    numbers: Numbers, H: int, W: int, down: int, right: int, N: int = 1, C: int = 1
) -> Arguments:
    return {"images": numbers.array(N, C, H, W), "down": down, "right": right}


def a_bright_pixel_moves(call, numbers: Numbers) -> Iterator[Claim]:
    """A single bright pixel lands where it was sent, and leaves darkness behind."""
    for down, right in ((2, 1), (1, 3), (3, 2)):
        images = np.zeros((1, 1, 6, 6))
        images[0, 0, 2, 2] = 1
        moved = np.zeros_like(images)
        moved[0, 0, 2 + down, 2 + right] = 1
        given = {"images": images, "down": down, "right": right}
        yield Claim(call(**given), moved, f"one bright pixel, {down} down and {right} right", given)


def two_shifts_are_one(call, numbers: Numbers) -> Iterator[Claim]:
    """Shifted twice, an image stands where one shift would have put it."""
    images = numbers.array(1, 1, 6, 6)
    moved = call(images=images, down=1, right=2)
    yield Claim(
        call(images=moved, down=2, right=1),
        call(images=images, down=3, right=3),
        "two shifts against one of the same length",
    )


def rolled(images: np.ndarray, down: int, right: int) -> np.ndarray:
    return np.roll(images, (down, right), axis=(2, 3))


def rolled_across(images: np.ndarray, down: int, right: int) -> np.ndarray:
    return np.roll(reference.shift_images(images, down, 0), right, axis=3)


def edge_repeated(images: np.ndarray, down: int, right: int) -> np.ndarray:
    height, width = images.shape[2:]
    rows = np.clip(np.arange(height) - down, 0, height - 1)
    columns = np.clip(np.arange(width) - right, 0, width - 1)
    return images[:, :, rows[:, None], columns]


def old_pixels_left(images: np.ndarray, down: int, right: int) -> np.ndarray:
    arrived = reference.shift_images(np.ones_like(images), down, right)
    return np.where(arrived == 1, reference.shift_images(images, down, right), images)


def ends_at_minus_zero(images: np.ndarray, down: int, right: int) -> np.ndarray:
    """Frame the images, then cut the frame off on the far side, with `:-down` and `:-right`."""
    frame = [(max(shift, 0), max(-shift, 0)) for shift in (down, right)]
    rows, columns = (
        slice(None, -shift) if shift >= 0 else slice(-shift, None) for shift in (down, right)
    )
    return np.pad(images, [(0, 0), (0, 0), *frame])[:, :, rows, columns]


UP = {"H": 4, "W": 4, "down": -1, "right": -2}
STANDING = {"H": 4, "W": 4, "down": 0, "right": 0}
AWAY = {"H": 3, "W": 3, "down": 3, "right": 4}
WIDE = {"H": 3, "W": 5, "down": 1, "right": 2}
COLORED = {"C": 3, "H": 4, "W": 4, "down": 2, "right": 1}
SEVERAL = {"N": 3, "H": 4, "W": 4, "down": 1, "right": 2}

COMBINATIONS = (
    ("zero", {"H": 4, "W": 4, "down": -2, "right": 0}, (UP, STANDING)),
    ("zero", {"H": 4, "W": 4, "down": 0, "right": -1}, (UP, STANDING)),
    ("far", {"H": 3, "W": 3, "down": -3, "right": -5}, (UP, AWAY)),
    ("rectangular", {"H": 3, "W": 6, "down": -1, "right": -4}, (UP, WIDE)),
    ("batch", {"N": 2, "C": 3, "H": 4, "W": 5, "down": 2, "right": 1}, (SEVERAL, COLORED, WIDE)),
)
"""Two things at once: the part that is lost, their sizes, and those of each alone."""

NEAR: dict[str, Any] = {
    "H": between(4, 5),
    "W": same_as("H"),
    "down": between(1, 3),
    "right": between(1, 3),
}


def unequal_shifts(sizes: Any) -> bool:
    return abs(sizes.down) != abs(sizes.right)


EXERCISE = Exercise(
    order=90,
    reference=reference.shift_images,
    draw=images_and_shift,
    example=lambda: {
        "images": np.array([[[[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0], [9.0, 1.0, 2.0, 3.0]]]]),
        "down": 1,
        "right": 2,
    },
    terms=1,
    smallest={"H": 2, "W": 2},
    cases=(
        case("values", **NEAR, where=unequal_shifts),
        case("values", H=5, W=5, down=3, right=1),
        case("negative", hidden=False, H=4, W=4, down=-1, right=2),
        case("negative", H=4, W=4, down=-2, right=-1),
        case("negative", **{**NEAR, "right": between(-3, -1)}, where=unequal_shifts),
        case("negative", **{**NEAR, "down": between(-3, -1)}, where=unequal_shifts),
        case("zero", hidden=False, H=3, W=3, down=0, right=1),
        case("zero", **{**NEAR, "right": 0}),
        case("zero", H=4, W=4, down=0, right=0),
        case("far", hidden=False, H=3, W=3, down=3, right=1),
        case("far", **{**NEAR, "right": between(6, 9)}),
        case("far", H=3, W=3, down=4, right=7),
        case("rectangular", **{**NEAR, "W": between(6, 7)}, where=unequal_shifts),
        case("rectangular", H=6, W=3, down=4, right=1),
        case("batch", hidden=False, N=2, C=1, H=3, W=3, down=1, right=1),
        case("batch", **NEAR, N=between(2, 4), C=1),
        case("channels", **NEAR, N=1, C=between(2, 4)),
        case("dtype", hidden=False, dtype="float32", H=4, W=4, down=1, right=2),
        case("layout", layout="F", **NEAR),
        case("layout", layout="strided", **NEAR),
    ),
    properties=(
        Property("pixel", a_bright_pixel_moves),
        Property("steps", two_shifts_are_one),
        *(
            at_once(facet, reference.shift_images, images_and_shift, whole, parts)
            for facet, whole, parts in COMBINATIONS
        ),
    ),
    facet_words={
        "negative": "shifts up and to the left",
        "zero": "a shift of 0",
        "far": "a shift as large as the image, or larger",
        "pixel": "one bright pixel lands where it was sent",
        "steps": "two shifts do what one of the same length does",
    },
    see="Fourth test: shift the picture",
    mistakes=(
        Mistake(
            "wraps around",
            rolled,
            "What left on one side came in again on the other; it is lost, and zeros come in.",
        ),
        Mistake(
            "wraps around across",
            rolled_across,
            "What left at the side came in again on the other; only up and down did zeros come in.",
        ),
        Mistake(
            "directions swapped",
            lambda images, down, right: reference.shift_images(images, right, down),
            "`down` moved the image sideways and `right` moved it down: rows come before columns.",
        ),
        Mistake(
            "sign flipped",
            lambda images, down, right: reference.shift_images(images, -down, -right),
            "The images moved the other way: up for `down`, left for `right`.",
        ),
        Mistake(
            "sign ignored",
            lambda images, down, right: reference.shift_images(images, abs(down), abs(right)),
            "The sign was ignored: a negative shift goes up, or to the left.",
        ),
        Mistake(
            "negative shifts not done",
            lambda images, down, right: reference.shift_images(images, max(down, 0), max(right, 0)),
            "Negative shifts were not carried out.",
        ),
        Mistake(
            "down only",
            lambda images, down, right: reference.shift_images(images, down, 0),
            "The images moved down, but not sideways.",
        ),
        Mistake(
            "right only",
            lambda images, down, right: reference.shift_images(images, 0, right),
            "The images moved sideways, but not down.",
        ),
        Mistake(
            "edge repeated",
            edge_repeated,
            "The border was repeated into the gap; zeros come in.",
        ),
        Mistake(
            "old pixels left",
            old_pixels_left,
            "Where nothing moved in, the old pixels still stand: zeros come in.",
        ),
        Mistake(
            "channels shifted for rows",
            lambda images, down, right: reference.shift_images(
                images.transpose(0, 3, 1, 2), down, right
            ).transpose(0, 2, 3, 1),
            "The channels and the rows were shifted; it is the last two axes that are the picture.",
        ),
        Mistake(
            "nothing at a shift of 0",
            ends_at_minus_zero,
            "A shift of 0 leaves nothing of the images: a slice that ends at −0 is empty.",
        ),
        Mistake(
            "image grows",
            lambda images, down, right: np.pad(
                images,
                (
                    (0, 0),
                    (0, 0),
                    (max(down, 0), max(-down, 0)),
                    (max(right, 0), max(-right, 0)),
                ),
            ),
            "The images have grown by the shift; they keep their size, and lose what leaves.",
        ),
    ),
)
