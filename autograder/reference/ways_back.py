"""The way back through a table, row by row, with images in the usual order."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .minibatch import batch_innermost, batch_outermost
from .rows import Layer, Layers, Params, Stack


def row_backward(
    row: Layer, own: dict[str, np.ndarray], x: np.ndarray, grad: np.ndarray
) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Send a gradient back through one row.

    Parameters
    ----------
    row : (kind, options)
        Of a kind that draws no chance numbers.
    own : dict
        What the row learns.
    x : (N, C, H, W) or (N, D) ndarray
        What went into the row.
    grad : ndarray
        Gradient with respect to what came out of it.

    Returns
    -------
    grads : dict
        The gradients of what the row learns, by name.
    grad_x : ndarray
        The gradient of what went in, shaped like `x`.

    Examples
    --------
    >>> own = {"weights": np.array([[1.0, 2.0]]), "bias": np.array([3.0])}
    >>> x = np.array([[4.0, 5.0]])
    >>> row_backward(("fully_connected", {"units": 1}), own, x, np.ones((1, 1)))
    ({'weights': array([[4., 5.]]), 'bias': array([1.])}, array([[1., 2.]]))
    """
    stack = Stack([row])
    _, tape = stack.forward_training([own], _innermost(x), np.random.default_rng(0))
    below, (grads,) = stack.backward([own], tape, _innermost(grad), to_images=True)
    return grads, _outermost(np.asarray(below))


def backward(
    layers: Layers, params: Params, caches: Sequence[np.ndarray], grad: np.ndarray
) -> tuple[Params, np.ndarray]:
    """Send a gradient back through a whole table, from its last row to its first.

    Parameters
    ----------
    layers : list of (kind, options)
    params : list of dict
        One a row.
    caches : list of ndarray
        What went into each row.
    grad : ndarray
        Gradient with respect to what came out of the last row.

    Returns
    -------
    grads : list of dict
        One a row, like `params`.
    grad_x : ndarray
        The gradient of what went into the first row.

    Examples
    --------
    >>> layers = [("fully_connected", {"units": 1}), ("relu", {})]
    >>> params = [{"weights": np.array([[1.0, 2.0]]), "bias": np.array([3.0])}, {}]
    >>> caches = [np.array([[4.0, 5.0]]), np.array([[17.0]])]
    >>> grads, grad_x = backward(layers, params, caches, np.array([[10.0]]))
    >>> grads
    [{'weights': array([[40., 50.]]), 'bias': array([10.])}, {}]
    >>> grad_x
    array([[10., 20.]])
    """
    grads: Params = [{} for _ in layers]
    for number in reversed(range(len(layers))):
        row, own, x = layers[number], params[number], caches[number]
        grads[number], grad = row_backward(row, own, x, grad)
    return grads, grad


def _innermost(x: np.ndarray) -> np.ndarray:
    return batch_innermost(x) if x.ndim == 4 else np.ascontiguousarray(x.T)


def _outermost(x: np.ndarray) -> np.ndarray:
    return batch_outermost(x) if x.ndim == 4 else np.ascontiguousarray(x.T)
