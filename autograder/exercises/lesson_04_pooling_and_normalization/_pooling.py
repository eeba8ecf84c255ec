"""Pooling of either kind: what defines it, and how it goes wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import ceil

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from autograder import reference

from ..model import Arguments, Claim, Mistake, Numbers, Property
from ._shared import PAIR, pair


def images_to_pool(
    numbers: Numbers,
    N: int,
    C: int,
    H: int,
    W: int,
    size: int | PAIR,
    stride: int | PAIR | None = None,
    negative: bool = False,
) -> Arguments:
    x = np.abs(numbers.array(N, C, H, W)) + 1
    x = -x if negative else positive_and_negative(x)
    arguments: Arguments = {"x": numbers.lay_out(x), "size": size}
    return arguments if stride is None else {**arguments, "stride": stride}


def positive_and_negative(x: np.ndarray) -> np.ndarray:
    """Make every other pixel negative, and larger in size than the others."""
    rows, columns = np.indices(x.shape[2:])
    return np.where((rows + columns) % 2, -3 - x, x).astype(x.dtype)


def images_to_pool_example() -> Arguments:
    x = np.array([[-1.0, -3.0, 4.0, 0.0], [-2.0, -4.0, 2.0, 6.0], [1.0, 5.0, 3.0, 7.0]])
    return {"x": x[None, None], "size": (2, 2), "stride": (1, 2)}


def windows_of(x: np.ndarray, size: PAIR, stride: PAIR) -> np.ndarray:
    """Every window: (N, C, H', W', h, w)."""
    return sliding_window_view(x, size, axis=(2, 3))[:, :, :: stride[0], :: stride[1]]


def poolings(fold: Callable, piece: Callable, over: str, other: Mistake) -> tuple[Mistake, ...]:
    """The mistakes that are made in pooling of either kind.

    `fold(windows)` takes the largest, or the mean, along the last two axes, and
    `piece(window, size)` does so where the border may have cut the window; `over` is the name of
    doing it over the channels.
    """

    def mistake(name: str, wrong: Callable, sentence: str) -> Mistake:
        """`wrong(x, size, stride)` is given pairs, and sizes that fit."""

        def answer(x, size, stride=None):
            steps = pair(size if stride is None else stride)
            reference.pool_output_shape(x.shape[1:], size, steps)
            return wrong(x, pair(size), steps)

        return Mistake(name, answer, sentence)

    def pooled(x, size, stride):
        return fold(windows_of(x, size, stride))

    def in_order(sides: Callable, place: Callable = lambda i, j: (i, j)) -> Callable:
        """In loops over the places that `sides` counts; windows over the border are cut."""

        def wrong(x, size, stride):
            result = np.zeros((*x.shape[:2], *sides(*pooled(x, size, stride).shape[2:])), x.dtype)
            for i, j in np.ndindex(result.shape[2:]):
                row, column = place(i, j)
                top, left = row * stride[0], column * stride[1]
                window = x[:, :, top : top + size[0], left : left + size[1]]
                result[:, :, i, j] = piece(window, size)
            return result

        return wrong

    def first_image(x, size, stride):
        result = pooled(x, size, stride)
        result[1:] = 0
        return result

    def first_channel(x, size, stride):
        result = pooled(x, size, stride)
        result[:, 1:] = 0
        return result

    def last_places_missing(x, size, stride):
        result = pooled(x, size, stride)
        result[:, :, -1] = 0
        result[:, :, :, -1] = 0
        return result

    def rounded_down(x, size, stride=None):
        size, steps = pair(size), pair(size if stride is None else stride)
        return pooled(x, size, steps)

    def rounded_up(x, size, stride=None):
        size, steps = pair(size), pair(size if stride is None else stride)
        shape = [ceil((n - k) / s) + 1 for n, k, s in zip(x.shape[2:], size, steps, strict=True)]
        result = np.zeros((*x.shape[:2], *shape), x.dtype)
        for i, j in np.ndindex(*shape):
            top, left = i * steps[0], j * steps[1]
            result[:, :, i, j] = fold(x[:, :, top : top + size[0], left : left + size[1]])
        return result

    return (
        other,
        mistake(
            "stride fixed to size",
            lambda x, size, stride: pooled(x, size, size),
            "The windows stand side by side whatever `stride` says.",
        ),
        Mistake(
            "stride 1 when left out",
            lambda x, size, stride=1: (
                reference.pool_output_shape(x.shape[1:], size, stride)
                and pooled(x, pair(size), pair(stride))
            ),
            "Where no stride is given the window moves by 1; it should move by its own size.",
        ),
        mistake(
            "stride 1 always",
            lambda x, size, stride: pooled(x, size, (1, 1)),
            "The window moves by one pixel: there is a number for every place.",
        ),
        mistake(
            "window as large as the stride",
            lambda x, size, stride: pooled(x, stride, stride),
            "The window was given the size of its steps.",
        ),
        mistake(
            over,
            lambda x, size, stride: over_channels(fold, pooled(x, size, stride)),
            "The channels were pooled as well: each keeps a map of its own.",
        ),
        mistake(
            over,
            lambda x, size, stride: over_channels(fold, pooled(x, size, stride))[:, 0],
            "The channels were pooled as well: each keeps a map of its own.",
        ),
        mistake(
            "H and W swapped",
            in_order(lambda height, width: (width, height)),
            "Height and width are exchanged: that only shows when the picture is not square.",
        ),
        mistake(
            "height used for width",
            in_order(lambda height, width: (height, height)),
            "The width of the output is taken from its height.",
        ),
        mistake(
            "output transposed",
            lambda x, size, stride: pooled(x, size, stride).swapaxes(2, 3),
            "Rows and columns of the output are exchanged.",
        ),
        mistake(
            "output transposed",
            in_order(lambda height, width: (height, width), lambda i, j: (j, i)),
            "The window of row i and column j was read at row j and column i.",
        ),
        mistake(
            "size's numbers exchanged",
            lambda x, size, stride: pooled(x, size[::-1], stride),
            "Height and width of the window are exchanged.",
        ),
        mistake(
            "size's first number for both",
            lambda x, size, stride: pooled(x, size[:1] * 2, stride),
            "The window was taken for a square of its height.",
        ),
        mistake(
            "stride's numbers exchanged",
            lambda x, size, stride: pooled(x, size, stride[::-1]),
            "The steps down and across are exchanged.",
        ),
        mistake(
            "stride's first number for both",
            lambda x, size, stride: pooled(x, size, stride[:1] * 2),
            "The step down was used across as well.",
        ),
        mistake(
            "only image 0",
            first_image,
            "Only the first image of the batch was pooled; the others are still zero.",
        ),
        mistake(
            "only image 0",
            lambda x, size, stride: pooled(x[:1], size, stride),
            "Only the first image of the batch was pooled.",
        ),
        mistake(
            "only channel 0",
            first_channel,
            "Only the first channel was pooled; the others are still zero.",
        ),
        mistake(
            "last places missing",
            last_places_missing,
            "The last row and the last column of the output were never filled in.",
        ),
        mistake(
            "last places missing",
            lambda x, size, stride: pooled(x, size, stride)[:, :, :-1, :-1],
            "The last row and the last column of places are missing.",
        ),
        mistake(
            "last row and column of the window left out",
            lambda x, size, stride: fold(
                windows_of(x, size, stride)[..., : max(size[0] - 1, 1), : max(size[1] - 1, 1)]
            ),
            "Each window lacks its last row and its last column.",
        ),
        mistake(
            "first pixel of each window",
            lambda x, size, stride: windows_of(x, size, stride)[..., 0, 0].copy(),
            "Each window left its upper left pixel: that is thinning out, not pooling.",
        ),
        mistake(
            "channels last",
            lambda x, size, stride: np.moveaxis(pooled(x, size, stride), 1, -1),
            "The maps came out as (N, H', W', C); the course keeps them as (N, C, H', W').",
        ),
        Mistake(
            "rounds down silently",
            rounded_down,
            "A size that does not fit was cut: the last pixels are never read and nobody is told.",
        ),
        Mistake(
            "cut windows kept",
            rounded_up,
            "Where the windows do not fit, the last ones hang over the border and were pooled "
            "all the same.",
        ),
    )


def over_channels(fold: Callable, maps: np.ndarray) -> np.ndarray:
    """Fold the channels into one: (N, C, H', W') → (N, 1, H', W')."""
    return fold(np.moveaxis(maps, 1, -1)[..., None])[:, None]


def pooled_otherwise(fold: Callable) -> Callable:
    """Pooling that leaves another number of each window: `fold(windows, size, stride)`."""

    def answer(x, size, stride=None):
        steps = pair(size if stride is None else stride)
        reference.pool_output_shape(x.shape[1:], size, steps)
        folded = fold(windows_of(x, pair(size), steps), pair(size), steps)
        return folded.astype(x.dtype)

    return answer


def even_stays_even(call, numbers: Numbers) -> Iterator[Claim]:
    """An even picture stays even, and as bright."""
    for brightness in (2.5, 7.0):
        x = np.full((1, 1, 6, 6), brightness)
        yield Claim(
            call(x=x, size=2, stride=2),
            np.full((1, 1, 3, 3), brightness),
            f"a picture of {brightness}",
        )


def one_pixel_changes_nothing(call, numbers: Numbers) -> Iterator[Claim]:
    """Windows of one pixel leave the picture as it is."""
    x = np.abs(numbers.array(1, 1, 4, 4))
    yield Claim(call(x=x, size=1, stride=1), x, "windows of one pixel")


def channels_apart(call, numbers: Numbers) -> Iterator[Claim]:
    """Each channel comes out as if it were alone."""
    x = np.abs(numbers.array(1, 3, 6, 6))
    together = call(x=x, size=3, stride=3)
    for c in (0, 2):
        alone = call(x=x[:, c : c + 1], size=3, stride=3)
        yield Claim(together[:, c : c + 1], alone, f"channel {c}, alone")


POOL_PROPERTIES = (
    Property("constant", even_stays_even),
    Property("one", one_pixel_changes_nothing),
    Property("channels", channels_apart),
)
