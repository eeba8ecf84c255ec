"""What looks inside a network, beside onnxruntime, scipy and central differences."""

import numpy as np
import pytest
import scipy
from onnx_node import run_node

from autograder.reference import (
    backward_relu,
    forward,
    max_pool2d_backward,
    max_pool_with_places,
    numerical_gradient,
    occlusion_map,
    project,
    relu_backward,
    unpool,
)

LAYERS = [
    ("conv", {"filters": 4, "kernel": 3, "stride": 2, "pad": 1}),
    ("relu", {}),
    ("max_pool", {"size": 3, "stride": 1}),
    ("conv", {"filters": 3, "kernel": 2}),
    ("relu", {}),
]


def network(rng):
    shapes = [(4, 2, 3, 3), None, None, (3, 4, 2, 2), None]
    return [
        {} if s is None else {"weights": rng.normal(size=s), "bias": rng.normal(size=s[0])}
        for s in shapes
    ]


@pytest.mark.parametrize(("size", "stride"), [(2, 2), (3, 2), ((2, 3), (1, 2))])
def test_places_are_onnx_s(size, stride):
    (height, width), (down, across) = np.broadcast_to(size, 2), np.broadcast_to(stride, 2)
    rng = np.random.default_rng(0)
    x = rng.normal(size=(2, 3, 3 * down + height, 2 * across + width)).astype(np.float32)
    pooled = run_node(
        "MaxPool",
        x,
        kernel_shape=[int(height), int(width)],
        strides=[int(down), int(across)],
    )
    got, places = max_pool_with_places(x, size, stride)
    np.testing.assert_array_equal(got, pooled)
    flat = x.reshape(2, 3, -1)
    found = np.take_along_axis(flat, places.reshape(2, 3, -1), axis=2)
    np.testing.assert_array_equal(found.reshape(pooled.shape), pooled)


@pytest.mark.parametrize(("size", "stride"), [(2, 2), (3, 1)])
def test_unpooling_a_gradient_is_the_way_back_through_pooling(size, stride):
    rng = np.random.default_rng(1)
    x = rng.normal(size=(2, 3, 6, 4))
    pooled, places = max_pool_with_places(x, size, stride)
    grad = rng.normal(size=pooled.shape)
    wanted = max_pool2d_backward(grad, x, size, stride)
    np.testing.assert_allclose(unpool(grad, places, x.shape), wanted)


def test_the_first_of_the_rules_is_the_gradient_and_guided_is_both():
    rng = np.random.default_rng(2)
    grad, x = rng.normal(size=(2, 3, 4, 5)), rng.normal(size=(2, 3, 4, 5))
    np.testing.assert_array_equal(backward_relu(grad, x), relu_backward(grad, x))
    np.testing.assert_array_equal(backward_relu(grad, x, "deconvnet"), np.maximum(grad, 0))
    both = backward_relu(backward_relu(grad, x), x, "deconvnet")
    np.testing.assert_array_equal(backward_relu(grad, x, "guided"), both)


@pytest.mark.parametrize("layer", range(5))
def test_the_gradient_of_the_strongest_number_is_that_of_central_differences(layer):
    rng = np.random.default_rng(3)
    params, x = network(rng), rng.normal(size=(1, 2, 9, 7))
    maps = forward(LAYERS[: layer + 1], params[: layer + 1], x)[0]
    channel = int(maps.max(axis=(1, 2)).argmax())
    assert maps[channel].max() > 0

    def strongest(x):
        return forward(LAYERS[: layer + 1], params[: layer + 1], x)[0, channel].max()

    got = project(LAYERS, params, x, layer, channel, "gradient")
    np.testing.assert_allclose(got, numerical_gradient(strongest, x, 1e-6), atol=1e-7)


def test_the_way_back_through_a_convolution_is_scipys_true_convolution():
    rng = np.random.default_rng(4)
    weights, x = rng.normal(size=(1, 1, 3, 3)), rng.normal(size=(1, 1, 7, 7))
    layers = [("conv", {"filters": 1, "kernel": 3, "pad": 1})]
    params = [{"weights": weights, "bias": np.zeros(1)}]
    at = forward(layers, params, x)
    spot = (at == at.max()).astype(float)[0, 0]
    wanted = scipy.ndimage.convolve(spot, weights[0, 0], mode="constant")
    np.testing.assert_allclose(project(layers, params, x, 0, 0)[0, 0], wanted, atol=1e-12)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: backward_relu(np.ones(2), np.ones(2), "relu"), "the rule 'relu' is none of"),
        (lambda: max_pool_with_places(np.zeros((1, 1, 5, 4)), 2), "5"),
        (lambda: project([("flatten", {})], [{}], np.zeros((1, 1, 2, 2)), 0, 0), "'flatten'"),
    ],
)
def test_what_is_not_known_is_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_what_a_cover_costs_a_sum_is_what_it_covers():
    image = np.random.default_rng(5).normal(size=(3, 5, 7))
    before, fill = image.copy(), np.array([1.0, 2.0, 3.0])
    lost = occlusion_map(lambda picture: picture.sum(), image, side=3, step=2, fill=fill)
    assert lost.shape == (3, 4)
    less = image - fill[:, None, None]
    for i, j in np.ndindex(lost.shape):
        wanted = less[:, 2 * i : 2 * i + 3, 2 * j : 2 * j + 3].sum()
        assert lost[i, j] == pytest.approx(wanted)
    np.testing.assert_array_equal(image, before)
