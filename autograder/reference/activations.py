"""How much a layer minds a shift of its input; ReLU and dropout, as lessons import them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .geometry import Pair, pair
from .images import shift_images
from .layers.dropout import dropout, dropout_backward, dropout_mask
from .layers.relu import relu, relu_backward

__all__ = [
    "dropout",
    "dropout_backward",
    "dropout_mask",
    "relu",
    "relu_backward",
    "translation_sensitivity",
]


def translation_sensitivity(
    layer: Callable[[np.ndarray], np.ndarray], images: np.ndarray, shift: Pair
) -> float:
    """Measure how much a layer's output changes, relatively, when its input shifts.

    For each image: |layer(shifted) − layer(image)| / |layer(image)|, with the Euclidean length
    over all outputs; then the mean over the images.

    Parameters
    ----------
    layer : callable
        (N, C, H, W) ndarray → (N, ...) ndarray.
    images : (N, C, H, W) ndarray
    shift : int or (int, int)
        Pixels down and right; an int shifts by as much in both directions.

    Returns
    -------
    float
        0 if the shift makes no difference.

    Raises
    ------
    ValueError
        If the layer gives nothing but zeros for an image.

    Examples
    --------
    >>> image = np.zeros((1, 1, 4, 4)); image[0, 0, 1, 1] = 1.0
    >>> round(translation_sensitivity(lambda x: x, image, shift=1), 4)
    1.4142
    >>> translation_sensitivity(lambda x: x.max(axis=(2, 3)), image, shift=1)
    0.0
    """
    still = layer(images).reshape(len(images), -1)
    moved = layer(shift_images(images, *pair(shift))).reshape(len(images), -1)
    lengths = np.linalg.norm(still, axis=1)
    if not lengths.all():
        number = int(np.argmin(lengths))
        raise ValueError(f"image {number}: the layer's output is 0, so no change is relative to it")
    return float(np.mean(np.linalg.norm(moved - still, axis=1) / lengths))
