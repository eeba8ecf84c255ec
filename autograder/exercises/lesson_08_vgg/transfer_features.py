"""Describe images by what a network trained on others sees in them."""

from __future__ import annotations

import numpy as np

from autograder.reference import networks

from ..forward_passes import run_example
from ..model import Arguments, Exercise, Mistake, Numbers, between, case
from ._shared import draw_stack


def draw_features(numbers: Numbers, batch_size: int = 0, **sizes: int) -> Arguments:
    drawn = draw_stack(numbers, hidden_rows=0, **sizes)
    drawn["images"] = drawn.pop("x")
    return {**drawn, "batch_size": batch_size} if batch_size else drawn


def features_example() -> Arguments:
    example = run_example()
    return {
        "layers": example["layers"][:3],
        "params": example["params"][:3],
        "images": np.concatenate([example["x"], example["x"][..., ::-1]]),
        "batch_size": 1,
    }


def features_with(change=lambda features: features, see=networks.forward):
    """Features with something done to the maps before they are flattened."""

    def transfer_features(layers, params, images, batch_size=20):
        features = change(see(layers, params, images))
        return features.reshape(len(features), -1)

    return transfer_features


EXERCISE = Exercise(
    order=130,
    reference=networks.transfer_features,
    draw=draw_features,
    example=features_example,
    smallest={"wide": 0},
    terms=512,
    cases=(
        case("values", hidden=False, N=4, batch_size=2),
        case("values", N=2, blocks=3, times=1, side=8, batch_size=2),
        case("batches", hidden=False, N=5, batch_size=2),
        case(
            "batches",
            N=between(2, 9),
            side=1,
            batch_size=between(1, 9),
            corners=({"N": 7, "batch_size": 3}, {"N": 3, "batch_size": 8}),
        ),
        case("default", N=23, blocks=1, times=1),
        case("default", N=20, blocks=1, times=1),
        case("rectangular", N=4, side=1, wide=between(1, 2), batch_size=2),
        case("dtype", hidden=False, dtype="float32", N=4, batch_size=2),
        case("layout", layout="strided", N=4, batch_size=2),
    ),
    facet_words={
        "batches": "a last batch that is not full",
        "default": "batches of 20, where nothing else is said",
    },
    see="Transfer learning: features that travel",
    mistakes=(
        Mistake(
            "last batch left out",
            lambda layers, params, images, batch_size=20: networks.transfer_features(
                layers, params, images[: len(images) // batch_size * batch_size or batch_size]
            ),
            "The images that do not fill a batch are missing.",
        ),
        Mistake(
            "first batch only",
            lambda layers, params, images, batch_size=20: networks.transfer_features(
                layers, params, images[:batch_size]
            ),
            "Only the first batch came back.",
        ),
        Mistake(
            "last batch only",
            lambda layers, params, images, batch_size=20: networks.transfer_features(
                layers, params, images[(len(images) - 1) // batch_size * batch_size :]
            ),
            "Only the last batch came back.",
        ),
        Mistake(
            "not flattened",
            lambda layers, params, images, batch_size=20: networks.forward(layers, params, images),
            "These are maps; one row of numbers for each image is asked for.",
        ),
        Mistake(
            "flattened with channels last",
            features_with(lambda maps: np.moveaxis(maps, 1, -1)),
            "The maps were flattened as (H, W, C); the course flattens (C, H, W).",
        ),
        Mistake(
            "averaged over the places",
            features_with(lambda maps: maps.mean(axis=(2, 3))),
            "Each map was averaged to one number; all its numbers are features.",
        ),
        Mistake(
            "all in one row",
            lambda layers, params, images, batch_size=20: networks.forward(
                layers, params, images
            ).ravel(),
            "All images lie in one row.",
        ),
        Mistake(
            "last row left out",
            features_with(
                see=lambda layers, params, x: networks.forward(layers[:-1], params[:-1], x)
            ),
            "The last row of the table was not run.",
        ),
        Mistake(
            "ReLU missing",
            features_with(
                see=lambda layers, params, x: networks.forward(
                    [("dropout", {}) if row[0] == "relu" else row for row in layers], params, x
                )
            ),
            "ReLU was not applied: negative numbers were passed on.",
        ),
        Mistake(
            "pixels returned",
            lambda layers, params, images, batch_size=20: images.reshape(len(images), -1).copy(),
            "These are the pixels themselves.",
        ),
    ),
)
