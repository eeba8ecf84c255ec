"""The whole layer: what its exercises, slow and fast, are tried on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from ..model import Arguments, Case, Claim, Numbers, Property, case
from ._shared import PAIR, window_on


def layer(
    numbers: Numbers,
    size: PAIR,
    kernel: PAIR,
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
        "x": numbers.array(N, C, *size),
        "weights": numbers.array(F, C, *kernel),
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
    facet: str, size: PAIR, kernel: PAIR, *, needs: tuple[str, ...] = (), **sizes: Any
) -> Iterator[Case]:
    """The same window places twice, in a picture without a frame and in one with a frame.

    So an answer that lacks padding, or breaks without it, shows in the other what else it can do.
    """
    height, width = size
    yield case(facet, size=size, kernel=kernel, needs=("no_pad", *needs), **sizes)
    yield case(
        facet,
        size=(height - 2, width - 2),
        kernel=kernel,
        pad=1,
        needs=("padding", *needs),
        **{**sizes, "hidden": True},
    )


def of_pairs(*needs: str, **sizes: Any) -> Case:
    """A stride and a pad of their own for height and width."""
    return case("pair", needs=("no_pad", "padding", "stride", *needs), **sizes)


DEEP = ("channels", "filters")
"""What a layer of several channels and filters leans on."""

LAYER_CASES = (
    *with_and_without_frame("values", (5, 5), (3, 3)),
    *with_and_without_frame("values", (6, 6), (2, 2)),
    case("no_pad", size=(4, 4), kernel=(2, 2)),
    case("no_pad", size=(1, 1), kernel=(1, 1)),
    case("no_pad", size=(5, 5), kernel=(3, 3), pad=0),
    case("padding", hidden=False, size=(4, 4), kernel=(3, 3), pad=1),
    case("padding", size=(4, 4), kernel=(5, 5), pad=2),
    case("padding", size=(4, 4), kernel=(2, 2), pad=3),
    *with_and_without_frame("stride", (7, 7), (3, 3), stride=2, hidden=False),
    *with_and_without_frame("stride", (4, 4), (2, 2), stride=2),
    *with_and_without_frame("stride", (7, 7), (2, 2), stride=5),
    case("stride", size=(8, 8), kernel=(4, 4), stride=2, pad=1, needs=("padding",)),
    *with_and_without_frame("bias", (4, 4), (2, 2), biased=True, hidden=False),
    *with_and_without_frame("bias", (4, 4), (2, 2), C=2, F=3, biased=True, needs=DEEP),
    case("bias", size=(3, 3), kernel=(2, 2), pad=3, biased=True, needs=("padding",)),
    of_pairs(hidden=False, size=(5, 5), kernel=(3, 3), stride=(2, 1), pad=(1, 0)),
    of_pairs(size=(5, 5), kernel=(3, 3), stride=(2, 3), pad=(1, 2)),
    of_pairs("rectangular", size=(5, 5), kernel=(3, 3), pad=(2, 1)),
    of_pairs("rectangular", size=(4, 4), kernel=(2, 2), pad=(0, 3)),
    of_pairs("rectangular", size=(7, 7), kernel=(3, 3), stride=(1, 2)),
    of_pairs("rectangular", size=(9, 9), kernel=(3, 3), stride=(2, 3), pad=3),
    *with_and_without_frame("rectangular", (4, 5), (2, 2)),
    *with_and_without_frame("rectangular", (5, 4), (2, 2)),
    *with_and_without_frame("rectangular", (5, 5), (2, 3)),
    *with_and_without_frame("rectangular", (4, 9), (1, 4)),
    *with_and_without_frame("channels", (4, 4), (2, 2), C=3),
    *with_and_without_frame("filters", (5, 5), (2, 2), F=4),
    case("filters", size=(5, 5), kernel=(2, 2), C=2, F=2, needs=("channels", "no_pad")),
    *with_and_without_frame("batch", (4, 4), (2, 2), N=2, hidden=False),
    *with_and_without_frame("batch", (4, 4), (2, 2), N=3, C=2, F=3, hidden=False, needs=DEEP),
    *with_and_without_frame("dtype", (5, 5), (3, 3), dtype="float32"),
    *with_and_without_frame("layout", (5, 5), (3, 3), layout="F"),
    *with_and_without_frame("layout", (5, 5), (3, 3), layout="strided"),
    case("refused", hidden=False, size=(6, 6), kernel=(3, 3), stride=2, needs=("stride",)),
    case("refused", size=(6, 7), kernel=(3, 3), stride=2, needs=("stride", "rectangular")),
    case("refused", size=(7, 6), kernel=(3, 3), stride=2, needs=("stride", "rectangular")),
    case("refused", size=(7, 7), kernel=(4, 4), stride=4, pad=1, needs=("stride", "padding")),
    case("refused", size=(3, 3), kernel=(5, 5)),
    case("refused", size=(4, 4), kernel=(7, 7), pad=1, needs=("padding",)),
    case("refused", size=(5, 3), kernel=(2, 4), needs=("rectangular",)),
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
