"""Give a small network one part of AlexNet's recipe at a time, and see what it does.

Clothes of Fashion-MNIST: 1,000 to learn from, 1,000 for the schedule to watch, 5,000 to be judged
by (the 4,000 of the training file that are left, and the 1,000 of the test file). The same seed
gives the same batches, and the same first weights. The lesson on AlexNet draws the numbers from
`data/alexnet-experiments.json`, which this writes: about ten minutes on one processor.
"""

from __future__ import annotations

import argparse
import json
import os
from itertools import combinations
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before NumPy: the products are small

import numpy as np

from autograder.datasets import load_fashion
from autograder.reference import (
    Recipe,
    ensemble_predict,
    initialize,
    pad_images,
    probabilities,
    random_crop_flip,
    reduce_on_plateau,
    top_k_error,
)
from autograder.reference.training import sgd_step, zero_velocities

OUT = Path(__file__).resolve().parents[1] / "data" / "alexnet-experiments.json"

LEARN, VALIDATE = 1000, 1000
SPLIT_SEED = 2012
SPREAD = 0.35  # of the pixels, from 0 to 1: with it they come to a standard deviation of 1
PATIENCE = 10  # epochs of 31 steps: far fewer than AlexNet's epochs of 9,400
FRAME, SIDE = 4, 31  # framed, the clothes are 36×36; 31 → 15 → 7 → 3 fits as AlexNet's 227 does
CENTRE = np.s_[:, :, 2 : 2 + SIDE, 2 : 2 + SIDE]

PARTS = (
    "normalization",
    "overlapping pools",
    "dropout",
    "weight decay",
    "smaller steps",
    "windows and mirrors",
)
VARIANTS = {
    "none of it": (),
    **{part: (part,) for part in PARTS},
    "windows, mirrors, smaller steps": ("windows and mirrors", "smaller steps"),
    "all of it": PARTS,
}


def layers(parts: tuple[str, ...]) -> list:
    """AlexNet's table, four layers deep; 15×15 → 7×7 → 3×3 with either kind of pool."""
    norm = [("local_response_norm", {})] if "normalization" in parts else []
    sizes = {"size": 3} if "overlapping pools" in parts else {"size": 2, "floor": True}
    pool = ("max_pool", {**sizes, "stride": 2})
    drop = [("dropout", {"rate": 0.5})] if "dropout" in parts else []
    return [
        ("conv", {"filters": 16, "kernel": 5, "stride": 2, "pad": 1}), ("relu", {}), *norm, pool,
        ("conv", {"filters": 32, "kernel": 3, "pad": 1}), ("relu", {}), *norm, pool,
        ("flatten", {}),
        ("fully_connected", {"units": 128}), ("relu", {}), *drop,
        ("fully_connected", {"units": 10}),
    ]  # fmt: skip


def clothes() -> dict[str, tuple[np.ndarray, np.ndarray]]:
    data = load_fashion()
    order = np.random.default_rng(SPLIT_SEED).permutation(len(data["train_images"]))
    images = np.concatenate([data["train_images"][order], data["test_images"]])
    labels = np.concatenate([data["train_labels"][order], data["test_labels"]]).astype(int)
    framed = pad_images(images[:, None].astype(np.float32) / (255 * SPREAD), FRAME)
    parts = np.split(np.arange(len(labels)), [LEARN, LEARN + VALIDATE])
    return {
        name: (framed[part], labels[part])
        for name, part in zip(("learn", "validate", "test"), parts, strict=True)
    }


def error(table, params, images, labels) -> float:
    guesses = probabilities(table, params, images[CENTRE], batch_size=250).argmax(axis=1)
    return float(np.mean(guesses != labels))


def train(parts: tuple[str, ...], data, seed: int, epochs: int) -> dict:
    table = layers(parts)
    first, rest = np.random.default_rng(seed).spawn(2)
    params = initialize(table, (1, SIDE, SIDE), first)
    velocities = zero_velocities(params)
    recipe = Recipe(momentum=0.9, weight_decay=5e-4 if "weight decay" in parts else 0.0)
    images, labels = data["learn"]
    rate, history, rates = 1e-2, [], []
    for _ in range(epochs):
        rates.append(rate)
        for chosen in np.array_split(rest.permutation(len(images)), len(images) // 32):
            batch = images[chosen]
            if "windows and mirrors" in parts:
                batch = random_crop_flip(batch, SIDE, rest)
            else:
                batch = batch[CENTRE]
            _, params = sgd_step(
                table, params, velocities, batch, labels[chosen], rate, recipe, rest
            )
        if {"smaller steps", "windows and mirrors"} & {*parts}:
            history.append(error(table, params, *data["validate"]))
        if "smaller steps" in parts:
            rate = reduce_on_plateau(history, rate, patience=PATIENCE)
    test_images, test_labels = data["test"]
    chances = probabilities(table, params, test_images[CENTRE], batch_size=250)
    return {
        "test": float(np.mean(chances.argmax(axis=1) != test_labels)),
        "train": error(table, params, images, labels),
        "validation": history,
        "rates": rates,
        "chances": chances,
    }


def together(chances: list[np.ndarray], labels: np.ndarray) -> dict:
    """What some of the networks get wrong together: every choice of them counts."""
    votes = np.stack([c.argmax(axis=1) for c in chances])
    most = np.array([np.bincount(column).argmax() for column in votes.T])
    sizes = range(1, len(chances) + 1)
    errors = [
        [
            float(np.mean(ensemble_predict([chances[i] for i in some]) != labels))
            for some in combinations(range(len(chances)), size)
        ]
        for size in sizes
    ]
    return {
        "networks": list(sizes),
        "mean": [float(np.mean(some)) for some in errors],
        "lowest": [min(some) for some in errors],
        "highest": [max(some) for some in errors],
        "majority_vote": float(np.mean(most != labels)),
        "top_k": [top_k_error(np.mean(chances, axis=0), labels, k) for k in range(1, 6)],
        "top_k_alone": [
            float(np.mean([top_k_error(c, labels, k) for c in chances])) for k in range(1, 6)
        ],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--networks", type=int, default=7, help="that decide together")
    parser.add_argument("--epochs", type=int, default=60)
    options = parser.parse_args()
    data = clothes()
    runs = {}
    for name, parts in VARIANTS.items():
        seeds = options.seeds if parts else max(options.seeds, options.networks)
        runs[name] = [train(parts, data, seed, options.epochs) for seed in range(seeds)]
        print(f"{name:28} test {np.mean([run['test'] for run in runs[name]]):.2%}", flush=True)
    chances = [run["chances"] for run in runs["none of it"][: options.networks]]
    result = {
        "images": {name: len(labels) for name, (_, labels) in data.items()},
        "epochs": options.epochs,
        "variants": {
            name: {
                kind: [run[kind] for run in some[: options.seeds]]
                for kind in ("test", "train", "validation", "rates")
                if kind in ("test", "train") or "windows" in name
            }
            for name, some in runs.items()
        },
        "together": together(chances, data["test"][1]),
    }
    aside = OUT.with_suffix(".new")
    aside.write_text(json.dumps(rounded(result)) + "\n")
    aside.replace(OUT)


def rounded(value):
    if isinstance(value, dict):
        return {key: rounded(one) for key, one in value.items()}
    if isinstance(value, list):
        return [rounded(one) for one in value]
    return float(f"{value:.5g}") if isinstance(value, float) else value


if __name__ == "__main__":
    main()
