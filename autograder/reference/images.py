"""Moving pixels about: to ask what a network relies on, and to make more training images."""

from __future__ import annotations

import numpy as np

from .geometry import Pair, pad_images, pair


def permute_pixels(images: np.ndarray, order: np.ndarray) -> np.ndarray:
    """Put the pixels of every image, and every channel, in the same new order.

    Parameters
    ----------
    images : (..., H, W) ndarray
    order : (H·W,) ndarray of int
        Position p of the result, in reading order, takes the pixel at position `order[p]`.

    Returns
    -------
    (..., H, W) ndarray

    Raises
    ------
    ValueError
        If `order` does not name each of the H·W positions once.

    Examples
    --------
    >>> permute_pixels(np.array([[[[10, 11], [12, 13]]]]), np.array([3, 0, 1, 2]))[0, 0]
    array([[13, 10],
           [11, 12]])
    """
    *stack, height, width = images.shape
    if not np.array_equal(np.sort(order), np.arange(height * width)):
        raise ValueError(
            f"order must hold each of the {height * width} positions of a "
            f"{height}×{width} image once"
        )
    return images.reshape(*stack, height * width)[..., order].reshape(images.shape)


def shift_images(images: np.ndarray, down: int, right: int) -> np.ndarray:
    """Shift images by whole pixels; what leaves is lost, and zeros come in.

    Parameters
    ----------
    images : (..., H, W) ndarray
    down, right : int
        Pixels; negative numbers shift up and left.

    Returns
    -------
    (..., H, W) ndarray

    Examples
    --------
    >>> shift_images(np.array([[1, 2, 3], [4, 5, 6]]), down=1, right=-1)
    array([[0, 0, 0],
           [2, 3, 0]])
    """
    height, width = images.shape[-2:]
    shifted = np.zeros_like(images)
    to_rows, from_rows = _overlap(height, down)
    to_columns, from_columns = _overlap(width, right)
    shifted[..., to_rows, to_columns] = images[..., from_rows, from_columns]
    return shifted


def _overlap(size: int, shift: int) -> tuple[slice, slice]:
    """Where a shifted line lands, and which of its pixels land there."""
    shift = max(-size, min(size, shift))
    to = slice(max(shift, 0), size + min(shift, 0))
    return to, slice(to.start - shift, to.stop - shift)


def random_crop(images: np.ndarray, size: Pair, rng: np.random.Generator) -> np.ndarray:
    """Cut a window out of each image, each at a place of its own.

    Parameters
    ----------
    images : (N, C, H, W) ndarray
    size : int or (int, int)
        Height and width of the window.
    rng : numpy.random.Generator

    Returns
    -------
    (N, C, h, w) ndarray

    Raises
    ------
    ValueError
        If the window is larger than the images.
    """
    height, width = images.shape[2:]
    crop_h, crop_w = pair(size)
    if not (1 <= crop_h <= height and 1 <= crop_w <= width):
        raise ValueError(f"a crop of {crop_h}×{crop_w} does not fit images of {height}×{width}")
    tops = rng.integers(height - crop_h + 1, size=len(images))
    lefts = rng.integers(width - crop_w + 1, size=len(images))
    crops = np.empty((*images.shape[:2], crop_h, crop_w), images.dtype)
    for crop, image, top, left in zip(crops, images, tops, lefts, strict=True):
        crop[...] = image[:, top : top + crop_h, left : left + crop_w]
    return crops


def random_crop_flip(images: np.ndarray, size: Pair, rng: np.random.Generator) -> np.ndarray:
    """Cut a window out of each image and mirror every other one, left to right, by chance.

    Parameters
    ----------
    images : (N, C, H, W) ndarray
    size : int or (int, int)
        Height and width of the window.
    rng : numpy.random.Generator

    Returns
    -------
    (N, C, h, w) ndarray
        Each image has a place, and a toss of the coin, of its own.

    Raises
    ------
    ValueError
        If the window is larger than the images.

    References
    ----------
    Krizhevsky, Sutskever, Hinton (2012), section 4.1: 224×224 out of 256×256.

    Examples
    --------
    >>> images = np.arange(12).reshape(1, 1, 3, 4)
    >>> random_crop_flip(images, 2, np.random.default_rng(1))[0, 0]
    array([[1, 2],
           [5, 6]])
    """
    crops = random_crop(images, size, rng)
    flipped = rng.random(len(images)) < 0.5
    crops[flipped] = crops[flipped, ..., ::-1]
    return crops


def random_shift(images: np.ndarray, furthest: int, rng: np.random.Generator) -> np.ndarray:
    """Shift each image by up to `furthest` pixels in either direction; zeros come in.

    Parameters
    ----------
    images : (N, C, H, W) ndarray
    furthest : int
    rng : numpy.random.Generator

    Returns
    -------
    (N, C, H, W) ndarray
    """
    return random_crop(pad_images(images, furthest), images.shape[2:], rng)
