"""Train LeNet-5 on the digits, and print how well it does and how long it takes.

Of the 10,000 digits 1,500 are held out and 8,500 are for the learner. `--validate` sets 1,000 of
those aside, to try out recipes; otherwise the network learns from all of them. All come from
MNIST's training set: the accuracy is not one on MNIST's test set.
"""

from __future__ import annotations

import argparse
import os
import time

# Before NumPy: LeNet's matrix products are too small to be worth a second thread, and waiting for
# one costs a lot on a busy machine.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from autograder.datasets import load_digits
from autograder.reference import (
    Recipe,
    evaluate,
    lenet_layers,
    lenet_sized_fully_connected_layers,
    pad_images,
    train,
)

VALIDATION = 1000
SHUFFLE_SEED = 1998
SPREAD = 0.31  # standard deviation of the digits' pixels, from 0 to 1
LEARNING_RATE = 0.05
FURTHEST_SHIFT = 2


def as_lenet_reads(images: np.ndarray) -> np.ndarray:
    """(N, 28, 28) uint8 → (N, 1, 32, 32) float32 with a spread of 1, in a frame of 2.

    He's initialization counts on a spread of 1. The background stays 0, as shifts fill in zeros.
    """
    return pad_images(images[:, None].astype(np.float32) / (255 * SPREAD), pad=2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=40)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--fully-connected", action="store_true", help="an FC network as large")
    parser.add_argument("--no-shifts", action="store_true", help="train on the digits as they are")
    parser.add_argument("--validate", action="store_true", help="set 1,000 digits aside")
    parser.add_argument("--quiet", action="store_true", help="no line of progress")
    options = parser.parse_args()

    digits = load_digits()
    # The file has the digits in order of class.
    order = np.random.default_rng(SHUFFLE_SEED).permutation(len(digits["images"]))
    images, labels = as_lenet_reads(digits["images"][order]), digits["labels"][order]
    recipe = Recipe(
        epochs=options.epochs,
        batch_size=64,
        learning_rate=LEARNING_RATE,
        schedule="one_cycle",
        momentum=0.9,
        weight_decay=5e-4,
        furthest_shift=0 if options.no_shifts else FURTHEST_SHIFT,
    )
    layers = lenet_sized_fully_connected_layers() if options.fully_connected else lenet_layers()

    validation = VALIDATION if options.validate else 0
    started, worked = time.perf_counter(), time.process_time()
    trained = train(
        layers,
        images[validation:],
        labels[validation:],
        np.random.default_rng(options.seed),
        recipe,
        validation=(images[:validation], labels[:validation]) if validation else None,
        progress=not options.quiet,
    )
    seconds, worked = time.perf_counter() - started, time.process_time() - worked

    held_out = as_lenet_reads(digits["held_out_images"])
    _, error = evaluate(layers, trained.params, held_out, digits["held_out_labels"])
    print(f"accuracy on {len(held_out):,} held-out digits: {1 - error:.2%}")
    print(f"training took {seconds:.1f} s, {worked:.1f} s of them at work on a processor")


if __name__ == "__main__":
    main()
