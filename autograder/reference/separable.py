"""Convolutions taken apart: one filter a channel, then a mixture of channels at each place.

References
----------
Lin, Chen, Yan (2013), *Network in network*: 1×1 convolutions and the mean of the last maps.
Howard et al. (2017), *MobileNets*: depthwise, then pointwise.
Zhou et al. (2015), *Learning deep features for discriminative localization*: class maps.
"""

from __future__ import annotations

from math import prod

import numpy as np

from .geometry import Pair, conv_output_size, pad_images, pair


def pointwise_conv(x: np.ndarray, weights: np.ndarray, bias: np.ndarray) -> np.ndarray:
    """Mix the channels of each pixel: a convolution with filters of 1×1.

    Parameters
    ----------
    x : (N, C, H, W) ndarray
    weights : (F, C) ndarray
    bias : (F,) ndarray

    Returns
    -------
    (N, F, H, W) ndarray

    Examples
    --------
    >>> x = np.array([[[[1.0, 2.0]], [[10.0, 20.0]]]])
    >>> pointwise_conv(x, np.array([[1.0, -1.0]]), np.array([0.5]))
    array([[[[ -8.5, -17.5]]]])
    """
    _same_channels(x, weights)
    count, channels, *sides = x.shape
    mixed = weights @ x.reshape(count, channels, -1) + bias[:, None]
    return mixed.reshape(count, len(weights), *sides)


def global_average_pool(x: np.ndarray) -> np.ndarray:
    """Take the mean of each map.

    Parameters
    ----------
    x : (N, C, H, W) ndarray

    Returns
    -------
    (N, C) ndarray

    Examples
    --------
    >>> global_average_pool(np.array([[[[1.0, 3.0]], [[10.0, 20.0]]]]))
    array([[ 2., 15.]])
    """
    return x.mean(axis=(2, 3))


def depthwise_conv(
    x: np.ndarray, weights: np.ndarray, bias: np.ndarray, stride: Pair = 1, pad: Pair = 0
) -> np.ndarray:
    """Slide one filter over each channel, and sum over no channel.

    Parameters
    ----------
    x : (N, C, H, W) ndarray
    weights : (C, KH, KW) ndarray
    bias : (C,) ndarray
    stride, pad : int or (int, int)

    Returns
    -------
    (N, C, H', W') ndarray

    Raises
    ------
    ValueError
        If the windows do not fit, or there is not one filter for each channel.

    Examples
    --------
    >>> x = np.array([[[[1.0, 2.0]], [[10.0, 20.0]]]])
    >>> depthwise_conv(x, np.array([[[1.0, 1.0]], [[0.0, 2.0]]]), np.zeros(2))
    array([[[[ 3.]],
    <BLANKLINE>
            [[40.]]]])
    """
    _same_channels(x, weights, axis=0)
    (down, across), padded = pair(stride), pad_images(x, pad)
    height, width = (
        conv_output_size(side, kernel, stride=step)
        for side, kernel, step in zip(
            padded.shape[2:], weights.shape[1:], (down, across), strict=True
        )
    )
    result = np.broadcast_to(bias[:, None, None], (*x.shape[:2], height, width)).astype(x.dtype)
    for i, j in np.ndindex(weights.shape[1:]):
        seen = padded[:, :, i : i + height * down : down, j : j + width * across : across]
        result += weights[:, i, j, None, None] * seen
    return result


def _same_channels(x: np.ndarray, weights: np.ndarray, axis: int = 1) -> None:
    if x.shape[1] != weights.shape[axis]:
        raise ValueError(f"{x.shape[1]} channels and filters for {weights.shape[axis]}")


def separable_parameter_count(in_channels: int, out_channels: int, kernel: Pair) -> tuple[int, int]:
    """Count the weights of a depthwise and a pointwise layer, and of the layer they stand for.

    Returns
    -------
    separable, full : int
        Without biases: C·KH·KW + C·F, and C·F·KH·KW.

    Examples
    --------
    >>> separable_parameter_count(64, 128, 3)
    (8768, 73728)
    """
    area = prod(pair(kernel))
    return in_channels * (area + out_channels), in_channels * out_channels * area


def class_activation_map(maps: np.ndarray, weights: np.ndarray, label: int) -> np.ndarray:
    """Add up the last maps as one class weighs them: where in the photo it was seen.

    Parameters
    ----------
    maps : (C, H, W) ndarray
        What is averaged before the last row.
    weights : (K, C) ndarray
        Of the last row.
    label : int
        Which of the K classes.

    Returns
    -------
    (H, W) ndarray
        Its mean is the score of the class, without the bias.

    Examples
    --------
    >>> maps = np.array([[[1.0, 0.0]], [[0.0, 1.0]]])
    >>> class_activation_map(maps, np.array([[3.0, -2.0]]), 0)
    array([[ 3., -2.]])
    """
    return np.tensordot(weights[label], maps, axes=1)
