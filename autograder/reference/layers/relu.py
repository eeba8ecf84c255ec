"""ReLU: what is negative becomes 0."""

from __future__ import annotations

from typing import Any

import numpy as np

from .kind import Kind, Learned, Options, register


def relu(x: np.ndarray) -> np.ndarray:
    """Keep what is positive, and put 0 for the rest.

    Parameters
    ----------
    x : ndarray

    Returns
    -------
    ndarray
        Of the same shape and dtype.

    References
    ----------
    Nair, Hinton (2010), *Rectified linear units improve restricted Boltzmann machines*.

    Examples
    --------
    >>> relu(np.array([-2.0, 0.0, 3.0]))
    array([0., 0., 3.])
    """
    return np.maximum(x, 0)


def relu_backward(grad: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Let the gradient through where the input was positive; at 0 nothing passes.

    Parameters
    ----------
    grad, x : ndarray of the same shape
        Gradient with respect to the output, and what went into `relu` (or came out of it:
        the same numbers are positive).

    Examples
    --------
    >>> relu_backward(np.array([10.0, 20.0, 30.0]), np.array([-2.0, 0.0, 3.0]))
    array([ 0.,  0., 30.])
    """
    return grad * (x > 0)


@register
class Relu(Kind):
    """`("relu", {})`; it works in place."""

    name = "relu"
    in_place = True
    keeps_order = True
    rectifies = True

    def words_in_place(self, options: Options) -> str:
        return "ReLU"

    def forward(self, x: np.ndarray, learned: Learned, options: Options) -> np.ndarray:
        return relu(x)

    def overwrite(self, x: np.ndarray, learned: Learned, options: Options) -> np.ndarray:
        return np.maximum(x, 0, out=x)

    def forward_training(
        self, x: np.ndarray, learned: Learned, options: Options, rng: np.random.Generator
    ) -> tuple[np.ndarray, Any]:
        y = relu(x)
        return y, y

    def backward(
        self, grad: np.ndarray, kept: Any, learned: Learned, options: Options, to_images: bool
    ) -> tuple[np.ndarray, Learned]:
        return np.multiply(grad, kept > 0, out=grad), {}
