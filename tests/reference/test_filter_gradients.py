"""The way back through one filter, against scipy, onnxruntime and central differences."""

import numpy as np
import scipy
from onnx_node import run_node

from autograder.reference import (
    conv2d_backward,
    conv_as_matrix,
    cross_correlate2d,
    filter_gradient,
    image_gradient,
    numerical_gradient,
)


def random_filter(rng, dtype=np.float64):
    """An image, a kernel and the gradient of what it makes of the image."""
    kernel = rng.standard_normal(rng.integers(1, 5, 2)).astype(dtype)
    grad = rng.standard_normal(rng.integers(1, 7, 2)).astype(dtype)
    image = rng.standard_normal(np.array(kernel.shape) + grad.shape - 1).astype(dtype)
    return image, kernel, grad


def test_the_filters_gradient_is_scipys_valid_correlation():
    rng = np.random.default_rng(1)
    for _ in range(200):
        image, _, grad = random_filter(rng)
        wanted = scipy.signal.correlate2d(image, grad, mode="valid")
        np.testing.assert_allclose(filter_gradient(grad, image), wanted, rtol=1e-10, atol=1e-12)


def test_the_images_gradient_is_scipys_full_convolution():
    rng = np.random.default_rng(2)
    for _ in range(200):
        _, kernel, grad = random_filter(rng)
        wanted = scipy.signal.convolve2d(grad, kernel, mode="full")
        np.testing.assert_allclose(image_gradient(grad, kernel), wanted, rtol=1e-10, atol=1e-12)


def test_the_images_gradient_is_onnxruntimes_transposed_convolution():
    rng = np.random.default_rng(3)
    for _ in range(50):
        _, kernel, grad = random_filter(rng, np.float32)
        theirs = run_node("ConvTranspose", grad[None, None], kernel[None, None])[0, 0]
        ours = image_gradient(grad, kernel)
        assert ours.dtype == np.float32
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-5)


def test_the_images_gradient_is_the_transposed_matrix():
    rng = np.random.default_rng(4)
    for _ in range(50):
        image, kernel, grad = random_filter(rng)
        wanted = conv_as_matrix(kernel, image.shape).T @ grad.ravel()
        np.testing.assert_allclose(image_gradient(grad, kernel).ravel(), wanted, atol=1e-12)


def test_both_are_the_slopes_by_central_differences_and_agree_with_the_layer():
    rng = np.random.default_rng(5)
    for _ in range(10):
        image, kernel, grad = random_filter(rng)
        to_image, to_kernel = image_gradient(grad, kernel), filter_gradient(grad, image)
        slopes = (
            numerical_gradient(
                lambda x, k=kernel, g=grad: np.vdot(g, cross_correlate2d(x, k)), image
            ),
            numerical_gradient(
                lambda k, x=image, g=grad: np.vdot(g, cross_correlate2d(x, k)), kernel
            ),
        )
        np.testing.assert_allclose(to_image, slopes[0], rtol=1e-6, atol=1e-7)
        np.testing.assert_allclose(to_kernel, slopes[1], rtol=1e-6, atol=1e-7)
        layers, weights, _ = conv2d_backward(
            grad[None, None], image[None, None], kernel[None, None]
        )
        np.testing.assert_allclose(to_image, layers[0, 0], atol=1e-12)
        np.testing.assert_allclose(to_kernel, weights[0, 0], atol=1e-12)
