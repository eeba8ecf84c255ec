"""Damp each number by what its neighboring channels answer at the same place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from autograder import reference

from ..model import Arguments, Claim, Exercise, Mistake, Numbers, Property, between, case, one_of


def responses(
    numbers: Numbers,
    N: int,
    C: int,
    H: int,
    W: int,
    n: int | None = None,
    k: float | None = None,
    alpha: float | None = None,
    beta: float | None = None,
    ends: bool = False,
) -> Arguments:
    """The first and the last channels are silent, unless the window's ends are what is tried."""
    x, half = numbers.array(N, C, H, W), (5 if n is None else n) // 2
    if not ends and half:
        x[:, :half] = x[:, -half:] = 0
    arguments: Arguments = {"x": numbers.lay_out(x)}
    for name, value in (("n", n), ("k", k), ("alpha", alpha), ("beta", beta)):
        if value is None:
            break
        arguments[name] = value
    return arguments


def neighbour_sums(squares: np.ndarray, before: int, after: int) -> np.ndarray:
    """Sum over channels i − before … i + after, those that exist."""
    channels = squares.shape[1]
    sums = [
        squares[:, max(i - before, 0) : min(i + after, channels - 1) + 1].sum(axis=1)
        for i in range(channels)
    ]
    return np.stack(sums, axis=1)


def damped(name: str, formula: Callable, sentence: str) -> Mistake:
    """`formula(x, sums, n, k, alpha, beta)`, with the right sums of squares."""

    def answer(x, n=5, k=2.0, alpha=1e-4, beta=0.75):
        sums = neighbour_sums(x * x, n // 2, n // 2)
        return formula(x, sums, n, k, alpha, beta).astype(x.dtype)

    return Mistake(name, answer, sentence)


def summed(name: str, sums_of: Callable, sentence: str) -> Mistake:
    """The right formula with other sums: `sums_of(x, n)`."""

    def answer(x, n=5, k=2.0, alpha=1e-4, beta=0.75):
        return (x / (k + alpha * sums_of(x, n)) ** beta).astype(x.dtype)

    return Mistake(name, answer, sentence)


def over_space(x: np.ndarray, n: int) -> np.ndarray:
    half = n // 2
    squares = np.pad(x * x, ((0, 0), (0, 0), (half, half), (half, half)))
    return sliding_window_view(squares, (n, n), axis=(2, 3)).sum(axis=(-2, -1))


def along_the_height(x: np.ndarray, n: int) -> np.ndarray:
    return neighbour_sums((x * x).swapaxes(1, 2), n // 2, n // 2).swapaxes(1, 2)


def going_round(x: np.ndarray, n: int) -> np.ndarray:
    squares, shifts = x * x, range(-(n // 2), n // 2 + 1)
    return np.sum([np.roll(squares, shift, axis=1) for shift in shifts], axis=0)


def from_the_far_end(x: np.ndarray, n: int) -> np.ndarray:
    """A negative start is not clipped, so that a slice begins at the far end, or is empty."""
    squares, half = x * x, n // 2
    sums = [squares[:, i - half : i + half + 1].sum(axis=1) for i in range(x.shape[1])]
    return np.stack(sums, axis=1)


def ends_repeated(x: np.ndarray, n: int) -> np.ndarray:
    squares, channels = x * x, x.shape[1]
    shifts = range(-(n // 2), n // 2 + 1)
    seen = [np.clip(np.arange(channels) + shift, 0, channels - 1) for shift in shifts]
    return np.sum([squares[:, some] for some in seen], axis=0)


def channel_alone_is_damped(call, numbers: Numbers) -> Iterator[Claim]:
    """Where one channel answers alone it is damped by itself, and the others stay 0."""
    x = np.zeros((1, 7, 1, 1))
    x[0, 3] = 2.0
    wanted = np.zeros((1, 7, 1, 1))
    wanted[0, 3] = 2.0 / np.sqrt(1 + 0.5 * 4.0)
    yield Claim(call(x=x, n=3, k=1.0, alpha=0.5, beta=0.5), wanted, "one channel answers alone")


def only_neighbours_matter(call, numbers: Numbers) -> Iterator[Claim]:
    """A channel further away than n // 2 changes nothing; a nearer one damps."""
    x = np.abs(numbers.array(1, 9, 2, 2)) + 1
    x[:, [0, -1]] = 0
    settings = {"n": 3, "k": 1.0, "alpha": 0.5, "beta": 0.5}
    before = call(x=x, **settings)
    louder = x.copy()
    louder[:, 3] *= 5
    after = call(x=louder, **settings)
    far, near = [0, 1, 5, 6, 7, 8], [2, 4]
    yield Claim(after[:, far], before[:, far], "channels 1 and 5 and on do not hear channel 3")
    damped = bool((after[:, near] < before[:, near]).all())
    yield Claim(damped, True, "channels 2 and 4 are damped by channel 3")


USUAL: dict[str, Any] = {
    "N": 1,
    "C": between(7, 10),
    "n": one_of(3, 5),
    "k": 2.0,
    "alpha": 0.5,
    "beta": 0.75,
}


def few(C: int, n: int, **more: float) -> dict[str, float]:
    """A corner: how many channels, how many of them are summed, and what else is fixed."""
    return {"C": C, "n": n, **more}


EXERCISE = Exercise(
    order=60,
    reference=reference.local_response_normalize,
    draw=responses,
    example=lambda: {
        "x": np.array([3.0, 0.0, 1.0, 2.0]).reshape(1, 4, 1, 1),
        "n": 3,
        "k": 1.0,
        "alpha": 1.0,
        "beta": 0.5,
    },
    smallest={"C": 3, "n": 9},  # an n that is even has no middle
    window=lambda arguments, where: {"x": (where[0], slice(None), *where[2:])},
    cases=(
        case("values", N=1, C=8, H=2, W=2, n=5, k=2.0, alpha=0.5, beta=0.75),
        case("values", N=1, C=8, H=1, W=1, n=3, k=1.0, alpha=1.0, beta=1.0),
        case("defaults", hidden=False, N=1, C=8, H=2, W=2),
        case("defaults", N=1, C=between(8, 12), H=1, W=1, n=one_of(3, 5, 7), corners=(few(11, 7),)),
        case("settings", hidden=False, N=1, C=6, H=1, W=1, n=3, k=3.0, alpha=0.2, beta=0.5),
        case(
            "settings",
            N=1,
            C=between(8, 13),
            H=between(1, 3),
            W=between(1, 3),
            n=one_of(1, 3, 5, 7),
            k=one_of(0.5, 1.0, 3.0),
            alpha=one_of(2.0, 0.5, 0.1),
            beta=one_of(1.5, 0.5, 2.0),
            corners=(
                few(8, 1, H=2, W=2, k=0.5, alpha=2.0, beta=1.5),
                few(12, 9, H=1, W=1, k=1.5, alpha=0.1, beta=2.0),
            ),
        ),
        case("ends", hidden=False, N=1, C=2, H=1, W=1, n=5, k=1.0, alpha=0.5, beta=0.75, ends=True),
        case(
            "ends",
            N=1,
            C=between(2, 9),
            H=between(1, 2),
            W=between(1, 2),
            n=one_of(3, 5, 7),
            k=one_of(2.0, 1.0),
            alpha=one_of(0.5, 1.0),
            beta=0.75,
            ends=True,
            corners=(
                few(7, 5, H=2, W=2, k=2.0, alpha=0.5),
                few(1, 3, H=2, W=2, k=1.0, alpha=0.5),
                few(3, 7, H=1, W=1, k=2.0, alpha=1.0),
            ),
        ),
        case(
            "rectangular",
            **USUAL,
            H=between(1, 5),
            W=between(1, 5),
            where=lambda sizes: sizes.H != sizes.W,
            corners=(few(8, 3, H=3, W=5),),
        ),
        case("batch", hidden=False, N=2, C=7, H=1, W=1, n=3, k=2.0, alpha=0.5, beta=0.75),
        case(
            "batch",
            **{**USUAL, "N": between(2, 4)},
            H=between(1, 2),
            W=2,
            corners=(few(8, 5, N=3, H=2),),
        ),
        case(
            "dtype",
            hidden=False,
            dtype="float32",
            N=1,
            C=8,
            H=2,
            W=2,
            n=5,
            k=2.0,
            alpha=0.5,
            beta=0.75,
        ),
        case("layout", layout="F", **USUAL, H=2, W=2, corners=(few(8, 5),)),
        case("layout", layout="strided", **USUAL, H=2, W=2, corners=(few(8, 5),)),
    ),
    properties=(
        Property("alone", channel_alone_is_damped),
        Property("reach", only_neighbours_matter),
    ),
    facet_words={
        "defaults": "the paper's constants, when none are given",
        "settings": "other constants than the paper's",
        "ends": "windows that end where the channels end",
        "alone": "one channel that answers alone",
        "reach": "only neighbors are heard",
    },
    test_points=5,
    see="Local response normalization: neighbors damp each other",
    mistakes=(
        damped(
            "alpha divided by n",
            lambda x, sums, n, k, alpha, beta: x / (k + alpha / n * sums) ** beta,
            "Alpha was divided by n. Some frameworks do that; the paper does not.",
        ),
        summed(
            "window over space",
            over_space,
            "The window lies in the picture, over neighboring pixels; it should lie across the "
            "channels of one pixel.",
        ),
        summed(
            "window over space",
            along_the_height,
            "The window runs down the picture; it should run across the channels of one pixel.",
        ),
        summed(
            "window not clipped",
            going_round,
            "The window wraps around: the last channels damp the first one. It ends where the "
            "channels end.",
        ),
        summed(
            "window not clipped",
            from_the_far_end,
            "For the first channels the window begins at a negative number, which counts from "
            "the far end. It should begin at channel 0.",
        ),
        summed(
            "window not clipped",
            ends_repeated,
            "Beyond the ends the first and the last channel were counted again; the window "
            "ends where the channels end.",
        ),
        damped(
            "k outside the power",
            lambda x, sums, n, k, alpha, beta: x / (k + (alpha * sums) ** beta),
            "Only the sum was raised to beta; k belongs inside.",
        ),
        damped(
            "alpha outside the power",
            lambda x, sums, n, k, alpha, beta: x / (k + alpha * sums**beta),
            "Only the sum of squares was raised to beta; k and alpha belong inside.",
        ),
        damped(
            "alpha on k as well",
            lambda x, sums, n, k, alpha, beta: x / (alpha * (k + sums)) ** beta,
            "Alpha multiplies k too; it belongs to the sum alone.",
        ),
        damped(
            "k left out",
            lambda x, sums, n, k, alpha, beta: x / np.maximum(alpha * sums, 1e-300) ** beta,
            "There is no k: where the answers are small, the numbers grow without bound.",
        ),
        damped(
            "multiplied instead of divided",
            lambda x, sums, n, k, alpha, beta: x * (k + alpha * sums) ** beta,
            "The numbers were multiplied by what they should be divided by.",
        ),
        damped(
            "power left out",
            lambda x, sums, n, k, alpha, beta: x / (k + alpha * sums),
            "The power beta is missing.",
        ),
        damped(
            "divisor only",
            lambda x, sums, n, k, alpha, beta: (k + alpha * sums) ** beta,
            "This is the divisor alone.",
        ),
        summed(
            "squares left out",
            lambda x, n: neighbour_sums(np.abs(x), n // 2, n // 2),
            "The sizes of the neighbors were added up; it is their squares.",
        ),
        summed(
            "squared after the sum",
            lambda x, n: neighbour_sums(x, n // 2, n // 2) ** 2,
            "The sum of the neighbors was squared; each is squared, and then they are added up.",
        ),
        summed(
            "mean of squares",
            lambda x, n: (
                neighbour_sums(x * x, n // 2, n // 2)
                / neighbour_sums(np.ones_like(x), n // 2, n // 2)
            ),
            "The squares were averaged over the window; the paper adds them up.",
        ),
        summed(
            "last of the window left out",
            lambda x, n: neighbour_sums(x * x, n // 2, n // 2 - 1),
            "The window ends one channel too soon: it reaches as far up as down.",
        ),
        summed(
            "n on either side",
            lambda x, n: neighbour_sums(x * x, n, n),
            "The window reaches n channels to either side; n is its whole width.",
        ),
        summed(
            "all channels",
            lambda x, n: np.broadcast_to((x * x).sum(axis=1, keepdims=True), x.shape),
            "All channels were counted, not only the n nearest.",
        ),
        summed(
            "own channel only",
            lambda x, n: x * x,
            "Each channel was damped by itself only; the neighbors count too.",
        ),
        summed(
            "own channel left out",
            lambda x, n: neighbour_sums(x * x, n // 2, n // 2) - x * x,
            "The channel itself was left out of its window.",
        ),
    ),
)
