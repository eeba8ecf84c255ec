"""The way back through one filter on one image: stride 1, no padding."""

from __future__ import annotations

import numpy as np

from .filters import convolve2d, cross_correlate2d


def filter_gradient(grad: np.ndarray, image: np.ndarray) -> np.ndarray:
    """Send a gradient back to the filter: cross-correlate the image with it.

    Parameters
    ----------
    grad : (H', W') ndarray
        Gradient with respect to the map that the filter gave.
    image : (H, W) ndarray
        What the filter saw.

    Returns
    -------
    (H − H' + 1, W − W' + 1) ndarray
        Gradient with respect to the filter.

    Raises
    ------
    ValueError
        If the map is larger than the image.

    Examples
    --------
    >>> filter_gradient(np.array([[1, 10]]), np.array([[1, 2, 3], [4, 5, 6]]))
    array([[21, 32],
           [54, 65]])
    """
    return cross_correlate2d(image, grad)


def image_gradient(grad: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """Send a gradient back to the image: a full convolution, also called transposed convolution.

    Parameters
    ----------
    grad : (H', W') ndarray
        Gradient with respect to the map that the filter gave.
    kernel : (KH, KW) ndarray

    Returns
    -------
    (H' + KH − 1, W' + KW − 1) ndarray
        Gradient with respect to the image.

    References
    ----------
    Dumoulin, Visin (2016), *A guide to convolution arithmetic for deep learning*, chapter 4.

    Examples
    --------
    >>> image_gradient(np.array([[1, 10]]), np.array([[1, 2], [3, 4]]))
    array([[ 1, 12, 20],
           [ 3, 34, 40]])
    """
    height, width = kernel.shape
    return convolve2d(np.pad(grad, ((height - 1,) * 2, (width - 1,) * 2)), kernel)
