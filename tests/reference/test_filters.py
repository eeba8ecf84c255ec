"""The filters of lesson 02, against scipy."""

import numpy as np
import pytest
import scipy

from autograder.reference import (
    apply_filter,
    conv2d_naive,
    conv_as_matrix,
    conv_parameter_count,
    convolve2d,
    cross_correlate2d,
    edge_filters,
    gradient_magnitude,
)


def random_image_and_kernel(rng, dtype=np.float64):
    kernel = rng.standard_normal(rng.integers(1, 6, 2)).astype(dtype)
    image = rng.standard_normal(np.array(kernel.shape) + rng.integers(0, 9, 2)).astype(dtype)
    return image, kernel


@pytest.mark.parametrize(
    ("ours", "referee"),
    [(cross_correlate2d, "correlate2d"), (convolve2d, "convolve2d")],
    ids=["cross-correlate2d", "convolve2d"],
)
def test_sliding_agrees_with_scipy(ours, referee):
    rng, scipys = np.random.default_rng(0), getattr(scipy.signal, referee)
    for _ in range(200):
        image, kernel = random_image_and_kernel(rng)
        np.testing.assert_allclose(
            ours(image, kernel), scipys(image, kernel, mode="valid"), rtol=1e-10, atol=1e-12
        )


def test_apply_filter_sums_the_channels_and_adds_the_bias_once():
    rng = np.random.default_rng(1)
    for _ in range(200):
        depth = rng.integers(1, 5)
        weights = rng.standard_normal((depth, *rng.integers(1, 5, 2)))
        image = rng.standard_normal((depth, *(np.array(weights.shape[1:]) + rng.integers(0, 7, 2))))
        expected = scipy.signal.correlate(image, weights, mode="valid")[0] + 0.7
        np.testing.assert_allclose(
            apply_filter(image, weights, 0.7), expected, rtol=1e-10, atol=1e-12
        )


def test_conv2d_naive_applies_every_filter_to_every_image():
    rng = np.random.default_rng(2)
    for _ in range(200):
        depth, count = rng.integers(1, 4, 2)
        weights = rng.standard_normal((count, depth, *rng.integers(1, 4, 2)))
        bias = rng.standard_normal(count)
        sides = np.array(weights.shape[2:]) + rng.integers(0, 6, 2)
        x = rng.standard_normal((rng.integers(1, 4), depth, *sides))
        out = conv2d_naive(x, weights, bias)
        for n, image in enumerate(x):
            for f in range(count):
                expected = scipy.signal.correlate(image, weights[f], mode="valid")[0] + bias[f]
                np.testing.assert_allclose(out[n, f], expected, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_images_keep_their_dtype_and_stay_untouched(dtype):
    rng = np.random.default_rng(3)
    x = rng.standard_normal((2, 3, 6, 7)).astype(dtype)
    weights, bias = rng.standard_normal((4, 3, 3, 2)).astype(dtype), rng.standard_normal(4)
    x.setflags(write=False)
    weights.setflags(write=False)
    assert conv2d_naive(x, weights, bias).dtype == dtype
    assert apply_filter(x[0], weights[0], bias[0]).dtype == dtype
    assert cross_correlate2d(x[0, 0], weights[0, 0]).dtype == dtype
    assert convolve2d(x[0, 0], weights[0, 0].astype(np.float64)).dtype == dtype
    assert gradient_magnitude(x[0, 0]).dtype == dtype
    assert conv_as_matrix(weights[0, 0], (4, 5)).dtype == dtype


def test_a_picture_of_bytes_does_not_overflow():
    image = np.full((4, 4), 200, np.uint8)
    np.testing.assert_array_equal(cross_correlate2d(image, np.ones((2, 2), np.int64)), 800)
    np.testing.assert_allclose(cross_correlate2d(image, edge_filters()["blur"]), 200)


def test_sizes_that_do_not_fit_are_named():
    for slide in (cross_correlate2d, convolve2d):
        with pytest.raises(ValueError, match="5×2 does not fit into an image of 4×6"):
            slide(np.ones((4, 6)), np.ones((5, 2)))
    with pytest.raises(ValueError, match="3×7 does not fit into an image of 4×6"):
        conv_as_matrix(np.ones((3, 7)), (4, 6))
    with pytest.raises(ValueError, match="3 channels, a filter of 2"):
        apply_filter(np.ones((3, 4, 4)), np.ones((2, 2, 2)), 0.0)
    with pytest.raises(ValueError, match="3 channels, a filter of 2"):
        conv2d_naive(np.ones((1, 3, 4, 4)), np.ones((5, 2, 2, 2)), np.zeros(5))
    with pytest.raises(ValueError, match="5 filters, 4 biases"):
        conv2d_naive(np.ones((1, 3, 4, 4)), np.ones((5, 3, 2, 2)), np.zeros(4))


def test_parameter_counts():
    assert conv_parameter_count(3, 5, 10) == 760
    assert conv_parameter_count(3, 5, 10, bias=False) == 750
    assert conv_parameter_count(4, (2, 3), 5) == 5 * (4 * 2 * 3 + 1)


def test_edge_filters_do_what_their_names_say():
    kernels = edge_filters()
    rng = np.random.default_rng(4)
    picture = rng.standard_normal((7, 9))
    centre = picture[1:-1, 1:-1]
    down, right = np.mgrid[:7, :9].astype(float)
    assert set(kernels) == {"horizontal", "vertical", "blur", "sharpen", "identity"}
    for kernel in kernels.values():
        assert kernel.shape == (3, 3)
    np.testing.assert_array_equal(cross_correlate2d(picture, kernels["identity"]), centre)
    # Brighter downwards: the edges run across, and only the horizontal filter answers.
    assert (cross_correlate2d(down, kernels["horizontal"]) > 0).all()
    np.testing.assert_array_equal(cross_correlate2d(down, kernels["vertical"]), 0)
    assert (cross_correlate2d(right, kernels["vertical"]) > 0).all()
    np.testing.assert_array_equal(cross_correlate2d(right, kernels["horizontal"]), 0)
    blurred, sharpened = (cross_correlate2d(picture, kernels[n]) for n in ("blur", "sharpen"))
    np.testing.assert_allclose(blurred, scipy.ndimage.uniform_filter(picture, 3)[1:-1, 1:-1])
    np.testing.assert_allclose(sharpened, (picture - scipy.ndimage.laplace(picture))[1:-1, 1:-1])


def test_gradient_magnitude_is_that_of_sobel():
    rng = np.random.default_rng(5)
    for _ in range(50):
        image = rng.standard_normal(rng.integers(3, 12, 2))
        down, right = scipy.ndimage.sobel(image, axis=0), scipy.ndimage.sobel(image, axis=1)
        expected = np.hypot(down, right)[1:-1, 1:-1]
        np.testing.assert_allclose(gradient_magnitude(image), expected, rtol=1e-10, atol=1e-12)


def test_a_convolution_is_a_matrix_with_tied_weights():
    rng = np.random.default_rng(6)
    for _ in range(200):
        image, kernel = random_image_and_kernel(rng)
        matrix = conv_as_matrix(kernel, image.shape)
        expected = scipy.signal.correlate2d(image, kernel, mode="valid")
        assert matrix.shape == (expected.size, image.size)
        np.testing.assert_allclose(matrix @ image.ravel(), expected.ravel(), rtol=1e-9, atol=1e-11)
        assert (np.count_nonzero(matrix, axis=1) == kernel.size).all()
