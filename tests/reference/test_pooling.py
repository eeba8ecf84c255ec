import numpy as np
import pytest
import scipy
from onnx_node import run_node

from autograder.reference import (
    average_pool2d,
    average_pool2d_backward,
    average_pool2d_backward_plain,
    average_pool2d_plain,
    max_pool2d,
    max_pool2d_backward,
    max_pool2d_backward_plain,
    max_pool2d_plain,
    max_pool2d_winners,
    numerical_gradient,
    pool_output_shape,
    pool_parameter_count,
    strided_conv_as_pool,
    use_threads,
)


def random_layers(count, seed, dtypes=(np.float32, np.float64)):
    """Rectangular images and windows that fit, overlapping or not, and with gaps."""
    rng = np.random.default_rng(seed)
    for number in range(count):
        size, stride = rng.integers(1, 5, size=2), rng.integers(1, 5, size=2)
        steps = rng.integers(0, 6, size=2)
        batch, channels = rng.integers(1, 4), rng.integers(1, 5)
        shape = (batch, channels, *(size + stride * steps))
        x = rng.standard_normal(shape).astype(dtypes[number % len(dtypes)])
        if number % 3 == 0:  # many ties
            x = np.round(x)
        yield x, tuple(map(int, size)), tuple(map(int, stride)), rng


def test_pools_agree_with_onnxruntime():
    for x, size, stride, _ in random_layers(200, seed=1, dtypes=(np.float32,)):
        window = {"kernel_shape": size, "strides": stride}
        np.testing.assert_array_equal(max_pool2d(x, size, stride), run_node("MaxPool", x, **window))
        np.testing.assert_allclose(
            average_pool2d(x, size, stride), run_node("AveragePool", x, **window), atol=1e-6
        )


def test_pools_agree_with_scipy():
    for x, size, stride, _ in random_layers(200, seed=2):
        corner = tuple(-(length // 2) for length in size)  # windows start at a pixel, not around it
        slices = tuple(
            slice(0, side - length + 1, step)
            for side, length, step in zip(x.shape[2:], size, stride, strict=True)
        )
        filtered = scipy.ndimage.maximum_filter(x, (1, 1, *size), origin=(0, 0, *corner))
        np.testing.assert_array_equal(max_pool2d(x, size, stride), filtered[:, :, *slices])
        means = scipy.ndimage.uniform_filter(x.astype(float), (1, 1, *size), origin=(0, 0, *corner))
        np.testing.assert_allclose(average_pool2d(x, size, stride), means[:, :, *slices], atol=1e-6)


def test_fast_forms_agree_with_the_plain_ones():
    for x, size, stride, rng in random_layers(200, seed=3):
        before = x.copy()
        y = max_pool2d(x, size, stride)
        np.testing.assert_array_equal(y, max_pool2d_plain(x, size, stride))
        mean = average_pool2d(x, size, stride)
        np.testing.assert_allclose(mean, average_pool2d_plain(x, size, stride), atol=1e-6)
        grad = rng.standard_normal(y.shape).astype(x.dtype)
        to_x = max_pool2d_backward(grad, x, size, stride)
        plain = max_pool2d_backward_plain(grad, x, size, stride)
        np.testing.assert_allclose(to_x, plain, atol=1e-5)
        shared = average_pool2d_backward(grad, x.shape, size, stride)
        plain = average_pool2d_backward_plain(grad, x.shape, size, stride)
        np.testing.assert_allclose(shared, plain, atol=1e-5)
        assert y.dtype == mean.dtype == to_x.dtype == shared.dtype == x.dtype
        np.testing.assert_array_equal(x, before)


def test_large_batches_are_cut_into_blocks_without_a_seam():
    x = np.random.default_rng(4).standard_normal((3, 50, 41, 53), dtype=np.float32)
    for size, stride in (((3, 5), (2, 3)), ((1, 2), (1, 1))):
        plain = max_pool2d_plain(x, size, stride)
        np.testing.assert_array_equal(max_pool2d(x, size, stride), plain)
        winners = max_pool2d_winners(x, size, stride)
        np.testing.assert_array_equal(x.ravel()[winners], plain)
        with use_threads(2):
            np.testing.assert_array_equal(max_pool2d(x, size, stride), plain)
            np.testing.assert_array_equal(max_pool2d_winners(x, size, stride), winners)


def channels_last(x):
    """The same batch, otherwise laid out in memory."""
    return np.ascontiguousarray(x.transpose(0, 2, 3, 1)).transpose(0, 3, 1, 2)


def test_channels_last_in_memory_give_the_same_and_stay_last():
    for x, size, stride, _ in random_layers(200, seed=8):
        x = np.concatenate([x, x[:, ::-1] + 1], axis=1)  # one channel would lie alike either way
        last = channels_last(x)
        y, mean = max_pool2d(last, size, stride), average_pool2d(last, size, stride)
        np.testing.assert_array_equal(y, max_pool2d_plain(x, size, stride))
        np.testing.assert_allclose(mean, average_pool2d_plain(x, size, stride), atol=1e-6)
        for result in (y, mean):
            assert result.dtype == x.dtype
            assert result.transpose(0, 2, 3, 1).flags.c_contiguous
        winners = max_pool2d_winners(last, size, stride)
        np.testing.assert_array_equal(winners, max_pool2d_winners(x, size, stride))
        np.testing.assert_array_equal(last, x)


def test_large_batches_with_channels_last_are_cut_into_blocks_without_a_seam():
    x = np.random.default_rng(9).standard_normal((3, 50, 41, 53), dtype=np.float32)
    large = np.random.default_rng(10).standard_normal((1, 90, 123, 119), dtype=np.float32)
    for batch, size, stride in ((x, (3, 5), (2, 3)), (x, (1, 2), (1, 1)), (large, 3, 2)):
        plain = max_pool2d_plain(batch, size, stride)
        np.testing.assert_array_equal(max_pool2d(channels_last(batch), size, stride), plain)
        with use_threads(2):
            np.testing.assert_array_equal(max_pool2d(channels_last(batch), size, stride), plain)
    odd = x[:, :, :40]  # the last row of each image is in no window
    plain = max_pool2d_plain(odd[:, :, :39], 3, 2)
    np.testing.assert_array_equal(max_pool2d(channels_last(odd), 3, 2, floor=True), plain)


def test_the_first_of_tied_maxima_wins_in_reading_order():
    x = np.array([[[[0.0, 7.0], [7.0, 7.0]]]])
    np.testing.assert_array_equal(
        max_pool2d_backward(np.array([[[[5.0]]]]), x, 2)[0, 0], [[0, 5], [0, 0]]
    )
    x = np.array([[[[0.0, 1.0], [7.0, 0.0]]]])
    np.testing.assert_array_equal(max_pool2d_winners(x, 2), [[[[2]]]])


def test_a_number_that_wins_overlapping_windows_collects_from_each():
    x = np.zeros((1, 1, 3, 3))
    x[0, 0, 1, 1] = 9
    grad = np.array([[[[1.0, 2.0], [3.0, 4.0]]]])
    expected = np.zeros((3, 3))
    expected[1, 1] = 10
    np.testing.assert_array_equal(max_pool2d_backward(grad, x, 2, stride=1)[0, 0], expected)


def test_kept_winners_give_the_same_gradient():
    for x, size, stride, rng in random_layers(20, seed=5):
        winners = max_pool2d_winners(x, size, stride)
        grad = rng.standard_normal(winners.shape)
        np.testing.assert_array_equal(
            max_pool2d_backward(grad, x, size, stride, winners=winners),
            max_pool2d_backward(grad, x, size, stride),
        )


def test_gradients_agree_with_central_differences():
    for x, size, stride, rng in random_layers(30, seed=6, dtypes=(np.float64,)):
        x = rng.permutation(x.size).reshape(x.shape) / 4  # no ties within reach of a nudge
        for pool in (max_pool2d, average_pool2d):
            grad = rng.standard_normal(pool(x, size, stride).shape)
            numeric = numerical_gradient(
                lambda nudged, pool=pool, size=size, stride=stride, grad=grad: np.vdot(
                    grad, pool(nudged, size, stride)
                ),
                x,
            )
            ours = (
                max_pool2d_backward(grad, x, size, stride)
                if pool is max_pool2d
                else average_pool2d_backward(grad, x.shape, size, stride)
            )
            np.testing.assert_allclose(ours, numeric, rtol=1e-6, atol=1e-6)


def test_rounding_down_leaves_the_last_rows_out():
    x = np.random.default_rng(7).standard_normal((2, 3, 6, 8))
    y = max_pool2d(x, 3, 2, floor=True)
    np.testing.assert_array_equal(y, max_pool2d(x[:, :, :5, :7], 3, 2))
    grad = max_pool2d_backward(np.ones_like(y), x, 3, 2, floor=True)
    assert not grad[:, :, 5].any() and not grad[..., 7].any()
    share = average_pool2d_backward(np.ones_like(y), x.shape, 3, 2, floor=True)
    assert share.sum() == pytest.approx(y.size) and not share[:, :, 5].any()


@pytest.mark.parametrize(
    "pool", [max_pool2d, average_pool2d, max_pool2d_winners, max_pool2d_plain, average_pool2d_plain]
)
def test_windows_that_do_not_fit_are_refused_by_number(pool):
    with pytest.raises(ValueError, match=r"size 6, kernel 3.*stride 2"):
        pool(np.zeros((1, 1, 6, 6)), 3, 2)


def test_a_gradient_of_another_shape_is_refused():
    with pytest.raises(ValueError, match=r"\(1, 1, 3, 2\).*\(1, 1, 2, 2\)"):
        max_pool2d_backward(np.zeros((1, 1, 3, 2)), np.zeros((1, 1, 4, 4)), 2)
    with pytest.raises(ValueError, match=r"\(1, 1, 3, 2\).*\(1, 1, 2, 2\)"):
        average_pool2d_backward(np.zeros((1, 1, 3, 2)), (1, 1, 4, 4), 2)


def test_whole_numbers_are_pooled_as_they_are_and_averaged_as_fractions():
    x = np.array([[[[250, 255], [251, 252]]]], np.uint8)
    assert max_pool2d(x, 2).dtype == np.uint8
    assert average_pool2d(x, 2) == 252
    assert strided_conv_as_pool(x, 2) == 252


def test_infinities_that_no_window_holds_together_are_pooled_without_a_warning():
    x = np.zeros((1, 2, 5, 5), np.float32)
    x[0, 0, [1, 3], 2] = np.inf, -np.inf
    x[0, :, 4, 0], x[0, 1, 0, 4] = 3e38, -np.inf
    np.testing.assert_array_equal(average_pool2d(x, 3, 2), average_pool2d_plain(x, 3, 2))
    np.testing.assert_array_equal(max_pool2d(x, 3, 2), max_pool2d_plain(x, 3, 2))


def test_an_empty_batch_gives_an_empty_batch():
    x, grad = np.zeros((0, 3, 7, 9), np.float32), np.zeros((0, 3, 3, 4), np.float32)
    for pool in (max_pool2d, average_pool2d, max_pool2d_winners):
        assert pool(x, 3, 2).shape == (0, 3, 3, 4)
    assert max_pool2d_backward(grad, x, 3, 2).shape == x.shape
    assert average_pool2d_backward(grad, x.shape, 3, 2).shape == x.shape


def test_a_strided_convolution_pools_each_channel_by_itself():
    rng = np.random.default_rng(8)
    for size, shape in (((2, 3), (2, 5, 8, 9)), (4, (1, 3, 12, 4))):
        x = rng.standard_normal(shape)
        np.testing.assert_allclose(strided_conv_as_pool(x, size), average_pool2d(x, size))


def test_pooling_has_no_parameters_and_keeps_the_depth():
    assert pool_parameter_count() == 0
    assert pool_output_shape((96, 55, 55), 3, 2) == (96, 27, 27)
    assert pool_output_shape((5, 8, 9), (2, 3)) == (5, 4, 3)
