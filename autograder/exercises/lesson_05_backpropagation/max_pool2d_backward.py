"""Hand the gradient of each window to the number that won it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder import reference

from ..model import Claim, Exercise, Mistake, Numbers, Property, between, case
from ._pooling import (
    POOL_CASES,
    POOL_WORDS,
    counted_by_division,
    pool_and_gradient,
    pool_backward_by,
    to_the_first,
    turned_round,
    windows,
)
from ._shared import slopes_agree


def to_all_tied(window: np.ndarray, gradient: float) -> np.ndarray:
    return gradient * (window == window.max(initial=-np.inf))


def shared_among_tied(window: np.ndarray, gradient: float) -> np.ndarray:
    tied = window == window.max(initial=-np.inf)
    return gradient * tied / max(tied.sum(), 1)


def to_the_last(window: np.ndarray, gradient: float) -> np.ndarray:
    return to_the_first(window[::-1, ::-1], gradient)[::-1, ::-1]


def at_the_corner(grad, x, size, stride=None):
    """The place of the winner within its window, taken for its place in the image."""
    result = np.zeros_like(x)
    for index, window in windows(grad, size, stride):
        place = np.unravel_index(np.argmax(x[window]), x[window].shape)
        result[(*index[:2], *place)] += grad[index]
    return result


def whole_window_overwritten(grad, x, size, stride=None):
    result = np.zeros_like(x)
    for index, window in windows(grad, size, stride):
        result[window] = to_the_first(x[window], grad[index])
    return result


def slope_of_max_pooling(call, numbers: Numbers) -> Iterator[Claim]:
    """It is the slope of Σ grad · pooled, by central differences."""
    grad, x, size = pool_and_gradient(numbers, N=1, C=1, places=3, size=2).values()
    x = numbers.rng.permutation(x.size).reshape(x.shape) / 4  # far from a tie

    def total(values: np.ndarray) -> float:
        return float((grad * reference.max_pool2d(values, size)).sum())

    got = call(grad=grad, x=x, size=size)
    slope = reference.numerical_gradient(total, x, 0.0625)
    yield Claim(slopes_agree(got, slope), True, "it is the slope, by central differences")


def pooling_loses_nothing(call, numbers: Numbers) -> Iterator[Claim]:
    """What comes back is, in all, what went in, for each channel of each image."""
    given = pool_and_gradient(numbers, N=1, C=1, places=3, size=3)
    yield Claim(
        np.asarray(call(**given)).sum(axis=(2, 3)),
        given["grad"].sum(axis=(2, 3)),
        "each channel hands back all that it was given",
    )


EXERCISE = Exercise(
    order=40,
    reference=reference.max_pool2d_backward,
    draw=pool_and_gradient,
    example=lambda: {
        "grad": np.array([[[[1.0, 2.0], [3.0, 4.0]]]]),
        "x": np.array([[[[1.0, 5.0, 2.0], [0.0, 9.0, 3.0], [7.0, 4.0, 6.0]]]]),
        "size": 2,
        "stride": 1,
    },
    terms=16,
    cases=(
        *POOL_CASES,
        case("ties", hidden=False, N=1, C=1, places=2, size=3, ties=True),
        case(
            "ties",
            N=1,
            C=1,
            places=between(3, 5),
            size=between(2, 4),
            ties=True,
            corners=({"places": 4, "size": 2}, {"places": 3, "size": 4}),
        ),
        case("ties", needs=("overlap",), N=1, C=1, places=3, size=3, stride=2, ties=True),
        case("ties", needs=("pair", "channels"), N=1, C=2, places=2, size=(2, 3), ties=True),
        case("ties", needs=("negative",), N=1, C=1, places=3, size=3, ties=True, signs="negative"),
    ),
    properties=(
        Property("slope", slope_of_max_pooling),
        Property("all", pooling_loses_nothing),
    ),
    facet_words=POOL_WORDS,
    test_points=5,
    see="Only the winner is paid: back through max pooling",
    mistakes=(
        Mistake(
            "= for +=",
            pool_backward_by(to_the_first, overwrite=True),
            "Each window overwrites what the last one gave (`=` where `+=` is meant): a number "
            "that wins several windows collects from each.",
        ),
        Mistake(
            "= for +=",
            whole_window_overwritten,
            "Each window overwrites what the last one gave, its zeros included (`=` where `+=` is "
            "meant): a number that wins several windows collects from each.",
        ),
        Mistake(
            "all ties paid",
            pool_backward_by(to_all_tied),
            "Every one of the tied maxima got the whole gradient: the first in reading order takes "
            "it.",
        ),
        Mistake(
            "ties share",
            pool_backward_by(shared_among_tied),
            "Tied maxima share the gradient: the first in reading order takes it all.",
        ),
        Mistake(
            "last of the tied wins",
            pool_backward_by(to_the_last),
            "Of tied maxima the last one got the gradient: it is the first in reading order that "
            "takes it.",
        ),
        Mistake(
            "first down the columns wins",
            pool_backward_by(lambda window, gradient: to_the_first(window.T, gradient).T),
            "Of tied maxima the first one down the columns got the gradient: reading order goes "
            "along the rows.",
        ),
        Mistake(
            "stride := size",
            pool_backward_by(to_the_first, stride_of=lambda size, stride: size),
            "The windows moved by their own size; `stride` was not looked at.",
        ),
        Mistake(
            "windows counted by division",
            counted_by_division(reference.max_pool2d_backward),
            "The windows were counted as the side over the stride; where they overlap or stand "
            "apart, there are as many as `grad` has numbers.",
        ),
        Mistake(
            "stride 1",
            pool_backward_by(to_the_first, stride_of=lambda size, stride: 1),
            "The windows moved by one; on the way forward they moved by the stride.",
        ),
        Mistake(
            "H and W swapped",
            pool_backward_by(
                to_the_first,
                size_of=turned_round,
                stride_of=lambda size, stride: turned_round(stride),
            ),
            "Height and width of the window are exchanged: that only shows when it is not square.",
        ),
        Mistake(
            "square window assumed",
            pool_backward_by(to_the_first, size_of=lambda size: reference.pair(size)[0]),
            "The window was taken for a square of its height.",
        ),
        Mistake(
            "the whole window paid",
            pool_backward_by(lambda window, gradient: np.full_like(window, gradient)),
            "Every number of the window got the gradient; only the winner gets it.",
        ),
        Mistake(
            "average pooling's way back",
            pool_backward_by(
                lambda window, gradient: np.full_like(window, gradient / max(window.size, 1))
            ),
            "Every number of the window got a share of the gradient: that is the way back of "
            "average pooling.",
        ),
        Mistake(
            "the smallest wins",
            pool_backward_by(lambda window, gradient: to_the_first(-window, gradient)),
            "The smallest number of the window got the gradient.",
        ),
        Mistake(
            "largest size wins",
            pool_backward_by(lambda window, gradient: to_the_first(np.abs(window), gradient)),
            "The number farthest from 0 got the gradient, whatever its sign; the largest one wins.",
        ),
        Mistake(
            "times the winner",
            pool_backward_by(
                lambda window, gradient: to_the_first(window, gradient * window.max(initial=0))
            ),
            "The gradient was multiplied by the winning number; it comes back as it is.",
        ),
        Mistake(
            "corner of the image",
            at_the_corner,
            "All gradients went to the first window's corner of the image: the winner's place is "
            "counted from its own window.",
        ),
    ),
)
