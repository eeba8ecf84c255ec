"""02-filters: right answers in the styles that students write."""

import numpy as np
from numpy.lib.stride_tricks import as_strided, sliding_window_view


def fits(image, kernel):
    if kernel.shape[-2] > image.shape[-2] or kernel.shape[-1] > image.shape[-1]:
        raise ValueError(f"{kernel.shape} does not fit into {image.shape}")


def deep(image, weights):
    if len(image) != len(weights):
        raise ValueError(f"{len(image)} channels against {len(weights)}")


def loops(image, kernel):
    fits(image, kernel)
    height = image.shape[0] - kernel.shape[0] + 1
    width = image.shape[1] - kernel.shape[1] + 1
    result = np.zeros((height, width), image.dtype)
    for i in range(height):
        for j in range(width):
            total = 0
            for a in range(kernel.shape[0]):
                for b in range(kernel.shape[1]):
                    total += image[i + a, j + b] * kernel[a, b]
            result[i, j] = total
    return result


def window_sums(image, kernel):
    fits(image, kernel)
    kh, kw = kernel.shape
    rows = range(image.shape[0] - kh + 1)
    columns = range(image.shape[1] - kw + 1)
    return np.array(
        [[np.sum(image[i : i + kh, j : j + kw] * kernel) for j in columns] for i in rows],
        dtype=image.dtype,
    )


def einsum(image, kernel):
    fits(image, kernel)
    return np.einsum("ijab,ab->ij", sliding_window_view(image, kernel.shape), kernel)


def strided(image, kernel):
    fits(image, kernel)
    kh, kw = kernel.shape
    height, width = image.shape[0] - kh + 1, image.shape[1] - kw + 1
    views = as_strided(image, (height, width, kh, kw), image.strides * 2)
    return np.tensordot(views, kernel, axes=((2, 3), (0, 1)))


def fourier(image, kernel):
    fits(image, kernel)
    product = np.fft.rfft2(image) * np.conj(np.fft.rfft2(kernel, image.shape))
    whole = np.fft.irfft2(product, image.shape)
    height, width = image.shape[0] - kernel.shape[0] + 1, image.shape[1] - kernel.shape[1] + 1
    return whole[:height, :width].astype(image.dtype)


def matrix_product(image, kernel):
    fits(image, kernel)
    windows = sliding_window_view(image, kernel.shape)
    return (windows.reshape(-1, kernel.size) @ kernel.ravel()).reshape(windows.shape[:2])


CORRELATIONS = {
    "loops": loops,
    "window sums": window_sums,
    "einsum": einsum,
    "as_strided": strided,
    "fft": fourier,
    "one matrix product": matrix_product,
}


def flipped(correlate):
    return lambda image, kernel: correlate(image, kernel[::-1, ::-1])


def one_filter(correlate):
    def apply_filter(image, weights, bias):
        deep(image, weights)
        total = correlate(image[0], weights[0])
        for channel, kernel in zip(image[1:], weights[1:], strict=True):
            total = total + correlate(channel, kernel)
        return (total + bias).astype(image.dtype)

    return apply_filter


def apply_windows(image, weights, bias):
    deep(image, weights)
    windows = sliding_window_view(image, weights.shape[1:], axis=(1, 2))
    return np.einsum("cijab,cab->ij", windows, weights) + image.dtype.type(bias)


def layer_loops(x, weights, bias):
    n, c, h, w = x.shape
    f, depth, kh, kw = weights.shape
    if depth != c:
        raise ValueError(f"{c} channels against {depth}")
    if kh > h or kw > w:
        raise ValueError(f"{kh}×{kw} filters for {h}×{w} images")
    out = np.empty((n, f, h - kh + 1, w - kw + 1), x.dtype)
    for image in range(n):
        for number in range(f):
            for i in range(h - kh + 1):
                for j in range(w - kw + 1):
                    window = x[image, :, i : i + kh, j : j + kw]
                    out[image, number, i, j] = (window * weights[number]).sum() + bias[number]
    return out


def layer_tensordot(x, weights, bias):
    deep(x[0], weights[0])
    windows = sliding_window_view(x, weights.shape[2:], axis=(2, 3))
    maps = np.tensordot(windows, weights, axes=((1, 4, 5), (1, 2, 3)))
    return maps.transpose(0, 3, 1, 2) + bias[:, None, None]


def layer_columns(x, weights, bias):
    deep(x[0], weights[0])
    windows = sliding_window_view(x, weights.shape[2:], axis=(2, 3))
    n, c, h, w, kh, kw = windows.shape
    columns = windows.transpose(0, 1, 4, 5, 2, 3).reshape(n, c * kh * kw, h * w)
    return (weights.reshape(len(weights), -1) @ columns + bias[:, None]).reshape(n, -1, h, w)


def count_spelled_out(in_channels, kernel_size, num_filters, bias=True):
    if isinstance(kernel_size, int):
        kernel_size = (kernel_size, kernel_size)
    weights = in_channels * kernel_size[0] * kernel_size[1] * num_filters
    return weights + num_filters if bias else weights


def count_with_numpy(in_channels, kernel_size, num_filters, bias=True):
    area = np.prod(np.broadcast_to(kernel_size, 2))
    return num_filters * (in_channels * area + (1 if bias else 0))


def count_by_making_the_layer(in_channels, kernel_size, num_filters, bias=True):
    height, width = kernel_size if np.ndim(kernel_size) else (kernel_size, kernel_size)
    weights = np.empty((num_filters, in_channels, height, width), dtype=np.int8)
    biases = np.empty(num_filters if bias else 0)
    return weights.size + biases.size


def prewitt():
    down = np.array([[1, 1, 1], [0, 0, 0], [-1, -1, -1]])
    return {
        "horizontal": down,
        "vertical": down.T,
        "blur": np.array([[1, 2, 1], [2, 4, 2], [1, 2, 1]]) / 16,
        "sharpen": np.array([[-1, -1, -1], [-1, 9, -1], [-1, -1, -1]]),
        "identity": np.array([[0, 0, 0], [0, 1, 0], [0, 0, 0]]),
    }


def central_difference():
    down = np.zeros((3, 3))
    down[0, 1], down[2, 1] = -1, 1
    blur = np.zeros((3, 3))
    blur[1] = blur[:, 1] = 0.2
    identity = np.zeros((3, 3))
    identity[1, 1] = 1
    return {
        "horizontal": down,
        "vertical": down.T,
        "blur": blur,
        "sharpen": 2 * identity - blur,
        "identity": identity,
    }


def scharr():
    down = np.outer([-1, 0, 1], [3, 10, 3]) / 16
    gauss = np.exp(-np.array([[2, 1, 2], [1, 0, 1], [2, 1, 2]]))
    delta = np.pad([[1.0]], 1)
    return {
        "identity": delta,
        "blur": gauss / gauss.sum(),
        "sharpen": 3 * delta - 2 * gauss / gauss.sum(),
        "vertical": down.T,
        "horizontal": down,
    }


def sobel_strength(correlate):
    def gradient_magnitude(image):
        down = np.array([[-1, -2, -1], [0, 0, 0], [1, 2, 1]], dtype=image.dtype)
        return np.sqrt(correlate(image, down) ** 2 + correlate(image, down.T.copy()) ** 2)

    return gradient_magnitude


def matrix_by_impulses(kernel, image_shape):
    pixels = np.eye(image_shape[0] * image_shape[1], dtype=kernel.dtype)
    columns = [loops(pixel.reshape(image_shape), kernel).ravel() for pixel in pixels]
    return np.stack(columns, axis=1)


def matrix_by_loops(kernel, image_shape):
    (height, width), (kh, kw) = image_shape, kernel.shape
    if kh > height or kw > width:
        raise ValueError(f"{kernel.shape} does not fit into {image_shape}")
    out_h, out_w = height - kh + 1, width - kw + 1
    matrix = np.zeros((out_h * out_w, height * width), dtype=kernel.dtype)
    for row in range(out_h * out_w):
        i, j = divmod(row, out_w)
        for a in range(kh):
            for b in range(kw):
                matrix[row, (i + a) * width + j + b] = kernel[a, b]
    return matrix


def matrix_by_placing(kernel, image_shape):
    (height, width), (kh, kw) = image_shape, kernel.shape
    if kh > height or kw > width:
        raise ValueError(f"{kernel.shape} does not fit into {image_shape}")
    rows = []
    for i in range(height - kh + 1):
        for j in range(width - kw + 1):
            picture = np.zeros(image_shape, dtype=kernel.dtype)
            picture[i : i + kh, j : j + kw] = kernel
            rows.append(picture.ravel())
    return np.array(rows)


ANSWERS = {
    "cross-correlate2d": CORRELATIONS,
    "convolve2d": {style: flipped(correlate) for style, correlate in CORRELATIONS.items()},
    "apply-filter": {
        **{style: one_filter(correlate) for style, correlate in CORRELATIONS.items()},
        "windows": apply_windows,
    },
    "conv2d-naive": {
        "loops": layer_loops,
        "tensordot": layer_tensordot,
        "columns": layer_columns,
    },
    "conv-parameter-count": {
        "spelled out": count_spelled_out,
        "with numpy": count_with_numpy,
        "by making the layer": count_by_making_the_layer,
    },
    "edge-filters": {
        "Prewitt": prewitt,
        "central difference": central_difference,
        "Scharr": scharr,
    },
    "gradient-magnitude": {
        style: sobel_strength(correlate) for style, correlate in CORRELATIONS.items()
    },
    "conv-as-matrix": {
        "by impulses": matrix_by_impulses,
        "by loops": matrix_by_loops,
        "by placing": matrix_by_placing,
    },
}
