"""A network in training: forward with a tape, and back along it.

Mini-batches run as (H, C, W, N), and as (D, N) once they are flattened; see `minibatch`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .minibatch import batch_innermost
from .rows import Layers, Params, Stack


def forward_training(
    layers: Layers, params: Params, x: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, list[Any]]:
    """Score a mini-batch as in training, and keep what the way back needs.

    Dropout drops, and batch normalization uses the batch's own statistics.

    Parameters
    ----------
    layers : list of (kind, options)
        The last row gives scores.
    params : list of dict
        One a row.
    x : (N, C, H, W) ndarray
    rng : numpy.random.Generator
        For dropout.

    Returns
    -------
    scores : (N, K) ndarray
    tape : list
        One entry a row, for `backward`.

    Examples
    --------
    >>> layers = [("fully_connected", {"units": 1})]
    >>> params = [{"weights": np.array([[1.0, 2.0]]), "bias": np.array([3.0])}]
    >>> x = np.array([[[[1.0, 10.0]]]])
    >>> scores, tape = forward_training(layers, params, x, np.random.default_rng(0))
    >>> scores
    array([[24.]])
    >>> backward(layers, params, tape, np.array([[1.0]]))
    [{'weights': array([[ 1., 10.]]), 'bias': array([1.])}]
    """
    scores, tape = Stack(layers).forward_training(params, batch_innermost(x), rng)
    return np.ascontiguousarray(scores.T), tape


def backward(layers: Layers, params: Params, tape: list[Any], grad: np.ndarray) -> Params:
    """Send the gradient of the scores back through a network.

    Parameters
    ----------
    layers, params, tape
        As they went into, and came out of, `forward_training`.
    grad : (N, K) ndarray
        Gradient of the loss with respect to the scores.

    Returns
    -------
    list of dict
        One a row: the gradients of `"weights"` and `"bias"`, or nothing.
    """
    _, grads = Stack(layers).backward(params, tape, np.ascontiguousarray(grad.T))
    return grads
