"""Count the numbers that a forward pass stores for one image."""

from __future__ import annotations

import numpy as np

from autograder.reference import accounting

from ..model import Exercise, Mistake
from ..reading_tables import SMALLEST_TABLE, small_table_example
from ..tables import Layers, Shape
from ._shared import COUNTED_CASES, COUNTED_WORDS, draw_counted


def counted_then(change):
    """The right counts, then something done to them."""
    return lambda layers, input_shape: change(
        accounting.activation_counts(layers, input_shape), layers, tuple(input_shape)
    )


def everything_stored(layers: Layers, input_shape: Shape) -> list[int]:
    shapes = accounting.layer_shapes(layers, input_shape)
    return [int(np.prod(shape)) for shape in (tuple(input_shape), *shapes)]


def not_in_place(kind: str):
    """The outputs of one kind stored, though it works in place."""
    return counted_then(
        lambda counts, layers, shape: [
            counts[0],
            *(
                every if row[0] == kind else count
                for row, count, every in zip(
                    layers, counts[1:], everything_stored(layers, shape)[1:], strict=True
                )
            ),
        ]
    )


def nothing_for(*kinds: str):
    return counted_then(
        lambda counts, layers, shape: [
            counts[0],
            *(
                0 if row[0] in kinds else count
                for row, count in zip(layers, counts[1:], strict=True)
            ),
        ]
    )


def one_map(layers: Layers, input_shape: Shape) -> list[int]:
    shapes = [tuple(input_shape), *accounting.layer_shapes(layers, input_shape)]
    counts = accounting.activation_counts(layers, input_shape)
    return [
        count and int(np.prod(shape[1:] if len(shape) == 3 else shape))
        for count, shape in zip(counts, shapes, strict=True)
    ]


EXERCISE = Exercise(
    order=70,
    reference=accounting.activation_counts,
    draw=draw_counted,
    example=small_table_example,
    smallest=SMALLEST_TABLE,
    cases=COUNTED_CASES,
    facet_words=COUNTED_WORDS,
    see="Memory early, parameters late",
    mistakes=(
        Mistake(
            "counts weights",
            lambda layers, input_shape: [0, *accounting.parameter_counts(layers, input_shape)],
            "These are the weights; the numbers that come out of each row are asked for.",
        ),
        Mistake(
            "input left out",
            counted_then(lambda counts, *_: counts[1:]),
            "The image itself is missing: it is stored too, and stands first.",
        ),
        Mistake(
            "ReLU, dropout and flatten stored",
            everything_stored,
            "The outputs of ReLU, dropout and flatten were counted; they work in place.",
        ),
        Mistake(
            "ReLU stored",
            not_in_place("relu"),
            "The outputs of ReLU were counted; it works in place.",
        ),
        Mistake(
            "flatten stored",
            not_in_place("flatten"),
            "The flattened maps were counted; they are the maps themselves.",
        ),
        Mistake(
            "dropout stored",
            not_in_place("dropout"),
            "The outputs of dropout were counted; it works in place.",
        ),
        Mistake(
            "pooling not stored",
            nothing_for("max_pool", "average_pool"),
            "Pooling was counted as working in place; what it gives has another size.",
        ),
        Mistake(
            "normalization not stored",
            nothing_for("local_response_norm", "batch_norm"),
            "Normalization was counted as working in place; the way back needs what went in.",
        ),
        Mistake(
            "one map of each row",
            one_map,
            "Only one map was counted for each row.",
        ),
        Mistake(
            "total only",
            counted_then(lambda counts, *_: sum(counts)),
            "This is the total; one number for each row is asked for.",
        ),
        Mistake(
            "bytes",
            counted_then(lambda counts, *_: [4 * count for count in counts]),
            "These are bytes; numbers are asked for.",
        ),
        Mistake(
            "running total",
            counted_then(lambda counts, *_: np.cumsum(counts).tolist()),
            "Each number includes those before it.",
        ),
    ),
)
