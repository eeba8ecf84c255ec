"""The way back through one filter on one image: what it is tried on."""

from __future__ import annotations

from typing import Any

from ..model import Case, between, case, same_as


def slopes_not_square(sizes: Any) -> bool:
    """Whether height and width can be told apart, in the map and in the kernel."""
    return sizes.places_down != sizes.places_across and sizes.KH != sizes.KW


SQUARES: dict[str, Any] = {
    "places_down": between(2, 5),
    "places_across": same_as("places_down"),
    "KH": between(2, 4),
    "KW": same_as("KH"),
}
RECTANGLES: dict[str, Any] = {
    "places_down": between(2, 6),
    "places_across": between(2, 6),
    "KH": between(2, 4),
    "KW": between(2, 4),
}

FILTER_CASES: tuple[Case, ...] = (
    case("values", hidden=False, places_down=3, places_across=3, KH=2, KW=2),
    case("values", **SQUARES, corners=({"places_down": 4, "KH": 3}, {"places_down": 2, "KH": 4})),
    case("values", **SQUARES, of="ties", corners=({"places_down": 5, "KH": 3},)),
    case("rectangular", hidden=False, places_down=2, places_across=4, KH=3, KW=2),
    case(
        "rectangular",
        **RECTANGLES,
        where=slopes_not_square,
        corners=(
            {"places_down": 4, "places_across": 2, "KH": 2, "KW": 3},
            {"places_down": 1, "places_across": 5, "KH": 3, "KW": 1},
        ),
    ),
    case("one", hidden=False, places_down=1, places_across=1, KH=3, KW=3),
    case("one", places_down=1, places_across=1, KH=between(2, 4), KW=same_as("KH")),
    case("one", places_down=between(2, 5), places_across=same_as("places_down"), KH=1, KW=1),
    case("dtype", hidden=False, dtype="float32", places_down=3, places_across=3, KH=3, KW=3),
    case("dtype", dtype="float32", **{**SQUARES, "places_down": between(4, 5)}),
    case("layout", layout="F", **SQUARES),
    case("layout", layout="strided", **SQUARES),
)
"""Sizes of the map that slopes come back from, and of the kernel; the image follows from them."""

FILTER_WORDS = {
    "one": "a map of one place, and a filter of one number",
    "slope": "the gradient is the slope, by central differences",
}
