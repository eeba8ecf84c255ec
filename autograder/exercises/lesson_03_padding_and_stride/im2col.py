"""Lay out each window as one column."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from autograder import reference

from ..model import Arguments, Claim, Exercise, Mistake, Numbers, Property
from ._columns import COLUMN_CASES
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
    cases=COLUMN_CASES,
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
