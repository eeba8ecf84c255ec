"""Count the weights and biases of each row of a table."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from typing import Any

from autograder.reference import accounting

from .. import counting, tables
from ..model import Claim, Exercise, Mistake, Numbers, Property, between, case
from ..reading_tables import (
    ALL,
    REFUSED_CASES,
    SMALLEST_TABLE,
    TABLE_CASES,
    TABLE_WORDS,
    draw_table,
    small_table_example,
)
from ..tables import Layers, Shape
from ._shared import PUBLISHED


def totals_are_those_published(*names: str):
    def test(call, numbers: Numbers) -> Iterator[Claim]:
        for name in names:
            total = sum(call(**tables.named_network(numbers, name)))
            yield Claim(total, PUBLISHED[name], f"the counts of {name} add up to what is known")

    return test


PUBLISHED_PROPERTIES = (
    Property("published", totals_are_those_published("lenet")),
    Property("published", totals_are_those_published("vgg11", "vgg16"), needs=("padding",)),
    Property("published", totals_are_those_published("vgg13", "vgg19"), needs=("padding",)),
    Property("published", totals_are_those_published("alexnet", "zfnet", "wide zfnet"), needs=ALL),
    Property("published", totals_are_those_published("two towers"), needs=(*ALL, "groups")),
)


def channels_read(kind: str, options: dict[str, Any], before: Shape, depth: int) -> int:
    return options["filters"] * (depth * prod(options["kernel"]) + 1)


def without_biases(kind: str, options: dict[str, Any], before: Shape, after: Shape) -> int | None:
    if kind == "conv":
        return counting.weights_of_conv(options, before[0] // options["groups"])
    return options["units"] * prod(before) if kind == "fully_connected" else None


def without_biases_in(which: str):
    return counting.counted(
        lambda kind, *rest: without_biases(kind, *rest) if kind == which else None
    )


def one_bias(kind: str, options: dict[str, Any], before: Shape, after: Shape) -> int | None:
    weights = without_biases(kind, options, before, after)
    return None if weights is None else weights + 1


def unflattened(layers: Layers, input_shape: Shape) -> list[int]:
    """A fully connected row counted as reading one number for each channel."""
    shape, counts = tuple(input_shape), []
    for row in layers:
        units = row[1].get("units")
        count = units * (shape[0] + 1) if units else accounting.parameter_counts([row], shape)[0]
        counts.append(count)
        if row[0] != "flatten":
            (shape,) = accounting.layer_shapes([row], shape)
    return counts


def listed(choose):
    return lambda layers, input_shape: choose(
        accounting.parameter_counts(layers, input_shape), layers
    )


EXERCISE = Exercise(
    order=30,
    reference=accounting.parameter_counts,
    draw=draw_table,
    example=small_table_example,
    smallest=SMALLEST_TABLE,
    cases=(
        *TABLE_CASES,
        case("groups", hidden=False, blocks=2, groups=2, pool=2, hidden_rows=1),
        case(
            "groups",
            blocks=between(1, 2),
            groups=between(2, 4),
            kernel=between(2, 5),
            corners=({"blocks": 1, "groups": 3, "kernel": 5},),
        ),
        case("groups", needs=ALL, network="two towers", rows=99),
        case("batch_norm", hidden=False, blocks=2, norms=("batch_norm",), pool=2, hidden_rows=2),
        *REFUSED_CASES,
    ),
    properties=PUBLISHED_PROPERTIES,
    facet_words={
        **TABLE_WORDS,
        "norms": "rows that learn nothing, and batch normalization",
        "groups": "convolutions in groups",
        "batch_norm": "batch normalization",
    },
    see="What each row learns: parameter counts",
    mistakes=(
        Mistake(
            "pooling given parameters",
            counting.counted(
                lambda kind, options, before, after: (
                    2 * before[0] if kind.endswith("pool") else None
                )
            ),
            "Pooling was given parameters; it learned two for each map in 1998, and none since.",
        ),
        Mistake(
            "pooling given parameters",
            counting.counted(
                lambda kind, options, before, after: (
                    prod(options["size"]) * before[0] if kind.endswith("pool") else None
                )
            ),
            "Pooling was given a weight for each number in its window; taking the largest needs "
            "none.",
        ),
        Mistake(
            "FC input not flattened",
            unflattened,
            "A fully connected row was counted as reading one number for each map: flattened, "
            "there are C·H·W of them.",
        ),
        Mistake(
            "groups ignored",
            counting.on_rows(accounting.parameter_counts, counting.without_groups),
            "`groups` was not looked at: in two groups each filter reads half of the channels.",
        ),
        Mistake(
            "groups divide the filters too",
            counting.counted(
                lambda kind, options, before, after: (
                    (options["filters"] // options["groups"])
                    * (before[0] // options["groups"] * prod(options["kernel"]) + 1)
                    if kind == "conv"
                    else None
                )
            ),
            "Only one of the groups was counted.",
        ),
        Mistake(
            "biases forgotten",
            counting.counted(without_biases),
            "The biases are missing.",
        ),
        Mistake(
            "biases of convolutions forgotten",
            without_biases_in("conv"),
            "The biases of the convolutions are missing.",
        ),
        Mistake(
            "biases of fully connected rows forgotten",
            without_biases_in("fully_connected"),
            "The biases of the fully connected rows are missing.",
        ),
        Mistake(
            "one bias for the layer",
            counting.counted(one_bias),
            "There is one bias for the whole row; every filter and every unit has its own.",
        ),
        Mistake(
            "depth forgotten",
            counting.counted(
                lambda kind, options, before, after: (
                    channels_read(kind, options, before, 1) if kind == "conv" else None
                )
            ),
            "The depth is missing: a filter has weights for every channel of its input.",
        ),
        Mistake(
            "counted at every position",
            counting.counted(
                lambda kind, options, before, after: (
                    channels_read(kind, options, before, before[0] // options["groups"])
                    * prod(after[1:])
                    if kind == "conv"
                    else None
                )
            ),
            "The weights were counted again at every place of the map: they are shared.",
        ),
        Mistake(
            "square kernels assumed",
            counting.counted(
                lambda kind, options, before, after: (
                    options["filters"]
                    * (before[0] // options["groups"] * options["kernel"][0] ** 2 + 1)
                    if kind == "conv"
                    else None
                )
            ),
            "The kernel was taken for a square of its height.",
        ),
        Mistake(
            "batch norm learns nothing",
            counting.counted(lambda kind, *_: 0 if kind == "batch_norm" else None),
            "Batch normalization was given no parameters: it learns a scale and a shift for each "
            "channel.",
        ),
        Mistake(
            "running statistics counted",
            counting.counted(
                lambda kind, options, before, after: 4 * before[0] if kind == "batch_norm" else None
            ),
            "The running mean and variance of batch normalization were counted: they are kept, "
            "not learned.",
        ),
        Mistake(
            "total only",
            listed(lambda counts, layers: sum(counts)),
            "This is the total; one number for each row is asked for.",
        ),
        Mistake(
            "only rows that learn",
            listed(lambda counts, layers: [count for count in counts if count]),
            "Rows that learn nothing are left out; they have a 0.",
        ),
    ),
)
