"""Write a residual network as a table."""

from __future__ import annotations

from autograder import reference
from autograder.reference.residuals import DIGIT_SIDE, plain_twin

from .. import tables
from ..changed_tables import changed
from ..model import Exercise, Mistake
from ..tables import Layers

CALLS = {
    "one": ({"blocks": 1, "channels": (8,)}, {"blocks": 3, "channels": (6,)}),
    "several": (
        {"blocks": 2, "channels": (8, 16)},
        {"blocks": 1, "channels": (4, 4)},
        {"blocks": 2, "channels": (4, 8, 12)},
    ),
}


def residual(change):
    """A table whose residual rows have other options: `change(options)`."""
    return changed(
        lambda row, number: [(row[0], change(row[1])) if row[0] == "residual" else row],
        reference.residual_layers,
    )


def inside(change):
    """A table whose residual rows have other rows inside."""
    return residual(lambda options: {**options, "rows": change(list(options["rows"]))})


def without(kind: str):
    return changed(lambda row, number: [] if row[0] == kind else [row], reference.residual_layers)


def without_last_relu(blocks: int, channels) -> Layers:
    rows = reference.residual_layers(blocks, channels)
    return [
        row
        for i, row in enumerate(rows)
        if not (row[0] == "relu" and i and rows[i - 1][0] == "residual")
    ]


EXERCISE = Exercise(
    order=30,
    reference=reference.residual_layers,
    example=lambda: {"blocks": 1, "channels": (8,)},
    properties=tables.same_table(
        reference.residual_layers, (1, DIGIT_SIDE, DIGIT_SIDE), "residual_layers", CALLS
    ),
    heart=("one", "one_between", "several", "several_between"),
    facet_words={
        "one": "the layers of one stage",
        "one_between": "ReLU between the layers of one stage",
        "several": "the layers of several stages",
        "several_between": "ReLU between the layers of several stages",
    },
    see="The table and its plain twin",
    mistakes=(
        Mistake(
            "plain",
            lambda blocks, channels: plain_twin(reference.residual_layers(blocks, channels)),
            "There is no shortcut: this is the plain twin.",
        ),
        Mistake(
            "counts the shortcut twice",
            residual(lambda options: {**options, "projection": True}),
            "Every block projects; only where the channels change has the shortcut something to "
            "learn.",
        ),
        Mistake(
            "one convolution a block",
            inside(lambda rows: rows[-2:]),
            "The blocks hold one convolution; a residual block has two.",
        ),
        Mistake(
            "three convolutions a block",
            inside(lambda rows: [*rows, ("relu", {}), *rows[-2:]]),
            "The blocks hold three convolutions; a residual block has two.",
        ),
        Mistake(
            "ReLU before the sum",
            inside(lambda rows: [*rows, ("relu", {})]),
            "The blocks end with ReLU; it comes after the sum.",
        ),
        Mistake(
            "no ReLU in the block",
            inside(lambda rows: [row for row in rows if row[0] != "relu"]),
            "The two convolutions of a block follow each other without ReLU: together they are "
            "no more than one.",
        ),
        Mistake(
            "no ReLU after the sum",
            without_last_relu,
            "ReLU is missing after the sums.",
        ),
        Mistake(
            "no batch normalization",
            inside(lambda rows: [row for row in rows if row[0] != "batch_norm"]),
            "The blocks hold no batch normalization.",
        ),
        Mistake(
            "no pad",
            inside(
                lambda rows: [
                    (kind, {**options, "pad": 0} if kind == "conv" else options)
                    for kind, options in rows
                ]
            ),
            "The convolutions of the blocks have no pad: what they give is smaller than what "
            "passes by, and cannot be added.",
        ),
        Mistake(
            "no pooling between stages",
            without("max_pool"),
            "The maps are not halved between the stages.",
        ),
        Mistake(
            "first stage's channels everywhere",
            lambda blocks, channels: reference.residual_layers(
                blocks, (channels[0],) * len(channels)
            ),
            "All stages have as many channels as the first.",
        ),
        Mistake(
            "a block too few",
            lambda blocks, channels: reference.residual_layers(blocks - 1, channels),
            "A block is missing in each stage.",
        ),
        Mistake(
            "first stage only",
            lambda blocks, channels: reference.residual_layers(blocks, channels[:1]),
            "Only the first stage is there.",
        ),
        Mistake(
            "mean left out",
            without("average_pool"),
            "The last maps are not averaged: the fully connected row reads all their pixels.",
        ),
    ),
)
