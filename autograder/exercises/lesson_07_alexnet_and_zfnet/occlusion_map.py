"""Cover a picture in one place after the other, and see what it costs."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil
from typing import Any

import numpy as np

from autograder import reference

from ..model import (
    Arguments,
    Claim,
    Exercise,
    Mistake,
    Named,
    Numbers,
    Property,
    between,
    case,
    one_of,
    same_as,
)


def score_and_picture(
    numbers: Numbers,
    H: int,
    W: int,
    side: int,
    step: int,
    score: str = "tangled",
    C: int = 1,
    fill: float | None = 0,
) -> Arguments:
    """Draw a picture; without `fill` each channel has its own."""
    filled = numbers.array(C) if fill is None else fill
    image = numbers.array(C, H, W) + 2
    picture: Arguments = {"score": Named(score), "image": numbers.lay_out(image)}
    return picture | {"side": side, "step": step, "fill": filled}


def one_square(arguments: Arguments, where: tuple[int, ...]) -> dict[str, Any]:
    top, left = (arguments["step"] * i for i in where)
    side = arguments["side"]
    return {"image": (slice(None), slice(top, top + side), slice(left, left + side))}


def pixel_by_pixel(call, numbers: Numbers):
    """For half the sum of squares, a black pixel costs half its square."""
    image = numbers.array(1, 3, 4)
    given = {"score": Named("half_square"), "image": image, "side": 1, "step": 1, "fill": 0}
    yield Claim(call(**given), image[0] ** 2 / 2, "each pixel costs what it adds", given)


def square(i, j, side, step, sides):
    return slice(i * step, i * step + side), slice(j * step, j * step + side)


def as_many_as_begin(sides, side, step):
    return [ceil(length / step) for length in sides]


def filled(part, fill):
    return np.broadcast_to(np.reshape(fill, (-1, 1, 1)), part.shape)


def covering(
    lost: Callable = lambda whole, covered: whole - covered,
    window: Callable = square,
    counts: Callable = as_many_as_begin,
    paint: Callable = filled,
    afresh: bool = True,
    then: Callable = lambda result: result,
) -> Callable[..., np.ndarray]:
    """The loops that students write."""

    def occlusion_map(score, image, side, step, fill):
        whole, sides, hidden = score(image.copy()), image.shape[1:], image.copy()
        result = np.zeros([max(count, 0) for count in counts(sides, side, step)])
        for i, j in np.ndindex(result.shape):
            hidden = image.copy() if afresh else hidden
            part = hidden[(slice(None), *window(i, j, side, step, sides))]
            part[...] = paint(part, fill)
            result[i, j] = lost(whole, score(hidden))
        return then(result)

    return occlusion_map


def with_arguments(change):
    """The right answer to other arguments."""

    def occlusion_map(score, image, side, step, fill):
        return reference.occlusion_map(score, image, *change(side, step, fill))

    return occlusion_map


def first_channel(part, fill):
    painted = part.copy()
    painted[0] = np.ravel(fill)[0]
    return painted


def around_the_center(i, j, side, step, sides):
    starts = (max(place * step - side // 2, 0) for place in (i, j))
    return tuple(slice(a, max(p * step - side // 2 + side, 0)) for a, p in zip(
        starts, (i, j), strict=True
    ))  # fmt: skip


def wrapped(score, image, side, step, fill):
    whole, (_, height, width) = score(image.copy()), image.shape
    result = np.zeros((ceil(height / step), ceil(width / step)))
    for i, j in np.ndindex(result.shape):
        hidden = image.copy()
        rows = np.arange(i * step, i * step + side) % height
        columns = np.arange(j * step, j * step + side) % width
        hidden[:, rows[:, None], columns] = np.reshape(fill, (-1, 1, 1))
        result[i, j] = whole - score(hidden)
    return result


def all_but_the_square(score, image, side, step, fill):
    whole, (_, height, width) = score(image.copy()), image.shape
    result = np.zeros((ceil(height / step), ceil(width / step)))
    for i, j in np.ndindex(result.shape):
        rows = slice(i * step, i * step + side)
        columns = slice(j * step, j * step + side)
        hidden = np.empty_like(image)
        hidden[...] = np.reshape(fill, (-1, 1, 1))
        hidden[:, rows, columns] = image[:, rows, columns]
        result[i, j] = whole - score(hidden)
    return result


def pushed_inside(i, j, side, step, sides):
    starts = (max(min(p * step, length - side), 0) for p, length in zip((i, j), sides, strict=True))
    return tuple(slice(a, a + side) for a in starts)


EXERCISE = Exercise(
    order=88,
    reference=reference.occlusion_map,
    draw=score_and_picture,
    example=lambda: {
        "score": Named("half_square"),
        "image": np.array([[[2.0, 0.0, 4.0], [0.0, 6.0, 2.0]]]),
        "side": 2,
        "step": 2,
        "fill": 0.0,
    },
    window=one_square,
    terms=512,
    cases=(
        case("values", hidden=False, score="half_square", H=4, W=4, side=2, step=2),
        case("values", H=one_of(4, 6), W=same_as("H"), side=2, step=2),
        case("rectangular", hidden=False, H=2, W=6, side=2, step=2),
        case("rectangular", H=between(4, 6), W=3, side=1, step=1),
        case("step", hidden=False, H=6, W=6, side=3, step=2),
        case("step", H=6, W=6, side=between(1, 2), step=3),
        case("border", hidden=False, H=5, W=5, side=2, step=2),
        case("border", H=between(3, 6), W=5, side=4, step=1),
        case("channels", hidden=False, C=3, H=4, W=4, side=2, step=2),
        case("channels", C=between(2, 4), H=3, W=3, side=1, step=1),
        case("channels", C=4, H=2, W=2, side=1, step=1),
        case("fill", hidden=False, H=4, W=4, side=2, step=2, fill=0.5),
        case("fill", H=4, W=4, side=2, step=2, fill=one_of(-3.0, 2.0, -0.25)),
        case("fills", hidden=False, C=3, H=4, W=4, side=2, step=2, fill=None),
        case("fills", C=between(2, 4), H=3, W=3, side=1, step=1, fill=None),
        case("layout", layout="strided", H=one_of(4, 6), W=same_as("H"), side=2, step=2),
    ),
    properties=(Property("pixel", pixel_by_pixel, needs=("rectangular",)),),
    facet_words={
        "step": "a step that is not the side",
        "border": "squares that are cut off at the border",
        "fill": "another fill than 0",
        "fills": "a fill for each channel",
        "pixel": "squares of one pixel",
    },
    see="Cover it, and see what is lost: occlusion",
    mistakes=(
        Mistake(
            "sign",
            covering(lambda whole, covered: covered - whole),
            "The sign is turned round: what is lost counts as positive.",
        ),
        Mistake(
            "score of the covered picture",
            covering(lambda whole, covered: covered),
            "These are the scores that are left; what is lost is asked for.",
        ),
        Mistake(
            "share",
            covering(lambda whole, covered: (whole - covered) / whole),
            "This is the share that is lost; the difference is asked for.",
        ),
        Mistake(
            "covered stays covered",
            covering(afresh=False),
            "What was covered stays covered: each square needs a fresh copy of the picture.",
        ),
        Mistake(
            "one channel only",
            covering(paint=first_channel),
            "Only the first channel was covered; the others still show what is there.",
        ),
        Mistake(
            "only where it fits",
            covering(
                counts=lambda sides, side, step: [(length - side) // step + 1 for length in sides]
            ),
            "Squares that reach over the border were left out; they are cut off.",
        ),
        Mistake(
            "rounded down",
            covering(counts=lambda sides, side, step: [length // step for length in sides]),
            "The last squares are missing: where the step does not divide a side, one more begins.",
        ),
        Mistake(
            "pushed inside",
            covering(window=pushed_inside),
            "Squares that reach over the border were pushed inside; they are cut off.",
        ),
        Mistake(
            "wraps around",
            wrapped,
            "What reached over the border came in on the other side; it is cut off.",
        ),
        Mistake(
            "around the center",
            covering(window=around_the_center),
            "The squares lie around the places; their upper left corners should be there.",
        ),
        Mistake(
            "step for side",
            with_arguments(lambda side, step, fill: (step, step, fill)),
            "The square is as wide as the step; it is `side` wide.",
        ),
        Mistake(
            "side for step",
            with_arguments(lambda side, step, fill: (side, side, fill)),
            "The square moved by its own side; it moves by `step`.",
        ),
        Mistake(
            "filled with 0",
            with_arguments(lambda side, step, fill: (side, step, 0)),
            "The square was filled with 0; `fill` was not used.",
        ),
        Mistake(
            "one fill for all channels",
            with_arguments(lambda side, step, fill: (side, step, np.ravel(fill)[0])),
            "The first channel's fill was used for all; each has its own.",
        ),
        Mistake(
            "mean of the fills",
            with_arguments(lambda side, step, fill: (side, step, np.mean(fill))),
            "The mean of the fills was used for all channels; each has its own.",
        ),
        Mistake(
            "fill added",
            covering(paint=lambda part, fill: part + np.reshape(fill, (-1, 1, 1))),
            "`fill` was added to the square; it takes the place of what was there.",
        ),
        Mistake(
            "all but the square covered",
            all_but_the_square,
            "Everything but the square was covered; the square should be.",
        ),
        Mistake(
            "rows and columns exchanged",
            covering(then=lambda result: result.T.copy()),
            "Rows and columns of the result are exchanged.",
        ),
    ),
)
