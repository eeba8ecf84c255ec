"""Write LeNet-5 as a table, as it is built today."""

from __future__ import annotations

from autograder.reference import architectures

from .. import tables
from ..model import Exercise, Mistake

POOL = ("max_pool", {"size": 2})

RELU = ("relu", {})

FLATTEN = ("flatten", {})


def lenet_with(change):
    """The right table with every row given to `change`, which returns the rows in its place."""
    return lambda: [
        row
        for number, old in enumerate(architectures.lenet_layers())
        for row in change(number, old)
    ]


LENET_PROPERTIES = tables.same_table(
    architectures.lenet_layers, architectures.LENET_INPUT, "lenet_layers", {"rows": ({},)}
)

EXERCISE = Exercise(
    order=10,
    reference=architectures.lenet_layers,
    example=dict,
    properties=LENET_PROPERTIES,
    heart=("rows", "rows_between"),
    facet_words={
        "rows": "the layers of the table",
        "rows_between": "what is done in place between the layers of the table",
    },
    see="A network is a table: LeNet-5",
    mistakes=(
        Mistake(
            "padded twice",
            lenet_with(
                lambda number, row: [(row[0], {**row[1], "pad": 2}) if number == 0 else row]
            ),
            "The first convolution has a pad of 2 on images of 32×32: the digits of 28×28 have "
            "their frame of 2 already.",
        ),
        Mistake(
            "pooling left out",
            lenet_with(lambda number, row: [] if row == POOL else [row]),
            "There is no pooling: the maps stay large, and the first fully connected row has to "
            "read all of them.",
        ),
        Mistake(
            "second pooling left out",
            lenet_with(lambda number, row: [] if number == 5 else [row]),
            "The second pooling is missing.",
        ),
        Mistake(
            "ReLU left out",
            lenet_with(lambda number, row: [] if row == RELU else [row]),
            "There is no ReLU anywhere: without it the rows between the pools collapse into one "
            "linear layer.",
        ),
        Mistake(
            "ReLU after convolutions only",
            lenet_with(lambda number, row: [] if row == RELU and number > 6 else [row]),
            "The fully connected rows follow each other without a ReLU, so that they collapse into "
            "one.",
        ),
        Mistake(
            "ReLU on the scores",
            lambda: [*architectures.lenet_layers(), RELU],
            "The scores go through a ReLU: a score below 0 says something too.",
        ),
        Mistake(
            "average pooling",
            lenet_with(lambda number, row: [("average_pool", row[1]) if row == POOL else row]),
            "The pools take averages, nearly as in 1998; the modern form takes maxima.",
            see="The table of 1998: the original LeNet-5",
        ),
        Mistake(
            "kernels of 3",
            lenet_with(
                lambda number, row: [(row[0], {**row[1], "kernel": 3}) if row[0] == "conv" else row]
            ),
            "The filters are 3×3; LeNet's are 5×5.",
        ),
        Mistake(
            "filters exchanged",
            lenet_with(
                lambda number, row: [
                    (row[0], {**row[1], "filters": 22 - row[1]["filters"]})
                    if row[0] == "conv"
                    else row
                ]
            ),
            "The numbers of filters are exchanged: first 6, then 16.",
        ),
        Mistake(
            "no scores",
            lambda: architectures.lenet_layers()[:-2],
            "The table ends with 84 numbers; the row that makes ten scores of them is missing.",
        ),
        Mistake(
            "flatten left out",
            lenet_with(lambda number, row: [] if row == FLATTEN else [row]),
            "The maps go into a fully connected row unflattened.",
        ),
    ),
)
