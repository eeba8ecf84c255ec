"""Keep what is positive, and put 0 for the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from autograder import reference

from ..model import Arguments, Claim, Exercise, Mistake, Numbers, Property, between, case


def any_numbers(
    numbers: Numbers, shape: tuple[int, ...], negative: bool = False, fixed: bool = False
) -> Arguments:
    """Numbers of either sign; `fixed` are some that tell every other function from this one."""
    if fixed:
        return {"x": np.array(TELLING, dtype=numbers.dtype).reshape(shape)}
    x = numbers.array(*shape) * 4
    return {"x": numbers.lay_out(-1 - np.abs(x)) if negative else numbers.lay_out(x)}


TELLING = (-1000.0, -6.5, -1.0, -1e-3, 0.0, 1e-3, 0.25, 1.5, 6.5, 1000.0)
"""Small and large numbers of either sign, and 0."""


def rectified(name: str, change: Callable[[np.ndarray], np.ndarray], sentence: str) -> Mistake:
    return Mistake(name, lambda x: change(x).astype(x.dtype), sentence)


def relu_of_its_own(call, numbers: Numbers) -> Iterator[Claim]:
    """What has passed passes again, and 0 stays 0."""
    x = np.array([[[[-2.0, -0.5, 0.0, 0.5, 2.0, 100.0]]]])
    once = call(x=x)
    yield Claim(once, np.array([[[[0.0, 0.0, 0.0, 0.5, 2.0, 100.0]]]]), "six numbers")
    yield Claim(call(x=once), once, "what has passed passes again")


IMAGES = (between(1, 3), between(1, 3), between(3, 5), between(3, 5))

EXERCISE = Exercise(
    order=80,
    reference=reference.relu,
    draw=any_numbers,
    example=lambda: {"x": np.array([[[[-2.0, 3.0], [0.0, -1.0]]]])},
    window=lambda arguments, where: {"x": where},
    cases=(
        case("values", hidden=False, shape=(1, 1, 2, 5), fixed=True),
        case("values", shape=(1, 1, 4, 4)),
        case("values", shape=(2, 3, 4, 5)),
        case("negative", hidden=False, shape=(1, 1, 2, 2), negative=True),
        case("flat", hidden=False, shape=(3, 5)),
        case("flat", shape=(between(14, 20),)),
        case("flat", shape=(between(2, 4), between(2, 4), 3, 2, 2)),
        # So many that some of them are positive.
        *(case("flat", shape=(between(30, 40),), of=kind) for kind in ("ties", "large", "tiny")),
        case("dtype", hidden=False, dtype="float32", shape=(2, 2, 3, 3)),
        case("layout", layout="F", shape=IMAGES),
        case("layout", layout="strided", shape=IMAGES),
    ),
    properties=(Property("twice", relu_of_its_own),),
    facet_words={
        "negative": "nothing but negative numbers",
        "flat": "arrays that are not images",
        "twice": "what has passed passes again, and 0 is 0",
    },
    see="ReLU: keep only what is positive",
    mistakes=(
        rectified("absolute value", np.abs, "The signs were dropped; what is negative becomes 0."),
        rectified(
            "minimum instead of maximum",
            lambda x: np.minimum(x, 0),
            "What is negative was kept, and what is positive became 0.",
        ),
        rectified(
            "leaky",
            lambda x: np.where(x > 0, x, 0.01 * x),
            "A hundredth of what is negative leaks through: that is leaky ReLU.",
        ),
        rectified(
            "mask instead of numbers",
            lambda x: x > 0,
            "This says which numbers are positive; the numbers themselves are asked for.",
        ),
        rectified(
            "cut at 1",
            lambda x: np.clip(x, 0, 1),
            "What is larger than 1 was cut off: ReLU has no ceiling.",
        ),
        rectified(
            "cut at 6",
            lambda x: np.clip(x, 0, 6),
            "What is larger than 6 was cut off: ReLU has no ceiling.",
        ),
        rectified(
            "sigmoid",
            lambda x: 1 / (1 + np.exp(-x)),
            "This is the sigmoid; max(0, x) is asked for.",
        ),
        rectified("hyperbolic tangent", np.tanh, "This is tanh; max(0, x) is asked for."),
        rectified("softplus", lambda x: np.log1p(np.exp(x)), "This is softplus, a rounded ReLU."),
        rectified("nothing done", lambda x: x.copy(), "The numbers came out as they went in."),
        rectified(
            "turned over",
            lambda x: np.maximum(-x, 0),
            "What is negative came out positive, and what is positive became 0.",
        ),
        rectified("below 1", lambda x: np.maximum(x, 1), "What is less than 1 became 1."),
        rectified(
            "positive numbers only",
            lambda x: x[x > 0],
            "The numbers that are not positive were left out; they should be 0 and keep their "
            "places.",
        ),
    ),
)
