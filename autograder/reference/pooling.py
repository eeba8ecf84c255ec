"""What a pooling layer is compared with, and pooling under the name that lessons import."""

from __future__ import annotations

import numpy as np

from .geometry import Pair, pair
from .layers.conv import conv2d_forward
from .layers.pool import (
    average_pool2d,
    average_pool2d_backward,
    average_pool2d_backward_plain,
    average_pool2d_plain,
    max_pool2d,
    max_pool2d_backward,
    max_pool2d_backward_plain,
    max_pool2d_plain,
    max_pool2d_winners,
    mean_dtype,
    pool_output_shape,
)

__all__ = [
    "average_pool2d",
    "average_pool2d_backward",
    "average_pool2d_backward_plain",
    "average_pool2d_plain",
    "max_pool2d",
    "max_pool2d_backward",
    "max_pool2d_backward_plain",
    "max_pool2d_plain",
    "max_pool2d_winners",
    "pool_output_shape",
    "pool_parameter_count",
    "strided_conv_as_pool",
]


def pool_parameter_count() -> int:
    """Count what a pooling layer learns.

    Examples
    --------
    >>> pool_parameter_count()
    0
    """
    return 0


def strided_conv_as_pool(x: np.ndarray, size: Pair) -> np.ndarray:
    """Pool by averages with a convolution: equal weights, a stride as large as the filter.

    Each channel is a group of its own, so channels do not mix.

    Parameters
    ----------
    x : (N, C, H, W) ndarray
    size : int or (int, int)

    Returns
    -------
    (N, C, H', W') ndarray

    Raises
    ------
    ValueError
        If the windows do not fit.

    Examples
    --------
    >>> strided_conv_as_pool(np.array([[[[1.0, 5.0], [3.0, 4.0]]]]), size=2)
    array([[[[3.25]]]])
    """
    channels = x.shape[1]
    height, width = pair(size)
    dtype = mean_dtype(x)
    weights = np.full((channels, 1, height, width), 1 / (height * width), dtype)
    bias = np.zeros(channels, dtype)
    return conv2d_forward(x.astype(dtype, copy=False), weights, bias, stride=size, groups=channels)
