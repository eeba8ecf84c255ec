"""Fully connected layers: every output looks at every number of the image."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import prod

import numpy as np

from .activations import relu, relu_backward
from .blocks import cut, run
from .geometry import computing_dtype
from .losses import softmax_cross_entropy


def flatten_images(images: np.ndarray) -> np.ndarray:
    """Lay out each image as one row of numbers, in reading order.

    Parameters
    ----------
    images : (N, ...) ndarray

    Returns
    -------
    (N, D) ndarray

    Examples
    --------
    >>> flatten_images(np.arange(12).reshape(2, 2, 3))
    array([[ 0,  1,  2,  3,  4,  5],
           [ 6,  7,  8,  9, 10, 11]])
    """
    return images.reshape(len(images), prod(images.shape[1:]))


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


def _check_linear(x: np.ndarray, weights: np.ndarray, bias: np.ndarray) -> None:
    if x.ndim != 2 or weights.ndim != 2 or x.shape[1] != weights.shape[1]:
        raise ValueError(
            f"x of shape {x.shape} and weights of shape {weights.shape}: "
            "(N, D) and (K, D) with the same D are needed"
        )
    if bias.shape != weights.shape[:1]:
        raise ValueError(f"bias of shape {bias.shape} for {len(weights)} classes")
