"""03-padding-and-stride: right answers in the styles that students write."""

import math

import numpy as np
from numpy.lib.stride_tricks import as_strided, sliding_window_view


def both(value):
    return tuple(value) if isinstance(value, (tuple, list)) else (value, value)


# --- pad_images ---


def np_pad(images, pad, value=0):
    h, w = both(pad)
    return np.pad(images, ((0, 0), (0, 0), (h, h), (w, w)), constant_values=value)


def frame_first(images, pad, value=0):
    h, w = both(pad)
    n, c, height, width = images.shape
    result = np.ones((n, c, height + 2 * h, width + 2 * w), images.dtype)
    result *= np.array(value, images.dtype)
    result[:, :, h : h + height, w : w + width] = images
    return result


def stacked(images, pad, value=0):
    h, w = both(pad)
    rows = np.full((*images.shape[:2], h, images.shape[3]), value, images.dtype)
    tall = np.concatenate([rows, images, rows], axis=2)
    columns = np.full((*tall.shape[:3], w), value, images.dtype)
    return np.concatenate([columns, tall, columns], axis=3)


def pixel_by_pixel(images, pad, value=0):
    h, w = both(pad)
    n, c, height, width = images.shape
    result = np.full((n, c, height + 2 * h, width + 2 * w), value, images.dtype)
    for i in range(height):
        for j in range(width):
            result[:, :, h + i, w + j] = images[:, :, i, j]
    return result


# --- sizes ---


def divmod_size(size, kernel, pad=0, stride=1):
    steps, rest = divmod(size + 2 * pad - kernel, stride)
    if rest or steps < 0:
        raise ValueError(f"kernel {kernel}, stride {stride} do not fit {size} + 2·{pad}")
    return steps + 1


def float_size(size, kernel, pad=0, stride=1):
    count = (size + 2 * pad - kernel) / stride + 1
    if count != int(count) or count < 1:
        raise ValueError(f"{count} places")
    return int(count)


def range_size(size, kernel, pad=0, stride=1):
    starts = range(0, size + 2 * pad - kernel + 1, stride)
    if not starts or starts[-1] + kernel != size + 2 * pad:
        raise ValueError(f"size {size}, kernel {kernel}, pad {pad}, stride {stride}")
    return len(starts)


def numpy_size(size, kernel, pad=0, stride=1):
    room = np.int64(size + 2 * pad - kernel)
    if room < 0 or room % stride != 0:
        raise ValueError(f"{room} pixels to move in steps of {stride}")
    return room // stride + np.int64(1)


def halved(kernel):
    if kernel % 2 == 0:
        raise ValueError(f"{kernel} is even")
    return kernel // 2


def less_one_halved(kernel):
    pad = (kernel - 1) / 2
    if not pad.is_integer():
        raise ValueError(f"{kernel} would need a pad of {pad}")
    return int(pad)


def searched(kernel):
    for pad in range(kernel):
        if 100 + 2 * pad - kernel + 1 == 100:
            return pad
    raise ValueError(f"no pad keeps the size with a kernel of {kernel}")


# --- the layer ---


def prepared(x, kernel, stride, pad):
    """The padded images, the steps and the size of the output."""
    (kh, kw), (sh, sw), (ph, pw) = kernel, both(stride), both(pad)
    height = divmod_size(x.shape[2], kh, ph, sh)
    width = divmod_size(x.shape[3], kw, pw, sw)
    return np_pad(x, (ph, pw)), (sh, sw), (height, width)


def all_loops(x, weights, bias, stride=1, pad=0):
    f, _, kh, kw = weights.shape
    padded, (sh, sw), (height, width) = prepared(x, (kh, kw), stride, pad)
    out = np.zeros((len(x), f, height, width), x.dtype)
    for n in range(len(x)):
        for k in range(f):
            for i in range(height):
                for j in range(width):
                    window = padded[n, :, i * sh : i * sh + kh, j * sw : j * sw + kw]
                    out[n, k, i, j] = np.sum(window * weights[k]) + bias[k]
    return out


def adding_steps(x, weights, bias, stride=1, pad=0):
    kh, kw = weights.shape[2:]
    padded, (sh, sw), _ = prepared(x, (kh, kw), stride, pad)
    rows = []
    top = 0
    while top + kh <= padded.shape[2]:
        row = []
        left = 0
        while left + kw <= padded.shape[3]:
            window = padded[:, :, top : top + kh, left : left + kw]
            row.append(np.tensordot(window, weights, ((1, 2, 3), (1, 2, 3))) + bias)
            left += sw
        rows.append(np.stack(row, axis=-1))
        top += sh
    return np.stack(rows, axis=-2)


def einsum(x, weights, bias, stride=1, pad=0):
    kernel = weights.shape[2:]
    padded, (sh, sw), _ = prepared(x, kernel, stride, pad)
    windows = sliding_window_view(padded, kernel, axis=(2, 3))[:, :, ::sh, ::sw]
    return np.einsum("ncijab,fcab->nfij", windows, weights, optimize=True) + bias[:, None, None]


def strided(x, weights, bias, stride=1, pad=0):
    c, kh, kw = weights.shape[1:]
    padded, (sh, sw), (height, width) = prepared(x, (kh, kw), stride, pad)
    a, b, d, e = padded.strides
    windows = as_strided(
        padded, (len(x), c, height, width, kh, kw), (a, b, d * sh, e * sw, d, e), writeable=False
    )
    maps = np.tensordot(windows, weights, axes=((1, 4, 5), (1, 2, 3)))
    return maps.transpose(0, 3, 1, 2) + bias.reshape(1, -1, 1, 1)


def shift_and_add(x, weights, bias, stride=1, pad=0):
    f, _, kh, kw = weights.shape
    padded, (sh, sw), (height, width) = prepared(x, (kh, kw), stride, pad)
    out = np.zeros((len(x), f, height, width), x.dtype)
    for a in range(kh):
        for b in range(kw):
            seen = padded[:, :, a : a + sh * height : sh, b : b + sw * width : sw]
            out += np.einsum("nchw,fc->nfhw", seen, weights[:, :, a, b])
    out += bias[None, :, None, None]
    return out


def fourier(x, weights, bias, stride=1, pad=0):
    kh, kw = weights.shape[2:]
    padded, (sh, sw), _ = prepared(x, (kh, kw), stride, pad)
    shape = padded.shape[2:]
    spectrum = np.conj(np.fft.rfft2(weights, shape))
    product = np.einsum("nchw,fchw->nfhw", np.fft.rfft2(padded), spectrum)
    whole = np.fft.irfft2(product, shape)
    maps = whole[:, :, : shape[0] - kh + 1 : sh, : shape[1] - kw + 1 : sw]
    return (maps + bias[:, None, None]).astype(x.dtype)


# --- columns ---


def columns_by_loops(x, kernel_size, stride=1, pad=0):
    kh, kw = both(kernel_size)
    padded, (sh, sw), (height, width) = prepared(x, (kh, kw), stride, pad)
    n, c = x.shape[:2]
    columns = np.empty((n, c * kh * kw, height * width), x.dtype)
    for i in range(height):
        for j in range(width):
            window = padded[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw]
            columns[:, :, i * width + j] = window.reshape(n, -1)
    return columns


def columns_by_views(x, kernel_size, stride=1, pad=0):
    kernel = both(kernel_size)
    padded, (sh, sw), (height, width) = prepared(x, kernel, stride, pad)
    windows = sliding_window_view(padded, kernel, axis=(2, 3))[:, :, ::sh, ::sw]
    return np.moveaxis(windows, (2, 3), (4, 5)).reshape(len(x), -1, height * width)


def columns_by_index(x, kernel_size, stride=1, pad=0):
    kh, kw = both(kernel_size)
    padded, (sh, sw), (height, width) = prepared(x, (kh, kw), stride, pad)
    c = x.shape[1]
    channel = np.repeat(np.arange(c), kh * kw)[:, None]
    row = np.tile(np.repeat(np.arange(kh), kw), c)[:, None]
    row = row + sh * np.repeat(np.arange(height), width)
    column = np.tile(np.arange(kw), kh * c)[:, None] + sw * np.tile(np.arange(width), height)
    return padded[:, channel, row, column]


def columns_by_taps(x, kernel_size, stride=1, pad=0):
    kh, kw = both(kernel_size)
    padded, (sh, sw), (height, width) = prepared(x, (kh, kw), stride, pad)
    n, c = x.shape[:2]
    columns = np.zeros((n, c, kh, kw, height, width), x.dtype)
    for a in range(kh):
        for b in range(kw):
            columns[:, :, a, b] = padded[:, :, a : a + sh * height : sh, b : b + sw * width : sw]
    return columns.reshape(n, c * kh * kw, -1)


def by_columns(unroll):
    def conv2d_fast(x, weights, bias, stride=1, pad=0):
        f, _, kh, kw = weights.shape
        _, _, (height, width) = prepared(x, (kh, kw), stride, pad)
        maps = weights.reshape(f, -1) @ unroll(x, (kh, kw), stride, pad) + bias[:, None]
        return maps.reshape(len(x), f, height, width)

    return conv2d_fast


def one_big_matrix(x, weights, bias, stride=1, pad=0):
    f, c, kh, kw = weights.shape
    _, _, (height, width) = prepared(x, (kh, kw), stride, pad)
    columns = columns_by_loops(x, (kh, kw), stride, pad)
    rows = columns.transpose(0, 2, 1).reshape(-1, c * kh * kw)
    scores = rows @ weights.reshape(f, -1).T + bias
    return scores.reshape(len(x), height, width, f).transpose(0, 3, 1, 2)


# --- counts ---


def volume_spelled_out(input_shape, num_filters, kernel, pad, stride):
    c, h, w = input_shape
    height, width = divmod_size(h, kernel, pad, stride), divmod_size(w, kernel, pad, stride)
    return (num_filters, height, width), num_filters * c * kernel * kernel + num_filters


def volume_from_arrays(input_shape, num_filters, kernel, pad, stride):
    weights = np.empty((num_filters, input_shape[0], kernel, kernel))
    sides = [float_size(side, kernel, pad, stride) for side in input_shape[1:]]
    return (len(weights), *sides), weights.size + len(weights)


def volume_with_numpy(input_shape, num_filters, kernel, pad, stride):
    room = np.array(input_shape[1:]) + 2 * pad - kernel
    if (room < 0).any() or (room % stride).any():
        raise ValueError(f"{input_shape}: kernel {kernel}, pad {pad}, stride {stride} do not fit")
    height, width = room // stride + 1
    return (num_filters, height, width), num_filters * (input_shape[0] * kernel**2 + 1)


def field_forwards(layers):
    size = jump = 1
    for kernel, stride in layers:
        size, jump = size + (kernel - 1) * jump, jump * stride
    return size


def field_backwards(layers):
    size = 1
    for kernel, stride in layers[::-1]:
        size = (size - 1) * stride + kernel
    return size


def field_summed(layers):
    strides = [stride for _, stride in layers]
    return 1 + sum((k - 1) * math.prod(strides[:i]) for i, (k, _) in enumerate(layers))


def field_by_recursion(layers):
    if not layers:
        return 1
    (kernel, stride), *rest = layers
    return kernel + (field_by_recursion(rest) - 1) * stride


COLUMNS = {
    "loops": columns_by_loops,
    "views": columns_by_views,
    "fancy index": columns_by_index,
    "a tap at a time": columns_by_taps,
}

LAYERS = {
    "loops": all_loops,
    "adding steps": adding_steps,
    "einsum": einsum,
    "as_strided": strided,
    "shift and add": shift_and_add,
    "fft": fourier,
}

ANSWERS = {
    "pad-images": {
        "np.pad": np_pad,
        "frame first": frame_first,
        "concatenate": stacked,
        "pixel by pixel": pixel_by_pixel,
    },
    "conv-output-size": {
        "divmod": divmod_size,
        "float": float_size,
        "range": range_size,
        "numpy integers": numpy_size,
    },
    "same-padding": {"halved": halved, "(k − 1)/2": less_one_halved, "searched": searched},
    "conv2d-forward": {**LAYERS, "columns": by_columns(columns_by_loops)},
    "im2col": COLUMNS,
    "conv2d-fast": {
        **{f"columns by {style}": by_columns(unroll) for style, unroll in COLUMNS.items()},
        "one big matrix": one_big_matrix,
        "einsum": einsum,
        "as_strided": strided,
        "fft": fourier,
    },
    "conv-layer-volume": {
        "spelled out": volume_spelled_out,
        "from arrays": volume_from_arrays,
        "with numpy": volume_with_numpy,
    },
    "receptive-field": {
        "forwards": field_forwards,
        "backwards": field_backwards,
        "summed": field_summed,
        "recursion": field_by_recursion,
    },
}
