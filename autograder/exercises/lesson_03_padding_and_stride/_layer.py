"""The whole layer: what its exercises, slow and fast, are tried on."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..model import Arguments, Claim, Numbers, Property, case
from ._shared import PAIR, window_on


def layer(
    numbers: Numbers,
    N: int,
    C: int,
    F: int,
    H: int,
    W: int,
    KH: int,
    KW: int,
    stride: int | PAIR | None = None,
    pad: int | PAIR | None = None,
) -> Arguments:
    arguments: Arguments = {
        "x": numbers.array(N, C, H, W),
        "weights": numbers.array(F, C, KH, KW),
        "bias": numbers.array(F) + np.arange(2, F + 2, dtype=numbers.dtype),
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


LAYER_CASES = (
    case("values", N=1, C=2, F=2, H=5, W=5, KH=3, KW=3),
    case("values", N=1, C=3, F=2, H=1, W=1, KH=1, KW=1),
    case("padding", hidden=False, N=1, C=1, F=1, H=3, W=4, KH=3, KW=3, pad=1),
    case("padding", N=1, C=2, F=2, H=4, W=4, KH=5, KW=5, pad=2),
    case("padding", N=1, C=1, F=2, H=4, W=3, KH=2, KW=2, pad=3),
    case("stride", hidden=False, N=1, C=1, F=1, H=5, W=7, KH=3, KW=3, stride=2),
    case("stride", N=1, C=2, F=2, H=8, W=8, KH=2, KW=2, stride=2),
    case("stride", N=1, C=2, F=1, H=7, W=12, KH=2, KW=2, stride=5),
    case("both", N=1, C=2, F=3, H=5, W=5, KH=3, KW=3, stride=2, pad=1),
    case("both", N=1, C=1, F=2, H=8, W=6, KH=4, KW=4, stride=2, pad=1),
    case("pair", hidden=False, N=1, C=1, F=1, H=5, W=5, KH=3, KW=3, stride=(2, 1), pad=(0, 1)),
    case("pair", N=1, C=2, F=2, H=4, W=7, KH=2, KW=3, stride=(1, 2), pad=(2, 0)),
    case("pair", N=1, C=1, F=2, H=9, W=9, KH=3, KW=3, stride=(2, 3), pad=3),
    case("pair", N=1, C=1, F=1, H=6, W=6, KH=2, KW=2, stride=2, pad=(1, 2)),
    case("rectangular", N=1, C=1, F=1, H=4, W=5, KH=2, KW=2),
    case("rectangular", N=1, C=2, F=2, H=5, W=4, KH=2, KW=2),
    case("rectangular", N=1, C=2, F=2, H=5, W=5, KH=2, KW=3),
    case("rectangular", N=1, C=1, F=2, H=4, W=9, KH=1, KW=4),
    case("channels", N=1, C=3, F=2, H=4, W=4, KH=2, KW=2),
    case("channels", N=1, C=3, F=3, H=5, W=5, KH=2, KW=2),
    case("filters", N=1, C=1, F=4, H=5, W=5, KH=2, KW=2),
    case("batch", hidden=False, N=2, C=2, F=3, H=4, W=4, KH=2, KW=2, stride=2),
    case("batch", N=3, C=2, F=2, H=4, W=4, KH=3, KW=3, pad=1),
    case("dtype", dtype="float32", N=2, C=2, F=3, H=5, W=5, KH=3, KW=3, stride=2, pad=1),
    case("layout", layout="F", N=2, C=2, F=3, H=5, W=5, KH=3, KW=3, stride=2, pad=1),
    case("layout", layout="strided", N=2, C=2, F=3, H=5, W=5, KH=3, KW=3, stride=2, pad=0),
    case("refused", hidden=False, N=1, C=1, F=1, H=6, W=6, KH=3, KW=3, stride=2),
    case("refused", N=1, C=1, F=1, H=6, W=7, KH=3, KW=3, stride=2),
    case("refused", N=1, C=1, F=1, H=7, W=6, KH=3, KW=3, stride=(1, 2)),
    case("refused", N=2, C=1, F=1, H=7, W=7, KH=4, KW=4, stride=4, pad=1),
    case("too_large", N=1, C=1, F=1, H=3, W=5, KH=6, KW=2, pad=1),
    case("too_large", N=1, C=1, F=1, H=5, W=3, KH=2, KW=4),
)

LAYER_WORDS = {
    "padding": "zeros around the picture",
    "stride": "steps of more than 1",
    "both": "padding and stride together",
    "pair": "a stride and a pad of their own for height and width",
    "refused": "sizes that do not fit are refused",
    "too_large": "a filter larger than the padded picture is refused",
    "definition": "the definition, sum by sum",
    "linear": "filtering a sum gives the sum of the filtered",
    "delta": "a filter with a single 1 copies the picture",
    "shift": "a shifted picture gives a shifted answer",
}


def sum_by_sum(call, numbers: Numbers) -> Iterator[Claim]:
    """Each output is a sum over channels and window, pixels outside the picture being 0."""
    x, weights = numbers.array(2, 2, 3, 4), numbers.array(2, 2, 2, 3)
    bias = numbers.array(2)
    got = call(x=x, weights=weights, bias=bias, stride=(1, 3), pad=(1, 1))
    wanted = np.zeros((2, 2, 4, 2))
    for n, f, i, j, c, a, b in np.ndindex(2, 2, 4, 2, 2, 2, 3):
        row, column = i - 1 + a, 3 * j - 1 + b
        if 0 <= row < 3 and 0 <= column < 4:
            wanted[n, f, i, j] += x[n, c, row, column] * weights[f, c, a, b]
    yield Claim(got, wanted + bias[:, None, None], "2 images, 2 filters, stride (1, 3), pad 1")


def delta_copies(call, numbers: Numbers) -> Iterator[Claim]:
    """With a 1 in its middle and a pad that keeps the size, a filter copies the picture."""
    x = numbers.array(1, 2, 4, 5)
    for channel in range(2):
        weights = np.zeros((1, 2, 3, 5))
        weights[0, channel, 1, 2] = 1
        yield Claim(
            call(x=x, weights=weights, bias=np.zeros(1), stride=1, pad=(1, 2)),
            x[:, channel : channel + 1],
            f"a filter with one 1, in the middle of channel {channel}",
        )


def linear_without_bias(call, numbers: Numbers) -> Iterator[Claim]:
    """Filtering a sum of images gives the sum of the filtered; so for filters."""
    first, second = numbers.array(2, 2, 5, 4), numbers.array(2, 2, 5, 4)
    weights, others, none = numbers.array(3, 2, 3, 2), numbers.array(3, 2, 3, 2), np.zeros(3)

    def filtered(x: np.ndarray, kernels: np.ndarray) -> np.ndarray:
        return call(x=x, weights=kernels, bias=none, stride=2, pad=(1, 1))

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


def shift_by_the_stride(call, numbers: Numbers) -> Iterator[Claim]:
    """Move the picture by one stride, and the answer moves by one place."""
    x, weights, bias = numbers.array(1, 2, 7, 7), numbers.array(2, 2, 3, 3), numbers.array(2)
    moved = np.zeros_like(x)
    moved[:, :, 2:, 2:] = x[:, :, :-2, :-2]
    still = call(x=x, weights=weights, bias=bias, stride=2)
    yield Claim(
        call(x=moved, weights=weights, bias=bias, stride=2)[:, :, 1:, 1:],
        still[:, :, :-1, :-1],
        "the picture moved by two pixels, at stride 2",
    )


LAYER_PROPERTIES = (
    Property("definition", sum_by_sum),
    Property("delta", delta_copies),
    Property("linear", linear_without_bias),
    Property("shift", shift_by_the_stride),
)
