"""Estimate a gradient by central differences."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from autograder import reference

from ..model import (
    Arguments,
    Claim,
    Exercise,
    Mistake,
    Named,
    Numbers,
    Property,
    between,
    case,
    one_of,
)


def function_and_place(
    numbers: Numbers,
    f: str,
    rows: int = 0,
    columns: int = 3,
    h: float | None = None,
    origin: bool = False,
    far: float = 0.0,
) -> Arguments:
    """Draw a place on a grid of eighths, so that nudging by a power of two and back is exact.

    Its numbers lie at least `far` from 0.
    """
    x = np.rint(8 * numbers.array(*(rows, columns) if rows else (columns,))) / 8
    x = x + np.copysign(far, x)
    x = numbers.lay_out((0 * x if origin else x).astype(numbers.dtype))
    return {"f": Named(f), "x": x} if h is None else {"f": Named(f), "x": x, "h": h}


def slope_of_half_a_square(*shapes: tuple[int, ...]) -> Callable[..., Iterator[Claim]]:
    """The gradient of ½ Σ x² is x, whatever the shape and the step."""

    def test(call, numbers: Numbers) -> Iterator[Claim]:
        for shape in shapes:
            x = numbers.rng.integers(-8, 9, shape) / 4
            given = {"f": Named("half_square"), "x": x, "h": 0.25}
            yield Claim(call(**given), x, "the gradient of ½ Σ x² is x", given)

    return test


def default_step_is_small(call, numbers: Numbers) -> Iterator[Claim]:
    """Without `h` the answer is as good as central differences of 1e-5 are."""
    x = np.zeros(3)
    slope = call(f=Named("exponentials"), x=x)
    yield Claim(
        bool(np.allclose(slope, [1, 2, 3], rtol=1e-7, atol=0)),
        True,
        "without `h` the slope is right to seven digits",
    )


def differences_by(
    quotient: Callable[[Callable, np.ndarray, np.ndarray, float], float],
) -> Callable[..., np.ndarray]:
    """Ask `quotient(f, x, step, h)` for each number, `step` being zero but for an h there."""

    def numerical_gradient(f: Callable, x: np.ndarray, h: float = 1e-5) -> np.ndarray:
        wide = x.astype(np.float64)
        gradient = np.zeros_like(wide)
        for index in np.ndindex(x.shape):
            step = np.zeros_like(wide)
            step[index] = h
            gradient[index] = quotient(f, wide, step, h)
        return gradient.astype(x.dtype)

    return numerical_gradient


def left_perturbed(below_first: bool) -> Callable[..., np.ndarray]:
    """Nudge `x` itself, and never put it back."""

    def numerical_gradient(f: Callable, x: np.ndarray, h: float = 1e-5) -> np.ndarray:
        gradient = np.zeros_like(x)
        for index in np.ndindex(x.shape):
            here = x[index]
            values = {}
            for side in (-1, 1) if below_first else (1, -1):
                x[index] = here + side * h
                values[side] = f(x)
            gradient[index] = (values[1] - values[-1]) / (2 * h)
        return gradient

    return numerical_gradient


def all_at_once(f: Callable, x: np.ndarray, h: float = 1e-5) -> np.ndarray:
    return np.full_like(x, (f(x + h) - f(x - h)) / (2 * h))


def row_by_row(f: Callable, x: np.ndarray, h: float = 1e-5) -> np.ndarray:
    gradient = np.zeros_like(x)
    for i in range(len(x)):
        step = np.zeros_like(x)
        step[i] = h
        gradient[i] = (f(x + step) - f(x - step)) / (2 * h)
    return gradient


EXERCISE = Exercise(
    order=10,
    reference=reference.numerical_gradient,
    draw=function_and_place,
    example=lambda: {
        "f": Named("half_square"),
        "x": np.array([[1.0, -2.0, 0.0], [4.0, 3.0, -1.0]]),
        "h": 1.0,
    },
    rough=1e-8,
    cases=(
        case("values", f="sum_of_cubes", columns=4, h=0.25),
        case("values", f="sum_of_cubes", columns=3, h=0.125),
        case("values", f="sum_of_cubes", columns=3, h=0.25, far=2.0),
        case("coupled", hidden=False, f="tangled", columns=3, h=0.5),
        case(
            "coupled",
            f="tangled",
            columns=between(3, 6),
            h=one_of(0.0625, 0.25),
            corners=({"columns": 5},),
        ),
        case("shape", hidden=False, f="tangled", rows=2, columns=3, h=0.5),
        case(
            "shape",
            f="tangled",
            rows=between(1, 4),
            columns=between(1, 4),
            h=0.25,
            where=lambda sizes: sizes.rows * sizes.columns > 2,
            corners=({"rows": 4, "columns": 2}, {"rows": 3, "columns": 1}),
        ),
        case("default", hidden=False, f="exponentials", columns=3, origin=True),
        case("default", needs=("shape",), f="exponentials", rows=2, columns=2, origin=True),
        case("dtype", hidden=False, dtype="float32", f="sum_of_cubes", columns=4, h=0.25),
        case("dtype", needs=("shape",), dtype="float32", f="tangled", rows=2, columns=3, h=0.25),
        case("layout", layout="strided", f="tangled", columns=between(3, 6), h=0.25),
        case("layout", needs=("shape",), layout="F", f="tangled", rows=3, columns=4, h=0.25),
    ),
    properties=(
        Property("square", slope_of_half_a_square((4,), (2,))),
        Property("square", slope_of_half_a_square((2, 3), (2, 1, 2, 2)), needs=("shape",)),
        Property("default", default_step_is_small),
    ),
    facet_words={
        "coupled": "a function in which every number feels the others",
        "shape": "a matrix of numbers",
        "default": "the step where none is given",
        "square": "the gradient of ½ Σ x² is x",
    },
    see="Nudge and look: the numerical gradient",
    mistakes=(
        Mistake(
            "forward differences",
            differences_by(lambda f, x, step, h: (f(x + step) - f(x)) / h),
            "These are forward differences, which look to one side only: their error shrinks with "
            "h, where that of central differences shrinks with h².",
        ),
        Mistake(
            "backward differences",
            differences_by(lambda f, x, step, h: (f(x) - f(x - step)) / h),
            "These are differences to one side only, the lower one; central differences look to "
            "both.",
        ),
        Mistake(
            "x left perturbed",
            left_perturbed(below_first=False),
            "`x` was left nudged after each look, so that the next look starts from another place.",
        ),
        Mistake(
            "x left perturbed",
            left_perturbed(below_first=True),
            "`x` was left nudged after each look, so that the next look starts from another place.",
        ),
        Mistake(
            "divided by h",
            differences_by(lambda f, x, step, h: (f(x + step) - f(x - step)) / h),
            "The difference was divided by h; from one side to the other it is 2 h.",
        ),
        Mistake(
            "multiplied by h",
            differences_by(lambda f, x, step, h: (f(x + step) - f(x - step)) / 2 * h),
            "The difference was divided by 2 and multiplied by h: Python reads `/ 2 * h` from the "
            "left.",
        ),
        Mistake(
            "not divided",
            differences_by(lambda f, x, step, h: f(x + step) - f(x - step)),
            "This is the difference itself; a slope is a difference over a distance.",
        ),
        Mistake(
            "sign",
            differences_by(lambda f, x, step, h: (f(x - step) - f(x + step)) / (2 * h)),
            "The sign is turned round: the upper value comes first.",
        ),
        Mistake(
            "h ignored",
            lambda f, x, h=1e-5: reference.numerical_gradient(f, x),
            "The step `h` that was given was not used.",
        ),
        Mistake(
            "half a step",
            lambda f, x, h=1e-5: reference.numerical_gradient(f, x, h / 2),
            "The nudge was half of `h`.",
        ),
        Mistake(
            "all at once",
            all_at_once,
            "All numbers were nudged together; each has a slope of its own.",
        ),
        Mistake(
            "row by row",
            row_by_row,
            "Whole rows were nudged together; each number has a slope of its own.",
        ),
        Mistake(
            "left flat",
            lambda f, x, h=1e-5: reference.numerical_gradient(f, x, h).reshape(-1),
            "The slopes lie in one row: the gradient is shaped like `x`.",
        ),
    ),
)
