"""Flattening: an image as one row of numbers."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from .kind import Kind, Learned, Options, Shape, register


def flatten_images(images: np.ndarray) -> np.ndarray:
    """Lay out each image as one row of numbers, in reading order.

    Parameters
    ----------
    images : (N, ...) ndarray

    Returns
    -------
    (N, D) ndarray

    Examples
    --------
    >>> flatten_images(np.arange(12).reshape(2, 2, 3))
    array([[ 0,  1,  2,  3,  4,  5],
           [ 6,  7,  8,  9, 10, 11]])
    """
    return images.reshape(len(images), prod(images.shape[1:]))


def flat(x: np.ndarray) -> np.ndarray:
    """(H, C, W, N) → (C·H·W, N): the order in which `flatten_images` reads an image."""
    return x if x.ndim == 2 else x.transpose(1, 0, 2, 3).reshape(-1, x.shape[-1])


def unflat(x: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """(C·H·W, N) → (H, C, W, N) of that shape: what `flat` has laid flat."""
    if len(shape) == 2:
        return x
    height, channels, width, batch = shape
    images = x.reshape(channels, height, width, batch)
    return np.ascontiguousarray(images.transpose(1, 0, 2, 3))


@register
class Flatten(Kind):
    """`("flatten", {})`; it moves no number."""

    name = "flatten"
    in_place = True
    passes_on = True

    def shape_after(self, shape: Shape, options: Options) -> Shape:
        return (prod(shape),)

    def window(self, options: Options, axis: int) -> None:
        return None

    def step(self, options: Options, axis: int) -> None:
        return None

    def forward(self, x: np.ndarray, learned: Learned, options: Options) -> np.ndarray:
        return flatten_images(x)

    def forward_training(
        self, x: np.ndarray, learned: Learned, options: Options, rng: np.random.Generator
    ) -> tuple[np.ndarray, Any]:
        return flat(x), x.shape

    def backward(
        self, grad: np.ndarray, kept: Any, learned: Learned, options: Options, to_images: bool
    ) -> tuple[np.ndarray, Learned]:
        return unflat(grad, kept), {}
