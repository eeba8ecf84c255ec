"""Put the counts of a network side by side."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.reference import accounting

from .. import counting
from ..model import Exercise, Mistake, case
from ..reading_tables import SMALLEST_TABLE, draw_table, small_table_example
from ..tables import Layers, Shape
from ._shared import COUNTED_CASES, COUNTED_WORDS


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


EXERCISE = Exercise(
    order=100,
    reference=accounting.memory_and_parameter_table,
    draw=draw_table,
    example=small_table_example,
    smallest=SMALLEST_TABLE,
    cases=(
        *COUNTED_CASES,
        case("groups", blocks=2, groups=2, pad=1, pool=2, hidden_rows=1),
        case("networks", network="two towers", rows=99),
    ),
    facet_words={**COUNTED_WORDS, "groups": "convolutions in groups"},
    see="Multiply and add",
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
            "The parameters of a row hold those before it too.",
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
