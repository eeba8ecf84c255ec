"""One filter slid over one image, and what small filters see."""

from __future__ import annotations

import numpy as np

from .geometry import Pair, computing_dtype, pair, windows_of


def cross_correlate2d(image: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """Slide `kernel` over `image`; at each place, multiply and add what lies under it.

    Parameters
    ----------
    image : (H, W) ndarray
    kernel : (KH, KW) ndarray

    Returns
    -------
    (H − KH + 1, W − KW + 1) ndarray
        Only the places where the kernel lies wholly inside the image ("valid").

    Raises
    ------
    ValueError
        If the kernel is larger than the image.

    Examples
    --------
    >>> cross_correlate2d(np.array([[1, 2, 3], [4, 5, 6]]), np.array([[1, 0], [0, 10]]))
    array([[51, 62]])
    """
    out_h, out_w = _valid_shape(image.shape, kernel.shape)
    result = np.zeros((out_h, out_w), computing_dtype(image, kernel))
    # One step for each kernel number, over all places at once: a weighted sum of shifted images.
    for (i, j), weight in np.ndenumerate(kernel.astype(result.dtype, copy=False)):
        result += weight * image[i : i + out_h, j : j + out_w]
    return result


def convolve2d(image: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """Convolve as mathematicians do: cross-correlate with the kernel turned by half a turn.

    Parameters, result and errors are those of `cross_correlate2d`.

    Examples
    --------
    >>> convolve2d(np.array([[1, 2, 3], [4, 5, 6]]), np.array([[1, 0], [0, 10]]))
    array([[15, 26]])
    """
    return cross_correlate2d(image, kernel[::-1, ::-1])


def apply_filter(image: np.ndarray, weights: np.ndarray, bias: float) -> np.ndarray:
    """Apply one filter, as deep as the image: the channels add up, then the bias comes once.

    Parameters
    ----------
    image : (C, H, W) ndarray
    weights : (C, KH, KW) ndarray
    bias : float

    Returns
    -------
    (H − KH + 1, W − KW + 1) ndarray

    Raises
    ------
    ValueError
        If the depths differ, or the filter is larger than the image.

    Examples
    --------
    >>> image = np.stack([np.full((2, 2), 1.0), np.full((2, 2), 10.0)])
    >>> apply_filter(image, np.ones((2, 2, 2)), bias=0.5)
    array([[44.5]])
    """
    if len(image) != len(weights):
        raise ValueError(f"an image of {len(image)} channels, a filter of {len(weights)}")
    maps = [
        cross_correlate2d(channel, kernel) for channel, kernel in zip(image, weights, strict=True)
    ]
    return np.asarray(sum(maps) + bias).astype(computing_dtype(image, weights, bias), copy=False)


def conv2d_naive(x: np.ndarray, weights: np.ndarray, bias: np.ndarray) -> np.ndarray:
    """Apply every filter to every image: stride 1, no padding.

    Parameters
    ----------
    x : (N, C, H, W) ndarray
    weights : (F, C, KH, KW) ndarray
    bias : (F,) ndarray

    Returns
    -------
    (N, F, H − KH + 1, W − KW + 1) ndarray

    Raises
    ------
    ValueError
        If the depths differ, the filters are larger than the images, or there is not one bias
        for each filter.

    Examples
    --------
    >>> conv2d_naive(np.ones((1, 3, 2, 2)), np.ones((2, 3, 2, 2)), np.array([0.0, 1.0]))[0]
    array([[[12.]],
    <BLANKLINE>
           [[13.]]])
    """
    if len(weights) != len(bias):
        raise ValueError(f"{len(weights)} filters, {len(bias)} biases")
    if x.shape[1] != weights.shape[1]:
        raise ValueError(f"an image of {x.shape[1]} channels, a filter of {weights.shape[1]}")
    _valid_shape(x.shape[2:], weights.shape[2:])
    windows = windows_of(x, weights.shape[2:])
    sums = np.tensordot(windows, weights, axes=((1, 4, 5), (1, 2, 3)))  # (N, H', W', F)
    maps = np.moveaxis(sums + bias, -1, 1)
    return np.ascontiguousarray(maps, computing_dtype(x, weights, bias))


def conv_parameter_count(
    in_channels: int, kernel_size: Pair, num_filters: int, bias: bool = True
) -> int:
    """Count the weights of a convolutional layer, and one bias for each filter.

    Examples
    --------
    >>> conv_parameter_count(in_channels=3, kernel_size=5, num_filters=10)
    760
    """
    height, width = pair(kernel_size)
    return num_filters * (in_channels * height * width + int(bias))


def edge_filters() -> dict[str, np.ndarray]:
    """Give five 3×3 kernels to play with.

    Returns
    -------
    dict of (3, 3) ndarray
        "horizontal" answers to edges that run from left to right, "vertical" to edges that run
        from top to bottom (Sobel's pair; positive where it gets brighter downwards, or to the
        right); "blur" averages; "sharpen" exaggerates what differs from the neighbors;
        "identity" changes nothing.

    Examples
    --------
    >>> sky_over_snow = np.array([[0, 0, 0], [0, 0, 0], [1, 1, 1]])
    >>> float(cross_correlate2d(sky_over_snow, edge_filters()["horizontal"])[0, 0])
    4.0
    """
    horizontal = np.array([[-1.0, -2.0, -1.0], [0.0, 0.0, 0.0], [1.0, 2.0, 1.0]])
    return {
        "horizontal": horizontal,
        "vertical": horizontal.T.copy(),
        "blur": np.full((3, 3), 1 / 9),
        "sharpen": np.array([[0.0, -1.0, 0.0], [-1.0, 5.0, -1.0], [0.0, -1.0, 0.0]]),
        "identity": np.array([[0.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 0.0]]),
    }


def gradient_magnitude(image: np.ndarray) -> np.ndarray:
    """Measure how strong the edge is at each place, whichever way it runs.

    Parameters
    ----------
    image : (H, W) ndarray
        A gray picture.

    Returns
    -------
    (H − 2, W − 2) ndarray
        √(horizontal² + vertical²), of the answers of the two edge filters.

    Examples
    --------
    >>> gradient_magnitude(np.array([[0.0, 0.0, 3.0], [0.0, 0.0, 3.0], [0.0, 0.0, 3.0]]))
    array([[12.]])
    """
    kernels = edge_filters()
    return np.hypot(
        cross_correlate2d(image, kernels["horizontal"]),
        cross_correlate2d(image, kernels["vertical"]),
    )


def conv_as_matrix(kernel: np.ndarray, image_shape: tuple[int, int]) -> np.ndarray:
    """Write a cross-correlation as a fully connected layer: sparse rows that share their weights.

    Parameters
    ----------
    kernel : (KH, KW) ndarray
    image_shape : (H, W)

    Returns
    -------
    (H'·W', H·W) ndarray
        The matrix M with `M @ image.ravel() == cross_correlate2d(image, kernel).ravel()`.

    Raises
    ------
    ValueError
        If the kernel is larger than the image.

    Examples
    --------
    >>> conv_as_matrix(np.array([[1, 2]]), image_shape=(2, 3))
    array([[1, 2, 0, 0, 0, 0],
           [0, 1, 2, 0, 0, 0],
           [0, 0, 0, 1, 2, 0],
           [0, 0, 0, 0, 1, 2]])
    """
    height, width = image_shape
    out_h, out_w = _valid_shape(image_shape, kernel.shape)
    # The pixel, in reading order, at which each output's window begins.
    begin = (width * np.arange(out_h)[:, None] + np.arange(out_w)).ravel()
    matrix = np.zeros((out_h * out_w, height * width), kernel.dtype)
    for (i, j), weight in np.ndenumerate(kernel):
        matrix[np.arange(len(begin)), begin + width * i + j] = weight
    return matrix


def _valid_shape(image_shape: tuple[int, int], kernel_shape: tuple[int, int]) -> tuple[int, int]:
    height, width = image_shape
    kernel_h, kernel_w = kernel_shape
    if kernel_h > height or kernel_w > width:
        raise ValueError(
            f"a kernel of {kernel_h}×{kernel_w} does not fit into an image of {height}×{width}"
        )
    return height - kernel_h + 1, width - kernel_w + 1
