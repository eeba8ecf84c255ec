"""Let the gradient through where the input was positive."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograder import reference

from ..model import Arguments, Claim, Exercise, Mistake, Numbers, Property, between, case
from ._shared import slopes_agree


def gradient_and_input(numbers: Numbers, zeros: bool = False, **sizes: int) -> Arguments:
    """Draw an input, with some exact zeros in it or none.

    The first two numbers differ in sign, and the last is positive.
    """
    x, grad = numbers.array(*sizes.values()), numbers.array(*sizes.values())
    x[x == 0] = 1
    x.flat[:2] = np.abs(x.flat[:2]) * (1, -1)
    grad.flat[:4] = (np.abs(grad.flat[:4]) + 1) * (-1, -1, 1, 1)
    x.flat[2:4] = np.abs(x.flat[2:4]) * (1, -1)
    x.flat[-1] = np.abs(x.flat[-1])
    if zeros:
        x[numbers.rng.random(x.shape) < 0.2] = 0
        x.flat[-2:] = 0
    return {"grad": grad, "x": x}


def slope_of_relu(call, numbers: Numbers) -> Iterator[Claim]:
    """The gradient is the slope of Σ grad · relu(x), by central differences."""
    grad, x = numbers.array(4, 4), numbers.array(4, 4)
    x = x + np.copysign(0.1, x)  # away from the bend
    slope = reference.numerical_gradient(lambda v: float((grad * reference.relu(v)).sum()), x)
    yield Claim(
        slopes_agree(call(grad=grad, x=x), slope), True, "it is the slope, by central differences"
    )


def uneven(sizes: Any) -> bool:
    return sizes.H != sizes.W


def zero_stops_everything(call, numbers: Numbers) -> Iterator[Claim]:
    """Inputs that are all 0 let nothing through."""
    given = {"grad": numbers.array(3, 3), "x": np.zeros((3, 3))}
    yield Claim(call(**given), np.zeros((3, 3)), "inputs of 0", given)


EXERCISE = Exercise(
    order=20,
    reference=reference.relu_backward,
    draw=gradient_and_input,
    example=lambda: {
        "grad": np.array([[1.0, -2.0, 3.0], [-4.0, 5.0, 6.0]]),
        "x": np.array([[2.0, 1.0, 0.0], [3.0, -1.0, -2.0]]),
    },
    terms=1,
    window=lambda arguments, where: (
        dict.fromkeys(("grad", "x"), tuple(slice(i, i + 1) for i in where))
        if len(where) == 2
        else {}
    ),
    cases=(
        case("values", H=4, W=4),
        case("values", H=6, W=6),
        case("rectangular", hidden=False, H=2, W=5),
        case(
            "rectangular",
            H=between(2, 8),
            W=between(2, 8),
            where=uneven,
            corners=({"H": 7, "W": 3},),
        ),
        case("layer", hidden=False, N=2, C=3, H=3, W=3),
        case(
            "layer",
            N=between(2, 4),
            C=between(1, 3),
            H=between(2, 4),
            W=between(2, 4),
            corners=({"N": 3, "C": 2, "H": 2, "W": 2},),
        ),
        case("line", hidden=False, D=9),
        case("line", D=between(6, 20), corners=({"D": 16},)),
        *(case("line", D=between(8, 20), of=kind) for kind in ("large", "tiny")),
        case("zero", hidden=False, H=3, W=3, zeros=True),
        case("zero", H=between(3, 6), W=between(3, 6), zeros=True, corners=({"H": 5, "W": 5},)),
        case("dtype", hidden=False, dtype="float32", H=4, W=4),
        case("layout", layout="F", H=between(3, 6), W=between(3, 6)),
        case("layout", layout="strided", H=between(3, 6), W=between(3, 6)),
    ),
    properties=(
        Property("slope", slope_of_relu),
        Property("zero", zero_stops_everything),
    ),
    facet_words={
        "layer": "batches of images, batches of rows",
        "line": "a single row of numbers",
        "slope": "it is the slope of the ReLU, by central differences",
        "zero": "at 0 nothing passes",
    },
    see="Through the bend: the gradient of the ReLU",
    mistakes=(
        Mistake(
            "mask from grad",
            lambda grad, x: grad * (grad > 0),
            "The gradient was cut where it is itself negative; what counts is the sign of the "
            "input `x`.",
        ),
        Mistake(
            "x ≥ 0 at 0",
            lambda grad, x: grad * (x >= 0),
            "At an input of exactly 0 the gradient came through; there nothing passes.",
        ),
        Mistake(
            "mask from both",
            lambda grad, x: grad * (x > 0) * (grad > 0),
            "Negative gradients were cut as well: where the input is positive, all comes through.",
        ),
        Mistake(
            "mask the wrong way round",
            lambda grad, x: grad * (x <= 0),
            "The gradient came through where the input was off, and stopped where it was on.",
        ),
        Mistake(
            "mask the wrong way round",
            lambda grad, x: grad * (x < 0),
            "The gradient came through where the input was off, and stopped where it was on.",
        ),
        Mistake(
            "times the input",
            lambda grad, x: grad * np.maximum(x, 0),
            "The gradient was multiplied by what the ReLU gave; its slope is 1 or 0.",
        ),
        Mistake(
            "slope without the gradient",
            lambda grad, x: (x > 0).astype(grad.dtype),
            "This is the slope of the ReLU alone: the gradient that comes in was not multiplied "
            "with it.",
        ),
        Mistake(
            "forward again",
            lambda grad, x: np.maximum(x, 0),
            "This is the ReLU itself, the way forward.",
        ),
        Mistake(
            "slope of |x|",
            lambda grad, x: grad * np.sign(x),
            "Where the input is negative the gradient came back with its sign turned; it stops "
            "there.",
        ),
        Mistake(
            "arguments exchanged",
            lambda grad, x: x * (grad > 0),
            "`grad` and `x` are exchanged: it is the gradient that passes, and the input that "
            "decides.",
        ),
        Mistake(
            "everything passes",
            lambda grad, x: grad.copy(),
            "The gradient came through everywhere; it stops where the input is not positive.",
        ),
    ),
)
