"""What several exercises on fully connected layers use."""

from __future__ import annotations

import numpy as np

from ..model import Arguments, Numbers


def standing_out(numbers: Numbers, size: int) -> np.ndarray:
    """Biases that can't be overlooked, no two of them near each other on average."""
    return numbers.lay_out(numbers.array(size) + 2 * np.arange(1, size + 1, dtype=numbers.dtype))


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
