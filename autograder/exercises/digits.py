"""The digits that trained networks are judged on."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from autograder import datasets

NOISE = 6.0
"""The spread of the noise that is put on digits, of 255."""

MOVED = 0.25
"""The share of digits that are moved by a pixel."""


@lru_cache(maxsize=1)
def digits() -> dict[str, np.ndarray]:
    return datasets.load_digits()


def as_images(pixels: np.ndarray) -> np.ndarray:
    """(N, 28, 28) bytes as (N, 1, 28, 28) float32 from 0 to 1."""
    return pixels[:, None].astype(np.float32) / 255


def disturbed(pixels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The same digits as nobody has seen them: fainter or stronger, noisy, and some of them moved.

    A network that knows digits hardly minds. A table of what was seen does not find them.

    Parameters
    ----------
    pixels : (N, 28, 28) ndarray of uint8
    rng : numpy.random.Generator

    Returns
    -------
    (N, 28, 28) ndarray of uint8
    """
    contrast = rng.uniform(0.85, 1.1, size=(len(pixels), 1, 1))
    noise = rng.normal(scale=NOISE, size=pixels.shape)
    return np.clip(np.rint(contrast * moved(pixels, rng) + noise), 0, 255).astype(np.uint8)


def moved(pixels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The same digits, `MOVED` of them by one pixel up, down, left or right."""
    result = pixels.copy()
    way = rng.integers(4, size=len(pixels))
    way[rng.random(len(pixels)) >= MOVED] = -1
    for number, (steps, axis) in enumerate(((1, 1), (-1, 1), (1, 2), (-1, 2))):
        result[way == number] = np.roll(pixels[way == number], steps, axis)
    return result
