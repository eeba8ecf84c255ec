"""Normalization over the batch."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from .kind import Kind, Learned, Options, Shape, register


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
    mean = x.mean(axis=others)
    if x.dtype == np.float16:  # whose squares `var` adds up in a wider type
        return mean, x.var(axis=others)
    squares = x - mean.reshape(_along(x, axis))  # `var` would look for the mean once more
    squares *= squares
    return mean, squares.mean(axis=others)


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
    running_mean: np.ndarray,
    running_var: np.ndarray,
    eps: float = 1e-5,
    *,
    axis: int = 1,
) -> np.ndarray:
    """Normalize with given statistics, such as those that ran along with the training.

    Parameters
    ----------
    x : (N, C, H, W) or (N, C) ndarray
    gamma, beta, running_mean, running_var : (C,) ndarray
    eps, axis
        As for `batch_normalize`.

    Examples
    --------
    >>> one = np.array([1.0])
    >>> batch_normalize_inference(np.array([[9.0]]), one, one, 5 * one, 4 * one, eps=0)
    array([[3.]])
    """
    along = _along(x, axis)
    slope = gamma / np.sqrt(running_var + eps)
    # The mean goes first: a large mean times the slope, taken off later, would cost digits.
    result = _into(np.multiply, x - running_mean.reshape(along), slope.reshape(along))
    result = _into(np.add, result, beta.reshape(along))
    return result.astype(x.dtype, copy=False) if np.issubdtype(x.dtype, np.floating) else result


def update_running_statistics(
    running_mean: np.ndarray, running_var: np.ndarray, x: np.ndarray, momentum: float = 0.9
) -> tuple[np.ndarray, np.ndarray]:
    """Let the kept statistics follow those of one mini-batch of training.

    s ← momentum · s + (1 − momentum) · statistic of the batch, as PyTorch keeps them; its own
    argument `momentum` is 1 minus this one.

    Parameters
    ----------
    running_mean, running_var : (C,) ndarray
        As they were before this batch.
    x : (N, C, H, W) ndarray
        What the layer got.
    momentum : float
        The part of the old statistics that stays.

    Returns
    -------
    mean, variance : (C,) ndarray
        The batch's variance is the unbiased one: it divides by the count minus 1.

    Raises
    ------
    ValueError
        If a channel holds a single number: its unbiased variance does not exist.

    Examples
    --------
    >>> x = np.array([1.0, 3.0]).reshape(2, 1, 1, 1)
    >>> update_running_statistics(np.array([0.0]), np.array([1.0]), x, momentum=0.5)
    (array([1.]), array([1.5]))
    """
    count = x.size // x.shape[1]
    if count < 2:
        raise ValueError(f"a channel of {count} number has no unbiased variance")
    mean, variance = batch_statistics(x)
    fresh = 1 - momentum
    unbiased = variance * (count / (count - 1))
    return momentum * running_mean + fresh * mean, momentum * running_var + fresh * unbiased


def batch_normalize_backward(
    grad: np.ndarray,
    x: np.ndarray,
    gamma: np.ndarray,
    eps: float = 1e-5,
    *,
    axis: int = 1,
    statistics: tuple[np.ndarray, np.ndarray] | None = None,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Send the gradient back through `batch_normalize`, and through the batch's statistics.

    Parameters
    ----------
    grad, x : (N, C, H, W) or (N, C) ndarray
        Gradient with respect to the output, and what went in.
    gamma : (C,) ndarray
    eps, axis
        As on the way forward.
    statistics : (mean, variance), optional
        From `batch_statistics`, if the way forward has kept them.

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
    mean, variance = statistics or batch_statistics(x, axis=axis)
    slope = 1 / np.sqrt(variance + eps)
    normal = _into(np.multiply, x - mean.reshape(along), slope.reshape(along))
    grad_beta = grad.sum(axis=others)
    grad_gamma = (grad * normal).sum(axis=others)
    free = grad - (grad_beta / count).reshape(along)
    along_normal = _into(np.multiply, normal, (grad_gamma / count).reshape(along))
    free = _into(np.subtract, free, along_normal)
    return _into(np.multiply, free, (gamma * slope).reshape(along)), grad_gamma, grad_beta


def _into(operation: np.ufunc, ours: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Apply an operation, and write over `ours` if what comes out is of its type."""
    same = np.result_type(ours, other) == ours.dtype
    return operation(ours, other, out=ours if same else None)


def _along(x: np.ndarray, axis: int) -> tuple[int, ...]:
    """Shape that spreads one number a channel over `x`."""
    return tuple(-1 if i == axis % x.ndim else 1 for i in range(x.ndim))


@register
class BatchNorm(Kind):
    """`("batch_norm", {})`: weights and biases scale and shift, one a channel.

    The row also keeps `"running_mean"` and `"running_variance"`, which run along with the training
    as `update_running_statistics` has them: the variance is the unbiased one.
    """

    name = "batch_norm"
    options: ClassVar[Options] = {"eps": 1e-5}

    def parameter_shapes(self, shape: Shape, options: Options) -> dict[str, Shape]:
        return {"weights": shape[:1], "bias": shape[:1]}

    def initialize(
        self, shape: Shape, options: Options, rng: np.random.Generator, dtype: type
    ) -> Learned:
        channels = shape[:1]
        return {
            "weights": np.ones(channels, dtype),
            "bias": np.zeros(channels, dtype),
            "running_mean": np.zeros(channels, dtype),
            "running_variance": np.ones(channels, dtype),
        }

    def forward(self, x: np.ndarray, learned: Learned, options: Options) -> np.ndarray:
        scale_shift = (learned["weights"], learned["bias"])
        running = (learned["running_mean"], learned["running_variance"])
        return batch_normalize_inference(x, *scale_shift, *running, options["eps"])

    def forward_training(
        self, x: np.ndarray, learned: Learned, options: Options, rng: np.random.Generator
    ) -> tuple[np.ndarray, Any]:
        axis = _channel_axis(x)
        mean, variance = batch_statistics(x, axis=axis)
        scale_shift = (learned["weights"], learned["bias"])
        y = batch_normalize_inference(x, *scale_shift, mean, variance, options["eps"], axis=axis)
        return y, (x, mean, variance)

    def backward(
        self, grad: np.ndarray, kept: Any, learned: Learned, options: Options, to_images: bool
    ) -> tuple[np.ndarray, Learned]:
        x, mean, variance = kept
        grad_x, grad_weights, grad_bias = batch_normalize_backward(
            *(grad, x, learned["weights"], options["eps"]),
            axis=_channel_axis(x),
            statistics=(mean, variance),
        )
        return grad_x, {"weights": grad_weights, "bias": grad_bias}

    def running(self, learned: Learned, kept: Any, options: Options) -> Learned:
        x, mean, variance = kept
        count = x.size // len(mean)
        unbiased = variance * (count / max(count - 1, 1))  # a single number has the variance 0
        return {
            "running_mean": 0.9 * learned["running_mean"] + 0.1 * mean,
            "running_variance": 0.9 * learned["running_variance"] + 0.1 * unbiased,
        }


def _channel_axis(x: np.ndarray) -> int:
    """(H, C, W, N) or (C, N)."""
    return 1 if x.ndim == 4 else 0
