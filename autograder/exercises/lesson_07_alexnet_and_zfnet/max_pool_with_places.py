"""Keep the largest number of each window, and where in its map it was."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder import reference

from ..model import Arguments, Claim, Exercise, Mistake, Numbers, Property, between, case, same_as
from ._pooling import (
    PAIR_CASES,
    POOL_CASES,
    POOL_WORDS,
    images_to_pool,
    pooling_by,
    turned_round,
)


def one_window(arguments: Arguments, where: tuple[int, ...]) -> dict[str, Any]:
    if len(where) != 5:  # of one of the two results
        return {}
    _, image, channel, row, column = where
    (height, width) = reference.pair(arguments["size"])
    down, across = reference.pair(arguments.get("stride", arguments["size"]))
    rows = slice(row * down, row * down + height)
    return {"x": (image, channel, rows, slice(column * across, column * across + width))}


def places_hold_the_numbers(call, numbers: Numbers):
    """What lies at the places are the pooled numbers."""
    given = images_to_pool(numbers, N=1, C=1, P=3, Q=3, size=3)
    pooled, places = call(**given)
    maps = given["x"].reshape(1, 1, -1)
    found = np.take_along_axis(maps, np.asarray(places, int).reshape(1, 1, -1), axis=2)
    wanted = np.asarray(pooled).reshape(1, 1, -1)
    yield Claim(found, wanted, "what lies at the places are the pooled numbers", given)


def in_the_map(row, column, at, window, x):
    return row * x.shape[3] + column


def last_of_the_largest(window):
    return divmod(window.size - 1 - int(window[::-1, ::-1].argmax()), window.shape[1])


def first_down_the_columns(window):
    column, row = divmod(int(window.T.argmax()), window.shape[0])
    return row, column


def smallest(window):
    return divmod(int(window.argmin()), window.shape[1])


def largest_size(window):
    return divmod(int(np.abs(window).argmax()), window.shape[1])


def in_all_of_x(x, size, stride=None):
    return reference.max_pool2d(x, size, stride), reference.max_pool2d_winners(x, size, stride)


def then(change):
    def max_pool_with_places(x, size, stride=None):
        return change(*reference.max_pool_with_places(x, size, stride), x)

    return max_pool_with_places


def in_the_image(pooled, places, x):
    maps = np.arange(x.shape[1]).reshape(1, -1, 1, 1)
    return pooled, places + maps * (x.shape[2] * x.shape[3])


def rows_in_pooled(row, column, at, window, x):
    return row * ((x.shape[3] - window[1]) // window[1] + 1) + column


DRAWN = {"P": between(2, 4), "Q": same_as("P"), "size": between(2, 3)}

EXERCISE = Exercise(
    order=82,
    reference=reference.max_pool_with_places,
    draw=images_to_pool,
    example=lambda: {
        "x": np.array([[[[1.0, 5.0, 0.0, 2.0], [3.0, 4.0, 7.0, 0.0]]]]),
        "size": 2,
    },
    window=one_window,
    terms=1,
    results=("pooled", "places"),
    cases=(
        *POOL_CASES,
        *PAIR_CASES,
        case("negative", hidden=False, of="negative", N=1, C=1, P=2, Q=2, size=2),
        case("negative", of="negative", N=1, C=1, **DRAWN, corners=({"P": 3, "size": 3},)),
        case("ties", hidden=False, of="ties", N=1, C=1, P=3, Q=3, size=3),
        case(
            "ties",
            of="ties",
            N=1,
            C=1,
            **{**DRAWN, "P": between(3, 5), "size": between(3, 4)},
            corners=({"P": 4, "size": 3},),
        ),
        case("ties", of="zeros", N=1, C=1, P=2, Q=2, size=2),
        case("dtype", hidden=False, dtype="float32", N=1, C=1, P=2, Q=2, size=2),
        case("layout", layout="strided", N=1, C=1, **DRAWN, corners=({"P": 2, "size": 3},)),
        case("refused", hidden=False, N=1, C=1, P=2, Q=2, size=2, more=1),
        case(
            "refused",
            N=1,
            C=1,
            **DRAWN,
            stride=same_as("size"),
            more=between(1, 3),
            where=lambda sizes: sizes.more < sizes.size,
            corners=({"P": 2, "size": 3, "more": 2},),
        ),
    ),
    properties=(Property("there", places_hold_the_numbers),),
    facet_words={**POOL_WORDS, "there": "what lies at the places are the pooled numbers"},
    test_points=5,
    see="Remember where: the places of the maxima",
    mistakes=(
        Mistake(
            "index inside the window",
            pooling_by(lambda row, column, at, window, x: at[0] * window[1] + at[1]),
            "The places are counted from each window's own corner; count from the map's.",
        ),
        Mistake(
            "last among ties",
            pooling_by(in_the_map, last_of_the_largest),
            "Of equal numbers the last one was kept: it is the first in reading order that wins.",
        ),
        Mistake(
            "first down the columns",
            pooling_by(in_the_map, first_down_the_columns),
            "Of equal numbers the first one down the columns was kept: reading order goes along "
            "the rows.",
        ),
        Mistake(
            "places in all of x",
            in_all_of_x,
            "The places are counted through the whole batch; each map is counted from 0.",
        ),
        Mistake(
            "places in the image",
            then(in_the_image),
            "The places are counted through all channels of an image; each map is counted from 0.",
        ),
        Mistake(
            "counted down the columns",
            pooling_by(lambda row, column, at, window, x: column * x.shape[2] + row),
            "The places are counted down the columns: it is row · W + column.",
        ),
        Mistake(
            "H for W",
            pooling_by(lambda row, column, at, window, x: row * x.shape[2] + column),
            "A row was counted as H numbers; it has W.",
        ),
        Mistake(
            "W of what was pooled",
            pooling_by(rows_in_pooled),
            "A row was counted as long as a row of the pooled map; the places are in `x`.",
        ),
        Mistake(
            "counted from 1",
            then(lambda pooled, places, x: (pooled, places + 1)),
            "The places are counted from 1; Python counts from 0.",
        ),
        Mistake(
            "places first",
            then(lambda pooled, places, x: (places, pooled)),
            "The places come first; the pooled numbers should.",
        ),
        Mistake(
            "pooled alone",
            then(lambda pooled, places, x: pooled),
            "These are the pooled numbers alone; the places are asked for as well.",
        ),
        Mistake(
            "starts from 0",
            then(lambda pooled, places, x: (np.maximum(pooled, 0), places)),
            "The search for the largest number starts from 0, so negative windows give 0.",
        ),
        Mistake(
            "the smallest wins",
            pooling_by(in_the_map, smallest),
            "The smallest number of each window was kept.",
        ),
        Mistake(
            "largest size wins",
            pooling_by(in_the_map, largest_size),
            "The number farthest from 0 was kept, whatever its sign; the largest one wins.",
        ),
        Mistake(
            "stride := size",
            pooling_by(in_the_map, stride_of=lambda size, stride: size),
            "The windows moved by their own size; `stride` was not looked at.",
        ),
        Mistake(
            "H and W swapped",
            pooling_by(
                in_the_map,
                size_of=turned_round,
                stride_of=lambda size, stride: turned_round(stride),
            ),
            "Height and width of the window are exchanged: that only shows when it is not square.",
        ),
        Mistake(
            "square window assumed",
            pooling_by(in_the_map, size_of=lambda size: reference.pair(size)[0]),
            "The window was taken for a square of its height.",
        ),
        Mistake(
            "rounds down silently",
            lambda x, size, stride=None: (
                reference.max_pool2d(x, size, stride, floor=True),
                reference.max_pool2d_winners(x, size, stride, floor=True)
                % (x.shape[2] * x.shape[3]),
            ),
            "A size that does not fit was rounded down; it is refused with a ValueError.",
        ),
    ),
)
