"""The whole layer: what its exercises, slow and fast, are tried on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from ..model import Arguments, Case, Claim, Numbers, Property, between, case
from ..spaces import Relation
from ..windows import (
    differ,
    fits,
    misses,
    moves,
    not_square,
    roams,
    smaller,
    too_large,
    within_a_frame,
)
from ._shared import PAIR, pair, window_on


def layer(
    numbers: Numbers,
    size: int | PAIR,
    kernel: int | PAIR,
    N: int = 1,
    C: int = 1,
    F: int = 1,
    stride: int | PAIR | None = None,
    pad: int | PAIR | None = None,
    biased: bool = False,
) -> Arguments:
    """One call of the layer; the biases are 0 unless they are what is tried."""
    bias = numbers.array(F) + np.arange(2, F + 2, dtype=numbers.dtype)
    arguments: Arguments = {
        "x": numbers.array(N, C, *pair(size)),
        "weights": numbers.array(F, C, *pair(kernel)),
        "bias": bias if biased else np.zeros_like(bias),
    }
    if stride is not None or pad is not None:
        arguments["stride"] = 1 if stride is None else stride
    if pad is not None:
        arguments["pad"] = pad
    return arguments


def layer_example() -> Arguments:
    x = np.array([[[[1.0, 0.0, 2.0, 0.0], [0.0, 3.0, 0.0, 1.0], [2.0, 0.0, 1.0, 4.0]]]])
    weights = np.array([[[[1.0, 0.0, 0.0], [0.0, 2.0, 0.0], [0.0, 0.0, -1.0]]]])
    return {"x": x, "weights": weights, "bias": np.array([10.0]), "stride": (2, 1), "pad": 1}


def layer_window(arguments: Arguments, where: tuple[int, ...]) -> dict:
    n, f, i, j = where
    x, weights = arguments["x"], arguments["weights"]
    return {
        "x": (n, *window_on(x.shape, weights.shape[2:], arguments, i, j)),
        "weights": (f,),
        "bias": (f,),
    }


def with_and_without_frame(
    facet: str,
    *,
    size: Any,
    kernel: Any,
    hidden: bool = True,
    where: Sequence[Relation] = (roams,),
    corners: tuple[Mapping[str, Any], ...] = (),
    needs: tuple[str, ...] = (),
    **sizes: Any,
) -> Iterator[Case]:
    """The same window places twice, in a picture without a frame and in one with a frame.

    So an answer that lacks padding, or breaks without it, shows in the other what else it can do.
    """
    shared = {"kernel": kernel, "where": where if hidden else (), **sizes}
    yield case(facet, hidden=hidden, size=size, corners=corners, needs=("no_pad", *needs), **shared)
    inner = tuple(map(within_a_frame, corners))
    yield case(facet, size=smaller(size), pad=1, corners=inner, needs=("padding", *needs), **shared)


def of_pairs(*needs: str, **sizes: Any) -> Case:
    """A stride and a pad of their own for height and width."""
    return case("pair", needs=("no_pad", "padding", "stride", *needs), **sizes)


def size_of(height: int, width: int, kernel: int | PAIR, **more: Any) -> dict[str, Any]:
    """A corner: the picture, the filter, and what else is fixed."""
    return {"size": (height, width), "kernel": kernel, **more}


DEEP = ("channels", "filters")
"""What a layer of several channels and filters leans on."""

SQUARE: dict[str, Any] = {"size": between(4, 7), "kernel": between(2, 4)}
OBLONG: dict[str, Any] = {
    "size": (between(3, 8), between(3, 8)),
    "kernel": (between(1, 4), between(2, 4)),
}
STEPS: dict[str, Any] = {"size": between(4, 9), "kernel": between(2, 4), "stride": between(2, 5)}

LAYER_CASES = (
    *with_and_without_frame("values", size=5, kernel=3),
    *with_and_without_frame("values", size=6, kernel=2),
    case(
        "no_pad",
        size=between(1, 7),
        kernel=between(1, 4),
        where=fits,
        corners=({"size": 4, "kernel": 2},),
    ),
    case(
        "no_pad",
        size=between(2, 7),
        kernel=between(1, 4),
        pad=0,
        where=fits,
        corners=({"size": 5, "kernel": 3},),
    ),
    *(case("no_pad", **SQUARE, where=roams, of=kind) for kind in ("negative", "large")),
    # Large enough not to be a filter of nothing but zeros.
    case("no_pad", **{**SQUARE, "kernel": between(3, 4)}, where=roams, of="ties"),
    case("padding", hidden=False, size=(4, 4), kernel=(3, 3), pad=1),
    case(
        "padding",
        size=between(2, 5),
        kernel=between(2, 6),
        pad=between(1, 4),
        where=fits,
        corners=({"size": 4, "kernel": 5, "pad": 2}, {"size": 4, "kernel": 2, "pad": 3}),
    ),
    *with_and_without_frame("stride", size=(7, 7), kernel=(3, 3), stride=2, hidden=False),
    *with_and_without_frame(
        "stride",
        **STEPS,
        where=(moves,),
        corners=({"size": 4, "kernel": 2, "stride": 2}, {"size": 7, "kernel": 2, "stride": 5}),
    ),
    case(
        "stride",
        **{**STEPS, "size": between(3, 8)},
        pad=between(1, 3),
        where=moves,
        corners=({"size": 8, "kernel": 4, "stride": 2, "pad": 1},),
        needs=("padding",),
    ),
    *with_and_without_frame("bias", size=(4, 4), kernel=(2, 2), biased=True, hidden=False),
    *with_and_without_frame(
        "bias",
        **SQUARE,
        C=between(2, 3),
        F=between(2, 4),
        biased=True,
        corners=({"size": 4, "kernel": 2, "C": 2, "F": 3},),
        needs=DEEP,
    ),
    case(
        "bias",
        size=3,
        kernel=2,
        pad=between(2, 4),
        biased=True,
        corners=({"pad": 3},),
        needs=("padding",),
    ),
    of_pairs(hidden=False, size=(5, 5), kernel=(3, 3), stride=(2, 1), pad=(1, 0)),
    of_pairs(size=(5, 5), kernel=(3, 3), stride=(2, 3), pad=(1, 2)),
    of_pairs(
        "rectangular",
        size=between(3, 6),
        kernel=between(2, 3),
        pad=(between(0, 3), between(0, 3)),
        where=(fits, differ("pad")),
        corners=(size_of(5, 5, 3, pad=(2, 1)), size_of(4, 4, 2, pad=(0, 3))),
    ),
    of_pairs(
        "rectangular",
        size=between(5, 9),
        kernel=between(3, 4),
        stride=(between(1, 3), between(1, 3)),
        where=(moves, differ("stride")),
        corners=(size_of(7, 7, 3, stride=(1, 2)),),
    ),
    of_pairs(
        "rectangular",
        size=between(5, 9),
        kernel=3,
        stride=(between(1, 3), between(1, 3)),
        pad=between(2, 3),
        where=(moves, differ("stride")),
        corners=(size_of(9, 9, 3, stride=(2, 3), pad=3),),
    ),
    *with_and_without_frame(
        "rectangular",
        **OBLONG,
        where=(fits, not_square),
        corners=(
            size_of(4, 5, 2),
            size_of(5, 4, 2),
            size_of(5, 5, (2, 3)),
            size_of(4, 9, (1, 4)),
        ),
    ),
    case("rectangular", size=(1, between(4, 7)), kernel=(1, between(2, 3)), needs=("no_pad",)),
    *with_and_without_frame(
        "channels", **SQUARE, C=between(2, 4), corners=({"size": 4, "kernel": 2, "C": 3},)
    ),
    *with_and_without_frame(
        "filters", **SQUARE, F=between(2, 5), corners=({"size": 5, "kernel": 2, "F": 4},)
    ),
    case("filters", size=(5, 5), kernel=(2, 2), C=2, F=2, needs=("channels", "no_pad")),
    *with_and_without_frame("batch", size=(4, 4), kernel=(2, 2), N=2, hidden=False),
    *with_and_without_frame(
        "batch", size=(4, 4), kernel=(2, 2), N=3, C=2, F=3, hidden=False, needs=DEEP
    ),
    *with_and_without_frame("batch", **SQUARE, N=between(2, 4)),
    *with_and_without_frame(
        "dtype", **SQUARE, dtype="float32", corners=({"size": 5, "kernel": 3},)
    ),
    *with_and_without_frame("layout", **SQUARE, layout="F", corners=({"size": 5, "kernel": 3},)),
    *with_and_without_frame(
        "layout", **SQUARE, layout="strided", corners=({"size": 5, "kernel": 3},)
    ),
    case("refused", hidden=False, size=(6, 6), kernel=(3, 3), stride=2, needs=("no_pad", "stride")),
    case(
        "refused",
        **{**STEPS, "size": (between(4, 8), between(4, 8))},
        where=misses,
        corners=(size_of(6, 7, 3, stride=2), size_of(7, 6, 3, stride=2)),
        needs=("no_pad", "stride", "rectangular"),
    ),
    case(
        "refused",
        **STEPS,
        pad=between(1, 2),
        where=misses,
        corners=({"size": 7, "kernel": 4, "stride": 4, "pad": 1},),
        needs=("stride", "padding"),
    ),
    case(
        "refused",
        size=between(1, 4),
        kernel=between(2, 7),
        where=too_large,
        corners=({"size": 3, "kernel": 5},),
        needs=("no_pad",),
    ),
    case(
        "refused",
        size=between(1, 4),
        kernel=between(4, 8),
        pad=1,
        where=too_large,
        corners=({"size": 4, "kernel": 7},),
        needs=("padding",),
    ),
    case(
        "refused",
        size=(between(2, 6), between(2, 6)),
        kernel=(between(2, 6), between(2, 6)),
        where=too_large,
        corners=(size_of(5, 3, (2, 4)),),
        needs=("no_pad", "rectangular"),
    ),
)

LAYER_WORDS = {
    "no_pad": "no frame at all",
    "padding": "zeros around the picture",
    "stride": "steps of more than 1",
    "pair": "a stride and a pad of their own for height and width",
    "refused": "sizes that do not fit, and filters larger than the padded picture, are refused",
    "definition": "what defines a convolution, checked on the layer itself",
}


def sum_by_sum(call: Callable, numbers: Numbers, pad: int) -> Iterator[Claim]:
    """Each output is a sum over the window, number by number; outside the picture is 0."""
    x, weights = numbers.array(1, 1, 4, 4), numbers.array(1, 1, 2, 2)
    side = 3 + 2 * pad
    wanted = np.zeros((1, 1, side, side))
    for i, j, a, b in np.ndindex(side, side, 2, 2):
        row, column = i - pad + a, j - pad + b
        if 0 <= row < 4 and 0 <= column < 4:
            wanted[0, 0, i, j] += x[0, 0, row, column] * weights[0, 0, a, b]
    got = call(x=x, weights=weights, bias=np.zeros(1), stride=1, pad=pad)
    yield Claim(got, wanted, f"a filter of 2×2 with a pad of {pad}, sum by sum")


def delta_copies(call: Callable, numbers: Numbers) -> Iterator[Claim]:
    """With a single 1, a filter copies the part of the picture that lies under it."""
    x = numbers.array(1, 1, 5, 5)
    for row, column in ((1, 1), (0, 2)):
        weights = np.zeros((1, 1, 3, 3))
        weights[0, 0, row, column] = 1
        yield Claim(
            call(x=x, weights=weights, bias=np.zeros(1)),
            x[:, :, row : row + 3, column : column + 3],
            f"a filter with one 1, in row {row} and column {column}",
        )


def linear_without_bias(call: Callable, numbers: Numbers) -> Iterator[Claim]:
    """Filtering a sum of images gives the sum of the filtered; so for filters."""
    first, second = numbers.array(1, 1, 5, 5), numbers.array(1, 1, 5, 5)
    weights, others = numbers.array(1, 1, 3, 3), numbers.array(1, 1, 3, 3)

    def filtered(x: np.ndarray, kernels: np.ndarray) -> np.ndarray:
        return call(x=x, weights=kernels, bias=np.zeros(1))

    yield Claim(
        filtered(first - 2 * second, weights),
        filtered(first, weights) - 2 * filtered(second, weights),
        "a sum of images",
    )
    yield Claim(
        filtered(first, weights + others),
        filtered(first, weights) + filtered(first, others),
        "a sum of filters",
    )


def shift_by_one(call: Callable, numbers: Numbers) -> Iterator[Claim]:
    """Move the picture by one pixel, and the answer moves by one place."""
    x, weights, bias = numbers.array(1, 1, 6, 6), numbers.array(1, 1, 3, 3), np.zeros(1)
    moved = np.zeros_like(x)
    moved[:, :, 1:, 1:] = x[:, :, :-1, :-1]
    still = call(x=x, weights=weights, bias=bias)
    yield Claim(
        call(x=moved, weights=weights, bias=bias)[:, :, 1:, 1:],
        still[:, :, :-1, :-1],
        "the picture moved by one pixel",
    )


LAYER_PROPERTIES = (
    Property("definition", partial(sum_by_sum, pad=0), needs=("no_pad",)),
    Property("definition", partial(sum_by_sum, pad=1), needs=("padding",)),
    Property("definition", delta_copies, needs=("no_pad",)),
    Property("definition", linear_without_bias, needs=("no_pad",)),
    Property("definition", shift_by_one, needs=("no_pad",)),
)
