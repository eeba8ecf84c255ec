"""Write AlexNet as a table, on one tower or on two."""

from __future__ import annotations

from typing import Any

from autograder.reference import architectures

from .. import tables
from ..changed_tables import changed, conv_with, pools_before_norms, without
from ..model import Exercise, Mistake
from ..tables import Layers

ALEXNET_PROPERTIES = tables.same_table(
    architectures.alexnet_layers,
    architectures.ALEXNET_INPUT,
    "alexnet_layers",
    {"one_tower": ({}, {"groups": 1}), "two_towers": ({"groups": 2},)},
)

RELU = ("relu", {})


def instead(kind: str, *rows: tuple[str, dict], table=architectures.alexnet_layers):
    return changed(lambda row, number: list(rows) if row[0] == kind else [row], table)


def dropout_on_inputs(*arguments: Any) -> Layers:
    rows: Layers = []
    drop = ("dropout", {"rate": 0.5})
    for row in architectures.alexnet_layers(*arguments):
        if row[0] == "dropout":
            continue
        if row[0] == "fully_connected" and row[1]["units"] == 4096:
            rows.append(drop)
        rows.append(row)
    return rows


EXERCISE = Exercise(
    order=10,
    reference=architectures.alexnet_layers,
    example=dict,
    reading=tables.as_read(architectures.ALEXNET_INPUT),
    properties=ALEXNET_PROPERTIES,
    heart=("one_tower", "one_tower_between", "two_towers", "two_towers_between"),
    facet_words={
        "one_tower": "the layers on one tower",
        "one_tower_between": "ReLU and dropout on one tower",
        "two_towers": "the layers on two towers",
        "two_towers_between": "ReLU and dropout on two towers",
    },
    see="AlexNet as a table",
    mistakes=(
        Mistake(
            "groups ignored",
            lambda groups=1: architectures.alexnet_layers(),
            "`groups` is ignored: with two groups, the second, fourth and fifth convolution are "
            "split.",
            see="Two towers: convolution in groups",
        ),
        Mistake(
            "groups in every layer",
            lambda groups=1: conv_with((1, 2, 3, 4), groups=groups)(),
            "The third convolution is in two groups as well; there each filter reads the maps "
            "of both towers.",
            see="Two towers: convolution in groups",
        ),
        Mistake(
            "groups in the second layer only",
            lambda groups=1: conv_with((1,), groups=groups)(),
            "Only the second convolution is in two groups; the fourth and the fifth are too.",
            see="Two towers: convolution in groups",
        ),
        Mistake(
            "groups in the third layer",
            lambda groups=1: conv_with((1, 2), groups=groups)(),
            "The second and third convolutions are in groups; it is the second, fourth and fifth.",
            see="Two towers: convolution in groups",
        ),
        Mistake(
            "pad of 2 in the first layer",
            conv_with((0,), pad=2),
            "The first convolution has a pad: that belongs to images of 224, and these are 227.",
            see="The input size: 224 or 227",
        ),
        Mistake(
            "pads left out",
            conv_with((1, 2, 3, 4), pad=0),
            "The convolutions have no pad, so their maps shrink; the paper's keep their 27 and 13.",
        ),
        Mistake(
            "normalization left out",
            without("local_response_norm"),
            "There is no local response normalization.",
        ),
        Mistake(
            "pooling before normalization",
            pools_before_norms(architectures.alexnet_layers),
            "Pooling comes before normalization, as in Caffe's network of the same name; the "
            "paper normalizes first.",
        ),
        Mistake(
            "pooling without overlap",
            instead("max_pool", ("max_pool", {"size": 3})),
            "The pooling windows lie side by side; AlexNet's overlap.",
        ),
        Mistake(
            "pools of 2",
            instead("max_pool", ("max_pool", {"size": 2})),
            "The pooling windows are 2×2; AlexNet's are 3×3 with stride 2.",
        ),
        Mistake(
            "third pooling left out",
            without("max_pool", (2,)),
            "The pooling after the fifth convolution is missing: the first fully connected row "
            "has to read 13×13 maps.",
        ),
        Mistake(
            "flatten left out",
            without("flatten"),
            "The maps go into a fully connected row unflattened.",
        ),
        Mistake(
            "ReLU left out",
            without("relu"),
            "There is no ReLU anywhere.",
        ),
        Mistake(
            "dropout left out",
            without("dropout"),
            "There is no dropout.",
        ),
        Mistake(
            "dropout on inputs",
            dropout_on_inputs,
            "Dropout stands before the first two fully connected rows, as in torchvision; the "
            "paper drops what they give.",
        ),
        Mistake(
            "ReLU on the scores",
            lambda groups=1: [*architectures.alexnet_layers(groups), RELU],
            "The scores go through a ReLU, which sets all negative scores to 0.",
        ),
        Mistake(
            "one weird trick",
            lambda groups=1: [
                *architectures.alexnet_pretrained_layers(),
                *architectures.alexnet_layers()[-8:],
            ],
            "These are the widths of the network of 2014 (64, 192, …) that the libraries call "
            "AlexNet; the table of 2012 is asked for.",
        ),
    ),
)
