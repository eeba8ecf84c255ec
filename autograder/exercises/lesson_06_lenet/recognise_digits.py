"""Recognise digits that the trained network has not seen."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import numpy as np

from ..digits import digits
from ..model import Claim, Exercise, Mistake, Numbers, Property


def known_digits(images: np.ndarray) -> np.ndarray:
    """Recognise digits by looking them up: as good as a network can get."""
    table = answers_by_picture()
    return np.array([table[image.tobytes()] for image in images])


@lru_cache(maxsize=1)
def answers_by_picture() -> dict[bytes, int]:
    return {
        image.tobytes(): int(label)
        for part in ("", "held_out_")
        for image, label in zip(digits()[f"{part}images"], digits()[f"{part}labels"], strict=True)
    }


def one_digit_each(call, numbers: Numbers) -> Iterator[Claim]:
    for count in (1, 5):
        chosen = numbers.rng.permutation(len(digits()["images"]))[:count]
        found = np.asarray(call(images=digits()["images"][chosen]))
        yield Claim(
            found.shape == (count,) and found.dtype.kind in "iu",
            True,
            f"for {count} image{'s' if count > 1 else ''} there is one whole number each; there is "
            f"an array of shape {found.shape} and of {found.dtype}",
        )


def digits_seen_in_training(call, numbers: Numbers) -> Iterator[Claim]:
    chosen = numbers.rng.permutation(len(digits()["images"]))[:300]
    right = share(call(images=digits()["images"][chosen]), digits()["labels"][chosen])
    yield Claim(right >= 0.95, True, "of 300 digits to learn from, 95% are recognised")


def share(found: Any, labels: np.ndarray) -> float:
    found = np.asarray(found)
    return float((found == labels).mean()) if found.shape == labels.shape else 0.0


def digits_kept_apart(least: float):
    def test(call, numbers: Numbers) -> Iterator[Claim]:
        order = numbers.rng.permutation(len(digits()["held_out_images"]))
        found = call(images=digits()["held_out_images"][order])
        right = share(found, digits()["held_out_labels"][order])
        yield Claim(right >= least, True, f"of the digits kept apart {least:.1%} are recognised")

    return test


def neighbours_do_not_matter(call, numbers: Numbers) -> Iterator[Claim]:
    below_5 = np.flatnonzero(digits()["held_out_labels"] < 5)
    images = digits()["held_out_images"][numbers.rng.permutation(below_5)[:40]]
    together, backwards = call(images=images), call(images=images[::-1].copy())
    yield Claim(len(np.unique(together)) > 2, True, "not all images are called the same")
    yield Claim(
        bool((np.asarray(together) < 5).mean() > 0.8),
        True,
        "of digits from 0 to 4 none is often taken for a larger one",
    )
    yield Claim(
        np.array_equal(np.asarray(together), np.asarray(backwards)[::-1]),
        True,
        "images in another order are recognised as before",
    )
    alone = [int(np.ravel(call(images=images[i : i + 1]))[0]) for i in range(3)]
    yield Claim(
        alone == list(np.ravel(together)[:3]), True, "an image alone is recognised as among others"
    )


EXERCISE = Exercise(
    order=90,
    reference=known_digits,
    properties=(
        Property("kind", one_digit_each, hidden=False),
        Property("seen", digits_seen_in_training, hidden=False),
        Property("kind", neighbours_do_not_matter),
        Property("most", digits_kept_apart(0.9)),
        Property("nearly_all", digits_kept_apart(0.97)),
        Property("asked", digits_kept_apart(0.985)),
    ),
    facet_words={
        "kind": "one digit for each image, whatever stands beside it",
        "seen": "digits to learn from",
        "most": "9 of 10 digits that were kept apart",
        "nearly_all": "97 of 100 digits that were kept apart",
        "asked": "98.5 of 100 digits that were kept apart",
    },
    see="Digits it has never seen",
    mistakes=(
        Mistake(
            "scores for digits",
            lambda images: np.eye(10)[known_digits(images)],
            "There are ten scores for each image; the digit with the highest is asked for.",
        ),
        Mistake(
            "always the same digit",
            lambda images: np.full(len(images), 7),
            "Every image is called the same.",
        ),
        Mistake(
            "one-hot digits",
            lambda images: known_digits(images)[:, None],
            "The digits have an axis too many: one number for each image is asked for.",
        ),
        Mistake(
            "batch's own order",
            lambda images: np.sort(known_digits(images)),
            "The digits do not stand in the order of the images.",
        ),
        Mistake(
            "decimal digits",
            lambda images: known_digits(images).astype(float),
            "The digits have decimal points; whole numbers are asked for.",
        ),
    ),
)
