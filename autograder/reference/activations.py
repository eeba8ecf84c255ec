"""Between the layers: ReLU, dropout, and how much a layer minds a shift of its input."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .geometry import Pair, pair
from .images import shift_images


def relu(x: np.ndarray) -> np.ndarray:
    """Keep what is positive, and put 0 for the rest.

    Parameters
    ----------
    x : ndarray

    Returns
    -------
    ndarray
        Of the same shape and dtype.

    References
    ----------
    Nair, Hinton (2010), *Rectified linear units improve restricted Boltzmann machines*.

    Examples
    --------
    >>> relu(np.array([-2.0, 0.0, 3.0]))
    array([0., 0., 3.])
    """
    return np.maximum(x, 0)


def relu_backward(grad: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Let the gradient through where the input was positive; at 0 nothing passes.

    Parameters
    ----------
    grad, x : ndarray of the same shape
        Gradient with respect to the output, and what went into `relu` (or came out of it:
        the same numbers are positive).

    Examples
    --------
    >>> relu_backward(np.array([10.0, 20.0, 30.0]), np.array([-2.0, 0.0, 3.0]))
    array([ 0.,  0., 30.])
    """
    return grad * (x > 0)


def dropout_mask(
    shape: tuple[int, ...], rate: float, rng: np.random.Generator, dtype: np.dtype = np.float64
) -> np.ndarray:
    """Draw who is dropped (0) and who stays (1 / (1 − rate)).

    Parameters
    ----------
    shape : tuple of int
    rate : float
        Chance to be dropped: at least 0 and below 1.
    rng : numpy.random.Generator
    dtype : dtype of the mask

    Raises
    ------
    ValueError
        If `rate` is out of range.
    """
    if not 0 <= rate < 1:
        raise ValueError(f"dropout rate {rate} must be at least 0 and below 1")
    kept = rng.random(shape) >= rate
    return kept.astype(dtype) / np.asarray(1 - rate, dtype)


def dropout(
    x: np.ndarray, rate: float, rng: np.random.Generator, training: bool = True
) -> np.ndarray:
    """Drop numbers by chance while training, and scale the others so that the mean stays.

    Parameters
    ----------
    x : ndarray
    rate : float
        Chance to drop a number.
    rng : numpy.random.Generator
    training : bool
        Otherwise `x` comes out as it went in.

    Raises
    ------
    ValueError
        If `rate` is below 0, or 1 or more.

    References
    ----------
    Srivastava et al. (2014), *Dropout*; in the "inverted" form, which has nothing to do at test
    time.

    Examples
    --------
    >>> dropout(np.ones(6), 0.5, np.random.default_rng(0))
    array([2., 0., 0., 0., 2., 2.])
    >>> dropout(np.ones(3), 0.5, np.random.default_rng(0), training=False)
    array([1., 1., 1.])
    """
    if not training:
        return x.copy()
    return x * dropout_mask(x.shape, rate, rng, x.dtype)


def dropout_backward(grad: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Let the gradient through where the number was kept, scaled as the number was.

    Parameters
    ----------
    grad, mask : ndarray of the same shape
        `mask` as `dropout_mask` drew it on the way forward.

    Examples
    --------
    >>> dropout_backward(np.array([10.0, 20.0]), np.array([2.0, 0.0]))
    array([20.,  0.])
    """
    return grad * mask


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
