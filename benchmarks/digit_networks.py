"""The two small networks that a page can run by itself: LeNet, and a fully connected one as large.

Writes `data/digit-networks.npz`: both learn alike, from the digits as they are, six times over.
A few seconds on one core: `python -m benchmarks.digit_networks`.
"""

from __future__ import annotations

import os

# Before NumPy: these matrix products are too small to be worth a second thread.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from autograder.datasets import data_folder, load_digits
from autograder.reference import (
    Recipe,
    evaluate,
    lenet_layers,
    lenet_sized_fully_connected_layers,
    train,
)

from .train_lenet import SHUFFLE_SEED

RECIPE = Recipe(epochs=6, learning_rate=0.02)
BRIGHTEST = 255 / 80  # as lesson 06 prepares pixels: a spread of about 1


def as_input(images: np.ndarray) -> np.ndarray:
    """(N, 28, 28) uint8 → (N, 1, 32, 32) float32 in a frame of 2, as lesson 06 reads digits."""
    pixels = images[:, None].astype(np.float32) / 255 * BRIGHTEST
    return np.pad(pixels, ((0, 0), (0, 0), (2, 2), (2, 2)))


def main() -> None:
    digits = load_digits()
    order = np.random.default_rng(SHUFFLE_SEED).permutation(len(digits["images"]))
    images, labels = as_input(digits["images"][order]), digits["labels"][order]
    unseen = as_input(digits["held_out_images"]), digits["held_out_labels"]
    tables = {"lenet": lenet_layers(), "fully_connected": lenet_sized_fully_connected_layers()}
    arrays = {}
    for name, layers in tables.items():
        rng = np.random.default_rng(0)
        params = train(layers, images, labels, rng, RECIPE, progress=False).params
        print(f"{name}: {evaluate(layers, params, *unseen)[1]:.2%} of the held-out digits wrong")
        for row, learned in enumerate(params):
            for part, values in learned.items():
                arrays[f"{name}.{row}.{part}"] = values.astype(np.float16)
    np.savez(data_folder() / "digit-networks.npz", **arrays)


if __name__ == "__main__":
    main()
