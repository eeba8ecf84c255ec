"""Add what some layers make of their input to the input itself."""

from __future__ import annotations

import numpy as np

from autograder import reference

from ..model import Arguments, Exercise, Mistake, Named, Numbers, case


def images_and_ways(
    numbers: Numbers,
    body: str,
    shortcut: str = "",
    N: int = 2,
    C: int = 2,
    H: int = 2,
    W: int = 2,
) -> Arguments:
    drawn: Arguments = {"x": numbers.array(N, C, H, W), "body": Named(body)}
    return drawn | {"shortcut": Named(shortcut)} if shortcut else drawn


def combined(together, ways=lambda x, body, shortcut: (body(x), shortcut(x))):
    """An answer that does something else with the two, if their shapes are equal."""

    def residual_block(x, body, shortcut=None):
        inside, passed = ways(x, body, shortcut or (lambda x: x))
        if inside.shape != passed.shape:
            raise ValueError("shapes that differ")
        return together(inside, passed)

    return residual_block


def fitted(x, body, shortcut=None):
    """Cut the shortcut to the size of what the body gives."""
    inside = body(x)
    passed = x if shortcut is None else shortcut(x)
    if inside.shape == passed.shape:
        return inside + passed
    return inside + passed[tuple(slice(0, side) for side in inside.shape)]


def broadcast(x, body, shortcut=None):
    return body(x) + (x if shortcut is None else shortcut(x))


EXERCISE = Exercise(
    order=10,
    reference=reference.residual_block,
    draw=images_and_ways,
    example=lambda: {
        "x": np.array([[[[1.0, -2.0], [3.0, 0.0]]]]),
        "body": Named("twice_less_one"),
    },
    cases=(
        case("values", hidden=False, body="twice_less_one"),
        case("values", body="next_channel", C=3),
        case("values", body="squares_below_zero", H=3),
        case("shortcut", hidden=False, body="twice_less_one", shortcut="squares_below_zero"),
        case("shortcut", body="next_channel", shortcut="twice_less_one", C=3, W=4),
        case("smaller", body="upper_left_of_four", shortcut="every_other_pixel", H=4, W=6),
        case("smaller", body="every_other_pixel", shortcut="upper_left_of_four", H=6, W=4),
        case("refused", hidden=False, body="every_other_pixel", H=4, W=4),
        case("refused", body="mean_of_channels", C=3),
        case("refused", body="twice_less_one", shortcut="mean_of_channels", C=3),
        case("dtype", dtype="float32", body="twice_less_one"),
        case("layout", layout="strided", body="next_channel"),
    ),
    facet_words={
        "shortcut": "a shortcut that does something",
        "smaller": "a body and a shortcut that give smaller maps",
        "refused": "shapes that differ are refused",
    },
    see="A way around the layers",
    mistakes=(
        Mistake(
            "product",
            combined(lambda inside, passed: inside * passed),
            "The two were multiplied; a residual block adds them.",
        ),
        Mistake(
            "ReLU before the sum",
            combined(lambda inside, passed: np.maximum(inside, 0) + passed),
            "ReLU was applied to the body before the sum: the body could then only add, "
            "never take away.",
        ),
        Mistake(
            "ReLU after the sum",
            combined(lambda inside, passed: np.maximum(inside + passed, 0)),
            "ReLU was applied to the sum: in our tables it is a row of its own.",
        ),
        Mistake(
            "shortcut of the wrong input",
            combined(np.add, lambda x, body, shortcut: (body(x), shortcut(body(x)))),
            "The shortcut was given what the body made; it goes around the body, from `x` itself.",
        ),
        Mistake(
            "body of the shortcut",
            combined(np.add, lambda x, body, shortcut: (body(shortcut(x)), shortcut(x))),
            "The body was given what the shortcut made; both start from `x`.",
        ),
        Mistake(
            "body alone",
            lambda x, body, shortcut=None: body(x),
            "This is the body alone: nothing was added to it.",
        ),
        Mistake(
            "shortcut alone",
            lambda x, body, shortcut=None: x.copy() if shortcut is None else shortcut(x),
            "This is the shortcut alone: what the body makes is missing.",
        ),
        Mistake(
            "difference",
            combined(lambda inside, passed: inside - passed),
            "The shortcut was taken away from the body; it is added.",
        ),
        Mistake(
            "mean",
            combined(lambda inside, passed: (inside + passed) / 2),
            "This is the mean of the two; their sum is asked for.",
        ),
        Mistake(
            "x added as well",
            combined(
                np.add,
                lambda x, body, shortcut: (
                    (body(x) + x, shortcut(x))
                    if body(x).shape == x.shape
                    else (body(x), shortcut(x))
                ),
            ),
            "`x` was added once more than it should be.",
        ),
        Mistake(
            "shortcut ignored",
            lambda x, body, shortcut=None: reference.residual_block(x, body),
            "`shortcut` was not used: `x` itself was added, or refused.",
        ),
        Mistake(
            "stacked",
            combined(lambda inside, passed: np.concatenate([inside, passed], axis=1)),
            "The two were laid side by side as channels, as DenseNet does; a residual block adds "
            "them.",
        ),
        Mistake(
            "cut to fit",
            fitted,
            "Shapes that differ were cut until they fit; they are refused with a ValueError.",
        ),
        Mistake(
            "broadcast",
            broadcast,
            "One map was added to several: NumPy repeats it without a word. Shapes that differ "
            "are refused with a ValueError.",
        ),
    ),
)
