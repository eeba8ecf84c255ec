"""The training layout against the layers of the course, which are tested by themselves."""

import numpy as np

from autograder.reference import (
    average_pool2d,
    average_pool2d_backward,
    conv2d_backward,
    conv2d_forward,
    max_pool2d,
    max_pool2d_backward,
)
from autograder.reference.minibatch import (
    average_pool_backward,
    average_pool_forward,
    batch_innermost,
    batch_outermost,
    conv_backward,
    conv_forward,
    max_pool_backward,
    max_pool_forward,
)


def test_layouts_are_there_and_back():
    x = np.random.default_rng(1).standard_normal((2, 3, 4, 5))
    assert batch_innermost(x).shape == (4, 3, 5, 2)
    np.testing.assert_array_equal(batch_outermost(batch_innermost(x)), x)


def test_convolutions_agree_with_the_layer():
    rng = np.random.default_rng(2)
    for number in range(200):
        (batch, channels, filters), kernel = rng.integers(1, 5, 3), rng.integers(1, 5, 2)
        stride, pad = rng.integers(1, 4, 2), rng.integers(0, 3, 2)
        extra = rng.integers(0, stride) if number % 2 else 0  # sizes that do not fit
        sides = np.maximum(kernel + stride * rng.integers(0, 5, 2) - 2 * pad + extra, 1)
        if ((sides + 2 * pad - kernel) < 0).any():
            continue
        floor = bool(((sides + 2 * pad - kernel) % stride).any())
        x = rng.standard_normal((batch, channels, *sides))
        weights = rng.standard_normal((filters, channels, *kernel))
        bias = rng.standard_normal(filters)
        stride, pad = tuple(map(int, stride)), tuple(map(int, pad))
        y = conv2d_forward(x, weights, bias, stride, pad, floor=floor)
        ours = conv_forward(batch_innermost(x), weights, bias, stride, pad, floor=floor)
        np.testing.assert_allclose(batch_outermost(ours), y, atol=1e-10)

        grad = rng.standard_normal(y.shape)
        expected = conv2d_backward(grad, x, weights, stride, pad, floor=floor)
        to_x, *others = conv_backward(
            batch_innermost(grad), batch_innermost(x), weights, stride, pad
        )
        for ours, theirs in zip((batch_outermost(to_x), *others), expected, strict=True):
            np.testing.assert_allclose(ours, theirs, atol=1e-10)
        assert (
            conv_backward(
                batch_innermost(grad), batch_innermost(x), weights, stride, pad, to_images=False
            )[0]
            is None
        )


def test_a_single_gray_image_is_read_where_it_lies():
    """NumPy gives axes of length 1 any stride: one image of one channel is contiguous anyhow."""
    rng = np.random.default_rng(4)
    x, weights = rng.standard_normal((1, 1, 5, 6)), rng.standard_normal((1, 1, 2, 3))
    grad = rng.standard_normal((1, 1, 4, 4))
    ours = conv_forward(batch_innermost(x), weights, np.zeros(1))
    np.testing.assert_allclose(batch_outermost(ours), conv2d_forward(x, weights, np.zeros(1)))
    _, to_weights, _ = conv_backward(batch_innermost(grad), batch_innermost(x), weights)
    for i, j in np.ndindex(2, 3):
        wanted = (grad * x[:, :, i : i + 4, j : j + 4]).sum()
        np.testing.assert_allclose(to_weights[0, 0, i, j], wanted)


def test_pools_agree_with_the_layers():
    rng = np.random.default_rng(3)
    for number in range(200):
        size, stride = (tuple(map(int, rng.integers(1, 5, 2))) for _ in range(2))
        sides = size + np.array(stride) * rng.integers(0, 5, 2) + rng.integers(0, 2)
        x = rng.standard_normal((*rng.integers(1, 4, 2), *sides))
        if number % 3 == 0:  # ties
            x = np.round(x)
        y = max_pool2d(x, size, stride, floor=True)
        inner = batch_innermost(x)
        pooled = max_pool_forward(inner, size, stride, floor=True)
        np.testing.assert_array_equal(batch_outermost(pooled), y)
        mean = average_pool_forward(inner, size, stride, floor=True)
        np.testing.assert_allclose(
            batch_outermost(mean), average_pool2d(x, size, stride, floor=True), atol=1e-12
        )

        grad = rng.standard_normal(y.shape)
        back = max_pool_backward(batch_innermost(grad), inner, pooled, size, stride)
        np.testing.assert_allclose(
            batch_outermost(back),
            max_pool2d_backward(grad, x, size, stride, floor=True),
            atol=1e-12,
        )
        back = average_pool_backward(batch_innermost(grad), inner.shape, size, stride)
        np.testing.assert_allclose(
            batch_outermost(back),
            average_pool2d_backward(grad, x.shape, size, stride, floor=True),
            atol=1e-12,
        )
