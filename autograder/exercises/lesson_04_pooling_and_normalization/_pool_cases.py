"""Pooling of either kind: the sizes it is tried on."""

from __future__ import annotations

from typing import Any

from ..model import Case, between, case, same_as
from ..windows import differ, fits, misses, moves, not_square


def sized(H: int, size: int, **more: Any) -> dict[str, Any]:
    """A corner: the height of the picture, the window, and what else is fixed."""
    return {"H": H, "size": size, **more}


SHAPE = ("rectangular", "default")
"""What a window that is wider than high leans on, where no stride is given."""

ONE: dict[str, Any] = {"N": 1, "C": 1}
SQUARE: dict[str, Any] = {"H": between(4, 9), "W": same_as("H")}
EVEN: dict[str, Any] = {**SQUARE, "size": between(2, 3), "stride": same_as("size")}
"""Windows side by side, on pictures as wide as high."""


def overlaps_or_leaves_gaps(sizes: Any) -> bool:
    return sizes.stride != sizes.size


POOL_CASES: tuple[Case, ...] = (
    case("values", **ONE, H=4, W=4, size=2, stride=2),
    case("values", **ONE, H=6, W=6, size=3, stride=3),
    case("default", hidden=False, **ONE, H=4, W=4, size=2),
    case("default", **ONE, **SQUARE, size=between(2, 4), where=moves, corners=(sized(6, 3),)),
    case("stride", hidden=False, **ONE, H=5, W=5, size=3, stride=2),
    case(
        "stride",
        **ONE,
        **SQUARE,
        size=between(1, 4),
        stride=between(1, 4),
        where=(moves, overlaps_or_leaves_gaps),
        corners=(sized(4, 2, stride=1), sized(8, 2, stride=3), sized(5, 1, stride=4)),
    ),
    case("stride", **ONE, H=4, W=4, size=4, stride=5),  # one window, and a step beyond the image
    case("pair", hidden=False, **ONE, H=4, W=6, size=(2, 3), needs=SHAPE),
    case(
        "pair",
        **ONE,
        H=between(3, 8),
        W=between(3, 8),
        size=(between(1, 4), between(1, 4)),
        where=(moves, differ("size")),
        corners=({"H": 6, "W": 4, "size": (3, 1)},),
        needs=SHAPE,
    ),
    case("pair", **ONE, H=6, W=6, size=(2, 3), stride=(4, 3), needs=("stride",)),
    case(
        "pair",
        **ONE,
        H=between(5, 9),
        W=between(5, 9),
        size=between(2, 4),
        stride=(between(1, 4), between(1, 4)),
        where=(moves, differ("stride")),
        corners=({"H": 7, "W": 7, "size": 3, "stride": (2, 4)},),
        needs=("rectangular", "stride"),
    ),
    case("pair", **ONE, H=6, W=6, size=(2, 4), stride=(4, 2), needs=("stride",)),
    case("rectangular", hidden=False, **ONE, H=4, W=6, size=2, stride=2),
    case(
        "rectangular",
        **ONE,
        **{**EVEN, "H": between(2, 9), "W": between(2, 9)},
        where=(fits, not_square),
        corners=(sized(8, 2, W=4), sized(3, 3, W=9)),
    ),
    case(
        "rectangular",
        **ONE,
        H=between(3, 6),
        W=between(3, 6),
        size=between(2, 3),
        stride=1,
        where=(moves, not_square),
        corners=(sized(4, 2, W=5),),
        needs=("stride",),
    ),
    case("channels", hidden=False, N=1, C=3, H=4, W=4, size=2, stride=2),
    case("channels", N=1, C=between(2, 5), **EVEN, where=fits, corners=(sized(3, 3, C=4),)),
    case("batch", hidden=False, N=2, C=1, H=4, W=4, size=2, stride=2),
    case("batch", N=between(2, 4), C=1, **EVEN, where=moves, corners=(sized(4, 2, N=3),)),
    case("batch", N=2, C=between(2, 3), **EVEN, where=moves, needs=("channels",)),
    case("negative", hidden=False, **ONE, H=4, W=4, size=2, stride=2, negative=True),
    case("negative", **ONE, **EVEN, where=moves, negative=True, corners=(sized(6, 3),)),
    case("negative", **ONE, **EVEN, where=moves, negative=True, of="ties"),
    case("dtype", hidden=False, dtype="float32", **ONE, H=6, W=6, size=3, stride=3),
    case("dtype", dtype="float32", **ONE, **EVEN, where=moves, of="large"),
    case("layout", layout="F", **ONE, **EVEN, where=moves, corners=(sized(6, 2),)),
    case("layout", layout="strided", **ONE, **EVEN, where=moves, corners=(sized(4, 2),)),
    case("refused", hidden=False, **ONE, H=5, W=5, size=2, stride=2),
    case(
        "refused",
        **ONE,
        **{**EVEN, "W": between(4, 9)},
        where=misses,
        corners=(sized(4, 2, W=5), sized(5, 2, W=4)),
        needs=("rectangular",),
    ),
    case(
        "refused",
        **ONE,
        H=between(4, 8),
        W=between(4, 8),
        size=between(2, 4),
        stride=between(2, 4),
        where=(misses, overlaps_or_leaves_gaps),
        corners=(sized(6, 3, W=7, stride=2),),
        needs=("rectangular", "stride"),
    ),
    case("refused", **ONE, H=3, W=3, size=4, stride=4),
    case("refused", **ONE, H=3, W=4, size=4, stride=4, needs=("rectangular",)),
)
