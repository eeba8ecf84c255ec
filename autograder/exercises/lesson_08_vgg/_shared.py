"""The published counts of VGG, and what several of its exercises are tried on."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.reference import accounting

from ..model import Arguments, Numbers, between, case
from ..reading_tables import REFUSED_CASES, TABLE_WORDS, draw_table, framed_little
from ..tables import Layers

TOTALS = {11: 132_863_336, 13: 133_047_848, 16: 138_357_544, 19: 143_667_240}

WEIGHTS = {11: 132_851_392, 13: 133_035_712, 16: 138_344_128, 19: 143_652_544}

NO_FIFTH_POOL = 4096 * 512 * (14 * 14 - 7 * 7)

CONVS_OF_16 = 14_714_688

HELD = 15_237_608


def a_stack(
    numbers: Numbers,
    kernel: int | tuple[int, int] | None = None,
    times: int | None = None,
) -> Arguments:
    rng = numbers.rng
    return {
        "kernel": int(rng.integers(2, 9)) if kernel is None else kernel,
        "times": int(rng.integers(2, 6)) if times is None else times,
        "channels": int(rng.integers(3, 200)),
    }


def draw_counted(numbers: Numbers, plain: bool = False, **sizes: Any) -> Arguments:
    """A table to be counted; if `plain`, without what works in place where it need not be."""
    drawn = draw_table(numbers, **sizes)
    if plain:
        drawn["layers"] = [row for row in drawn["layers"] if row[0] not in ("relu", "dropout")]
    return drawn


DRAWN: dict[str, Any] = {"blocks": between(1, 2), "kernel": between(2, 5)}

COUNTED_CASES = (
    case("values", hidden=False, network="lenet", rows=6, plain=True),
    case("values", blocks=2, pool=2, plain=True),
    case("padding", blocks=2, pad=1, pool=2, plain=True),
    case(
        "padding",
        **DRAWN,
        pad=between(1, 2),
        plain=True,
        where=framed_little,
        corners=({"blocks": 1, "kernel": 5, "pad": 2},),
    ),
    case("stride", hidden=False, blocks=1, stride=2, pad=1, plain=True),
    case(
        "stride",
        **DRAWN,
        stride=between(2, 3),
        plain=True,
        corners=({"blocks": 2, "kernel": 4, "stride": 3},),
    ),
    case("rectangular", hidden=False, blocks=1, pairs=True, wide=True, plain=True),
    case("rectangular", blocks=2, kernel=4, stride=2, pad=1, pool=2, pairs=True, plain=True),
    case(
        "overlap",
        **DRAWN,
        pool=between(2, 4),
        step=between(1, 4),
        plain=True,
        where=lambda sizes: sizes.pool != sizes.step,
        corners=({"blocks": 2, "kernel": 3, "pool": 3, "step": 2},),
    ),
    case("overlap", blocks=1, pool=2, step=3, average=True, wide=True, plain=True),
    case("in_place", hidden=False, network="lenet", rows=99),
    case("in_place", hidden=False, blocks=1, hidden_rows=3, rate=0.5),
    case("in_place", blocks=2, pool=2, hidden_rows=2, rate=0.3),
    case("in_place", blocks=between(1, 3), pool=between(2, 3), hidden_rows=between(1, 3), rate=0.3),
    case("norms", hidden=False, blocks=1, pool=2, norms=("local_response_norm",), plain=True),
    case("norms", blocks=1, norms=("batch_norm",), average=True, pool=2, plain=True),
    case("networks", network="alexnet", rows=99),
    case("networks", network="zfnet", rows=99),
    case("networks", network="vgg16", rows=99),
    case("networks", network="vgg19", rows=99),
    *REFUSED_CASES,
)

COUNTED_WORDS = {
    **TABLE_WORDS,
    "in_place": "ReLU, dropout and flatten, which work in place",
    "norms": "normalization, which stores what it gives",
}


def draw_stack(
    numbers: Numbers,
    N: int = 1,
    blocks: int = 2,
    times: int = 2,
    side: int = 2,
    wide: int = 0,
    hidden_rows: int = 2,
) -> Arguments:
    """A VGG in small: blocks of 3×3 convolutions and a 2×2 pool, then fully connected rows.

    `side` is that of the maps in the end, `wide` how many columns they have more.
    """
    rng = numbers.rng
    rows: Layers = []
    for _ in range(blocks):
        for _ in range(times):
            rows.append(("conv", {"filters": int(rng.integers(2, 5)), "kernel": 3, "pad": 1}))
            rows.append(("relu", {}))
        rows.append(("max_pool", {"size": 2}))
    rows += [("flatten", {})] if hidden_rows else []
    for number in range(hidden_rows):
        rows.append(("fully_connected", {"units": int(rng.integers(3, 9))}))
        rows += [("relu", {}), ("dropout", {"rate": 0.5})] if number < hidden_rows - 1 else []
    input_shape = (3, side * 2**blocks, (side + wide) * 2**blocks)
    befores = [input_shape, *accounting.layer_shapes(rows, input_shape)]
    params = [
        {
            name: numbers.array(*shape) / np.sqrt(numbers.dtype.type(shape[-1]))
            for name, shape in accounting.parameter_shapes(row, before).items()
        }
        for row, before in zip(rows, befores, strict=False)
    ]
    return {"layers": rows, "params": params, "x": numbers.array(N, *input_shape)}
