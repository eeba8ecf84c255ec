"""Lay out each window as one column."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from autograder import reference

from ..model import (
    Arguments,
    Case,
    Claim,
    Exercise,
    Mistake,
    Numbers,
    Property,
    between,
    case,
    same_as,
)
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
from ._shared import PAIR, padded_with, pair, places, window_on


def images_to_unroll(
    numbers: Numbers,
    N: int,
    C: int,
    H: int,
    W: int,
    kernel_size: int | PAIR,
    stride: int | PAIR | None = None,
    pad: int | PAIR | None = None,
) -> Arguments:
    arguments: Arguments = {"x": numbers.array(N, C, H, W), "kernel_size": kernel_size}
    if stride is not None or pad is not None:
        arguments["stride"] = 1 if stride is None else stride
    if pad is not None:
        arguments["pad"] = pad
    return arguments


def column_window(arguments: Arguments, where: tuple[int, ...]) -> dict:
    n, _, place = where
    x, kernel = arguments["x"], pair(arguments["kernel_size"])
    stride, pad = pair(arguments.get("stride", 1)), pair(arguments.get("pad", 0))
    i, j = divmod(place, places(x, kernel, stride, pad)[1])
    return {"x": (n, *window_on(x.shape, kernel, arguments, i, j))}


def windows_in_order(
    x: np.ndarray, kernel_size: int | PAIR, stride: int | PAIR = 1, pad: int | PAIR = 0
) -> np.ndarray:
    """The columns with every axis of its own: (N, C, KH, KW, H', W')."""
    kernel = pair(kernel_size)
    sides = places(x, kernel, pair(stride), pair(pad))
    columns = reference.im2col(x, kernel, stride, pad)
    return columns.reshape(*x.shape[:2], *kernel, *sides)


def reordered(name: str, order: str, sentence: str) -> Mistake:
    """Columns whose axes stand in another order: N C k(row) l(column) i(down) j(across)."""
    axes = ["NCklij".index(letter) for letter in order]

    def answer(x, kernel_size, stride=1, pad=0):
        columns = reference.im2col(x, kernel_size, stride, pad)
        windows = windows_in_order(x, kernel_size, stride, pad)
        return windows.transpose(axes).reshape(columns.shape)

    return Mistake(name, answer, sentence)


def unrolled(name: str, change: Callable[[np.ndarray], np.ndarray], sentence: str) -> Mistake:
    """Columns that are spoiled at the end."""

    def answer(x, kernel_size, stride=1, pad=0):
        return change(reference.im2col(x, kernel_size, stride, pad))

    return Mistake(name, answer, sentence)


def unrolled_with(name: str, change: Callable[[PAIR, PAIR], tuple], sentence: str) -> Mistake:
    """Columns with other numbers for stride and pad; the cases are chosen so that they fit."""

    def answer(x, kernel_size, stride=1, pad=0):
        kernel = pair(kernel_size)
        places(x, kernel, pair(stride), pair(pad))
        return reference.im2col(x, kernel, *change(pair(stride), pair(pad)))

    return Mistake(name, answer, sentence)


def cut_to_fit(x: np.ndarray, kernel: PAIR, stride: PAIR) -> np.ndarray:
    """Leave out the last rows and columns, which no window reaches."""
    sides = zip(x.shape[2:], kernel, stride, strict=True)
    height, width = (size - (size - k) % s if size >= k else size for size, k, s in sides)
    return x[:, :, :height, :width]


def columns_rounded_down(x, kernel_size, stride=1, pad=0):
    kernel, stride = pair(kernel_size), pair(stride)
    return reference.im2col(
        cut_to_fit(reference.pad_images(x, pad), kernel, stride), kernel, stride
    )


def windows_at_every_place(x, kernel_size, stride=1, pad=0):
    height, width = places(x, pair(kernel_size), pair(stride), pair(pad))
    windows = windows_in_order(x, kernel_size, 1, pad)[..., :height, :width]
    return windows.reshape(len(x), -1, height * width)


def columns_framed_by(mode: str) -> Callable:
    def wrong(x, kernel_size, stride=1, pad=0):
        places(x, pair(kernel_size), pair(stride), pair(pad))
        h, w = pair(pad)
        return reference.im2col(padded_with(x, (h, h), (w, w), mode=mode), kernel_size, stride)

    return wrong


def only_first_columns(columns: np.ndarray) -> np.ndarray:
    columns = columns.copy()
    columns[1:] = 0
    return columns


def square_window(x, kernel_size, stride=1, pad=0):
    places(x, pair(kernel_size), pair(stride), pair(pad))
    return reference.im2col(x, pair(kernel_size)[0], stride, pad)


def window_turned(x, kernel_size, stride=1, pad=0):
    height, width = pair(kernel_size)
    return reference.im2col(x, (width, height), stride, pad)


def column_is_its_window(call: Callable, numbers: Numbers, pad: int) -> Iterator[Claim]:
    """Column number p holds the window at place p, row by row."""
    x = numbers.array(1, 1, 5, 5)
    framed = reference.pad_images(x, pad)
    side = 4 + 2 * pad
    columns = call(x=x, kernel_size=2, stride=1, pad=pad)
    yield Claim(columns.shape, (1, 4, side * side), f"4 numbers in a window, {side * side} places")
    for place in (0, 1, side, side + 2):
        i, j = divmod(place, side)
        window = framed[0, 0, i : i + 2, j : j + 2].reshape(4)
        yield Claim(columns[0, :, place], window, f"column {place}")


STEPS = ("stride",)
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
    where: Sequence[Relation] = (moves,),
    corners: tuple[Mapping[str, Any], ...] = (),
    needs: tuple[str, ...] = (),
    **sizes: Any,
) -> Iterator[Case]:
    """The same window places twice, in a picture without a frame and in one with a frame."""
    shared = {"N": N, "C": C, "where": where, **sizes}
    yield case(facet, H=H, W=W, corners=corners, needs=("no_pad", *needs), **shared)
    framed = {"H": smaller(H), "W": smaller(W), "pad": 1, "hidden": True}
    inner = tuple(map(within_a_frame, corners))
    yield case(facet, corners=inner, needs=("padding", *needs), **{**shared, **framed})


def of_pairs(*needs: str, **sizes: Any) -> Case:
    """A window, a stride and a pad of their own for height and width."""
    return case("pair", N=1, C=1, needs=("no_pad", "padding", "stride", *needs), **sizes)


def square(side: int, kernel_size: int, **more: Any) -> dict[str, Any]:
    """A corner: a picture as wide as high."""
    return {"H": side, "kernel_size": kernel_size, **more}


EXERCISE = Exercise(
    order=50,
    reference=reference.im2col,
    draw=images_to_unroll,
    example=lambda: {
        "x": np.arange(1.0, 10.0).reshape(1, 1, 3, 3),
        "kernel_size": (2, 2),
    },
    smallest={"H": 3, "W": 3, "kernel_size": 2, "pad": 0},
    window=column_window,
    cases=(
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
        *with_and_without_frame(
            "channels", **SQUARE, C=between(2, 4), corners=(square(4, 3, C=3),)
        ),
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
    ),
    properties=(
        Property("column", partial(column_is_its_window, pad=0), needs=("no_pad",)),
        Property("column", partial(column_is_its_window, pad=1), needs=("padding",)),
    ),
    facet_words={
        "no_pad": "no frame at all",
        "padding": "zeros around the picture",
        "stride": "steps of more than 1",
        "pair": "a stride and a pad of their own for height and width",
        "rectangular": "pictures and windows that are not square",
        "column": "a column holds its window, in reading order",
    },
    test_points=5,
    see="im2col: every window a column",
    mistakes=(
        reordered(
            "rows in (KH, KW, C) order",
            "NklCij",
            "The channels of a pixel stand together; one channel's whole window comes first, "
            "then the next channel's.",
        ),
        reordered(
            "rows down first",
            "NClkij",
            "Each window was read column by column; it is read row by row.",
        ),
        reordered(
            "columns down first",
            "NCklji",
            "The places were taken column by column; they come in reading order.",
        ),
        reordered(
            "windows not laid out in columns",
            "NCijkl",
            "The windows were given their shape without being turned: a column does not hold one "
            "window.",
        ),
        reordered(
            "channels within the rows",
            "NkClij",
            "The channels stand between the rows of a window; they come before them.",
        ),
        reordered(
            "images and channels mixed",
            "CNklij",
            "The numbers of several images stand in one: images and channels were mixed up by "
            "the last reshape.",
        ),
        reordered(
            "images and places mixed",
            "CklijN",
            "The numbers of several images stand in one: images and places were mixed up by the "
            "last reshape.",
        ),
        unrolled(
            "windows in rows",
            lambda columns: columns.swapaxes(1, 2),
            "Each window lies in a row; it should be a column.",
        ),
        unrolled(
            "one matrix for the whole batch",
            lambda columns: np.concatenate(list(columns), axis=1),
            "The columns of all images stand in one matrix; each image has its own.",
        ),
        unrolled(
            "one matrix for the whole batch",
            lambda columns: np.concatenate(list(columns.swapaxes(1, 2)), axis=0),
            "The windows of all images lie in the rows of one matrix; each image has its own "
            "matrix, and each window a column.",
        ),
        Mistake(
            "axes not joined",
            windows_in_order,
            "The windows still have six axes: rows and columns of the matrix join three and two.",
        ),
        unrolled(
            "windows flipped",
            lambda columns: columns[:, ::-1],
            "Each window stands upside down: its last number comes first.",
        ),
        unrolled(
            "only image 0",
            only_first_columns,
            "Only the first image was laid out; the others are still zero.",
        ),
        unrolled("only image 0", lambda columns: columns[:1], "Only the first image was laid out."),
        unrolled("only image 0", lambda columns: columns[0], "Only the first image was laid out."),
        unrolled_with(
            "stride ignored",
            lambda stride, pad: (1, pad),
            "There is a column for every place: the stride was left out.",
        ),
        Mistake(
            "stride ignored",
            windows_at_every_place,
            "There are as many columns as there should be, but their windows lie one pixel apart.",
        ),
        unrolled_with(
            "stride used in one direction",
            lambda stride, pad: ((stride[0], 1), pad),
            "The stride was used going down only; across, the window moves by one pixel.",
        ),
        unrolled_with(
            "stride used in one direction",
            lambda stride, pad: ((1, stride[1]), pad),
            "The stride was used going across only; down, the window moves by one pixel.",
        ),
        unrolled_with(
            "stride's numbers exchanged",
            lambda stride, pad: (stride[::-1], pad),
            "The steps down and across are exchanged.",
        ),
        unrolled_with(
            "stride's first number for both",
            lambda stride, pad: (stride[0], pad),
            "The step down was used across as well.",
        ),
        unrolled_with("pad ignored", lambda stride, pad: (stride, 0), "The padding was left out."),
        unrolled_with(
            "pad's numbers exchanged",
            lambda stride, pad: (stride, pad[::-1]),
            "The pads of height and width are exchanged.",
        ),
        unrolled_with(
            "pad's first number for both",
            lambda stride, pad: (stride, pad[0]),
            "The pad of the height was used for the width as well.",
        ),
        Mistake(
            "pad with edge values",
            columns_framed_by("edge"),
            "The frame repeats the picture's border; it should be zeros.",
        ),
        Mistake(
            "height and width of the window exchanged",
            window_turned,
            "Height and width of the window are exchanged.",
        ),
        Mistake(
            "square window assumed",
            square_window,
            "The window was taken for a square of its height.",
        ),
        Mistake(
            "rounds down silently",
            columns_rounded_down,
            "A size that does not fit was cut: the last pixels are never read and nobody is told.",
        ),
    ),
)
