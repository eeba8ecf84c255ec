"""One lack costs the part that is named after it, and nothing else."""

import numpy as np
import pytest

from autograder import reference
from autograder.exercises import find
from autograder.judging import judge

SEEDS = (3, 4)


def lost(exercise, answer, seed=3):
    verdict = judge(exercise, answer, hidden=True, seed=seed)
    return [facet.facet for facet in verdict.facets if not facet.passed], verdict


def whole(number):
    if not isinstance(number, int):
        raise TypeError("unsupported operand type(s) for *: 'int' and 'tuple'")
    return number


def framed_where_there_is_a_frame(x, pad):
    """The beginner's frame, which is empty where `pad` is 0."""
    h, w = reference.pair(pad)
    framed = np.zeros((*x.shape[:2], x.shape[2] + 2 * h, x.shape[3] + 2 * w), x.dtype)
    framed[:, :, h:-h, w:-w] = x
    return framed


def framed_only_if_asked(x, pad):
    """The padded picture, which has no name yet where `pad` is 0."""
    if reference.pair(pad) != (0, 0):
        framed = reference.pad_images(x, pad)
    return framed


def flooring(x, weights, bias, stride=1, pad=0):
    return reference.conv2d_forward(x, weights, bias, stride, pad, floor=True)


LAYERS = {
    "pair": lambda x, weights, bias, stride=1, pad=0: reference.conv2d_forward(
        x, weights, bias, whole(stride), whole(pad)
    ),
    "no_pad": lambda x, weights, bias, stride=1, pad=0: reference.conv2d_forward(
        framed_where_there_is_a_frame(x, pad), weights, bias, stride
    ),
    "padding": lambda x, weights, bias, stride=1, pad=0: reference.conv2d_forward(
        x, weights, bias, stride
    ),
    "stride": lambda x, weights, bias, stride=1, pad=0: reference.conv2d_forward(
        x, weights, bias, 1, pad
    ),
    "bias": lambda x, weights, bias, stride=1, pad=0: reference.conv2d_forward(
        x, weights, 0 * bias, stride, pad
    ),
    "refused": flooring,
    "batch": lambda x, *others: np.repeat(reference.conv2d_forward(x[:1], *others), len(x), axis=0),
    "dtype": lambda x, *others: reference.conv2d_forward(x, *others).astype(np.float64),
    "channels": lambda x, weights, *others: reference.conv2d_forward(
        x[:, :1], weights[:, :1], *others
    ),
}


def test_a_picture_that_is_padded_only_if_asked_costs_the_part_without_a_frame():
    def answer(x, weights, bias, stride=1, pad=0):
        return reference.conv2d_forward(framed_only_if_asked(x, pad), weights, bias, stride)

    assert lost("conv2d-forward", answer)[0] == ["no_pad"]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("exercise", ["conv2d-forward", "conv2d-fast"])
@pytest.mark.parametrize("part", LAYERS)
def test_a_layer_with_one_lack_loses_the_part_of_that_name(exercise, part, seed):
    parts, verdict = lost(exercise, LAYERS[part], seed)
    assert parts == [part]
    assert verdict.points == pytest.approx(verdict.max_points * 14 / 15, abs=0.01)


COLUMNS = {
    "pair": lambda x, kernel_size, stride=1, pad=0: reference.im2col(
        x, whole(kernel_size), whole(stride), whole(pad)
    ),
    "no_pad": lambda x, kernel_size, stride=1, pad=0: reference.im2col(
        framed_where_there_is_a_frame(x, pad), kernel_size, stride
    ),
    "padding": lambda x, kernel_size, stride=1, pad=0: reference.im2col(x, kernel_size, stride),
    "dtype": lambda *arguments: reference.im2col(*arguments).astype(np.float64),
}


@pytest.mark.parametrize("part", COLUMNS)
def test_columns_with_one_lack_lose_the_part_of_that_name(part):
    assert lost("im2col", COLUMNS[part])[0] == [part]


FRAMES = {
    "no_pad": lambda images, pad, value=0: (
        framed_where_there_is_a_frame(images, pad)
        + value * (1 - framed_where_there_is_a_frame(np.ones_like(images), pad))
    ),
    "value": lambda images, pad, value=0: reference.pad_images(images, pad),
    "pair": lambda images, pad, value=0: reference.pad_images(images, whole(pad), value),
    "dtype": lambda *arguments: reference.pad_images(*arguments).astype(np.float64),
}


@pytest.mark.parametrize("part", FRAMES)
def test_a_frame_with_one_lack_loses_the_part_of_that_name(part):
    assert lost("pad-images", FRAMES[part])[0] == [part]


COUNTS = {
    "padding": lambda size, kernel, pad=0, stride=1: reference.conv_output_size(
        size, kernel, 0, stride
    ),
    "stride": lambda size, kernel, pad=0, stride=1: reference.conv_output_size(size, kernel, pad),
    "refused": lambda size, kernel, pad=0, stride=1: reference.conv_output_size(
        size, kernel, pad, stride, floor=True
    ),
}


@pytest.mark.parametrize("part", COUNTS)
def test_a_count_with_one_lack_loses_the_part_of_that_name(part):
    assert lost("conv-output-size", COUNTS[part])[0] == [part]


def test_strides_that_do_not_accumulate_cost_the_strides_alone():
    def last_stride(layers):
        size, before = 1, 1
        for kernel, stride in layers:
            size, before = size + (kernel - 1) * before, stride
        return size

    assert lost("receptive-field", last_stride)[0] == ["stride"]


@pytest.mark.parametrize(
    "exercise", ["conv2d-forward", "conv2d-fast", "im2col", "pad-images", "conv-output-size"]
)
def test_every_facet_that_a_case_needs_is_one_of_the_exercise(exercise):
    tried = [*find(exercise).cases, *find(exercise).properties]
    facets = {one.facet for one in tried}
    assert {needed for one in tried for needed in one.needs} <= facets
