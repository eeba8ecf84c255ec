"""Normalization: across neighbouring channels as AlexNet did, or over the batch as came after."""

from __future__ import annotations

import numpy as np


def local_response_normalize(
    x: np.ndarray,
    n: int = 5,
    k: float = 2.0,
    alpha: float = 1e-4,
    beta: float = 0.75,
    *,
    axis: int = 1,
) -> np.ndarray:
    """Damp each number by what its n neighbouring channels answer at the same place.

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


def batch_statistics(x: np.ndarray, *, axis: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Take the mean and the variance of each channel over everything else.

    Parameters
    ----------
    x : (N, C, H, W) or (N, C) ndarray
    axis : int
        Where the channels are.

    Returns
    -------
    mean, variance : (C,) ndarray
        The variance divides by the count, not by the count minus 1.

    Examples
    --------
    >>> batch_statistics(np.array([[1.0, 10.0], [3.0, 10.0]]))
    (array([ 2., 10.]), array([1., 0.]))
    """
    others = tuple(i for i in range(x.ndim) if i != axis % x.ndim)
    return x.mean(axis=others), x.var(axis=others)


def batch_normalize(
    x: np.ndarray, gamma: np.ndarray, beta: np.ndarray, eps: float = 1e-5, *, axis: int = 1
) -> np.ndarray:
    """Give each channel of the batch mean 0 and variance 1, then the scale and shift it learns.

    This is the training mode: the statistics are the batch's own.

    Parameters
    ----------
    x : (N, C, H, W) or (N, C) ndarray
    gamma, beta : (C,) ndarray
        Scale and shift.
    eps : float
        Added to the variance, inside the root.
    axis : int
        Where the channels are.

    Returns
    -------
    ndarray
        Shaped like `x`.

    References
    ----------
    Ioffe, Szegedy (2015), *Batch normalization*, algorithm 1.

    Examples
    --------
    >>> batch_normalize(np.array([[1.0], [3.0]]), np.array([10.0]), np.array([5.0]), eps=0)
    array([[-5.],
           [15.]])
    """
    mean, variance = batch_statistics(x, axis=axis)
    return batch_normalize_inference(x, gamma, beta, mean, variance, eps, axis=axis)


def batch_normalize_inference(
    x: np.ndarray,
    gamma: np.ndarray,
    beta: np.ndarray,
    mean: np.ndarray,
    variance: np.ndarray,
    eps: float = 1e-5,
    *,
    axis: int = 1,
) -> np.ndarray:
    """Normalize with given statistics, such as those that ran along with the training.

    Parameters
    ----------
    x : (N, C, H, W) or (N, C) ndarray
    gamma, beta, mean, variance : (C,) ndarray
    eps, axis
        As for `batch_normalize`.

    Examples
    --------
    >>> one = np.array([1.0])
    >>> batch_normalize_inference(np.array([[9.0]]), one, one, 5 * one, 4 * one, eps=0)
    array([[3.]])
    """
    along = _along(x, axis)
    slope = gamma / np.sqrt(variance + eps)
    # The mean goes first: a large mean times the slope, taken off later, would cost digits.
    result = (x - mean.reshape(along)) * slope.reshape(along) + beta.reshape(along)
    return result.astype(x.dtype, copy=False) if np.issubdtype(x.dtype, np.floating) else result


def batch_normalize_backward(
    grad: np.ndarray, x: np.ndarray, gamma: np.ndarray, eps: float = 1e-5, *, axis: int = 1
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Send the gradient back through `batch_normalize`, and through the batch's statistics.

    Parameters
    ----------
    grad, x : (N, C, H, W) or (N, C) ndarray
        Gradient with respect to the output, and what went in.
    gamma : (C,) ndarray
    eps, axis
        As on the way forward.

    Returns
    -------
    grad_x : ndarray
        Shaped like `x`. Each channel of it sums to 0: adding the same to all changes nothing.
    grad_gamma, grad_beta : (C,) ndarray

    Examples
    --------
    >>> grad_x, grad_gamma, grad_beta = batch_normalize_backward(
    ...     np.array([[1.0], [0.0]]), np.array([[1.0], [3.0]]), np.array([10.0]), eps=0)
    >>> grad_x.ravel(), grad_gamma, grad_beta
    (array([0., 0.]), array([-1.]), array([1.]))
    """
    along = _along(x, axis)
    others = tuple(i for i in range(x.ndim) if i != axis % x.ndim)
    count = x.size // len(gamma)
    mean, variance = batch_statistics(x, axis=axis)
    slope = 1 / np.sqrt(variance + eps)
    normal = (x - mean.reshape(along)) * slope.reshape(along)
    grad_beta = grad.sum(axis=others)
    grad_gamma = (grad * normal).sum(axis=others)
    free = grad - (grad_beta / count).reshape(along) - normal * (grad_gamma / count).reshape(along)
    return free * (gamma * slope).reshape(along), grad_gamma, grad_beta


def _along(x: np.ndarray, axis: int) -> tuple[int, ...]:
    """Shape that spreads one number a channel over `x`."""
    return tuple(-1 if i == axis % x.ndim else 1 for i in range(x.ndim))
