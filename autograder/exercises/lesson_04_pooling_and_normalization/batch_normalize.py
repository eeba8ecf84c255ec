"""Give each channel of the batch mean 0 and variance 1, then scale and shift it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograder import reference

from ..model import Arguments, Claim, Exercise, Mistake, Numbers, Property, between, case

LOUD = 1e9
"""The size of numbers beside whose variance an eps of 1e-5 is lost in rounding."""


def batch_to_normalize(
    numbers: Numbers,
    N: int,
    C: int,
    H: int,
    W: int,
    eps: float | None = None,
    even: bool = False,
    loud: bool = False,
    scaled: bool = False,
) -> Arguments:
    """Numbers so large that eps is nothing beside them if `loud`; gamma and beta if `scaled`."""
    channels = np.arange(1, C + 1, dtype=numbers.dtype)
    x = numbers.array(N, C, H, W) * channels[:, None, None] + channels[:, None, None]
    if even:
        x[:, 0] = 3
    if loud:
        x *= x.dtype.type(LOUD)
    gamma, beta = numbers.array(C), numbers.array(C)
    arguments: Arguments = {
        "x": numbers.lay_out(x),
        "gamma": gamma - 3 * channels * (-1) ** channels if scaled else np.ones_like(gamma),
        "beta": beta - 3 * channels if scaled else np.zeros_like(beta),
    }
    return arguments if eps is None else {**arguments, "eps": eps}


def batch_to_normalize_example() -> Arguments:
    x = np.array([[[[1.0, 1.0], [5.0, 5.0]]], [[[9.0, 1.0], [5.0, 5.0]]]])
    return {"x": x, "gamma": np.array([2.0]), "beta": np.array([10.0]), "eps": 1.0}


def along(values: np.ndarray) -> np.ndarray:
    return values[:, None, None]


SCALE_AND_SHIFT = (
    (
        "gamma and beta left out",
        lambda x, mean, variance, gamma, beta, eps: (x - mean) / np.sqrt(variance + eps),
        "Scale and shift are missing.",
    ),
    (
        "beta left out",
        lambda x, mean, variance, gamma, beta, eps: (x - mean) / np.sqrt(variance + eps) * gamma,
        "The shift beta is missing.",
    ),
    (
        "gamma left out",
        lambda x, mean, variance, gamma, beta, eps: (x - mean) / np.sqrt(variance + eps) + beta,
        "The scale gamma is missing.",
    ),
    (
        "gamma and beta exchanged",
        lambda x, mean, variance, gamma, beta, eps: (
            (x - mean) / np.sqrt(variance + eps) * beta + gamma
        ),
        "Gamma and beta are exchanged: gamma scales, beta shifts.",
    ),
    (
        "shifted before scaled",
        lambda x, mean, variance, gamma, beta, eps: (
            ((x - mean) / np.sqrt(variance + eps) + beta) * gamma
        ),
        "Beta was added before gamma multiplied.",
    ),
)
"""Wrong whatever the statistics are: a name, a formula as `normalized` takes it, a sentence."""


def normalized(name: str, formula: Callable, sentence: str) -> Mistake:
    """`formula(x, mean, variance, gamma, beta, eps)`, all of them shaped to go with x."""

    def answer(x, gamma, beta, eps=1e-5):
        mean = x.mean(axis=(0, 2, 3), keepdims=True)
        variance = x.var(axis=(0, 2, 3), keepdims=True)
        result = formula(x, mean, variance, along(gamma), along(beta), eps)
        return result.astype(x.dtype)

    return Mistake(name, answer, sentence)


def with_statistics(name: str, axes: tuple[int, ...] | None, sentence: str) -> Mistake:
    """The right formula with statistics over other axes."""

    def answer(x, gamma, beta, eps=1e-5):
        mean, variance = x.mean(axis=axes, keepdims=True), x.var(axis=axes, keepdims=True)
        result = (x - mean) / np.sqrt(variance + eps) * along(gamma) + along(beta)
        return result.astype(x.dtype)

    return Mistake(name, answer, sentence)


def parameters_along_the_width(x, gamma, beta, eps=1e-5):
    plain = reference.batch_normalize(x, np.ones_like(gamma), np.zeros_like(beta), eps)
    return plain * gamma + beta


def without_eps(x, gamma, beta, eps=1e-5):
    mean, variance = x.mean((0, 2, 3), keepdims=True), x.var((0, 2, 3), keepdims=True)
    with np.errstate(all="ignore"):
        return along(gamma) * ((x - mean) / np.sqrt(variance)) + along(beta)


def channels_come_out_alike(call, numbers: Numbers) -> Iterator[Claim]:
    """A channel comes out with the mean 0 and the deviation 1."""
    x = LOUD * (numbers.array(4, 1, 5, 5) * 7 + 2)
    result = call(x=x, gamma=np.ones(1), beta=np.zeros(1))
    yield Claim(1 + result.mean(axis=(0, 2, 3)), np.ones(1), "the mean is 0")
    yield Claim(result.std(axis=(0, 2, 3)), np.ones(1), "the deviation is 1")


def brightness_does_not_matter(call, numbers: Numbers) -> Iterator[Claim]:
    """Brighter pictures, or pictures of more contrast, give the same."""
    x, gamma, beta = LOUD * numbers.array(2, 1, 3, 3), np.ones(1), np.zeros(1)
    before = call(x=x, gamma=gamma, beta=beta)
    after = call(x=4 * x + 8 * LOUD, gamma=gamma, beta=beta)
    yield Claim(after, before, "four times the contrast, and brighter")


MORE = ("channels", "eps")
"""What a batch of two channels with an eps leans on."""

BATCH: dict[str, Any] = {
    "N": between(2, 4),
    "C": 1,
    "H": between(2, 4),
    "W": between(2, 4),
}

EXERCISE = Exercise(
    order=70,
    reference=reference.batch_normalize,
    draw=batch_to_normalize,
    example=batch_to_normalize_example,
    window=lambda arguments, where: {
        "x": (slice(None), where[1]),
        "gamma": (where[1],),
        "beta": (where[1],),
    },
    terms=256,
    cases=(
        case("values", N=2, C=1, H=2, W=2, loud=True),
        case("values", N=3, C=1, H=3, W=3, loud=True),
        case("channels", hidden=False, N=2, C=2, H=2, W=2, eps=0.5, needs=("eps",)),
        case(
            "channels",
            **{**BATCH, "C": between(2, 5)},
            loud=True,
            corners=({"N": 4, "C": 3, "H": 2, "W": 2}, {"N": 2, "C": 4, "H": 4, "W": 4}),
        ),
        case("scale", N=2, C=1, H=2, W=2, loud=True, scaled=True),
        case("scale", hidden=False, N=2, C=2, H=2, W=2, eps=0.5, scaled=True, needs=MORE),
        case(
            "scale",
            **{**BATCH, "C": between(2, 5)},
            loud=True,
            scaled=True,
            corners=({"N": 2, "C": 4, "H": 4, "W": 4},),
            needs=("channels",),
        ),
        case("eps", N=2, C=1, H=2, W=2, eps=2.0),
        case("eps", N=3, C=1, H=3, W=3),
        case("eps", hidden=False, N=2, C=1, H=2, W=2, even=True),
        case(
            "one_image",
            **{**BATCH, "N": 1},
            loud=True,
            corners=({"H": 3, "W": 3}, {"H": 1, "W": 4}),
        ),
        case(
            "rectangular",
            **{**BATCH, "H": between(1, 6), "W": between(1, 6)},
            loud=True,
            where=lambda sizes: sizes.H != sizes.W and sizes.H * sizes.W > 3,
            corners=({"N": 3, "H": 2, "W": 5}, {"N": 2, "H": 4, "W": 1}),
        ),
        case("rectangular", N=2, C=3, H=4, W=2, loud=True, needs=("channels",)),
        case("dtype", dtype="float32", N=3, C=1, H=3, W=3, loud=True),
        case("dtype", hidden=False, dtype="float32", N=2, C=2, H=2, W=2, eps=0.1, needs=MORE),
        case("layout", layout="F", **BATCH, loud=True, corners=({"N": 3, "H": 3, "W": 3},)),
        case("layout", layout="strided", N=3, C=2, H=3, W=3, loud=True, needs=("channels",)),
    ),
    properties=(
        Property("statistics", channels_come_out_alike),
        Property("contrast", brightness_does_not_matter),
    ),
    facet_words={
        "eps": "an eps that matters, and an even channel",
        "one_image": "a batch of one image",
        "statistics": "a channel comes out with mean 0 and deviation 1",
        "scale": "a scale gamma and a shift beta for each channel",
        "contrast": "contrast and brightness do not matter",
    },
    see="Batch normalization: one scale for every channel",
    mistakes=(
        with_statistics(
            "statistics per pixel",
            (0,),
            "Every pixel has a mean of its own; all pixels of a channel, in all images, share one.",
        ),
        with_statistics(
            "statistics per image",
            (2, 3),
            "Every image has a mean of its own: that is instance normalization; a channel has one "
            "for the whole batch.",
        ),
        with_statistics(
            "statistics over the channels",
            (1, 2, 3),
            "The channels of an image share one mean: that is layer normalization; here each "
            "channel has its own.",
        ),
        with_statistics(
            "one mean for everything",
            None,
            "There is a single mean for all channels; each has its own.",
        ),
        with_statistics(
            "statistics across the channels of a pixel",
            (1,),
            "The mean was taken across the channels; it goes over images and pixels.",
        ),
        normalized(
            "eps outside the root",
            lambda x, mean, variance, gamma, beta, eps: (
                (x - mean) / (np.sqrt(variance) + eps) * gamma + beta
            ),
            "Eps was added to the deviation; it belongs to the variance, inside the root.",
        ),
        normalized(
            "eps left out",
            lambda x, mean, variance, gamma, beta, eps: (
                (x - mean) / np.sqrt(np.maximum(variance, 1e-300)) * gamma + beta
            ),
            "Eps is missing.",
        ),
        Mistake(
            "eps left out",
            without_eps,
            "Eps is missing: a channel of equal numbers is divided by 0.",
        ),
        normalized(
            "eps ignored",
            lambda x, mean, variance, gamma, beta, eps: (
                (x - mean) / np.sqrt(variance + 1e-5) * gamma + beta
            ),
            "Eps is 1e-5 whatever it was given as.",
        ),
        normalized(
            "n − 1 variance",
            lambda x, mean, variance, gamma, beta, eps: (
                (x - mean)
                / np.sqrt(variance * (x.size / x.shape[1]) / (x.size / x.shape[1] - 1) + eps)
                * gamma
                + beta
            ),
            "The variance was divided by n − 1; batch normalization divides by n.",
        ),
        normalized(
            "root left out",
            lambda x, mean, variance, gamma, beta, eps: (
                (x - mean) / (variance + eps) * gamma + beta
            ),
            "The numbers were divided by the variance; its root is meant.",
        ),
        normalized(
            "squared instead of the root",
            lambda x, mean, variance, gamma, beta, eps: (
                (x - mean) / (variance + eps) ** 2 * gamma + beta
            ),
            "The numbers were divided by the square of the variance; its root is meant.",
        ),
        normalized(
            "mean not subtracted",
            lambda x, mean, variance, gamma, beta, eps: x / np.sqrt(variance + eps) * gamma + beta,
            "The mean was not taken off.",
        ),
        normalized(
            "not divided",
            lambda x, mean, variance, gamma, beta, eps: (x - mean) * gamma + beta,
            "The mean was taken off, but nothing was divided by the deviation.",
        ),
        *(normalized(*row) for row in SCALE_AND_SHIFT),
        normalized(
            "first gamma and beta for all",
            lambda x, mean, variance, gamma, beta, eps: (
                (x - mean) / np.sqrt(variance + eps) * gamma[0] + beta[0]
            ),
            "Every channel got the first channel's gamma and beta.",
        ),
        Mistake(
            "gamma and beta along the width",
            parameters_along_the_width,
            "Gamma and beta were spread along the width; they belong to the channels.",
        ),
    ),
)
