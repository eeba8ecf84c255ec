"""Score images with a whole network, as it is used once it has been trained."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from autograder.reference import accounting, networks

from ..forward_passes import RUN_MISTAKES, run_example
from ..model import Arguments, Claim, Exercise, Numbers, Property, between, case, one_of
from ..reading_tables import PADS, SMALLEST_TABLE, TABLE_WORDS, draw_table


def draw_run(numbers: Numbers, N: int = 2, **sizes: Any) -> Arguments:
    """A table, parameters for it, and images."""
    drawn = draw_table(numbers, **sizes)
    layers, input_shape = drawn["layers"], drawn["input_shape"]
    befores = [input_shape, *accounting.layer_shapes(layers, input_shape)]
    params = [
        {
            name: numbers.array(*shape)
            for name, shape in accounting.parameter_shapes(row, before).items()
        }
        for row, before in zip(layers, befores, strict=False)
    ]
    return {"layers": layers, "params": params, "x": numbers.array(N, *input_shape)}


def same_scores_alone(call, numbers: Numbers) -> Iterator[Claim]:
    """What an image scores does not depend on the images beside it."""
    drawn = draw_run(numbers, N=3, blocks=1, pool=2, hidden_rows=2)
    together = call(**drawn)
    for i in range(3):
        alone = call(**{**drawn, "x": drawn["x"][i : i + 1]})
        yield Claim(together[i : i + 1], alone, f"image {i} scores the same alone")


EXERCISE = Exercise(
    order=70,
    reference=networks.forward,
    draw=draw_run,
    example=run_example,
    smallest=SMALLEST_TABLE,
    terms=512,
    cases=(
        # With dropout: the training pass, which this lesson exposes, is no forward pass.
        case("values", N=1, blocks=2, pool=2, hidden_rows=3, rate=0.5),
        case("values", N=1, network="lenet", rows=99),
        # Wide enough for some of its numbers to come through every ReLU.
        case("values", N=1, blocks=1, channels=4, hidden_rows=1),
        case("values", N=1, blocks=1, channels=3, hidden_rows=3, rate=0.5),
        case("values", N=1, blocks=1, channels=4, hidden_rows=2, rate=0.5),
        case("dropout", hidden=False, N=1, blocks=1, pool=2, hidden_rows=3, rate=0.5),
        case("dropout", N=1, blocks=1, hidden_rows=2, rate=0.2),
        case("dropout", N=1, blocks=1, hidden_rows=between(2, 4), rate=one_of(0.2, 0.7)),
        case(
            "rectangular",
            N=1,
            blocks=between(1, 2),
            kernel=between(2, 4),
            wide=True,
            hidden_rows=between(1, 2),
            pool=2,
            corners=({"blocks": 1, "kernel": 3, "hidden_rows": 2},),
        ),
        case(
            "rectangular", needs=PADS, N=1, blocks=1, pairs=True, wide=True, hidden_rows=2, pool=2
        ),
        case("padding", hidden=False, N=1, blocks=2, pad=1, pool=2),
        case("stride", hidden=False, N=1, blocks=1, stride=2),
        case("stride", needs=("padding",), N=1, blocks=1, stride=2, pad=1),
        # Fits with steps of its size as well, so that whoever takes them gets numbers.
        case("overlap", hidden=False, N=1, blocks=1, pool=1, step=2),
        case("overlap", hidden=False, N=1, blocks=2, pool=3, step=2),
        case("average", hidden=False, N=1, blocks=2, pool=2, average=True, hidden_rows=1),
        case("alone", hidden=False, N=3, blocks=1, pool=2, hidden_rows=2),
        case(
            "maps",
            N=1,
            blocks=between(1, 2),
            kernel=between(2, 4),
            channels=between(1, 3),
            pool=2,
            corners=({"blocks": 2, "kernel": 3, "channels": 2},),
        ),
        case("dtype", hidden=False, dtype="float32", N=1, blocks=2, pool=2, hidden_rows=2),
        case("layout", layout="strided", N=1, blocks=2, pool=2, hidden_rows=2),
        case("layout", layout="F", N=1, blocks=1, pool=2, hidden_rows=2),
    ),
    properties=(Property("alone", same_scores_alone),),
    facet_words={
        **TABLE_WORDS,
        "dropout": "dropout, which rests when a network is used",
        "average": "average pooling",
        "maps": "a table that ends with maps",
        "alone": "several images, each scored as it is alone",
    },
    test_points=5,
    see="Run the table: the forward pass",
    mistakes=RUN_MISTAKES,
)
