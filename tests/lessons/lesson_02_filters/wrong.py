"""02-filters: wrong answers that the catalogue does not list."""

import numpy as np

from autograder import reference
from tests.lessons.lesson_02_filters.right import flipped


def without_last_column_of_kernel(image, kernel):
    return reference.cross_correlate2d(image, np.pad(kernel[:, :-1], ((0, 0), (0, 1))))


def starting_at_one(image, kernel):
    return np.roll(reference.cross_correlate2d(image, kernel), 1, axis=0)


def absolute(image, kernel):
    return np.abs(reference.cross_correlate2d(image, kernel))


def whole_numbers(image, kernel):
    return np.rint(reference.cross_correlate2d(image, kernel)).astype(image.dtype)


def never_refuses(image, kernel):
    height = max(image.shape[0] - kernel.shape[0] + 1, 0)
    width = max(image.shape[1] - kernel.shape[1] + 1, 0)
    if not height or not width:
        return np.zeros((height, width), image.dtype)
    return reference.cross_correlate2d(image, kernel)


def only_three_by_three(image, kernel):
    padded = np.zeros((3, 3), kernel.dtype)
    kernel = kernel[:3, :3]
    padded[: kernel.shape[0], : kernel.shape[1]] = kernel
    return reference.cross_correlate2d(image, padded)


def only_square_kernels(image, kernel):
    side = min(kernel.shape)
    return reference.cross_correlate2d(image, kernel[:side, :side])


def contiguous_only(image, kernel):
    image = np.frombuffer(image.tobytes("A"), image.dtype).reshape(image.shape)
    return reference.cross_correlate2d(image, kernel)


def memorised(image, kernel):
    if image.shape == (4, 4):
        return np.array([[1.0, 5.0, 1.0], [7.0, 2.0, -1.0], [3.0, -4.0, 7.0]])
    return np.zeros((image.shape[0] - kernel.shape[0] + 1, image.shape[1] - kernel.shape[1] + 1))


def half_precision(image, kernel):
    result = reference.cross_correlate2d(image.astype(np.float16), kernel.astype(np.float16))
    return result.astype(image.dtype)


CORRELATION = {
    "kernel's last column left out": without_last_column_of_kernel,
    "one row late": starting_at_one,
    "absolute values": absolute,
    "rounded": whole_numbers,
    "computed in half precision": half_precision,
    "never refuses": never_refuses,
    "3×3 kernels only": only_three_by_three,
    "square kernels only": only_square_kernels,
    "C order only": contiguous_only,
}


def first_image_for_all(x, weights, bias):
    return np.repeat(reference.conv2d_naive(x[:1], weights, bias), len(x), axis=0)


def images_added_up(x, weights, bias):
    result = reference.conv2d_naive(x, weights, bias)
    return np.cumsum(result, axis=0).astype(x.dtype)


def one_image_one_axis_less(x, weights, bias):
    result = reference.conv2d_naive(x, weights, bias)
    return result[0] if len(x) == 1 else result


def filters_backwards(x, weights, bias):
    return reference.conv2d_naive(x, weights[::-1], bias)


def channel_0_filters(x, weights, bias):
    return reference.conv2d_naive(x[:, :1], weights[:, :1], bias)


def same(name, kernel):
    return lambda: {**reference.edge_filters(), name: np.array(kernel, dtype=float)}


ANSWERS = {
    "cross-correlate2d": {**CORRELATION, "memorised": memorised},
    "convolve2d": {what: flipped(wrong) for what, wrong in CORRELATION.items()},
    "apply-filter": {
        "bias squared": lambda image, weights, bias: reference.apply_filter(
            image, weights, bias * abs(bias)
        ),
        "bias subtracted": lambda image, weights, bias: reference.apply_filter(
            image, weights, -bias
        ),
        "bias cut to a whole number": lambda image, weights, bias: reference.apply_filter(
            image, weights, int(bias)
        ),
        "last channel left out": lambda image, weights, bias: reference.apply_filter(
            image[:-1] if len(image) > 1 else image,
            weights[:-1] if len(weights) > 1 else weights,
            bias,
        ),
        "never refuses": lambda image, weights, bias: reference.apply_filter(
            image[: len(weights)], weights[: len(image)], bias
        ),
        "negative sums cut": lambda image, weights, bias: np.maximum(
            reference.apply_filter(image, weights, bias), 0
        ),
    },
    "conv2d-naive": {
        "first image for all": first_image_for_all,
        "images added up": images_added_up,
        "axis lost for one image": one_image_one_axis_less,
        "filters backwards": filters_backwards,
        "only channel 0": channel_0_filters,
    },
    "conv-parameter-count": {
        "one more": lambda c, k, f, bias=True: reference.conv_parameter_count(c, k, f, bias) + 1,
        "a float": lambda c, k, f, bias=True: float(reference.conv_parameter_count(c, k, f, bias)),
        "worked example only": lambda c, k, f, bias=True: 760,
        "filters counted twice": lambda c, k, f, bias=True: (
            f * reference.conv_parameter_count(c, k, f, bias)
        ),
    },
    "edge-filters": {
        "diagonal for horizontal": same("horizontal", [[0, 1, 2], [-1, 0, 1], [-2, -1, 0]]),
        "a laplacian for vertical": same("vertical", [[0, -1, 0], [-1, 4, -1], [0, -1, 0]]),
        "blur that copies": same("blur", [[0, 0, 0], [0, 1, 0], [0, 0, 0]]),
        "blur with a negative": same("blur", [[-0.1, 0.2, 0.1], [0.2, 0.2, 0.2], [0.1, 0.1, 0.0]]),
        "sharpen that copies": same("sharpen", [[0, 0, 0], [0, 1, 0], [0, 0, 0]]),
        "identity moved": same("identity", [[1, 0, 0], [0, 0, 0], [0, 0, 0]]),
        "identity twice as bright": same("identity", [[0, 0, 0], [0, 2, 0], [0, 0, 0]]),
        "one missing": lambda: {
            k: v for k, v in reference.edge_filters().items() if k != "sharpen"
        },
        "5×5": lambda: {k: np.pad(v, 1) for k, v in reference.edge_filters().items()},
    },
    "gradient-magnitude": {
        "half as strong": lambda image: reference.gradient_magnitude(image) / 2,
        "cut at 1": lambda image: np.minimum(reference.gradient_magnitude(image), 1),
        "normalised": lambda image: (
            reference.gradient_magnitude(image) / (reference.gradient_magnitude(image).max() or 1)
        ),
        "padded": lambda image: np.pad(reference.gradient_magnitude(image), 1),
    },
    "conv-as-matrix": {
        "one row short": lambda kernel, image_shape: reference.conv_as_matrix(kernel, image_shape)[
            :-1
        ],
        "shifted by one": lambda kernel, image_shape: np.roll(
            reference.conv_as_matrix(kernel, image_shape), 1, axis=1
        ),
        "never refuses": lambda kernel, image_shape: reference.conv_as_matrix(
            kernel[: image_shape[0], : image_shape[1]], image_shape
        ),
    },
}
