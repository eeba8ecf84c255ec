"""What becomes of fully connected layers: two of them, one for two, and one as a convolution."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import prod

import numpy as np

from .layers.flatten import flatten_images
from .layers.linear import linear_backward, linear_scores
from .layers.relu import relu, relu_backward
from .losses import softmax_cross_entropy

__all__ = [
    "collapse_linear_layers",
    "flatten_images",
    "fully_connected_as_conv",
    "fully_connected_parameter_count",
    "linear_backward",
    "linear_scores",
    "two_layer_gradients",
    "two_layer_scores",
]


def two_layer_scores(
    x: np.ndarray, w1: np.ndarray, b1: np.ndarray, w2: np.ndarray, b2: np.ndarray
) -> np.ndarray:
    """Score with one hidden layer: f = W2 max(0, W1 x + b1) + b2.

    Parameters
    ----------
    x : (N, D) ndarray
    w1, b1 : (H, D) and (H,) ndarray
    w2, b2 : (K, H) and (K,) ndarray

    Returns
    -------
    (N, K) ndarray

    Examples
    --------
    >>> one = np.array([[1.0]])
    >>> two_layer_scores(np.array([[2.0], [-2.0]]), one, np.array([0.0]), one, np.array([5.0]))
    array([[7.],
           [5.]])
    """
    return linear_scores(relu(linear_scores(x, w1, b1)), w2, b2)


def two_layer_gradients(
    x: np.ndarray,
    labels: np.ndarray,
    w1: np.ndarray,
    b1: np.ndarray,
    w2: np.ndarray,
    b2: np.ndarray,
) -> tuple[float, dict[str, np.ndarray]]:
    """Differentiate the softmax loss of `two_layer_scores` with respect to every parameter.

    Parameters
    ----------
    x : (N, D) ndarray
    labels : (N,) ndarray of int
    w1, b1 : (H, D) and (H,) ndarray
    w2, b2 : (K, H) and (K,) ndarray

    Returns
    -------
    loss : float
        Mean over the batch.
    gradients : dict
        `"w1"`, `"b1"`, `"w2"`, `"b2"`, each shaped like its parameter.

    Examples
    --------
    >>> loss, gradients = two_layer_gradients(
    ...     np.array([[1.0]]), np.array([0]),
    ...     np.array([[1.0]]), np.array([0.0]), np.array([[1.0], [1.0]]), np.array([0.0, 0.0]))
    >>> round(loss, 4), gradients["b2"]
    (0.6931, array([-0.5,  0.5]))
    """
    before_relu = linear_scores(x, w1, b1)
    hidden = relu(before_relu)
    loss, grad_scores = softmax_cross_entropy(linear_scores(hidden, w2, b2), labels)
    grad_hidden, grad_w2, grad_b2 = linear_backward(grad_scores, hidden, w2)
    _, grad_w1, grad_b1 = linear_backward(relu_backward(grad_hidden, before_relu), x, w1)
    return loss, {"w1": grad_w1, "b1": grad_b1, "w2": grad_w2, "b2": grad_b2}


def collapse_linear_layers(
    w1: np.ndarray, b1: np.ndarray, w2: np.ndarray, b2: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Find the one layer that equals two with nothing between: W2 (W1 x + b1) + b2.

    Parameters
    ----------
    w1, b1 : (H, D) and (H,) ndarray
    w2, b2 : (K, H) and (K,) ndarray

    Returns
    -------
    weights : (K, D) ndarray
    bias : (K,) ndarray

    Examples
    --------
    >>> collapse_linear_layers(
    ...     np.array([[2.0]]), np.array([1.0]), np.array([[3.0]]), np.array([4.0]))
    (array([[6.]]), array([7.]))
    """
    return w2 @ w1, w2 @ b1 + b2


def fully_connected_parameter_count(input_shape: Sequence[int], layer_sizes: Sequence[int]) -> int:
    """Count the weights and biases of fully connected layers on top of an image.

    Parameters
    ----------
    input_shape : tuple of int
        Of one image, such as (C, H, W).
    layer_sizes : sequence of int
        Outputs of each layer in turn.

    Examples
    --------
    One layer of 1,000 units on a photo:

    >>> fully_connected_parameter_count((3, 224, 224), [1000])
    150529000
    """
    sizes = [prod(input_shape), *layer_sizes]
    return sum((inputs + 1) * outputs for inputs, outputs in pairwise(sizes))


def fully_connected_as_conv(weights: np.ndarray, input_shape: tuple[int, int, int]) -> np.ndarray:
    """Read fully connected weights as filters as large as the image they were made for.

    On an image of `input_shape` a convolution with these filters has one output position and
    gives the same scores; on a larger image it slides.

    Parameters
    ----------
    weights : (K, C·H·W) ndarray
    input_shape : (C, H, W)

    Returns
    -------
    (K, C, H, W) ndarray

    Raises
    ------
    ValueError
        If the weights are not for images of that shape.

    References
    ----------
    Long, Shelhamer, Darrell (2015), *Fully convolutional networks for semantic segmentation*.

    Examples
    --------
    >>> fully_connected_as_conv(np.arange(8).reshape(2, 4), (1, 2, 2))[1, 0]
    array([[4, 5],
           [6, 7]])
    """
    if weights.ndim != 2 or weights.shape[1] != prod(input_shape):
        raise ValueError(
            f"weights of shape {weights.shape} do not fit images of shape {tuple(input_shape)}, "
            f"which hold {prod(input_shape)} numbers"
        )
    return weights.reshape(len(weights), *input_shape)
