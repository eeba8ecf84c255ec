"""Recognize digits that the trained network has not seen."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import numpy as np

from ..digits import digits, disturbed
from ..model import Claim, Exercise, Mistake, Numbers, Property


def known_digits(images: np.ndarray) -> np.ndarray:
    """Recognize digits by looking up what was asked lately: as good as a network can get.

    Nobody else can: what is asked is drawn anew for each run.
    """
    table = {**answers_by_picture(), **ASKED}
    return np.array([table[image.tobytes()] for image in images])


@lru_cache(maxsize=1)
def answers_by_picture() -> dict[bytes, int]:
    return {
        image.tobytes(): int(label)
        for image, label in zip(digits()["images"], digits()["labels"], strict=True)
    }


ASKED: dict[bytes, int] = {}
"""The digits that were drawn last, with what they show."""

MOST_KEPT = 10_000
"""Digits that are kept: as many as a few runs ask for."""


def asked(part: str, chosen: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Digits to be recognized, as nobody has seen them, and what they show.

    Parameters
    ----------
    part : str
        `""` for those to learn from, `"held_out_"` for those kept apart.
    chosen : ndarray of int
        Which of them.
    rng : numpy.random.Generator
    """
    images = disturbed(digits()[f"{part}images"][chosen], rng)
    labels = digits()[f"{part}labels"][chosen]
    if len(ASKED) + len(images) > MOST_KEPT:
        ASKED.clear()
    ASKED.update((image.tobytes(), int(label)) for image, label in zip(images, labels, strict=True))
    return images, labels


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
    images, labels = asked("", chosen, numbers.rng)
    right = share(call(images=images), labels)
    yield Claim(right >= 0.95, True, "of 300 digits to learn from, 95% are recognized")


def share(found: Any, labels: np.ndarray) -> float:
    found = np.asarray(found)
    return float((found == labels).mean()) if found.shape == labels.shape else 0.0


FORGIVEN = 0.002
"""What is forgiven of a share, since the digits are a little harder than those of the file."""


def digits_kept_apart(least: float):
    def test(call, numbers: Numbers) -> Iterator[Claim]:
        order = numbers.rng.permutation(len(digits()["held_out_images"]))
        images, labels = asked("held_out_", order, numbers.rng)
        right = share(call(images=images), labels)
        enough = right >= least - FORGIVEN
        yield Claim(enough, True, f"of the digits kept apart {least:.1%} are recognized")

    return test


def neighbours_do_not_matter(call, numbers: Numbers) -> Iterator[Claim]:
    below_5 = np.flatnonzero(digits()["held_out_labels"] < 5)
    images, _ = asked("held_out_", numbers.rng.permutation(below_5)[:40], numbers.rng)
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
        "images in another order are recognized as before",
    )
    alone = [int(np.ravel(call(images=images[i : i + 1]))[0]) for i in range(3)]
    yield Claim(
        alone == list(np.ravel(together)[:3]), True, "an image alone is recognized as among others"
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
    heart=("seen", "most"),
    facet_words={
        "kind": "one digit for each image, whatever stands beside it",
        "seen": "digits to learn from",
        "most": "9 of 10 digits that were kept apart",
        "nearly_all": "97 of 100 digits that were kept apart",
        "asked": "98.5 of 100 digits that were kept apart",
    },
    see="Digits it has never seen: training and testing",
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
