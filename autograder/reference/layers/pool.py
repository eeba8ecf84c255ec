"""Pooling: each window of the image leaves one number, its largest or its mean.

The plain functions say what is computed; those that follow compute it fast, as `fast.pooling` does.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from typing import Any, ClassVar

import numpy as np

from .. import minibatch
from ..fast import pooling as fast
from ..geometry import Pair, output_shape, pair, pooled_sides, windows_of, windows_overlap
from .kind import REQUIRED, Kind, Learned, Options, Shape, Window, image_sides, register, times


def max_pool2d_plain(x: np.ndarray, size: Pair, stride: Pair | None = None) -> np.ndarray:
    """Keep the largest number of each window: the definition."""
    return _windows(x, size, stride).max(axis=(-2, -1))


def max_pool2d_backward_plain(
    grad: np.ndarray, x: np.ndarray, size: Pair, stride: Pair | None = None
) -> np.ndarray:
    """Hand the gradient of each window to the first of its largest numbers: the definition."""
    grad_x = np.zeros(x.shape, grad.dtype)
    for at, window in _each_window(grad.shape, size, stride):
        # argmax gives the first of the largest
        largest = np.unravel_index(x[window].argmax(), x[window].shape)
        grad_x[window][largest] += grad[at]
    return grad_x


def average_pool2d_plain(x: np.ndarray, size: Pair, stride: Pair | None = None) -> np.ndarray:
    """Take the mean of each window: the definition."""
    return _windows(x, size, stride).mean(axis=(-2, -1))


def average_pool2d_backward_plain(
    grad: np.ndarray, x_shape: tuple[int, ...], size: Pair, stride: Pair | None = None
) -> np.ndarray:
    """Share the gradient of each window equally among its numbers: the definition."""
    grad_x = np.zeros(x_shape, grad.dtype)
    for at, window in _each_window(grad.shape, size, stride):
        grad_x[window] += grad[at] / prod(pair(size))
    return grad_x


def _windows(x: np.ndarray, size: Pair, stride: Pair | None) -> np.ndarray:
    """All windows of the images, which have to fit: (N, C, H', W', h, w)."""
    stride = size if stride is None else stride
    output_shape(x.shape[2:], size, stride)
    return windows_of(x, size, stride)


def _each_window(
    pooled: tuple[int, ...], size: Pair, stride: Pair | None
) -> Iterator[tuple[tuple[int, ...], tuple[int | slice, ...]]]:
    """Where each pooled number lies, and the window of the image that it comes from."""
    height, width = pair(size)
    step_h, step_w = pair(size if stride is None else stride)
    for n, c, i, j in np.ndindex(pooled):
        top, left = i * step_h, j * step_w
        yield (n, c, i, j), (n, c, slice(top, top + height), slice(left, left + width))


def max_pool2d(
    x: np.ndarray, size: Pair, stride: Pair | None = None, *, floor: bool = False
) -> np.ndarray:
    """Keep the largest number of each window, channel by channel.

    Parameters
    ----------
    x : (N, C, H, W) ndarray
    size, stride : int or (int, int)
        Height and width of the window, and its steps; `stride` defaults to `size`.
    floor : bool
        Leave out the last rows and columns if the windows do not fit, as frameworks do.

    Returns
    -------
    (N, C, H', W') ndarray
        With channels last in memory if `x` has them there: a view of (N, H, W, C), transposed.

    Raises
    ------
    ValueError
        If the windows do not fit (unless `floor`).

    Examples
    --------
    >>> max_pool2d(np.array([[[[1.0, 5.0, 2.0], [3.0, 4.0, 0.0]]]]), size=(2, 1))[0, 0]
    array([[3., 5., 2.]])
    """
    return fast.fold_windows(np.maximum, x, size, stride, floor)


def max_pool2d_winners(
    x: np.ndarray, size: Pair, stride: Pair | None = None, *, floor: bool = False
) -> np.ndarray:
    """Find, for each window, where its largest number lies.

    Parameters
    ----------
    x : (N, C, H, W) ndarray
    size, stride, floor
        As for `max_pool2d`.

    Returns
    -------
    (N, C, H', W') ndarray of int
        Positions in `x.ravel()`. Of tied numbers the first in reading order wins.

    Examples
    --------
    >>> max_pool2d_winners(np.array([[[[1.0, 5.0], [5.0, 3.0]]]]), size=2)
    array([[[[1]]]])
    """
    return fast.winners(x, size, stride, floor)


def max_pool2d_backward(
    grad: np.ndarray,
    x: np.ndarray,
    size: Pair,
    stride: Pair | None = None,
    *,
    floor: bool = False,
    winners: np.ndarray | None = None,
) -> np.ndarray:
    """Hand the gradient of each window to the number that won it.

    Parameters
    ----------
    grad : (N, C, H', W') ndarray
        Gradient of the loss with respect to the pooled output.
    x : (N, C, H, W) ndarray
        What went into the pooling layer.
    size, stride, floor
        As for `max_pool2d`.
    winners : (N, C, H', W') ndarray of int, optional
        From `max_pool2d_winners`, if the way forward has kept them.

    Returns
    -------
    (N, C, H, W) ndarray
        A number that wins several windows collects from each.

    Raises
    ------
    ValueError
        If the windows do not fit, or `grad` is not of the output's shape.

    Examples
    --------
    >>> x = np.array([[[[1.0, 5.0], [2.0, 3.0]]]])
    >>> max_pool2d_backward(np.array([[[[10.0]]]]), x, size=2)[0, 0]
    array([[ 0., 10.],
           [ 0.,  0.]])
    """
    _check_gradient(grad, x.shape, size, stride, floor)
    if winners is None:
        winners = max_pool2d_winners(x, size, stride, floor=floor)
    grad_x = np.zeros(x.shape, grad.dtype)
    if windows_overlap(size, stride):
        np.add.at(grad_x.reshape(-1), winners.reshape(-1), grad.reshape(-1))
    else:
        grad_x.reshape(-1)[winners.reshape(-1)] = grad.reshape(-1)
    return grad_x


def average_pool2d(
    x: np.ndarray, size: Pair, stride: Pair | None = None, *, floor: bool = False
) -> np.ndarray:
    """Take the mean of each window, channel by channel.

    Parameters
    ----------
    x : (N, C, H, W) ndarray
    size, stride, floor
        As for `max_pool2d`.

    Returns
    -------
    (N, C, H', W') ndarray
        In memory as for `max_pool2d`.

    Raises
    ------
    ValueError
        If the windows do not fit (unless `floor`).

    Examples
    --------
    >>> average_pool2d(np.array([[[[1.0, 5.0], [3.0, 4.0]]]]), size=2)
    array([[[[3.25]]]])
    """
    x = x.astype(mean_dtype(x), copy=False)
    return fast.fold_windows(np.add, x, size, stride, floor, scale=1 / prod(pair(size)))


def average_pool2d_backward(
    grad: np.ndarray,
    x_shape: tuple[int, int, int, int],
    size: Pair,
    stride: Pair | None = None,
    *,
    floor: bool = False,
) -> np.ndarray:
    """Share the gradient of each window equally among its numbers.

    Parameters
    ----------
    grad : (N, C, H', W') ndarray
    x_shape : (N, C, H, W)
        Of what went into the pooling layer.
    size, stride, floor
        As for `max_pool2d`.

    Returns
    -------
    (N, C, H, W) ndarray
        Where windows overlap, the shares add up.

    Raises
    ------
    ValueError
        If the windows do not fit, or `grad` is not of the output's shape.

    Examples
    --------
    >>> average_pool2d_backward(np.array([[[[8.0]]]]), (1, 1, 2, 2), size=2)[0, 0]
    array([[2., 2.],
           [2., 2.]])
    """
    _check_gradient(grad, x_shape, size, stride, floor)
    return fast.share_out(grad, x_shape, size, stride)


def pool_output_shape(
    input_shape: tuple[int, int, int],
    size: Pair,
    stride: Pair | None = None,
    *,
    floor: bool = False,
) -> tuple[int, int, int]:
    """Give the shape of one pooled image; the depth stays.

    Parameters
    ----------
    input_shape : (C, H, W)
    size, stride, floor
        As for `max_pool2d`.

    Raises
    ------
    ValueError
        If the windows do not fit (unless `floor`).

    Examples
    --------
    >>> pool_output_shape((96, 55, 55), size=3, stride=2)
    (96, 27, 27)
    """
    channels, height, width = input_shape
    return (channels, *pooled_sides((height, width), size, stride, floor=floor))


def _check_gradient(
    grad: np.ndarray, x_shape: tuple[int, ...], size: Pair, stride: Pair | None, floor: bool
) -> None:
    batch, channels, height, width = x_shape
    expected = (batch, channels, *pooled_sides((height, width), size, stride, floor=floor))
    if grad.shape != expected:
        raise ValueError(f"grad of shape {grad.shape} where the output's, {expected}, is needed")


def mean_dtype(x: np.ndarray) -> np.dtype:
    """What means of `x` are computed in: whole numbers have means that are not."""
    return x.dtype if x.dtype.kind == "f" else np.dtype(np.float64)


class Pool(Kind):
    """What both kinds of pooling share: `("max_pool", {"size": 2})`, `("average_pool", ...)`."""

    options: ClassVar[Options] = {
        "size": REQUIRED,
        "stride": None,  # the window's size
        "floor": False,  # True rounds a size that does not fit down, as frameworks do
    }
    sides = ("size", "stride")

    def shape_after(self, shape: Shape, options: Options) -> Shape:
        return shape[0], *pooled_sides(image_sides(shape), **options)

    def window(self, options: Options, axis: int) -> Window:
        size, stride = (self.written_out(options)[name][axis] for name in self.sides)
        return size, stride, 0

    def step(self, options: Options, axis: int) -> int:
        return self.written_out(options)["stride"][axis]

    def label(self, options: Options) -> str:
        sides = self.written_out(options)
        return f"{super().label(options)} {times(sides['size'])} / {times(sides['stride'])}"

    def written_out(self, options: Options) -> Options:
        stride = options["size"] if options["stride"] is None else options["stride"]
        return super().written_out({**options, "stride": stride})


@register
class MaxPool(Pool):
    name = "max_pool"
    keeps_order = True

    def forward(self, x: np.ndarray, learned: Learned, options: Options) -> np.ndarray:
        return max_pool2d(x, **options)

    def forward_training(
        self, x: np.ndarray, learned: Learned, options: Options, rng: np.random.Generator
    ) -> tuple[np.ndarray, Any]:
        y = minibatch.max_pool_forward(x, **options)
        return y, (x, y)

    def backward(
        self, grad: np.ndarray, kept: Any, learned: Learned, options: Options, to_images: bool
    ) -> tuple[np.ndarray, Learned]:
        x, y = kept
        return minibatch.max_pool_backward(grad, x, y, options["size"], options["stride"]), {}


@register
class AveragePool(Pool):
    name = "average_pool"

    def forward(self, x: np.ndarray, learned: Learned, options: Options) -> np.ndarray:
        return average_pool2d(x, **options)

    def forward_training(
        self, x: np.ndarray, learned: Learned, options: Options, rng: np.random.Generator
    ) -> tuple[np.ndarray, Any]:
        return minibatch.average_pool_forward(x, **options), x.shape

    def backward(
        self, grad: np.ndarray, kept: Any, learned: Learned, options: Options, to_images: bool
    ) -> tuple[np.ndarray, Learned]:
        sides = (options["size"], options["stride"])
        return minibatch.average_pool_backward(grad, kept, *sides), {}
