"""What several exercises on fully connected layers use."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograder import reference

from ..model import Arguments, Numbers

TRIES = 200
"""How often inputs are drawn anew. Very small ones cannot show everything."""

FAR = 0.1
"""How far from zero a number must lie to count as positive or negative."""


def drawn_until(draw: Callable[[], Arguments], shows: Callable[[Arguments], bool]) -> Arguments:
    """Draw inputs until they show what they are for, so that no wrong answer is right by luck."""
    for _ in range(TRIES):
        arguments = draw()
        if shows(arguments):
            break
    return arguments


def unlike_labels(numbers: Numbers, N: int, K: int) -> np.ndarray:
    """Draw labels, no two in a row alike, so that a sample's own label tells."""
    return (np.cumsum(numbers.rng.integers(1, max(K, 2), size=N)) % K).astype(int)


def not_square(sizes: Any) -> bool:
    return sizes.H != sizes.W


def all_different(sizes: Any) -> bool:
    return len({sizes.D, sizes.H, sizes.K}) == 3


def standing_out(numbers: Numbers, size: int) -> np.ndarray:
    """Biases that can't be overlooked, no two of them near each other, of either sign."""
    steps = np.arange(1, size + 1, dtype=numbers.dtype)
    return numbers.lay_out(numbers.array(size) + 2 * steps * (-1) ** steps)


def both_signs(values: np.ndarray) -> bool:
    """Whether some numbers are clearly negative, some clearly positive, and none near zero."""
    clear = np.abs(values).min() > 1e-3
    return bool(clear and values.min() < -FAR and values.max() > FAR)


def some_negative(values: np.ndarray) -> bool:
    """Whether a ReLU would change the numbers."""
    return bool(values.min() < -FAR)


def units_and_scores(x: np.ndarray, w1, b1, w2, b2) -> tuple[np.ndarray, np.ndarray]:
    """What the ReLU of two layers is given, and their scores."""
    before = reference.linear_scores(x, w1, b1)
    return before, reference.linear_scores(reference.relu(before), w2, b2)


def two_layers(
    numbers: Numbers, D: int, H: int, K: int, tall: int | None = None, wide: int | None = None
) -> Arguments:
    return {
        "w1": numbers.array(H, wide or D),
        "b1": numbers.array(H),
        "w2": numbers.array(K, tall or H),
        "b2": standing_out(numbers, K),
    }


def agrees(got: np.ndarray, wanted: np.ndarray) -> bool:
    """Whether a gradient agrees with one by central differences, number by number."""
    got = np.asarray(got)
    return got.shape == wanted.shape and bool(np.allclose(got, wanted, rtol=1e-5, atol=1e-7))
