"""Let the statistics that are kept for later follow those of a mini-batch."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from autograder import reference

from ..model import (
    Arguments,
    Claim,
    Exercise,
    Mistake,
    Numbers,
    Property,
    between,
    case,
    one_of,
    same_as,
)

OVER = (0, 2, 3)
"""The axes whose numbers share a mean."""


def kept_and_batch(
    numbers: Numbers,
    N: int,
    C: int,
    H: int,
    W: int,
    momentum: float | None = None,
    fresh: bool = False,
) -> Arguments:
    """Statistics kept so far, 0 and 1 at the start of training (`fresh`), and the next batch."""
    channels = np.arange(1, C + 1, dtype=numbers.dtype)
    x = numbers.array(N, C, H, W) * channels[:, None, None] + 2 * channels[:, None, None]
    # Image by image brighter, so that no part of a batch stands for the whole.
    x += np.arange(N, dtype=numbers.dtype).reshape(N, 1, 1, 1)
    mean, variance = numbers.array(C), np.abs(numbers.array(C)) + 1
    arguments: Arguments = {
        "running_mean": np.zeros_like(mean) if fresh else mean,
        "running_var": np.ones_like(mean) if fresh else variance,
        "x": numbers.lay_out(x),
    }
    return arguments if momentum is None else {**arguments, "momentum": momentum}


def kept_and_batch_example() -> Arguments:
    x = np.array([[[[1.0, 1.0], [5.0, 5.0]]], [[[9.0, 1.0], [5.0, 5.0]]]])
    kept = {"running_mean": np.array([0.0]), "running_var": np.array([1.0])}
    return {**kept, "x": x, "momentum": 0.5}


def repeated_batches_win(call, numbers: Numbers) -> Iterator[Claim]:
    """After many steps on one batch, the statistics kept are that batch's."""
    x = numbers.array(3, 1, 2, 2) + 5
    kept = np.zeros(1), np.ones(1)
    for _ in range(40):
        kept = tuple(call(running_mean=kept[0], running_var=kept[1], x=x, momentum=0.25))
        if [np.shape(values) for values in kept] != [(1,), (1,)]:
            break  # what grows from step to step is not asked again
    yield Claim(kept[0], x.mean(axis=OVER), "the mean after forty steps on one batch")
    yield Claim(kept[1], x.var(axis=OVER, ddof=1), "the variance after forty steps on one batch")


def momentum_of_one_keeps_all(call, numbers: Numbers) -> Iterator[Claim]:
    """With momentum 1 nothing changes, be there many numbers or two."""
    for sides in ((3, 2), (1, 1)):
        given = kept_and_batch(numbers, 2, 1, *sides, momentum=1.0)
        wanted = given["running_mean"].copy(), given["running_var"].copy()
        yield Claim(call(**given), wanted, "momentum 1", given)


def kept_by(
    mean_of: Callable[[np.ndarray], np.ndarray] = lambda x: x.mean(axis=OVER),
    variance_of: Callable[[np.ndarray], np.ndarray] = lambda x: x.var(axis=OVER, ddof=1),
    momentum_of: Callable[[float], float] = lambda momentum: momentum,
    default: float = 0.9,
) -> Callable[..., tuple[np.ndarray, np.ndarray]]:
    """The rule with other statistics of the batch, or with another momentum."""

    def answer(running_mean, running_var, x, momentum=default):
        part, dtype = momentum_of(momentum), x.dtype
        mean, variance = mean_of(x), variance_of(x)
        return (
            (part * running_mean + (1 - part) * mean).astype(dtype),
            (part * running_var + (1 - part) * variance).astype(dtype),
        )

    return answer


def afterwards(change: Callable[..., tuple]) -> Callable[..., tuple]:
    """Something done to the right result: `change(mean, var, running_mean, running_var)`."""

    def answer(running_mean, running_var, x, momentum=0.9):
        found = reference.update_running_statistics(running_mean, running_var, x, momentum)
        return change(*found, running_mean, running_var)

    return answer


def added_in_full(running_mean, running_var, x, momentum=0.9):
    return (
        (momentum * running_mean + x.mean(axis=OVER)).astype(x.dtype),
        (momentum * running_var + x.var(axis=OVER, ddof=1)).astype(x.dtype),
    )


def around_the_kept_mean(running_mean, running_var, x, momentum=0.9):
    mean, _ = reference.update_running_statistics(running_mean, running_var, x, momentum)
    off = ((x - running_mean[:, None, None]) ** 2).sum(axis=OVER) / (x.size // x.shape[1] - 1)
    return mean, (momentum * running_var + (1 - momentum) * off).astype(x.dtype)


def by_images(x: np.ndarray) -> np.ndarray:
    """n − 1 of the images instead of the numbers."""
    return x.var(axis=OVER) * (len(x) / max(len(x) - 1, 0.5))


def keeping_axes(running_mean, running_var, x, momentum=0.9):
    kept = reference.update_running_statistics(running_mean, running_var, x, momentum)
    return tuple(values.reshape(1, -1, 1, 1) for values in kept)


def one_after_the_other(running_mean, running_var, x, momentum=0.9):
    kept = running_mean, running_var
    for image in x:
        kept = reference.update_running_statistics(*kept, image[None], momentum)
    return kept


SENTENCE_OF_IMAGES = (
    "Every image got statistics of its own; a channel has one mean and one variance for the whole "
    "batch."
)

MORE = ("channels",)
"""What a batch of several channels leans on."""

BATCH = {"N": between(2, 4), "C": 1, "H": between(2, 4), "W": same_as("H")}

EXERCISE = Exercise(
    order=72,
    reference=reference.update_running_statistics,
    draw=kept_and_batch,
    example=kept_and_batch_example,
    results=("mean", "var"),
    smallest={"N": 2},
    terms=256,
    cases=(
        case("values", hidden=False, N=2, C=1, H=2, W=2, momentum=0.75),
        case("values", **BATCH, momentum=one_of(0.75, 0.25, 0.6), corners=({"N": 4, "H": 2},)),
        case("values", N=2, C=1, H=2, W=2, momentum=0.75, fresh=True),
        case("channels", hidden=False, N=2, C=3, H=2, W=2, momentum=0.75),
        case("channels", **{**BATCH, "C": between(2, 4)}, momentum=0.75),
        case("momentum", N=3, C=1, H=2, W=2, momentum=0.0),
        case("momentum", N=2, C=1, H=3, W=3, momentum=one_of(0.1, 0.3, 0.99)),
        case("default", hidden=False, N=2, C=1, H=2, W=2),
        case("default", **BATCH),
        case("one_image", hidden=False, N=1, C=1, H=3, W=3, momentum=0.75),
        case("one_image", N=1, C=1, H=between(2, 4), W=between(2, 4), momentum=0.75),
        case("rectangular", N=3, C=1, H=2, W=5, momentum=0.75),
        case("rectangular", N=between(2, 3), C=1, H=between(4, 6), W=1, momentum=0.75),
        case("dtype", hidden=False, dtype="float32", N=2, C=1, H=2, W=2, momentum=0.75),
        case("dtype", dtype="float32", N=3, C=1, H=3, W=3, momentum=0.75),
        # Of many channels: in two numbers half precision may not show.
        case("dtype", hidden=False, dtype="float32", N=2, C=6, H=2, W=2, momentum=0.75, needs=MORE),
        case("dtype", dtype="float32", N=3, C=8, H=3, W=3, momentum=0.75, needs=MORE),
        case("layout", layout="F", N=3, C=1, H=3, W=3, momentum=0.75),
        case("layout", layout="strided", needs=("channels",), N=2, C=2, H=2, W=3, momentum=0.75),
    ),
    properties=(
        Property("again_and_again", repeated_batches_win),
        Property("momentum", momentum_of_one_keeps_all),
    ),
    facet_words={
        "momentum": "other momenta: none, little, all",
        "default": "a momentum of 0.9 where none is given",
        "one_image": "a batch of one image",
        "again_and_again": "after many steps on one batch, its statistics are kept",
    },
    see="Statistics for later: running averages",
    mistakes=(
        Mistake(
            "momentum on the wrong side",
            kept_by(momentum_of=lambda momentum: 1 - momentum),
            "The momentum went to the batch; it is the part of the old statistics that stays.",
        ),
        Mistake(
            "per image",
            lambda running_mean, running_var, x, momentum=0.9: (
                momentum * running_mean + (1 - momentum) * x.mean(axis=(2, 3)),
                momentum * running_var + (1 - momentum) * x.var(axis=(2, 3), ddof=1),
            ),
            SENTENCE_OF_IMAGES,
        ),
        Mistake(
            "per image",
            lambda running_mean, running_var, x, momentum=0.9: (
                momentum * running_mean + (1 - momentum) * x.mean(axis=(2, 3)),
                momentum * running_var + (1 - momentum) * x.var(axis=(2, 3)),
            ),
            SENTENCE_OF_IMAGES,
        ),
        Mistake(
            "mean of the images' variances",
            kept_by(variance_of=lambda x: x.var(axis=(2, 3), ddof=1).mean(axis=0)),
            "The variance was taken in each image and then averaged, so how the images differ is "
            "lost; all numbers of a channel, in all images, share one mean.",
        ),
        Mistake(
            "mean of the images' variances",
            kept_by(variance_of=lambda x: x.var(axis=(2, 3)).mean(axis=0)),
            "The variance was taken in each image and then averaged, so how the images differ is "
            "lost; all numbers of a channel, in all images, share one mean.",
        ),
        Mistake(
            "one image after the other",
            one_after_the_other,
            "The statistics were updated once for each image; a mini-batch is one step.",
        ),
        Mistake(
            "biased variance",
            kept_by(variance_of=lambda x: x.var(axis=OVER)),
            "The batch's variance was divided by n; the one that is kept is divided by n − 1.",
        ),
        Mistake(
            "n − 1 of the images",
            kept_by(variance_of=by_images),
            "The variance was corrected for the number of images; n is the count of all numbers of "
            "a channel: images times height times width.",
        ),
        Mistake(
            "deviation for the variance",
            kept_by(variance_of=lambda x: x.std(axis=OVER, ddof=1)),
            "The standard deviation was kept; the variance is meant, without the root.",
        ),
        Mistake(
            "variance around the kept mean",
            around_the_kept_mean,
            "The variance was taken around the mean kept so far; it goes around the batch's own.",
        ),
        Mistake(
            "only the batch",
            kept_by(momentum_of=lambda momentum: 0.0),
            "These are the statistics of this batch alone: what was kept before is lost.",
        ),
        Mistake(
            "batch added in full",
            added_in_full,
            "The batch's statistics were added in full; their part is 1 − momentum.",
        ),
        Mistake(
            "momentum always 0.9",
            kept_by(momentum_of=lambda momentum: 0.9),
            "The momentum is 0.9 whatever it was given as.",
        ),
        Mistake(
            "default momentum 0.1",
            kept_by(default=0.1),
            "The momentum is 0.1 where none is given; here the old statistics keep 0.9.",
        ),
        Mistake(
            "results exchanged",
            afterwards(lambda mean, var, *_: (var, mean)),
            "Mean and variance came back in the other order.",
        ),
        Mistake(
            "variance not updated",
            afterwards(lambda mean, var, old_mean, old_var: (mean, old_var.copy())),
            "The variance came back as it was: it follows the batch as the mean does.",
        ),
        Mistake(
            "mean not updated",
            afterwards(lambda mean, var, old_mean, old_var: (old_mean.copy(), var)),
            "The mean came back as it was: it follows the batch as the variance does.",
        ),
        Mistake(
            "nothing updated",
            afterwards(lambda mean, var, old_mean, old_var: (old_mean.copy(), old_var.copy())),
            "The statistics came back as they were.",
        ),
        Mistake(
            "one mean for everything",
            kept_by(mean_of=np.mean, variance_of=lambda x: x.var(ddof=1)),
            "The statistics were taken over all channels together; each channel has its own.",
        ),
        Mistake(
            "axes kept",
            keeping_axes,
            "The statistics still have the axes of the images; there is one number for each "
            "channel.",
        ),
    ),
)
