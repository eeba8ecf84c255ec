"""How a forward pass through a table goes wrong, and the example it is shown on."""

from __future__ import annotations

import numpy as np

from autograder.reference import networks

from . import counting
from .model import Arguments, Mistake
from .tables import Layers


def run_example() -> Arguments:
    layers = [
        ("conv", {"filters": 1, "kernel": 2}),
        ("relu", {}),
        ("max_pool", {"size": 2}),
        ("flatten", {}),
        ("fully_connected", {"units": 2}),
    ]
    x = np.array([[[[1.0, 0, 2, 0, 1], [0, 3, 0, 1, 0], [1, 0, 1, 0, 2], [0, 2, 0, 1, 0],
                    [1, 0, 0, 2, 1]]]])  # fmt: skip
    params = [
        {"weights": np.array([[[[1.0, -1.0], [0.0, 1.0]]]]), "bias": np.array([-1.0])},
        {},
        {},
        {},
        {
            "weights": np.array([[1.0, 0.0, -2.0, 1.0], [0.0, -1.0, 0.0, -1.0]]),
            "bias": np.array([10.0, 0.0]),
        },
    ]
    return {"layers": layers, "params": params, "x": x}


def running(layers_as=None, params_as=None, scores_as=None):
    """A run with the rows, the parameters or the scores not as they should be."""

    def forward(layers: Layers, params: list[dict], x: np.ndarray) -> np.ndarray:
        rows = layers_as(layers) if layers_as else layers
        given = params_as(layers, params, x) if params_as else params
        scores = networks.forward(rows, given, x)
        return scores_as(scores) if scores_as else scores

    return forward


def left_out(*kinds: str):
    """Rows of some kinds replaced by a row that does nothing."""
    return lambda layers: [("dropout", {}) if row[0] in kinds else row for row in layers]


def instead(kind: str, other: str):
    return lambda layers: [(other, row[1]) if row[0] == kind else row for row in layers]


def without_bias_of(*kinds: str):
    return lambda layers, params, x: [
        {"weights": own["weights"], "bias": np.zeros_like(own["bias"])} if row[0] in kinds else own
        for row, own in zip(layers, params, strict=True)
    ]


def rows_by_rows(change):
    """A run in which something is done to what comes into some rows."""

    def forward(layers: Layers, params: list[dict], x: np.ndarray) -> np.ndarray:
        for row, own in zip(layers, params, strict=True):
            x = networks.forward([row], [own], change(row, x))
        return x

    return forward


def drop(scale: bool):
    def change(row: tuple, x: np.ndarray) -> np.ndarray:
        if row[0] != "dropout":
            return x
        rate = row[1].get("rate", 0.5)
        if not scale:
            return (x * (np.random.default_rng(0).random(x.shape) >= rate) / (1 - rate)).astype(
                x.dtype
            )
        return x * x.dtype.type(1 - rate)

    return change


def channels_last(row: tuple, x: np.ndarray) -> np.ndarray:
    return np.moveaxis(x, 1, -1).reshape(len(x), -1) if row[0] == "flatten" else x


def columns_first(row: tuple, x: np.ndarray) -> np.ndarray:
    return x.swapaxes(2, 3).reshape(len(x), -1) if row[0] == "flatten" else x


def softmaxed(scores: np.ndarray) -> np.ndarray:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


RUN_MISTAKES = (
    Mistake(
        "ReLU missing",
        running(layers_as=left_out("relu")),
        "ReLU was not applied: numbers below 0 went on.",
    ),
    Mistake(
        "dropout active",
        rows_by_rows(drop(scale=False)),
        "Dropout was active: it rests when a network is used.",
    ),
    Mistake(
        "dropout scales",
        rows_by_rows(drop(scale=True)),
        "Dropout made the numbers smaller, as in 2012; inverted dropout does nothing when a "
        "network is used.",
    ),
    Mistake(
        "ReLU on the scores",
        running(scores_as=lambda scores: np.maximum(scores, 0)),
        "The result went through a ReLU at the end.",
    ),
    Mistake(
        "softmax of the scores",
        running(scores_as=softmaxed),
        "These are probabilities; scores are asked for, without softmax.",
    ),
    Mistake(
        "classes for scores",
        running(scores_as=lambda scores: scores.argmax(axis=1)),
        "These are the best classes; the scores are asked for.",
    ),
    Mistake(
        "only image 0",
        lambda layers, params, x: networks.forward(layers, params, x[:1]),
        "Only the first image went through.",
    ),
    Mistake(
        "average for max",
        running(layers_as=instead("max_pool", "average_pool")),
        "Max pooling took averages.",
    ),
    Mistake(
        "max for average",
        running(layers_as=instead("average_pool", "max_pool")),
        "Average pooling took maxima.",
    ),
    Mistake(
        "biases of convolutions left out",
        running(params_as=without_bias_of("conv")),
        "The biases of the convolutions are missing.",
    ),
    Mistake(
        "biases of fully connected rows left out",
        running(params_as=without_bias_of("fully_connected")),
        "The biases of the fully connected rows are missing.",
    ),
    Mistake(
        "flattened with channels last",
        rows_by_rows(channels_last),
        "The maps were flattened as (H, W, C); the weights expect (C, H, W).",
    ),
    Mistake(
        "flattened down the columns",
        rows_by_rows(columns_first),
        "The maps were flattened column by column; the weights expect row by row.",
    ),
    Mistake(
        "pad ignored",
        running(layers_as=counting.without_pad),
        "The pad of a convolution was not looked at.",
    ),
    Mistake(
        "stride ignored",
        running(layers_as=counting.without_stride),
        "The stride of a convolution was not looked at.",
    ),
    Mistake(
        "pooling stride fixed to size",
        running(layers_as=counting.pools_side_by_side),
        "The stride of a pooling row was not looked at: windows may overlap.",
    ),
    Mistake(
        "pooling stride fixed to size",
        running(layers_as=counting.pools_that_fit_side_by_side),
        "The stride of a pooling row was not looked at: windows may overlap.",
    ),
)
