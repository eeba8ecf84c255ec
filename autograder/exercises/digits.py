"""The digits that trained networks are judged on."""

from __future__ import annotations

import pickle
from functools import lru_cache
from typing import Any

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
    result, rng.bit_generator.state = _disturbed(pixels.tobytes(), pickle.dumps(rng))
    return result.copy()


@lru_cache(maxsize=16)
def _disturbed(pixels: bytes, drawing: bytes) -> tuple[np.ndarray, dict[str, Any]]:
    """The disturbed digits, and the state in which they leave the generator.

    What tries an answer, and each mistake beside it, asks for the same digits many times.
    """
    known, rng = np.frombuffer(pixels, np.uint8).reshape(-1, 28, 28), pickle.loads(drawing)
    contrast = rng.uniform(0.85, 1.1, size=(len(known), 1, 1))
    noise = rng.normal(scale=NOISE, size=known.shape)
    numbers = np.clip(np.rint(contrast * moved(known, rng) + noise), 0, 255)
    return numbers.astype(np.uint8), rng.bit_generator.state


def moved(pixels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The same digits, `MOVED` of them by one pixel up, down, left or right."""
    result = pixels.copy()
    way = rng.integers(4, size=len(pixels))
    way[rng.random(len(pixels)) >= MOVED] = -1
    for number, (steps, axis) in enumerate(((1, 1), (-1, 1), (1, 2), (-1, 2))):
        result[way == number] = np.roll(pixels[way == number], steps, axis)
    return result
