"""Normalization across neighboring channels, as AlexNet did it."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from .kind import Kind, Learned, Options, register


def local_response_normalize(
    x: np.ndarray,
    n: int = 5,
    k: float = 2.0,
    alpha: float = 1e-4,
    beta: float = 0.75,
    *,
    axis: int = 1,
) -> np.ndarray:
    """Damp each number by what its n neighboring channels answer at the same place.

    b_i = a_i / (k + α Σ_j a_j²)^β, with j from max(0, i − n/2) to min(C − 1, i + n/2).

    Parameters
    ----------
    x : (N, C, H, W) ndarray
    n : int
        Width of the window of channels, clipped at both ends.
    k, alpha, beta : float
        The paper's constants. Alpha is not divided by n, as some frameworks do.
    axis : int
        Where the channels are.

    Returns
    -------
    (N, C, H, W) ndarray

    References
    ----------
    Krizhevsky, Sutskever, Hinton (2012), section 3.3.

    Examples
    --------
    >>> x = np.array([1.0, 2.0, 3.0]).reshape(1, 3, 1, 1)
    >>> local_response_normalize(x, n=3, k=1.0, alpha=1.0, beta=1.0).ravel().round(4)
    array([0.1667, 0.1333, 0.2143])
    """
    return x * _response_scale(x, n, k, alpha, axis) ** -beta


def local_response_normalize_backward(
    grad: np.ndarray,
    x: np.ndarray,
    n: int = 5,
    k: float = 2.0,
    alpha: float = 1e-4,
    beta: float = 0.75,
    *,
    axis: int = 1,
) -> np.ndarray:
    """Send the gradient back through `local_response_normalize`.

    A number acts on its own output, and on those of all channels whose window it is in.

    Parameters
    ----------
    grad, x : (N, C, H, W) ndarray
        Gradient with respect to the output, and what went in.
    n, k, alpha, beta, axis
        As on the way forward.

    Returns
    -------
    (N, C, H, W) ndarray

    Examples
    --------
    >>> x = np.array([1.0, 2.0]).reshape(1, 2, 1, 1)
    >>> local_response_normalize_backward(
    ...     np.ones_like(x), x, n=1, k=1.0, alpha=1.0, beta=1.0).ravel()
    array([ 0.  , -0.12])
    """
    scale = _response_scale(x, n, k, alpha, axis)
    damped = grad * scale**-beta
    return damped - 2 * alpha * beta * x * _sum_of_neighbours(damped * x / scale, n, axis)


def _response_scale(x: np.ndarray, n: int, k: float, alpha: float, axis: int) -> np.ndarray:
    return k + alpha * _sum_of_neighbours(x * x, n, axis)


def _sum_of_neighbours(values: np.ndarray, n: int, axis: int) -> np.ndarray:
    """Add up the n values around each along `axis`, fewer at the ends."""
    values = np.moveaxis(values, axis, 0)
    sums = values.copy()
    for distance in range(1, min(n // 2, len(values) - 1) + 1):
        sums[distance:] += values[:-distance]
        sums[:-distance] += values[distance:]
    return np.moveaxis(sums, 0, axis)


@register
class LocalResponseNorm(Kind):
    """`("local_response_norm", {})`, by default with the paper's constants."""

    name = "local_response_norm"
    options: ClassVar[Options] = {"n": 5, "k": 2.0, "alpha": 1e-4, "beta": 0.75}

    def forward(self, x: np.ndarray, learned: Learned, options: Options) -> np.ndarray:
        return local_response_normalize(x, **options)

    def forward_training(
        self, x: np.ndarray, learned: Learned, options: Options, rng: np.random.Generator
    ) -> tuple[np.ndarray, Any]:
        return local_response_normalize(x, **options), x

    def backward(
        self, grad: np.ndarray, kept: Any, learned: Learned, options: Options, to_images: bool
    ) -> tuple[np.ndarray, Learned]:
        return local_response_normalize_backward(grad, kept, **options), {}
