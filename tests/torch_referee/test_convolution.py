"""The convolutional layer against torch. Run by its own path, where torch is installed."""

import numpy as np
import pytest
import torch

from autograder.reference import (
    conv2d_backward,
    conv2d_forward,
    filter_gradient,
    image_gradient,
)


def random_layer(rng, *, floor):
    """Draw arrays and settings; with `floor`, sizes that need not fit."""
    groups = int(rng.integers(1, 4))
    batch, depth, filters = (int(n) for n in rng.integers(1, [5, 6, 6]))
    kernel, stride, counts = (rng.integers(1, most, 2) for most in (6, 4, 12))
    pad = np.minimum(rng.integers(0, 4, 2), kernel)
    sides = (counts - 1) * stride + kernel - 2 * pad + floor * rng.integers(0, stride)
    if sides.min() < 1:
        return random_layer(rng, floor=floor)
    shapes = (
        (batch, depth * groups, *sides),
        (filters * groups, depth, *kernel),
        (filters * groups,),
        (batch, filters * groups, *counts),
    )
    arrays = [rng.standard_normal(shape) for shape in shapes]
    return arrays, tuple(map(int, stride)), tuple(map(int, pad)), groups


def torch_layer(arrays, stride, pad, groups):
    """Give torch's output and the three gradients."""
    x, weights, bias, grad = (torch.tensor(array) for array in arrays)
    leaves = [tensor.requires_grad_() for tensor in (x, weights, bias)]
    out = torch.nn.functional.conv2d(*leaves, stride, pad, groups=groups)
    out.backward(grad)
    return out.detach().numpy(), *(leaf.grad.numpy() for leaf in leaves)


def assert_agree(arrays, stride, pad, groups, tolerance, *, floor=False):
    x, weights, bias, grad = arrays
    settings = {"stride": stride, "pad": pad, "groups": groups, "floor": floor}
    ours = (
        conv2d_forward(x, weights, bias, **settings),
        *conv2d_backward(grad, x, weights, **settings),
    )
    for mine, theirs in zip(ours, torch_layer(arrays, stride, pad, groups), strict=True):
        assert mine.shape == theirs.shape
        assert mine.dtype == theirs.dtype
        assert np.abs(mine - theirs).max() <= tolerance * np.abs(theirs).max()


@pytest.mark.parametrize("floor", [False, True])
@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-12), (np.float32, 2e-5)])
def test_random_layers(dtype, tolerance, floor):
    rng = np.random.default_rng(0)
    for _ in range(200):
        arrays, *settings = random_layer(rng, floor=floor)
        assert_agree([array.astype(dtype) for array in arrays], *settings, tolerance, floor=floor)


@pytest.mark.parametrize(
    ("x_shape", "weights_shape", "stride", "pad", "groups"),
    [
        ((32, 1, 32, 32), (6, 1, 5, 5), 1, 0, 1),
        ((40, 6, 14, 14), (16, 6, 5, 5), 1, 0, 1),
        ((2, 3, 227, 227), (24, 3, 11, 11), 4, 0, 1),
        ((2, 96, 27, 27), (128, 48, 5, 5), 1, 2, 2),
        ((1, 64, 57, 62), (64, 64, 3, 3), 1, 1, 1),
        ((1, 256, 28, 28), (256, 256, 3, 3), 1, 1, 1),
    ],
)
def test_layers_of_the_famous_networks(x_shape, weights_shape, stride, pad, groups):
    rng = np.random.default_rng(1)
    x, weights = (rng.standard_normal(s, np.float32) for s in (x_shape, weights_shape))
    bias = rng.standard_normal(len(weights), np.float32)
    sides = [
        (n + 2 * pad - k) // stride + 1 for n, k in zip(x_shape[2:], weights_shape[2:], strict=True)
    ]
    grad = rng.standard_normal((len(x), len(weights), *sides), np.float32)
    settings = ((stride, stride), (pad, pad), groups)
    assert_agree((x, weights, bias, grad), *settings, 3e-5)


def test_one_filters_way_back_and_the_transposed_convolution():
    rng = np.random.default_rng(9)
    for _ in range(200):
        kernel, grad = (rng.standard_normal(rng.integers(1, 6, 2)) for _ in range(2))
        image = rng.standard_normal(np.add(kernel.shape, grad.shape) - 1)
        arrays = [image[None, None], kernel[None, None], np.zeros(1), grad[None, None]]
        _, to_image, to_kernel, _ = torch_layer(arrays, 1, 0, 1)
        np.testing.assert_allclose(image_gradient(grad, kernel), to_image[0, 0], atol=1e-10)
        np.testing.assert_allclose(filter_gradient(grad, image), to_kernel[0, 0], atol=1e-10)
        layer = torch.nn.functional.conv_transpose2d
        theirs = layer(torch.tensor(grad)[None, None], torch.tensor(kernel)[None, None])
        np.testing.assert_allclose(image_gradient(grad, kernel), theirs[0, 0], atol=1e-10)
