"""Put the counts of a network side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from autograder.reference import accounting

from .. import counting
from ..model import Claim, Exercise, Mistake, Numbers, Property
from ..reading_tables import REFUSED_CASES, SMALLEST_TABLE, draw_table, small_table_example
from ..tables import Layers, Shape
from ._shared import COUNTED_WORDS


def tabled(change):
    """The right table, each of its rows given to `change` with the layer and the shape before."""

    def memory_and_parameter_table(layers: Layers, input_shape: Shape) -> list[dict[str, Any]]:
        table = accounting.memory_and_parameter_table(layers, input_shape)
        befores = [None, *(row["shape"] for row in table)]
        rows = [("input", {}), *layers]
        return [
            {**own, **change(row, before, own)}
            for own, row, before in zip(table, rows, befores, strict=False)
        ]

    return memory_and_parameter_table


def work(row: tuple[str, dict], before: Shape | None, own: dict[str, Any], size: Any) -> int:
    if row[0] == "conv":
        return (own["parameters"] - row[1]["filters"]) * int(np.prod(size))
    return own["multiply_adds"]


SHAPES = "the image first, then the shape that comes out of each row"
STORED = "every number that a row gives, if it does not work in place"
NOTHING = "0 for ReLU, dropout and flatten"
LEARNED = "weights and biases of each row"
WORK = "each weight once at every place of the output, biases not at all"

IN_PLACE = ("relu", "dropout", "flatten")

TABLES: tuple[dict[str, Any], ...] = (
    {"network": "lenet", "rows": 99},
    {"blocks": 2, "pool": 2, "pad": 1, "hidden_rows": 2, "rate": 0.5},
    {"blocks": 1, "stride": 2, "pad": 1, "pairs": True, "wide": True, "hidden_rows": 1},
    {"blocks": 1, "pool": 3, "step": 2, "norms": ("local_response_norm",)},
    {"blocks": 5, "pool": 2, "norms": ("batch_norm",), "average": True, "hidden_rows": 1},
    {"network": "vgg16", "rows": 99},
)
"""What each column is tried on."""

GROUPED: tuple[dict[str, Any], ...] = (
    {"blocks": 2, "groups": 2, "pad": 1, "pool": 2, "hidden_rows": 1},
    {"network": "two towers", "rows": 99},
)


def cells(rows: Sequence[Any], table: Any, key: str, in_place: bool | None = None) -> list[Any]:
    """One column of a table, of all rows or of those that do or do not work in place."""
    kinds = ["input", *(kind for kind, _ in rows)]
    if len(table) != len(kinds):
        return [row[key] for row in table]
    return [
        row[key]
        for row, kind in zip(table, kinds, strict=True)
        if in_place is None or (kind in IN_PLACE) == in_place
    ]


def column(
    *keys: str,
    words: str,
    tables: Sequence[dict[str, Any]] = TABLES,
    in_place: bool | None = None,
):
    """A test of some columns of what comes back, whatever stands in the others."""

    def test(call, numbers: Numbers) -> Iterator[Claim]:
        for sizes in tables:
            drawn = draw_table(numbers, **sizes)
            found = call(**drawn)
            right = accounting.memory_and_parameter_table(**drawn)
            for key in keys:
                got, wanted = (cells(drawn["layers"], t, key, in_place) for t in (found, right))
                yield Claim(got, wanted, f"`{key}` is right: {words}")

    return test


def exact_keys(call, numbers: Numbers) -> Iterator[Claim]:
    table = call(**small_table_example())
    wanted = ["activations", "layer", "multiply_adds", "parameters", "shape"]
    found = next((sorted(row) for row in table if sorted(row) != wanted), wanted)
    yield Claim(found, wanted, f"each row has the five keys; there is {', '.join(found)}")


EXERCISE = Exercise(
    order=100,
    reference=accounting.memory_and_parameter_table,
    draw=draw_table,
    example=small_table_example,
    smallest=SMALLEST_TABLE,
    cases=REFUSED_CASES,
    properties=(
        Property("keys", exact_keys, hidden=False),
        Property("shape", column("layer", "shape", words=SHAPES), hidden=False),
        Property("activations", column("activations", words=STORED, in_place=False), hidden=False),
        Property("in_place", column("activations", words=NOTHING, in_place=True), hidden=False),
        Property("parameters", column("parameters", words=LEARNED), hidden=False),
        Property("multiply_adds", column("multiply_adds", words=WORK), hidden=False),
        Property("groups", column("parameters", "multiply_adds", words=WORK, tables=GROUPED)),
    ),
    heart=("shape", "activations", "parameters", "multiply_adds"),
    facet_words={
        **COUNTED_WORDS,
        "keys": "the five names",
        "shape": "kinds and shapes",
        "activations": "numbers stored",
        "parameters": "parameters",
        "multiply_adds": "multiply–adds",
        "groups": "convolutions in groups",
    },
    test_points=5,
    see="Multiply–adds: the work of a network",
    mistakes=(
        Mistake(
            "biases multiplied too",
            tabled(
                lambda row, before, own: {
                    "multiply_adds": own["parameters"] * int(np.prod(own["shape"][1:]))
                    if row[0] == "conv"
                    else own["multiply_adds"]
                }
            ),
            "The biases were counted among the multiplications; they are only added.",
        ),
        Mistake(
            "multiply–adds at every place of the input",
            tabled(
                lambda row, before, own: {
                    "multiply_adds": work(row, before, own, before[1:] if before else ())
                }
            ),
            "The weights were counted at every place of the input; they are used once for every "
            "place of the output.",
        ),
        Mistake(
            "multiply–adds once",
            tabled(lambda row, before, own: {"multiply_adds": work(row, before, own, ())}),
            "The weights of a convolution were counted once; they are used at every place.",
        ),
        Mistake(
            "multiply–adds doubled",
            tabled(lambda row, before, own: {"multiply_adds": 2 * own["multiply_adds"]}),
            "Multiplications and additions were counted apart; a pair of them counts once.",
        ),
        Mistake(
            "fully connected rows without work",
            tabled(
                lambda row, before, own: {"multiply_adds": 0} if row[0] == "fully_connected" else {}
            ),
            "Fully connected rows multiply too.",
        ),
        Mistake(
            "pooling multiplied",
            tabled(
                lambda row, before, own: (
                    {
                        "multiply_adds": own["activations"]
                        * int(np.prod(counting.options_of(row)["size"]))
                    }
                    if row[0].endswith("pool")
                    else {}
                )
            ),
            "Pooling was counted as multiplying; it compares or averages.",
        ),
        Mistake(
            "input left out",
            lambda layers, input_shape: accounting.memory_and_parameter_table(layers, input_shape)[
                1:
            ],
            "The image is missing: it stands first.",
            see="Memory early, parameters late",
        ),
        Mistake(
            "ReLU, dropout and flatten stored",
            tabled(lambda row, before, own: {"activations": int(np.prod(own["shape"]))}),
            "The outputs of ReLU, dropout and flatten were counted; they work in place.",
            see="Memory early, parameters late",
        ),
        Mistake(
            "activations and parameters exchanged",
            tabled(
                lambda row, before, own: {
                    "activations": own["parameters"],
                    "parameters": own["activations"],
                }
            ),
            "Activations and parameters are exchanged.",
            see="Memory early, parameters late",
        ),
        Mistake(
            "input shapes",
            tabled(lambda row, before, own: {"shape": before or own["shape"]}),
            "Each row shows the shape that comes in; the shape that comes out is asked for.",
            see="Memory early, parameters late",
        ),
        Mistake(
            "running totals",
            lambda layers, input_shape: [
                {**own, "parameters": total}
                for own, total in zip(
                    accounting.memory_and_parameter_table(layers, input_shape),
                    np.cumsum([0, *accounting.parameter_counts(layers, input_shape)]).tolist(),
                    strict=True,
                )
            ],
            "The parameters of a row include those of the rows before it.",
            see="Memory early, parameters late",
        ),
        Mistake(
            "only rows that learn",
            lambda layers, input_shape: [
                row
                for row in accounting.memory_and_parameter_table(layers, input_shape)
                if row["layer"] == "input" or row["parameters"]
            ],
            "Rows that learn nothing are left out.",
            see="Memory early, parameters late",
        ),
    ),
)
