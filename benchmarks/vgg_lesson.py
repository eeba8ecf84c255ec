"""The long experiments of lesson 08, whose numbers the lesson draws beside its own short runs.

Writes `data/vgg-experiments.json`: depth against accuracy on clothes, with equally many
parameters; features that travel; and the errors of the first two networks of the closing map.
About eight minutes on one core: `python -m benchmarks.vgg_lesson`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable

# Before NumPy: these matrix products are too small to be worth a second thread.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from autograder.datasets import (
    IMAGENET_MEAN,
    IMAGENET_STD,
    data_folder,
    load_digits,
    load_fashion,
    load_vgg16_blocks,
)
from autograder.reference import (
    Recipe,
    evaluate,
    initialize,
    lenet_layers,
    lenet_sized_fully_connected_layers,
    pad_images,
    parameter_counts,
    pretrained,
    train,
    transfer_features,
    vgg16_pretrained_layers,
)

SEEDS = 3
BUDGET = 20_000  # parameters of every network that differs in depth only
DEPTHS = (1, 2, 3)  # convolutions in each of three blocks
SHOWN = (50, 100, 200, 400, 1000)  # labeled clothes that a linear classifier learns from
BLOCK_ENDS = {"block 1": 5, "block 2": 10, "block 3": 17}  # rows of VGG-16
STRENGTHS = 10.0 ** np.arange(-4, 2)

INPUT = (1, 32, 32)


def main() -> None:
    results = {"depth": depth_on_clothes(), "map": errors_on_digits(), "transfer": transfer()}
    text = json.dumps(results) + "\n"
    (data_folder() / "vgg-experiments.json").write_text(text, encoding="utf-8")


# --- networks from nothing ------------------------------------------------------------------------


def blocks(depth: int, width: float) -> list:
    """VGG in small: three blocks of `depth` convolutions, with 1, 2 and 4 times `width` filters."""
    rows: list = []
    for times in (1, 2, 4):
        conv = ("conv", {"filters": round(times * width), "kernel": 3, "pad": 1})
        rows += [conv, ("relu", {})] * depth + [("max_pool", {"size": 2})]
    return [*rows, ("flatten", {}), ("fully_connected", {"units": 10})]


def closest_to_budget(depth: int) -> list:
    """The network of that depth whose parameters are closest to the budget."""
    networks = [blocks(depth, width) for width in np.arange(1, 30, 0.05)]
    return min(networks, key=lambda rows: abs(sum(parameter_counts(rows, INPUT)) - BUDGET))


def spread_to_one(images: np.ndarray, spread: float) -> np.ndarray:
    """(N, 28, 28) uint8 → (N, 1, 32, 32) float32 with a spread of 1, in a frame of 2."""
    return pad_images(images[:, None].astype(np.float32) / (255 * spread), pad=2)


def errors(layers: list, data: tuple, epochs: int) -> list[float]:
    """The share of unseen images that the network gets wrong, for each seed."""
    images, labels, unseen, their_labels = data
    recipe = Recipe(epochs=epochs, learning_rate=0.05, schedule="one_cycle", furthest_shift=1)
    found = []
    for seed in range(SEEDS):
        rng = np.random.default_rng(seed)
        trained = train(layers, images, labels, rng, recipe, progress=False)
        found.append(round(float(evaluate(layers, trained.params, unseen, their_labels)[1]), 4))
    print(f"{sum(parameter_counts(layers, INPUT)):,} parameters, wrong: {found}", flush=True)
    return found


def depth_on_clothes() -> dict:
    clothes = load_fashion()
    data = (
        spread_to_one(clothes["train_images"], 0.35),
        clothes["train_labels"],
        spread_to_one(clothes["test_images"], 0.35),
        clothes["test_labels"],
    )
    tables = {f"{depth}": closest_to_budget(depth) for depth in DEPTHS}
    tables["LeNet"] = lenet_layers()
    return {
        name: {
            "parameters": sum(parameter_counts(layers, INPUT)),
            "errors": errors(layers, data, epochs=10),
        }
        for name, layers in tables.items()
    }


def errors_on_digits() -> dict:
    digits = load_digits()
    data = (
        spread_to_one(digits["images"], 0.31),
        digits["labels"],
        spread_to_one(digits["held_out_images"], 0.31),
        digits["held_out_labels"],
    )
    tables = {"FC": lenet_sized_fully_connected_layers(), "LeNet-5": lenet_layers()}
    return {name: errors(layers, data, epochs=15) for name, layers in tables.items()}


# --- features that travel -------------------------------------------------------------------------


def as_photos(images: np.ndarray) -> np.ndarray:
    """(N, 28, 28) uint8 → (N, 3, 32, 32) float32, as VGG reads photos."""
    grey = np.pad(images / 255, ((0, 0), (2, 2), (2, 2)))[..., None]
    return ((grey - IMAGENET_MEAN) / IMAGENET_STD).transpose(0, 3, 1, 2).astype(np.float32)


def transfer() -> dict:
    """Accuracy of a linear classifier on clothes, by what it reads and how many it has seen."""
    clothes, rng = load_fashion(), np.random.default_rng(0)
    chosen = rng.permutation(len(clothes["train_images"]))[: 2 * max(SHOWN)]
    both = [clothes["train_images"][chosen], clothes["test_images"]]
    labels = clothes["train_labels"][chosen], clothes["test_labels"]
    described = {"pixels": [images.reshape(len(images), -1) / 255 for images in both]}
    rows = vgg16_pretrained_layers()
    stacks = {
        "learned": pretrained(rows, load_vgg16_blocks()),
        "random": initialize(rows, (3, 32, 32), np.random.default_rng(1)),
    }
    for stack, params in stacks.items():
        for block, end in BLOCK_ENDS.items():
            described[f"{stack}, {block}"] = [
                transfer_features(rows[:end], params[:end], as_photos(images)) for images in both
            ]
    return {
        "shown": list(SHOWN),
        "accuracy": {
            name: [[accuracy(*features, *labels, draw, n) for draw in draws()] for n in SHOWN]
            for name, features in described.items()
        },
    }


def draws() -> Iterable[np.ndarray]:
    for seed in range(5):
        yield np.random.default_rng(seed).permutation(2 * max(SHOWN))


def accuracy(known, unseen, labels, their_labels, draw, shown: int) -> float:
    """Ridge regression onto the classes; its strength is what leave-one-out finds best."""
    known, labels = known[draw[:shown]], labels[draw[:shown]]
    mean, spread = known.mean(axis=0), known.std()
    known, unseen = (known - mean) / spread, (unseen - mean) / spread
    targets = 2 * np.eye(10)[labels] - 1
    squares = (known @ known.T).astype(float)
    best, share = None, -1.0
    for strength in STRENGTHS * squares.trace() / len(squares):
        inverse = np.linalg.inv(squares + strength * np.eye(len(squares)))
        weights = inverse @ targets
        left_out = targets - weights / inverse.diagonal()[:, None]
        right = np.mean(left_out.argmax(axis=1) == labels)
        if right > share:
            best, share = weights, right
    found = (unseen @ known.T @ best).argmax(axis=1)
    return round(float(np.mean(found == their_labels)), 4)


if __name__ == "__main__":
    main()
