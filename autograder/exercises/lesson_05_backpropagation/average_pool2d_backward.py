"""Share the gradient of each window equally among its numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograder import reference

from ..model import Arguments, Claim, Exercise, Mistake, Numbers, Property
from ._pooling import (
    POOL_CASES,
    POOL_WORDS,
    counted_by_division,
    pool_and_gradient,
    pool_backward_by,
    to_the_first,
    turned_round,
)
from ._shared import slopes_agree


def average_pool_and_gradient(numbers: Numbers, **sizes: Any) -> Arguments:
    grad, x, *rest = (given := pool_and_gradient(numbers, **sizes)).values()
    return {"grad": grad, "x_shape": x.shape, **dict(zip(list(given)[2:], rest, strict=True))}


def shared_out(
    parts: Callable[[tuple[int, int], tuple[int, int], np.ndarray], float] = (
        lambda size, stride, grad: size[0] * size[1]
    ),
    **changes: Any,
) -> Callable[..., np.ndarray]:
    """Give every number of a window the gradient over `parts(size, stride, grad)`."""

    def average_pool2d_backward(grad, x_shape, size, stride=None):
        count = parts(reference.pair(size), reference.pair(stride or size), grad)
        back = pool_backward_by(
            lambda window, gradient: np.full_like(window, gradient / count), **changes
        )
        return back(grad, np.zeros(x_shape, grad.dtype), size, stride)

    return average_pool2d_backward


def to_one_corner(grad, x_shape, size, stride=None):
    back = pool_backward_by(to_the_first)
    return back(grad, np.zeros(x_shape, grad.dtype), size, stride)


def slope_of_average_pooling(call, numbers: Numbers) -> Iterator[Claim]:
    """It is the slope of Σ grad · pooled, by central differences."""
    grad, x, size = pool_and_gradient(numbers, N=1, C=1, places=3, size=2).values()

    def total(values: np.ndarray) -> float:
        return float((grad * reference.average_pool2d(values, size)).sum())

    got = call(grad=grad, x_shape=x.shape, size=size)
    slope = reference.numerical_gradient(total, x, 0.25)
    yield Claim(slopes_agree(got, slope), True, "it is the slope, by central differences")


def averaging_loses_nothing(call, numbers: Numbers) -> Iterator[Claim]:
    """What comes back is, in all, what went in, for each channel of each image."""
    given = average_pool_and_gradient(numbers, N=1, C=1, places=3, size=3)
    yield Claim(
        np.asarray(call(**given)).sum(axis=(2, 3)),
        given["grad"].sum(axis=(2, 3)),
        "each channel hands back all that it was given",
    )


EXERCISE = Exercise(
    order=50,
    reference=reference.average_pool2d_backward,
    draw=average_pool_and_gradient,
    example=lambda: {
        "grad": np.array([[[[4.0, 8.0], [12.0, -4.0]]]]),
        "x_shape": (1, 1, 3, 3),
        "size": 2,
        "stride": 1,
    },
    terms=16,
    cases=tuple(one for one in POOL_CASES if one.facet != "negative"),
    properties=(
        Property("slope", slope_of_average_pooling),
        Property("all", averaging_loses_nothing),
    ),
    facet_words=POOL_WORDS,
    see="Everyone gets a share: back through average pooling",
    mistakes=(
        Mistake(
            "not divided",
            shared_out(lambda size, stride, grad: 1),
            "Every number of the window got the whole gradient; it is shared among them.",
        ),
        Mistake(
            "divided by the height",
            shared_out(lambda size, stride, grad: size[0]),
            "The gradient was divided by one side of the window; it is shared among all its "
            "numbers.",
        ),
        Mistake(
            "square window assumed",
            shared_out(lambda size, stride, grad: size[0] ** 2),
            "The gradient was divided by the square of the window's height.",
        ),
        Mistake(
            "divided by the stride",
            shared_out(lambda size, stride, grad: stride[0] * stride[1]),
            "The gradient was divided by the stride's area; it is the window's numbers that share "
            "it.",
        ),
        Mistake(
            "divided by the number of windows",
            shared_out(lambda size, stride, grad: grad.shape[2] * grad.shape[3]),
            "The gradient was divided by the number of windows; it is shared among the numbers of "
            "one.",
        ),
        Mistake(
            "= for +=",
            shared_out(overwrite=True),
            "Each window overwrites what the last one gave (`=` where `+=` is meant): where "
            "windows overlap, the shares add up.",
        ),
        Mistake(
            "stride := size",
            shared_out(stride_of=lambda size, stride: size),
            "The windows moved by their own size; `stride` was not looked at.",
        ),
        Mistake(
            "windows counted by division",
            counted_by_division(reference.average_pool2d_backward),
            "The windows were counted as the side over the stride; where they overlap or stand "
            "apart, there are as many as `grad` has numbers.",
        ),
        Mistake(
            "stride 1",
            shared_out(stride_of=lambda size, stride: 1),
            "The windows moved by one; on the way forward they moved by the stride.",
        ),
        Mistake(
            "H and W swapped",
            shared_out(size_of=turned_round, stride_of=lambda size, stride: turned_round(stride)),
            "Height and width of the window are exchanged: that only shows when it is not square.",
        ),
        Mistake(
            "one corner paid",
            to_one_corner,
            "The first number of each window got the whole gradient; all of them share it.",
        ),
        Mistake(
            "averaged over the channels as well",
            lambda grad, x_shape, size, stride=None: (
                reference.average_pool2d_backward(grad, x_shape, size, stride) / x_shape[1]
            ),
            "The gradient was divided by the number of channels as well; each channel is pooled "
            "on its own.",
        ),
    ),
)
