"""Functions that an answer is given as an argument, by name.

They are plain NumPy, so that they can be built wherever the answer runs.
"""

from __future__ import annotations

from collections.abc import Callable

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


FUNCTIONS: dict[str, Callable] = {
    function.__name__: function
    for function in (
        half_square,
        sum_of_cubes,
        tangled,
        exponentials,
        brightness,
        distance_from_corner,
    )
}
"""By the name that a `Named` argument carries."""
