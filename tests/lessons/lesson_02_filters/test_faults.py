"""02-filters: what a single lack costs, and what passed once and must not."""

import numpy as np
import pytest

from autograder import judge, reference

SEEDS = range(6)


def lost(exercise, answer, seed):
    """The parts that an answer loses, and its points."""
    verdict = judge(exercise, answer, hidden=True, seed=seed)
    return {facet.facet for facet in verdict.facets if not facet.passed}, verdict.points


# --- answers that are right but for one thing


def square_pictures_only(image, kernel):
    side, places = len(image) - len(kernel) + 1, reference.cross_correlate2d(image, kernel)
    return places[:side, :side] if image.shape == image.T.shape else np.zeros((side, side))


def refusing_nothing(answer):
    def unchecked(*given):
        try:
            return answer(*given)
        except ValueError:
            return np.zeros((1, 1))

    return unchecked


def in_float64(answer):
    return lambda *given: answer(*given).astype(float)


def first_channel_only(image, weights, bias):
    if image.shape[0] != weights.shape[0]:
        raise ValueError("depths differ")
    return reference.apply_filter(image[:1], weights[:1], bias)


def any_depth(image, weights, bias):
    """Refuses filters that are too large, and takes any depth."""
    windows = np.lib.stride_tricks.sliding_window_view(image, weights.shape[1:], axis=(1, 2))
    return np.sum(windows * weights[:, None, None], axis=(0, 3, 4)) + bias


def any_size(image, weights, bias):
    """Refuses other depths, and takes filters that are too large."""
    if image.shape[0] != weights.shape[0]:
        raise ValueError("depths differ")
    if weights.shape[1] > image.shape[1] or weights.shape[2] > image.shape[2]:
        return np.zeros((0, 0))
    return reference.apply_filter(image, weights, bias)


def layer_of(one_filter):
    """A layer that applies one filter after the other."""
    return lambda x, weights, bias: np.array(
        [[one_filter(image, w, b) for w, b in zip(weights, bias, strict=True)] for image in x]
    )


def first_image_only(x, weights, bias):
    return reference.conv2d_naive(x[:1], weights, bias)


def one_depth_for_all(x, weights, bias):
    """Broadcasts one-channel images over deep filters, and takes filters that are too large."""
    c, depth = x.shape[1], weights.shape[1]
    if c != depth and 1 not in (c, depth):
        raise ValueError("depths differ")
    deep = max(c, depth)
    return reference.conv2d_naive(
        np.broadcast_to(x, (len(x), deep, *x.shape[2:])),
        np.broadcast_to(weights, (len(weights), deep, *weights.shape[2:])),
        bias,
    )


def square_kernels_counted(in_channels, kernel_size, num_filters, bias=True):
    return num_filters * (in_channels * kernel_size**2 + bool(bias))


def biases_always(in_channels, kernel_size, num_filters, bias=True):
    return reference.conv_parameter_count(in_channels, kernel_size, num_filters)


def pairs_or_no_bias(in_channels, kernel_size, num_filters, bias=True):
    """Right for pairs and without biases, and wrong for pairs without biases."""
    return reference.conv_parameter_count(
        in_channels, kernel_size, num_filters, bias or not isinstance(kernel_size, int)
    )


ONE_LACK = [
    ("cross-correlate2d", square_pictures_only, "rectangular"),
    ("cross-correlate2d", refusing_nothing(reference.cross_correlate2d), "refused"),
    ("cross-correlate2d", in_float64(reference.cross_correlate2d), "dtype"),
    ("convolve2d", refusing_nothing(reference.convolve2d), "refused"),
    ("convolve2d", in_float64(reference.convolve2d), "dtype"),
    ("apply-filter", first_channel_only, "channels"),
    ("apply-filter", any_depth, "refused"),
    ("apply-filter", any_size, "refused"),
    ("apply-filter", in_float64(reference.apply_filter), "dtype"),
    ("conv2d-naive", first_image_only, "batch"),
    ("conv2d-naive", layer_of(any_depth), "refused"),
    ("conv2d-naive", layer_of(any_size), "refused"),
    ("conv2d-naive", one_depth_for_all, "refused"),
    ("conv2d-naive", in_float64(reference.conv2d_naive), "dtype"),
    ("conv-parameter-count", square_kernels_counted, "pair"),
    ("conv-parameter-count", biases_always, "no_bias"),
    ("conv-parameter-count", pairs_or_no_bias, "no_bias"),
    ("gradient-magnitude", in_float64(reference.gradient_magnitude), "dtype"),
    ("conv-as-matrix", refusing_nothing(reference.conv_as_matrix), "refused"),
    ("conv-as-matrix", in_float64(reference.conv_as_matrix), "dtype"),
]


@pytest.mark.parametrize(
    ("exercise", "answer", "part"),
    [pytest.param(*row, id=f"{row[0]}-{row[2]}-{i}") for i, row in enumerate(ONE_LACK)],
)
def test_one_lack_costs_one_part(exercise, answer, part):
    for seed in SEEDS:
        missing, points = lost(exercise, answer, seed)
        assert missing == {part}
        assert points > 2.2


# --- combinations are asked of whoever is right in their parts


def maps_for_images(x, weights, bias):
    """Right for one image and for one filter, and wrong for several of both."""
    maps = reference.conv2d_naive(x, weights, bias)
    return maps.swapaxes(0, 1).reshape(maps.shape)


def test_what_is_wrong_together_only_is_found():
    for seed in SEEDS:
        assert lost("conv2d-naive", maps_for_images, seed)[0] == {"batch"}


# --- the lesson's own check asks what the docstring says


def with_kernel(name, kernel):
    return lambda: {**reference.edge_filters(), name: np.array(kernel, dtype=float)}


IN_THE_LESSON = [
    ("cross-correlate2d", refusing_nothing(reference.cross_correlate2d)),
    ("cross-correlate2d", in_float64(reference.cross_correlate2d)),
    ("cross-correlate2d", lambda image, kernel: ValueError("too large")),
    ("apply-filter", any_depth),
    ("apply-filter", any_size),
    ("conv2d-naive", layer_of(any_depth)),
    ("conv2d-naive", in_float64(reference.conv2d_naive)),
    ("edge-filters", with_kernel("blur", np.ones((3, 3)))),
    ("edge-filters", with_kernel("sharpen", [[0, -1, 0], [-1, 4, -1], [0, -1, 0]])),
    ("edge-filters", with_kernel("identity", np.eye(3))),
    ("gradient-magnitude", in_float64(reference.gradient_magnitude)),
    ("conv-as-matrix", refusing_nothing(reference.conv_as_matrix)),
    ("conv-as-matrix", lambda kernel, shape: reference.conv_as_matrix(kernel, shape).astype(float)),
]


@pytest.mark.parametrize(("exercise", "answer"), IN_THE_LESSON)
def test_the_check_in_the_lesson_does_not_call_it_right(exercise, answer):
    assert not judge(exercise, answer).passed
