"""What the exercises that read a table of layers are tried on."""

from __future__ import annotations

from typing import Any

from . import tables
from .model import Arguments, Case, Numbers, between, case


def small_table_example() -> Arguments:
    return {
        "layers": [
            ("conv", {"filters": 3, "kernel": (3, 2), "stride": 2, "pad": (1, 0)}),
            ("relu", {}),
            ("max_pool", {"size": 2, "stride": 1}),
            ("flatten", {}),
            ("fully_connected", {"units": 10}),
        ],
        "input_shape": (2, 5, 8),
    }


PADS = ("padding", "stride")

TWO: dict[str, Any] = {"pairs": True, "wide": True}

ALL = ("padding", "stride", "overlap", "norms", "rectangular")
"""What the large networks have in their tables."""

DRAWN: dict[str, Any] = {
    "blocks": between(1, 3),
    "kernel": between(2, 5),
    "hidden_rows": between(0, 3),
}
"""How many rows a table has, and how large its kernels are."""


def framed_little(sizes: Any) -> bool:
    """Whether something is left of an image where the frame around it is taken off."""
    return sizes.kernel > 2 * sizes.pad


TABLE_CASES: tuple[Case, ...] = (
    case("values", hidden=False, network="lenet", rows=99),
    case("values", blocks=2, pool=2, hidden_rows=2),
    case("padding", blocks=2, pad=1, pool=2),
    case(
        "padding",
        **DRAWN,
        pad=between(1, 2),
        where=framed_little,
        corners=({"blocks": 1, "kernel": 5, "pad": 2, "hidden_rows": 1},),
    ),
    case("stride", hidden=False, blocks=1, stride=2, hidden_rows=1),
    case("stride", needs=("padding",), blocks=1, stride=2, pad=1, hidden_rows=1),
    case(
        "stride",
        **DRAWN,
        stride=between(2, 3),
        corners=({"blocks": 2, "stride": 3, "kernel": 4, "hidden_rows": 0},),
    ),
    case(
        "rectangular",
        **DRAWN,
        wide=True,
        corners=({"blocks": 1, "kernel": 3, "hidden_rows": 1},),
    ),
    case("rectangular", hidden=False, needs=PADS, blocks=1, pairs=True, wide=True, hidden_rows=1),
    case("rectangular", needs=PADS, blocks=2, kernel=4, stride=2, pad=1, pool=2, **TWO),
    case(
        "overlap",
        **DRAWN,
        pool=between(2, 4),
        step=between(1, 4),
        where=lambda sizes: sizes.pool != sizes.step,
        corners=({"blocks": 2, "kernel": 3, "pool": 3, "step": 2, "hidden_rows": 2},),
    ),
    case("overlap", blocks=1, pool=2, step=3, average=True, wide=True, hidden_rows=1),
    case("norms", blocks=2, pool=2, norms=("local_response_norm",), hidden_rows=2, rate=0.5),
    case(
        "norms",
        needs=("batch_norm",),
        **{"blocks": 1, "norms": ("batch_norm",), "average": True, "pool": 2, "hidden_rows": 1},
    ),
    case("networks", network="lenet", rows=99),
    case("networks", needs=ALL, network="alexnet", rows=99),
    case("networks", needs=ALL, network="zfnet", rows=99),
    case("networks", needs=("padding",), network="vgg16", rows=99),
)
"""Tables that are read to their end."""

REFUSED_CASES: tuple[Case, ...] = (
    case("refused", hidden=False, blocks=1, stride=2, misfit=True),
    case(
        "refused",
        **DRAWN,
        stride=between(2, 3),
        pool=2,
        misfit=True,
        corners=({"blocks": 2, "kernel": 3, "stride": 3, "hidden_rows": 1},),
    ),
)
"""Tables with a size that does not fit."""

TABLE_WORDS = {
    "padding": "rows with a pad",
    "stride": "rows with a stride",
    "rectangular": "images, kernels, strides and pads that are not square",
    "overlap": "pooling windows that overlap or stand apart",
    "norms": "rows that leave the shape alone",
    "networks": "the large networks",
    "published": "the numbers that others published",
}


def draw_table(numbers: Numbers, hidden_rows: int = 0, **sizes: Any) -> Arguments:
    if hidden_rows:
        sizes["hidden"] = hidden_rows
    return tables.table(numbers, **sizes)


SMALLEST_TABLE = {
    "pad": 0,
    "pool": 0,
    "step": 0,
    "hidden_rows": 0,
}
