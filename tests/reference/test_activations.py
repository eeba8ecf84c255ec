import numpy as np
import pytest

from autograder.reference import (
    dropout,
    dropout_backward,
    dropout_mask,
    numerical_gradient,
    relu,
    relu_backward,
    translation_sensitivity,
)


def test_relu_keeps_dtype_and_input():
    x = np.array([-1.0, 0.0, 2.0], np.float32)
    np.testing.assert_array_equal(relu(x), np.array([0, 0, 2], np.float32))
    assert relu(x).dtype == np.float32
    np.testing.assert_array_equal(x, [-1, 0, 2])


def test_relu_gradient_agrees_with_central_differences():
    rng = np.random.default_rng(1)
    x, grad = rng.standard_normal((2, 3, 4, 5))
    numeric = numerical_gradient(lambda nudged: np.vdot(grad, relu(nudged)), x)
    np.testing.assert_allclose(relu_backward(grad, x), numeric, rtol=1e-6, atol=1e-9)


def test_nothing_passes_where_relu_is_at_0():
    np.testing.assert_array_equal(relu_backward(np.ones(3), np.array([-1.0, 0.0, 1.0])), [0, 0, 1])


@pytest.mark.parametrize("rate", [0.0, 0.25, 0.9])
def test_dropout_drops_at_the_rate_and_keeps_the_mean(rate):
    x = np.full((200, 500), 3.0, np.float32)
    y = dropout(x, rate, np.random.default_rng(2))
    assert y.dtype == np.float32
    assert (y == 0).mean() == pytest.approx(rate, abs=0.01)
    kept = y[y != 0]
    np.testing.assert_allclose(kept, 3 / (1 - rate), rtol=1e-6)
    assert y.mean(dtype=float) == pytest.approx(3, rel=0.05)


def test_dropout_rests_at_test_time():
    x = np.random.default_rng(3).standard_normal((5, 6))
    np.testing.assert_array_equal(dropout(x, 0.5, np.random.default_rng(4), training=False), x)


def test_dropout_sends_back_what_it_let_through():
    rng = np.random.default_rng(5)
    x, grad = rng.standard_normal((2, 4, 6))
    y = dropout(x, 0.4, np.random.default_rng(6))
    mask = dropout_mask(x.shape, 0.4, np.random.default_rng(6))
    np.testing.assert_array_equal(y, x * mask)
    numeric = numerical_gradient(lambda nudged: np.vdot(grad, nudged * mask), x)
    np.testing.assert_allclose(dropout_backward(grad, mask), numeric, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("rate", [-0.1, 1.0, 1.5])
def test_a_rate_that_is_no_chance_is_refused(rate):
    with pytest.raises(ValueError, match=str(rate)):
        dropout(np.ones(3), rate, np.random.default_rng(0))


def test_sensitivity_is_relative_and_a_mean_over_images():
    images = np.zeros((2, 1, 5, 5))
    images[0, 0, 1, 1] = 100  # moves away from itself: √2 of its length
    images[1, 0, 4, 4] = 0.01  # leaves the picture: all of its length
    assert translation_sensitivity(lambda x: x, images, 1) == pytest.approx((2**0.5 + 1) / 2)
    assert translation_sensitivity(lambda x: x[:, :, :3].sum((2, 3)) + 1, images[:1], (1, 0)) == 0


def test_sensitivity_tells_which_image_leaves_nothing_to_compare():
    images = np.ones((3, 1, 4, 4))
    images[1] = 0
    with pytest.raises(ValueError, match="image 1"):
        translation_sensitivity(lambda x: x, images, 1)
