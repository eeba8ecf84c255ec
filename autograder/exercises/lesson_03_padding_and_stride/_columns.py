"""Windows laid out as columns: what is tried."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..model import Case, between, case, same_as
from ..spaces import Relation
from ..windows import (
    differ,
    fits,
    misses,
    moves,
    not_square,
    smaller,
    too_large,
    within_a_frame,
)

STEPS = ("no_pad", "stride")
"""What a size that does not fit leans on."""

SQUARE: dict[str, Any] = {
    "H": between(4, 6),
    "W": same_as("H"),
    "kernel_size": between(2, 3),
}


def with_and_without_frame(
    facet: str,
    *,
    H: Any,
    W: Any,
    N: Any = 1,
    C: Any = 1,
    hidden: bool = True,
    where: Sequence[Relation] = (moves,),
    corners: tuple[Mapping[str, Any], ...] = (),
    needs: tuple[str, ...] = (),
    **sizes: Any,
) -> Iterator[Case]:
    """The same window places twice, in a picture without a frame and in one with a frame."""
    shared = {"N": N, "C": C, "where": where if hidden else (), **sizes}
    alone, framed = ("no_pad", *needs), ("padding", *needs)
    yield case(facet, hidden=hidden, H=H, W=W, corners=corners, needs=alone, **shared)
    inner = tuple(map(within_a_frame, corners))
    sides = {"H": smaller(H), "W": smaller(W), "pad": 1}
    yield case(facet, corners=inner, needs=framed, **{**shared, **sides})


def of_pairs(*needs: str, **sizes: Any) -> Case:
    """A window, a stride and a pad of their own for height and width."""
    return case("pair", N=1, C=1, needs=("no_pad", "padding", "stride", *needs), **sizes)


def square(side: int, kernel_size: int, **more: Any) -> dict[str, Any]:
    """A corner: a picture as wide as high."""
    return {"H": side, "kernel_size": kernel_size, **more}


COLUMN_CASES: tuple[Case, ...] = (
    *with_and_without_frame("values", H=4, W=4, kernel_size=2),
    *with_and_without_frame("values", H=6, W=6, kernel_size=3),
    case(
        "no_pad",
        N=1,
        C=1,
        **{**SQUARE, "H": between(2, 5)},
        where=fits,
        corners=(square(3, 3),),
    ),
    case("no_pad", N=1, C=1, **SQUARE, pad=0, where=fits, corners=(square(4, 3),)),
    *(case("no_pad", N=1, C=1, **SQUARE, where=fits, of=kind) for kind in ("ties", "large")),
    *with_and_without_frame("channels", H=3, W=3, kernel_size=2, C=2, hidden=False),
    *with_and_without_frame("channels", **SQUARE, C=between(2, 4), corners=(square(4, 3, C=3),)),
    *with_and_without_frame("stride", H=5, W=5, kernel_size=3, stride=2, hidden=False),
    *with_and_without_frame(
        "stride",
        **{**SQUARE, "H": between(5, 8), "kernel_size": between(1, 3)},
        stride=between(2, 4),
        corners=(square(7, 1, stride=3),),
    ),
    case("padding", hidden=False, N=1, C=1, H=3, W=3, kernel_size=3, pad=1),
    case(
        "padding",
        N=1,
        C=1,
        **{**SQUARE, "H": between(2, 4), "kernel_size": between(2, 4)},
        pad=between(1, 4),
        where=fits,
        corners=(square(2, 2, pad=3),),
    ),
    of_pairs(hidden=False, H=4, W=4, kernel_size=2, stride=(2, 1), pad=(1, 0)),
    of_pairs(H=5, W=5, kernel_size=3, stride=(2, 3), pad=(1, 2)),
    of_pairs(
        "rectangular",
        **{**SQUARE, "H": between(3, 6)},
        stride=(between(1, 3), between(1, 3)),
        pad=(between(0, 2), between(0, 2)),
        where=(moves, differ("stride"), differ("pad")),
        corners=(
            square(4, 2, stride=(2, 1), pad=(0, 1)),
            {"H": 4, "W": 6, "kernel_size": 2, "stride": (1, 2), "pad": (2, 1)},
        ),
    ),
    of_pairs("rectangular", H=5, W=8, kernel_size=2, stride=(1, 3)),
    of_pairs(
        "rectangular",
        H=between(4, 6),
        W=between(4, 6),
        kernel_size=(between(1, 4), between(1, 4)),
        where=(fits, differ("kernel_size")),
        corners=(
            {"H": 5, "W": 5, "kernel_size": (4, 1)},
            {"H": 3, "W": 4, "kernel_size": (2, 3)},
        ),
    ),
    *with_and_without_frame("rectangular", H=3, W=4, kernel_size=2, hidden=False),
    *with_and_without_frame(
        "rectangular",
        H=between(4, 7),
        W=between(4, 7),
        kernel_size=between(2, 3),
        where=(fits, not_square),
        corners=({"H": 6, "W": 4, "kernel_size": 2},),
    ),
    case("rectangular", N=1, C=1, H=1, W=between(4, 7), kernel_size=1, needs=("no_pad",)),
    *with_and_without_frame("batch", H=4, W=4, kernel_size=2, N=2, hidden=False),
    *with_and_without_frame(
        "batch",
        **{**SQUARE, "H": between(3, 5)},
        N=between(2, 4),
        corners=(square(3, 2, N=3),),
    ),
    *with_and_without_frame(
        "batch",
        **SQUARE,
        N=between(2, 3),
        C=between(2, 3),
        corners=(square(4, 2, N=2, C=3),),
        needs=("channels",),
    ),
    *with_and_without_frame("dtype", **SQUARE, dtype="float32", corners=(square(5, 3),)),
    *with_and_without_frame("layout", **SQUARE, layout="F", corners=(square(5, 3),)),
    *with_and_without_frame("layout", **SQUARE, layout="strided", corners=(square(4, 3),)),
    case("refused", hidden=False, N=1, C=1, H=6, W=6, kernel_size=3, stride=2, needs=STEPS),
    case(
        "refused",
        N=1,
        C=1,
        H=between(4, 7),
        W=between(4, 7),
        kernel_size=between(2, 3),
        stride=between(2, 3),
        where=misses,
        corners=(
            {"H": 5, "W": 6, "kernel_size": 3, "stride": 2},
            {"H": 6, "W": 5, "kernel_size": 3, "stride": 2},
        ),
        needs=STEPS,
    ),
    case(
        "refused",
        N=1,
        C=1,
        H=between(1, 4),
        W=same_as("H"),
        kernel_size=between(2, 6),
        where=too_large,
        corners=(square(3, 4),),
        needs=("no_pad",),
    ),
    case(
        "refused",
        N=1,
        C=1,
        H=between(1, 3),
        W=same_as("H"),
        kernel_size=between(4, 7),
        pad=1,
        where=too_large,
        corners=(square(2, 5),),
        needs=("padding",),
    ),
)
