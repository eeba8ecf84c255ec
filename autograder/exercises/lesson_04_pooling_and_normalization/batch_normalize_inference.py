"""Normalize with the statistics that were kept in training, whatever the batch holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from autograder import reference

from ..model import Arguments, Claim, Exercise, Mistake, Numbers, Property, between, case, same_as
from .batch_normalize import LOUD, SCALE_AND_SHIFT, along

OVER = (0, 2, 3)
"""The axes whose numbers share a mean in training."""


def batch_and_kept(
    numbers: Numbers,
    N: int,
    C: int,
    H: int,
    W: int,
    eps: float | None = None,
    still: bool = False,
    loud: bool = False,
    scaled: bool = False,
) -> Arguments:
    """A batch that is not like what was kept.

    Numbers so large that eps is nothing beside them if `loud`; gamma and beta if `scaled`; a kept
    variance of 0 if `still`.
    """
    channels, size = (
        np.arange(1, C + 1, dtype=numbers.dtype),
        numbers.dtype.type(LOUD if loud else 1),
    )
    x = numbers.array(N, C, H, W) * along(channels) + along(channels)
    mean, variance = numbers.array(C) - channels, np.abs(numbers.array(C)) + 1 / (1 + channels)
    gamma, beta = numbers.array(C), numbers.array(C)
    arguments: Arguments = {
        "x": numbers.lay_out(x * size),
        "gamma": gamma - 3 * channels * (-1) ** channels if scaled else np.ones_like(gamma),
        "beta": beta - 3 * channels if scaled else np.zeros_like(beta),
        "running_mean": mean * size,
        "running_var": (0 if still else 1) * variance.astype(numbers.dtype) * size * size,
    }
    return arguments if eps is None else {**arguments, "eps": eps}


def batch_and_kept_example() -> Arguments:
    return {
        "x": np.array([[[[1.0, 1.0], [5.0, 5.0]]], [[[9.0, 1.0], [5.0, 5.0]]]]),
        "gamma": np.array([2.0]),
        "beta": np.array([10.0]),
        "running_mean": np.array([3.0]),
        "running_var": np.array([3.0]),
        "eps": 1.0,
    }


def each_image_for_itself(call, numbers: Numbers) -> Iterator[Claim]:
    """An image alone comes out as it does in a batch."""
    given = batch_and_kept(numbers, 3, 1, 2, 2, loud=True)
    together = np.asarray(call(**given))
    for n in range(3):
        alone = {**given, "x": given["x"][n : n + 1].copy()}
        yield Claim(call(**alone), together[n : n + 1], f"image {n} alone", alone)


def one_number_is_not_lost(call, numbers: Numbers) -> Iterator[Claim]:
    """A single number comes out as its distance from the kept mean, in kept deviations."""
    x = LOUD * numbers.array(1, 1, 1, 1)
    given = {"x": x, "gamma": np.ones(1), "beta": np.zeros(1)}
    given |= {"running_mean": np.zeros(1), "running_var": np.full(1, 4 * LOUD**2)}
    yield Claim(call(**given), x / (2 * LOUD), "a batch of one number", given)


def by(name: str, formula: Callable, sentence: str) -> Mistake:
    """`formula(x, mean, variance, gamma, beta, eps)`, all of them shaped to go with x."""

    def answer(x, gamma, beta, running_mean, running_var, eps=1e-5):
        of_channels = map(along, (running_mean, running_var, gamma, beta))
        with np.errstate(all="ignore"):
            return formula(x, *of_channels, eps).astype(x.dtype)

    return Mistake(name, answer, sentence)


def with_batch(mean: bool, variance: bool) -> Callable[..., np.ndarray]:
    """The batch's own statistics in place of those kept."""

    def answer(x, gamma, beta, running_mean, running_var, eps=1e-5):
        own = reference.batch_statistics(x)
        used = own[0] if mean else running_mean, own[1] if variance else running_var
        return reference.batch_normalize_inference(x, gamma, beta, *used, eps)

    return answer


def statistics_moved_on(x, gamma, beta, running_mean, running_var, eps=1e-5):
    own = reference.batch_statistics(x)
    kept = [
        0.9 * old + 0.1 * new for old, new in zip((running_mean, running_var), own, strict=True)
    ]
    kept = [values.astype(x.dtype) for values in kept]
    return reference.batch_normalize_inference(x, gamma, beta, *kept, eps)


def along_the_width(x, gamma, beta, running_mean, running_var, eps=1e-5):
    return (x - running_mean) / np.sqrt(running_var + eps) * gamma + beta


MORE = ("channels", "eps")
"""What a batch of two channels with an eps leans on."""

ONE = {"N": between(1, 3), "C": 1, "H": between(2, 4), "W": same_as("H")}

EXERCISE = Exercise(
    order=74,
    reference=reference.batch_normalize_inference,
    draw=batch_and_kept,
    example=batch_and_kept_example,
    window=lambda arguments, where: {
        "x": where,
        **dict.fromkeys(("gamma", "beta", "running_mean", "running_var"), (where[1],)),
    },
    cases=(
        case("values", N=2, C=1, H=2, W=2, loud=True),
        case("values", **ONE, loud=True),
        case("channels", hidden=False, N=2, C=2, H=2, W=2, eps=0.5, needs=("eps",)),
        case(
            "channels",
            **{**ONE, "C": between(2, 5)},
            loud=True,
            corners=({"N": 4, "C": 3, "H": 2, "W": 2},),
        ),
        case("scale", N=2, C=1, H=2, W=2, loud=True, scaled=True),
        case("scale", hidden=False, N=2, C=2, H=2, W=2, eps=0.5, scaled=True, needs=MORE),
        case(
            "scale",
            **{**ONE, "C": between(2, 5)},
            loud=True,
            scaled=True,
            corners=({"N": 2, "C": 4, "H": 4, "W": 4},),
            needs=("channels",),
        ),
        case("eps", N=2, C=1, H=2, W=2, eps=2.0),
        case("eps", **ONE),
        case("eps", hidden=False, N=2, C=1, H=2, W=2, still=True),
        case("one_image", hidden=False, N=1, C=1, H=2, W=2, eps=0.5, needs=("eps",)),
        case("one_image", N=1, C=1, H=1, W=1, loud=True),
        case("rectangular", N=3, C=1, H=2, W=5, loud=True),
        case("rectangular", N=2, C=1, H=between(3, 6), W=1, loud=True),
        case("rectangular", N=2, C=3, H=4, W=2, loud=True, needs=("channels",)),
        case("dtype", dtype="float32", N=3, C=1, H=3, W=3, loud=True),
        case("dtype", hidden=False, dtype="float32", N=2, C=2, H=2, W=2, eps=0.1, needs=MORE),
        case("layout", layout="F", **ONE, loud=True, corners=({"N": 3, "H": 3, "W": 3},)),
        case("layout", layout="strided", N=3, C=2, H=3, W=3, loud=True, needs=("channels",)),
    ),
    properties=(
        Property("alone", each_image_for_itself),
        Property("one_image", one_number_is_not_lost),
    ),
    facet_words={
        "eps": "an eps that matters, and a kept variance of 0",
        "one_image": "a batch of one image, and of one number",
        "scale": "a scale gamma and a shift beta for each channel",
        "alone": "an image alone comes out as it does in a batch",
    },
    see="Statistics for later: running averages",
    mistakes=(
        Mistake(
            "statistics of the batch",
            with_batch(mean=True, variance=True),
            "The batch was normalized with its own statistics; at inference those kept in training "
            "are used.",
        ),
        Mistake(
            "mean of the batch",
            with_batch(mean=True, variance=False),
            "The batch's own mean was taken off; at inference the one kept in training is.",
        ),
        Mistake(
            "variance of the batch",
            with_batch(mean=False, variance=True),
            "The batch's own variance was used; at inference the one kept in training is.",
        ),
        Mistake(
            "statistics moved on",
            statistics_moved_on,
            "The kept statistics were moved on by this batch first; at inference they stay as they "
            "are.",
        ),
        by(
            "eps outside the root",
            lambda x, mean, variance, gamma, beta, eps: (
                (x - mean) / (np.sqrt(variance) + eps) * gamma + beta
            ),
            "Eps was added to the deviation; it belongs to the variance, inside the root.",
        ),
        by(
            "eps left out",
            lambda x, mean, variance, gamma, beta, eps: (
                (x - mean) / np.sqrt(variance) * gamma + beta
            ),
            "Eps is missing: a channel whose kept variance is 0 is divided by 0.",
        ),
        by(
            "eps ignored",
            lambda x, mean, variance, gamma, beta, eps: (
                (x - mean) / np.sqrt(variance + 1e-5) * gamma + beta
            ),
            "Eps is 1e-5 whatever it was given as.",
        ),
        by(
            "root left out",
            lambda x, mean, variance, gamma, beta, eps: (
                (x - mean) / (variance + eps) * gamma + beta
            ),
            "The numbers were divided by the variance; its root is meant.",
        ),
        by(
            "mean not subtracted",
            lambda x, mean, variance, gamma, beta, eps: x / np.sqrt(variance + eps) * gamma + beta,
            "The kept mean was not taken off.",
        ),
        by(
            "not divided",
            lambda x, mean, variance, gamma, beta, eps: (x - mean) * gamma + beta,
            "The mean was taken off, but nothing was divided by the deviation.",
        ),
        by(
            "mean and variance exchanged",
            lambda x, mean, variance, gamma, beta, eps: (
                (x - variance) / np.sqrt(mean + eps) * gamma + beta
            ),
            "Kept mean and kept variance are exchanged.",
        ),
        *(by(*row) for row in SCALE_AND_SHIFT),
        by(
            "first channel's statistics for all",
            lambda x, mean, variance, gamma, beta, eps: (
                (x - mean[0]) / np.sqrt(variance[0] + eps) * gamma + beta
            ),
            "Every channel was normalized with the first channel's statistics.",
        ),
        Mistake(
            "statistics along the width",
            along_the_width,
            "Statistics, gamma and beta were spread along the width; they belong to the channels.",
        ),
    ),
)
