"""Put each number back where it came from."""

from __future__ import annotations

import numpy as np

from autograder import reference

from ..model import Claim, Exercise, Mistake, Numbers, Property, between, case, same_as
from ._pooling import POOL_CASES, POOL_WORDS, images_to_pool, numbers_to_unpool


def undoes_pooling(call, numbers: Numbers):
    """Pooled and put back, the maxima are where they were, and all else is 0."""
    given = images_to_pool(numbers, N=1, C=1, P=3, Q=3, size=2)
    pooled, places = reference.max_pool_with_places(**given)
    again = {"pooled": pooled, "places": places, "shape": given["x"].shape}
    got = call(**again)
    back = reference.max_pool2d_backward(pooled, **given)
    yield Claim(got, back, "each maximum is where it was, and all else is 0", again)


def by_number(write):
    """An answer in loops: `write(maps, n, c, place, value)` puts one number in."""

    def unpool(pooled, places, shape):
        result = np.zeros(shape, pooled.dtype)
        for n, c, i, j in np.ndindex(pooled.shape):
            write(result, n, c, int(places[n, c, i, j]), pooled[n, c, i, j])
        return result

    return unpool


def adding(turn):
    """Numbers add up at `turn(place, H, W)`, a row and a column."""

    def write(maps, n, c, place, value):
        row, column = turn(place, *maps.shape[2:])
        maps[n, c, row % maps.shape[2], column % maps.shape[3]] += value

    return by_number(write)


def last_one_wins(maps, n, c, place, value):
    maps[n, c].reshape(-1)[place] = value


def largest_wins(maps, n, c, place, value):
    flat = maps[n, c].reshape(-1)
    flat[place] = max(flat[place], value, key=abs)


def places_of_another_channel(pooled, places, shape):
    return reference.unpool(pooled, np.repeat(places[:, :1], places.shape[1], axis=1), shape)


def places_of_another_image(pooled, places, shape):
    return reference.unpool(pooled, np.repeat(places[:1], len(places), axis=0), shape)


def all_into_the_first_map(pooled, places, shape):
    result = np.zeros(shape, pooled.dtype)
    np.add.at(result.reshape(-1), places.reshape(-1), pooled.reshape(-1))
    return result


def spread(pooled, places, shape):
    """Each number into all of its share of the map."""
    rows = np.arange(shape[2]) * pooled.shape[2] // shape[2]
    columns = np.arange(shape[3]) * pooled.shape[3] // shape[3]
    return pooled[:, :, rows[:, None], columns]


def at_the_corners(pooled, places, shape):
    """Each number into the upper left corner of its share of the map."""
    result = np.zeros(shape, pooled.dtype)
    down, across = (a // b for a, b in zip(shape[2:], pooled.shape[2:], strict=True))
    rows, columns = pooled.shape[2] * max(down, 1), pooled.shape[3] * max(across, 1)
    result[:, :, : rows : max(down, 1), : columns : max(across, 1)] = pooled
    return result


EXERCISE = Exercise(
    order=84,
    reference=reference.unpool,
    draw=numbers_to_unpool,
    example=lambda: {
        "pooled": np.array([[[[10.0, 20.0], [30.0, 40.0]]]]),
        "places": np.array([[[[1, 3], [5, 5]]]]),
        "shape": (1, 1, 2, 4),
    },
    terms=8,
    cases=(
        *(one for one in POOL_CASES if one.facet != "overlap"),
        case(
            "meeting",
            N=1,
            C=1,
            P=between(3, 5),
            Q=same_as("P"),
            size=between(3, 4),
            stride=1,
            corners=({"P": 3, "size": 3},),
        ),
        case("meeting", hidden=False, N=1, C=1, P=4, Q=4, size=3, stride=1),
        case("dtype", hidden=False, dtype="float32", N=1, C=1, P=2, Q=2, size=2),
        case("layout", layout="strided", N=1, C=1, P=2, Q=2, size=between(2, 4)),
    ),
    properties=(Property("back", undoes_pooling),),
    facet_words={
        **POOL_WORDS,
        "meeting": "several numbers at one place",
        "back": "each maximum is where it was, and all else is 0",
    },
    see="Back where it was: unpooling",
    mistakes=(
        Mistake(
            "spread over the window",
            spread,
            "Each number was put into its whole window; it goes to its own place, the rest is 0.",
        ),
        Mistake(
            "at the corners",
            at_the_corners,
            "Each number was put into the corner of its window: `places` was not used.",
        ),
        Mistake(
            "last one wins",
            by_number(last_one_wins),
            "Where several numbers meet, the last one was kept (`=` where `+=` is meant).",
        ),
        Mistake(
            "largest one wins",
            by_number(largest_wins),
            "Where several numbers meet, the largest was kept; they add up.",
        ),
        Mistake(
            "places of another channel",
            places_of_another_channel,
            "The places of the first channel were used for all channels; each has its own.",
        ),
        Mistake(
            "places of another image",
            places_of_another_image,
            "The places of the first image were used for all images; each has its own.",
        ),
        Mistake(
            "all into the first map",
            all_into_the_first_map,
            "The numbers of all maps went into the first one; places count within each map.",
        ),
        Mistake(
            "counted down the columns",
            adding(lambda place, height, width: divmod(place, height)[::-1]),
            "The places were read down the columns: a place is row · W + column.",
        ),
        Mistake(
            "H for W",
            adding(lambda place, height, width: divmod(place, height)),
            "A row was counted as H numbers; it has W.",
        ),
        Mistake(
            "counted from 1",
            adding(lambda place, height, width: divmod((place - 1) % (height * width), width)),
            "The places were counted from 1; they are counted from 0.",
        ),
        Mistake(
            "ones put back",
            lambda pooled, places, shape: reference.unpool(np.ones_like(pooled), places, shape),
            "Ones were put back; the numbers themselves should be.",
        ),
        Mistake(
            "transposed",
            lambda pooled, places, shape: reference.unpool(pooled, places, shape).swapaxes(2, 3),
            "Rows and columns of the result are exchanged.",
        ),
    ),
)
