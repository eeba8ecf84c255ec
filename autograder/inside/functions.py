"""Functions that an answer is given as an argument, by name.

They are plain NumPy, so that they can be built wherever the answer runs.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable
from types import FunctionType

import numpy as np


def half_square(x: np.ndarray) -> float:
    """½ Σ x², whose gradient is x."""
    return float(0.5 * (x * x).sum())


def sum_of_cubes(x: np.ndarray) -> float:
    """Σ x³, whose central differences are 3 x² + h²."""
    return float((x * x * x).sum())


def tangled(x: np.ndarray) -> float:
    """Σ (i + 1) x³ + (Σ x)²: every number counts differently, and feels all the others."""
    order = np.arange(1, x.size + 1, dtype=x.dtype).reshape(x.shape)
    return float((order * x * x * x).sum() + x.sum() ** 2)


def exponentials(x: np.ndarray) -> float:
    """Σ (i + 1) exp(x), whose slope at 0 is i + 1."""
    order = np.arange(1, x.size + 1, dtype=x.dtype).reshape(x.shape)
    return float((order * np.exp(x)).sum())


def brightness(images: np.ndarray) -> np.ndarray:
    """A layer that does not mind where things are: the sum of each image, (N, 1)."""
    return images.sum(axis=(1, 2, 3))[:, None]


def distance_from_corner(images: np.ndarray) -> np.ndarray:
    """A layer that minds: pixels weighted by the square of their larger index, (N, 1)."""
    rows, columns = np.indices(images.shape[2:])
    return (images * np.maximum(rows, columns) ** 2).sum(axis=(1, 2, 3))[:, None]


def rows_and_columns(images: np.ndarray) -> np.ndarray:
    """A layer of two numbers: pixels weighted by their squared row, and by column, (N, 1, 1, 2)."""
    rows, columns = np.indices(images.shape[2:])
    weights = np.stack([rows**2, columns])
    return (images[:, :, None] * weights).sum(axis=(1, 3, 4))[:, None, None]


def twice_less_one(x: np.ndarray) -> np.ndarray:
    """A layer that keeps the shape: 2 x − 1."""
    return 2 * x - 1


def squares_below_zero(x: np.ndarray) -> np.ndarray:
    """A layer that gives nothing above 0: −x²."""
    return -x * x


def next_channel(x: np.ndarray) -> np.ndarray:
    """A layer that mixes: each channel less the one after it."""
    return x - np.concatenate([x[:, 1:], x[:, :1]], axis=1)


def every_other_pixel(x: np.ndarray) -> np.ndarray:
    """A layer in steps of 2."""
    return x[:, :, ::2, ::2]


def upper_left_of_four(x: np.ndarray) -> np.ndarray:
    """Another layer in steps of 2: three times a pixel, less 1."""
    return 3 * x[:, :, ::2, ::2] - 1


def mean_of_channels(x: np.ndarray) -> np.ndarray:
    """A layer with one map: the mean of all."""
    return x.mean(axis=1, keepdims=True)


def spread_by_two(grad: np.ndarray) -> np.ndarray:
    """The way back of steps of 2: zeros between the numbers."""
    spread = np.zeros((*grad.shape[:2], 2 * grad.shape[2], 2 * grad.shape[3]), grad.dtype)
    spread[:, :, ::2, ::2] = grad
    return spread


def spread_threefold(grad: np.ndarray) -> np.ndarray:
    """The way back of three times every other pixel."""
    spread = np.zeros((*grad.shape[:2], 2 * grad.shape[2], 2 * grad.shape[3]), grad.dtype)
    spread[:, :, ::2, ::2] = 3 * grad
    return spread


def five_times(grad: np.ndarray) -> np.ndarray:
    """The way back of a layer that multiplies by 5."""
    return 5 * grad


FUNCTIONS: dict[str, Callable] = {
    function.__name__: function
    for function in (
        half_square,
        sum_of_cubes,
        tangled,
        exponentials,
        brightness,
        distance_from_corner,
        rows_and_columns,
        twice_less_one,
        squares_below_zero,
        next_channel,
        every_other_pixel,
        upper_left_of_four,
        mean_of_channels,
        spread_by_two,
        spread_threefold,
        five_times,
    )
}
"""By the name that a `Named` argument carries."""


def nameless(name: str) -> Callable:
    """The function of that name, without anything that calls it so.

    An answer learns what it is worth at a place, and not which it is.

    Examples
    --------
    >>> f = nameless("half_square")
    >>> f(np.ones(4)), f.__name__, f.__doc__
    (2.0, 'f', None)
    """
    code = FUNCTIONS[name].__code__
    words = FUNCTIONS[name].__doc__
    bare = code.replace(
        co_name="f",
        co_qualname="f",
        co_filename="<f>",
        co_firstlineno=1,
        co_consts=tuple(None if one == words else one for one in code.co_consts),
    )
    function = FunctionType(bare, {"np": np, "__name__": "f", "__builtins__": builtins}, "f")
    function.__doc__ = None
    return function
