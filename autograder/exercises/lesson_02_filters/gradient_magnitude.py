"""Measure how strong the edge is at each place, whichever way it runs."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder import reference

from ..model import Arguments, Claim, Exercise, Mistake, Numbers, Property, between, case, same_as


def one_image(numbers: Numbers, H: int, W: int) -> Arguments:
    return {"image": numbers.array(H, W)}


def edges(image: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    kernels = reference.edge_filters()
    return (
        reference.cross_correlate2d(image, kernels["horizontal"]),
        reference.cross_correlate2d(image, kernels["vertical"]),
    )


def edges_combined(combine):
    return lambda image: combine(*edges(image))


def strength_by_equal_weights(image: np.ndarray) -> np.ndarray:
    down = np.array([[-1, -1, -1], [0, 0, 0], [1, 1, 1]], dtype=image.dtype)
    return np.hypot(
        reference.cross_correlate2d(image, down), reference.cross_correlate2d(image, down.T)
    )


def even_picture_is_black(call, numbers: Numbers) -> Iterator[Claim]:
    """Where a picture is even there is no edge."""
    image = np.full((5, 5), 3.0)
    yield Claim(call(image=image), np.zeros((3, 3)), "an even picture", {"image": image})


def turning_turns(call, numbers: Numbers) -> Iterator[Claim]:
    """An edge is as strong after the picture is turned: only its place turns with it."""
    image = numbers.array(6, 6)
    yield Claim(
        call(image=np.rot90(image).copy()),
        np.rot90(call(image=image)),
        "the picture turned by a quarter",
    )


EXERCISE = Exercise(
    order=70,
    reference=reference.gradient_magnitude,
    draw=one_image,
    example=lambda: {
        "image": np.array(
            [
                [0.0, 0.0, 0.0, 0.0, 0.0],
                [0.0, 0.0, 0.0, 0.0, 0.0],
                [0.0, 0.0, 1.0, 1.0, 1.0],
                [0.0, 0.0, 1.0, 1.0, 1.0],
            ]
        )
    },
    smallest={"H": 3, "W": 3},
    window=lambda arguments, where: {
        "image": (slice(where[0], where[0] + 3), slice(where[1], where[1] + 3))
    },
    cases=(
        case("values", H=between(4, 7), W=same_as("H")),
        case("values", H=3, W=3),
        case("rectangular", hidden=False, H=4, W=6),
        case("rectangular", H=between(3, 8), W=between(3, 8), where=lambda s: s.H != s.W),
        case("dtype", hidden=False, dtype="float32", H=5, W=5),
        case("layout", layout="strided", H=between(4, 6), W=same_as("H")),
    ),
    properties=(
        Property("even", even_picture_is_black),
        Property("turned", turning_turns),
    ),
    facet_words={
        "even": "no edge where the picture is even",
        "turned": "turning the picture turns the answer",
    },
    see="How strong is the edge",
    mistakes=(
        Mistake(
            "sum instead of root of squares",
            edges_combined(lambda across, along: np.abs(across) + np.abs(along)),
            "The two answers were added up; their strength together is the root of the sum of "
            "their squares.",
        ),
        Mistake(
            "equal weights for Sobel's",
            strength_by_equal_weights,
            "The filters have three equal weights on each side (Prewitt's); Sobel's count the "
            "middle one twice.",
        ),
        Mistake(
            "root left out",
            edges_combined(lambda across, along: across**2 + along**2),
            "The square root is missing.",
        ),
        Mistake(
            "absolute value missing",
            edges_combined(lambda across, along: across + along),
            "The two answers were added with their signs, so that opposite edges cancel.",
        ),
        Mistake(
            "one direction only",
            edges_combined(lambda across, along: np.abs(across)),
            "Only horizontal edges were measured.",
        ),
        Mistake(
            "one direction only",
            edges_combined(lambda across, along: np.abs(along)),
            "Only vertical edges were measured.",
        ),
        Mistake(
            "larger of the two",
            edges_combined(lambda across, along: np.maximum(np.abs(across), np.abs(along))),
            "The larger of the two answers was taken; both count.",
        ),
    ),
)
