"""Fully connected layers: every output looks at every number of the image."""

from __future__ import annotations

from math import prod
from typing import Any, ClassVar

import numpy as np

from ..fast.blocks import cut, run
from ..geometry import computing_dtype
from .flatten import flat, flatten_images, unflat
from .kind import REQUIRED, Kind, Learned, Options, Shape, register


def linear_scores(x: np.ndarray, weights: np.ndarray, bias: np.ndarray) -> np.ndarray:
    """Score each row of `x` for each class: f = W x + b.

    Parameters
    ----------
    x : (N, D) ndarray
    weights : (K, D) ndarray
    bias : (K,) ndarray

    Returns
    -------
    (N, K) ndarray

    Raises
    ------
    ValueError
        If the lengths do not fit together.

    Examples
    --------
    >>> linear_scores(np.array([[1.0, 2.0]]), np.array([[3.0, 4.0], [5.0, 6.0]]), np.array([0, 1]))
    array([[11., 18.]])
    """
    _check_linear(x, weights, bias)
    classes = len(weights)
    scores = np.empty((len(x), classes), computing_dtype(x, weights, bias))

    def work(_: slice, some: slice) -> None:
        np.matmul(x, weights[some].T, out=scores[:, some])

    # As many blocks as threads: each reads its share of the weights, which is what takes long.
    run(cut(1, classes, 1, classes), lambda: work)
    scores += bias
    return scores


def linear_backward(
    grad: np.ndarray, x: np.ndarray, weights: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Send the gradient back through f = W x + b.

    Parameters
    ----------
    grad : (N, K) ndarray
        Gradient of the loss with respect to the scores.
    x : (N, D) ndarray
    weights : (K, D) ndarray

    Returns
    -------
    grad_x : (N, D) ndarray
    grad_weights : (K, D) ndarray
    grad_bias : (K,) ndarray

    Examples
    --------
    >>> grad_x, grad_weights, grad_bias = linear_backward(
    ...     np.array([[1.0, 2.0]]), np.array([[5.0, 7.0]]), np.array([[1.0, 0.0], [0.0, 1.0]]))
    >>> grad_x, grad_bias
    (array([[1., 2.]]), array([1., 2.]))
    >>> grad_weights
    array([[ 5.,  7.],
           [10., 14.]])
    """
    return grad @ weights, grad.T @ x, grad.sum(axis=0)


def _check_linear(x: np.ndarray, weights: np.ndarray, bias: np.ndarray) -> None:
    if x.ndim != 2 or weights.ndim != 2 or x.shape[1] != weights.shape[1]:
        raise ValueError(
            f"x of shape {x.shape} and weights of shape {weights.shape}: "
            "(N, D) and (K, D) with the same D are needed"
        )
    if bias.shape != weights.shape[:1]:
        raise ValueError(f"bias of shape {bias.shape} for {len(weights)} classes")


@register
class FullyConnected(Kind):
    """A row of units: `("fully_connected", {"units": 84})`; it reads an image flattened."""

    name = "fully_connected"
    options: ClassVar[Options] = {"units": REQUIRED}
    reads_flat = True

    def shape_after(self, shape: Shape, options: Options) -> Shape:
        return (options["units"],)

    def parameter_shapes(self, shape: Shape, options: Options) -> dict[str, Shape]:
        return {"weights": (options["units"], prod(shape)), "bias": (options["units"],)}

    def multiply_adds(self, shape: Shape, options: Options) -> int:
        return prod(self.parameter_shapes(shape, options)["weights"])

    def window(self, options: Options, axis: int) -> None:
        return None

    def step(self, options: Options, axis: int) -> None:
        return None

    def forward(self, x: np.ndarray, learned: Learned, options: Options) -> np.ndarray:
        return linear_scores(flatten_images(x), learned["weights"], learned["bias"])

    def forward_training(
        self, x: np.ndarray, learned: Learned, options: Options, rng: np.random.Generator
    ) -> tuple[np.ndarray, Any]:
        images = flat(x)
        scores = learned["weights"] @ images + learned["bias"][:, None]
        return scores, (images, x.shape)

    def backward(
        self, grad: np.ndarray, kept: Any, learned: Learned, options: Options, to_images: bool
    ) -> tuple[np.ndarray | None, Learned]:
        images, shape = kept
        grad_x = unflat(learned["weights"].T @ grad, shape) if to_images else None
        return grad_x, {"weights": grad @ images.T, "bias": grad.sum(axis=1)}
