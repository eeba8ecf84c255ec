import numpy as np
import pytest
from onnx_node import run_node

from autograder.reference import (
    collapse_linear_layers,
    conv2d_forward,
    flatten_images,
    fully_connected_as_conv,
    fully_connected_parameter_count,
    linear_backward,
    linear_scores,
    numerical_gradient,
    relu,
    two_layer_gradients,
    two_layer_scores,
    use_threads,
)


def test_flattening_reads_each_image_row_by_row():
    images = np.arange(2 * 3 * 4 * 5).reshape(2, 3, 4, 5)
    flat = flatten_images(images)
    assert flat.shape == (2, 60)
    np.testing.assert_array_equal(flat[1], np.arange(60, 120))
    assert flatten_images(np.zeros((0, 3, 2))).shape == (0, 6)


def test_linear_scores_agree_with_onnxruntime():
    rng = np.random.default_rng(1)
    for _ in range(200):
        batch, inputs, classes = rng.integers(1, 9, size=3)
        x = rng.standard_normal((batch, inputs), dtype=np.float32)
        weights = rng.standard_normal((classes, inputs), dtype=np.float32)
        bias = rng.standard_normal(classes, dtype=np.float32)
        ours = linear_scores(x, weights, bias)
        assert ours.dtype == np.float32
        np.testing.assert_allclose(
            ours, run_node("Gemm", x, weights, bias, transB=1), rtol=1e-5, atol=1e-5
        )


def test_threads_share_the_classes():
    rng = np.random.default_rng(10)
    for batch, classes in ((1, 7), (3, 2), (4, 1), (0, 5), (2, 0)):
        x, weights = rng.standard_normal((batch, 6)), rng.standard_normal((classes, 6))
        bias = rng.standard_normal(classes)
        with use_threads(3):
            ours = linear_scores(x, weights, bias)
        expected = [
            [row @ weight + b for weight, b in zip(weights, bias, strict=True)] for row in x
        ]
        np.testing.assert_allclose(ours, np.reshape(expected, (batch, classes)))


def test_linear_gradients_agree_with_central_differences():
    rng = np.random.default_rng(2)
    x, weights, bias = (rng.standard_normal(shape) for shape in ((4, 3), (5, 3), (5,)))
    grad = rng.standard_normal((4, 5))
    to_x, to_weights, to_bias = linear_backward(grad, x, weights)
    for ours, loss, at in (
        (to_x, lambda v: np.vdot(grad, linear_scores(v, weights, bias)), x),
        (to_weights, lambda v: np.vdot(grad, linear_scores(x, v, bias)), weights),
        (to_bias, lambda v: np.vdot(grad, linear_scores(x, weights, v)), bias),
    ):
        np.testing.assert_allclose(ours, numerical_gradient(loss, at), rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize(
    ("x", "weights", "bias", "message"),
    [((2, 3), (4, 5), (4,), r"\(2, 3\).*\(4, 5\)"), ((2, 3), (4, 3), (3,), r"\(3,\) for 4")],
)
def test_lengths_that_do_not_go_together_are_refused(x, weights, bias, message):
    with pytest.raises(ValueError, match=message):
        linear_scores(np.zeros(x), np.zeros(weights), np.zeros(bias))


def two_layers(seed, inputs=5, hidden=7, classes=4):
    rng = np.random.default_rng(seed)
    shapes = ((hidden, inputs), (hidden,), (classes, hidden), (classes,))
    return [rng.standard_normal(shape) for shape in shapes]


def test_two_layers_have_a_relu_between_and_none_after():
    w1, b1, w2, b2 = two_layers(3)
    x = np.random.default_rng(4).standard_normal((6, 5))
    expected = np.array([w2 @ np.maximum(w1 @ row + b1, 0) + b2 for row in x])
    np.testing.assert_allclose(two_layer_scores(x, w1, b1, w2, b2), expected)
    assert (expected < 0).any()


def test_two_layer_gradients_agree_with_central_differences():
    params = two_layers(5)
    rng = np.random.default_rng(6)
    x, labels = rng.standard_normal((6, 5)), rng.integers(4, size=6)
    loss, gradients = two_layer_gradients(x, labels, *params)
    for index, name in enumerate(("w1", "b1", "w2", "b2")):

        def nudged_loss(value, index=index):
            return two_layer_gradients(x, labels, *params[:index], value, *params[index + 1 :])[0]

        numeric = numerical_gradient(nudged_loss, params[index])
        np.testing.assert_allclose(gradients[name], numeric, rtol=1e-6, atol=1e-8)
    assert loss > 0


def test_two_linear_layers_are_one():
    w1, b1, w2, b2 = two_layers(7)
    x = np.random.default_rng(8).standard_normal((6, 5))
    deep = linear_scores(linear_scores(x, w1, b1), w2, b2)
    np.testing.assert_allclose(linear_scores(x, *collapse_linear_layers(w1, b1, w2, b2)), deep)
    assert not np.allclose(two_layer_scores(x, w1, b1, w2, b2), deep)


def test_parameters_of_connected_layers():
    assert fully_connected_parameter_count((3, 224, 224), [1000]) == 150_529_000
    assert fully_connected_parameter_count((1, 28, 28), [100, 10]) == 784 * 100 + 100 + 1010
    assert fully_connected_parameter_count((2, 3), []) == 0


def test_connections_as_filters_give_the_same_scores_and_slide():
    rng = np.random.default_rng(9)
    weights, bias = rng.standard_normal((4, 3 * 5 * 6)), rng.standard_normal(4)
    filters = fully_connected_as_conv(weights, (3, 5, 6))
    images = rng.standard_normal((2, 3, 6, 8))
    slid = conv2d_forward(images, filters, bias)
    assert slid.shape == (2, 4, 2, 3)
    for i, j in np.ndindex(2, 3):
        patch = flatten_images(images[:, :, i : i + 5, j : j + 6])
        np.testing.assert_allclose(slid[:, :, i, j], linear_scores(patch, weights, bias))
    np.testing.assert_array_equal(relu(filters) >= 0, True)
    with pytest.raises(ValueError, match=r"\(4, 90\).*\(3, 5, 5\).*75"):
        fully_connected_as_conv(weights, (3, 5, 5))
