"""Dropout: in training, numbers drop out by chance."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import DTypeLike

from .kind import Kind, Learned, Options, register


def dropout_mask(
    shape: tuple[int, ...], rate: float, rng: np.random.Generator, dtype: DTypeLike = np.float64
) -> np.ndarray:
    """Draw who is dropped (0) and who stays (1 / (1 − rate)).

    Parameters
    ----------
    shape : tuple of int
    rate : float
        Chance to be dropped: at least 0 and below 1.
    rng : numpy.random.Generator
    dtype : dtype of the mask

    Raises
    ------
    ValueError
        If `rate` is out of range.
    """
    if not 0 <= rate < 1:
        raise ValueError(f"dropout rate {rate} must be at least 0 and below 1")
    kept = rng.random(shape) >= rate
    return kept.astype(dtype) / np.asarray(1 - rate, dtype)


def dropout(
    x: np.ndarray, rate: float, rng: np.random.Generator, training: bool = True
) -> np.ndarray:
    """Drop numbers by chance while training, and scale the others so that the mean stays.

    Parameters
    ----------
    x : ndarray
    rate : float
        Chance to drop a number.
    rng : numpy.random.Generator
    training : bool
        Otherwise `x` comes out as it went in.

    Raises
    ------
    ValueError
        If `rate` is below 0, or 1 or more.

    References
    ----------
    Srivastava et al. (2014), *Dropout*; in the "inverted" form, which has nothing to do at test
    time.

    Examples
    --------
    >>> dropout(np.ones(6), 0.5, np.random.default_rng(0))
    array([2., 0., 0., 0., 2., 2.])
    >>> dropout(np.ones(3), 0.5, np.random.default_rng(0), training=False)
    array([1., 1., 1.])
    """
    if not training:
        return x.copy()
    return x * dropout_mask(x.shape, rate, rng, x.dtype)


def dropout_backward(grad: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Let the gradient through where the number was kept, scaled as the number was.

    Parameters
    ----------
    grad, mask : ndarray of the same shape
        `mask` as `dropout_mask` drew it on the way forward.

    Examples
    --------
    >>> dropout_backward(np.array([10.0, 20.0]), np.array([2.0, 0.0]))
    array([20.,  0.])
    """
    return grad * mask


@register
class Dropout(Kind):
    """`("dropout", {"rate": 0.5})`; it works in place, and rests once a network is trained."""

    name = "dropout"
    options: ClassVar[Options] = {"rate": 0.5}
    in_place = True
    passes_on = True

    def words_in_place(self, options: Options) -> str:
        return f"dropout at {options['rate']:g}"

    def forward(self, x: np.ndarray, learned: Learned, options: Options) -> np.ndarray:
        return x

    def forward_training(
        self, x: np.ndarray, learned: Learned, options: Options, rng: np.random.Generator
    ) -> tuple[np.ndarray, Any]:
        mask = dropout_mask(x.shape, options["rate"], rng, x.dtype)
        return x * mask, mask

    def backward(
        self, grad: np.ndarray, kept: Any, learned: Learned, options: Options, to_images: bool
    ) -> tuple[np.ndarray, Learned]:
        return dropout_backward(grad, kept), {}
