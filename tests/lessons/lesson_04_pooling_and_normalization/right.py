"""04-pooling-and-normalization: right answers in the styles that students write."""

import itertools
import math

import numpy as np
from numpy.lib.stride_tricks import as_strided, sliding_window_view


def both(value):
    return tuple(value) if isinstance(value, (tuple, list)) else (value, value)


def places(shape, size, stride):
    """Window, steps and number of places, down and across."""
    window, steps = both(size), both(size if stride is None else stride)
    counts = []
    for side, length, step in zip(shape[-2:], window, steps, strict=True):
        if length > side or (side - length) % step:
            raise ValueError(f"windows of {length}, {step} apart, do not fit {side} pixels")
        counts.append((side - length) // step + 1)
    return window, steps, tuple(counts)


# --- pooling ---


def loops(fold):
    def pool(x, size, stride=None):
        (h, w), (sh, sw), (height, width) = places(x.shape, size, stride)
        out = np.zeros((x.shape[0], x.shape[1], height, width), x.dtype)
        for n in range(x.shape[0]):
            for c in range(x.shape[1]):
                for i in range(height):
                    for j in range(width):
                        out[n, c, i, j] = fold(x[n, c, i * sh : i * sh + h, j * sw : j * sw + w])
        return out

    return pool


def views(fold):
    def pool(x, size, stride=None):
        window, (sh, sw), _ = places(x.shape, size, stride)
        windows = sliding_window_view(x, window, axis=(2, 3))[:, :, ::sh, ::sw]
        return fold(windows, axis=(4, 5))

    return pool


def strides(fold):
    def pool(x, size, stride=None):
        (h, w), (sh, sw), (height, width) = places(x.shape, size, stride)
        a, b, c, d = x.strides
        windows = as_strided(
            x, (*x.shape[:2], height, width, h, w), (a, b, c * sh, d * sw, c, d), writeable=False
        )
        return fold(windows.reshape(*windows.shape[:4], h * w), axis=-1)

    return pool


def flat_windows(fold):
    """Every window by itself, as a row of numbers, images and channels in one."""

    def pool(x, size, stride=None):
        (h, w), (sh, sw), (height, width) = places(x.shape, size, stride)
        planes = x.reshape(-1, *x.shape[2:])
        tops, lefts = range(0, height * sh, sh), range(0, width * sw, sw)
        columns = [
            fold(planes[:, t : t + h, u : u + w].reshape(len(planes), -1), axis=1)
            for t, u in itertools.product(tops, lefts)
        ]
        return np.stack(columns, axis=1).reshape(*x.shape[:2], height, width)

    return pool


def shifted_maximum(x, size, stride=None):
    (h, w), (sh, sw), (height, width) = places(x.shape, size, stride)
    out = np.full((*x.shape[:2], height, width), -np.inf, x.dtype)
    for a in range(h):
        for b in range(w):
            seen = x[:, :, a : a + sh * (height - 1) + 1 : sh, b : b + sw * (width - 1) + 1 : sw]
            np.maximum(out, seen, out=out)
    return out


def shifted_sum(x, size, stride=None):
    (h, w), (sh, sw), (height, width) = places(x.shape, size, stride)
    out = np.zeros((*x.shape[:2], height, width), x.dtype)
    for a in range(h):
        for b in range(w):
            out += x[:, :, a : a + sh * (height - 1) + 1 : sh, b : b + sw * (width - 1) + 1 : sw]
    return out / (h * w)


def running_sums(x, size, stride=None):
    (h, w), (sh, sw), _ = places(x.shape, size, stride)
    total = np.zeros((*x.shape[:2], x.shape[2] + 1, x.shape[3] + 1))
    total[:, :, 1:, 1:] = x.cumsum(axis=2, dtype=np.float64).cumsum(axis=3)
    area = total[:, :, h:, w:] - total[:, :, :-h, w:] - total[:, :, h:, :-w] + total[:, :, :-h, :-w]
    return (area[:, :, ::sh, ::sw] / (h * w)).astype(x.dtype)


def shape_by_places(input_shape, size, stride=None):
    return (input_shape[0], *places(input_shape, size, stride)[2])


def shape_by_ranges(input_shape, size, stride=None):
    window, steps = both(size), both(stride if stride is not None else size)
    sides = []
    for side, length, step in zip(input_shape[1:], window, steps, strict=True):
        starts = range(0, side - length + 1, step)
        if not starts or starts[-1] + length != side:
            raise ValueError(f"{side} pixels, windows of {length}, steps of {step}")
        sides.append(len(starts))
    return input_shape[0], sides[0], sides[1]


def shape_by_trying(input_shape, size, stride=None):
    return views(np.max)(np.zeros((1, *input_shape)), size, stride).shape[1:]


def no_parameters():
    return 0


def counted_parameters():
    return sum(parameter.size for parameter in [])


def numpy_zero():
    return np.int64(0)


# --- pooling as a convolution ---


def diagonal_filters(x, size):
    channels = x.shape[1]
    (h, w), _, (height, width) = places(x.shape, size, None)
    weights = np.zeros((channels, channels, h, w), x.dtype)
    for c in range(channels):
        weights[c, c] = 1 / (h * w)
    out = np.zeros((len(x), channels, height, width), x.dtype)
    for i in range(height):
        for j in range(width):
            window = x[:, :, i * h : (i + 1) * h, j * w : (j + 1) * w]
            out[:, :, i, j] = np.einsum("nchw,fchw->nf", window, weights)
    return out


def channel_by_channel(x, size):
    (h, w), _, _ = places(x.shape, size, None)
    kernel = np.full((h, w), 1 / (h * w), x.dtype)
    maps = [
        np.einsum(
            "nijab,ab->nij",
            sliding_window_view(x[:, c], (h, w), axis=(1, 2))[:, ::h, ::w],
            kernel,
        )
        for c in range(x.shape[1])
    ]
    return np.stack(maps, axis=1)


def blocks(x, size):
    (h, w), _, (height, width) = places(x.shape, size, None)
    return x.reshape(*x.shape[:2], height, h, width, w).mean(axis=(3, 5))


# --- normalization ---


def response_loops(x, n=5, k=2.0, alpha=1e-4, beta=0.75):
    out = np.zeros_like(x)
    channels = x.shape[1]
    for i in range(channels):
        low, high = max(0, i - n // 2), min(channels - 1, i + n // 2)
        total = np.zeros_like(x[:, 0])
        for j in range(low, high + 1):
            total = total + x[:, j] ** 2
        out[:, i] = x[:, i] / (k + alpha * total) ** beta
    return out


def response_band(x, n=5, k=2.0, alpha=1e-4, beta=0.75):
    channels = np.arange(x.shape[1])
    near = (abs(channels[:, None] - channels) <= n // 2).astype(x.dtype)
    sums = np.einsum("ij,njhw->nihw", near, x**2)
    return x / np.power(k + alpha * sums, beta)


def response_padded(x, n=5, k=2.0, alpha=1e-4, beta=0.75):
    half = n // 2
    squares = np.pad(np.square(x), ((0, 0), (half, half), (0, 0), (0, 0)))
    sums = sliding_window_view(squares, 2 * half + 1, axis=1).sum(axis=-1)
    return x * (k + alpha * sums) ** -beta


def response_cumulative(x, n=5, k=2.0, alpha=1e-4, beta=0.75):
    sums = np.cumsum(np.pad(x.astype(np.float64) ** 2, ((0, 0), (1, 0), (0, 0), (0, 0))), axis=1)
    i = np.arange(x.shape[1])
    window = sums[:, np.minimum(i + n // 2, i[-1]) + 1] - sums[:, np.maximum(i - n // 2, 0)]
    return (x / (k + alpha * window) ** beta).astype(x.dtype)


def normalize_keepdims(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=(0, 2, 3), keepdims=True)
    variance = ((x - mean) ** 2).mean(axis=(0, 2, 3), keepdims=True)
    return (x - mean) / np.sqrt(variance + eps) * gamma[:, None, None] + beta[:, None, None]


def normalize_rows(x, gamma, beta, eps=1e-5):
    n, c, h, w = x.shape
    rows = x.transpose(0, 2, 3, 1).reshape(-1, c)
    rows = gamma * ((rows - rows.mean(axis=0)) / (rows.var(axis=0) + eps) ** 0.5) + beta
    return rows.reshape(n, h, w, c).transpose(0, 3, 1, 2)


def normalize_loops(x, gamma, beta, eps=1e-5):
    out = np.empty_like(x)
    for c in range(x.shape[1]):
        channel = x[:, c]
        centred = channel - channel.mean()
        out[:, c] = gamma[c] * centred / math.sqrt((centred**2).mean() + eps) + beta[c]
    return out


def normalize_slope(x, gamma, beta, eps=1e-5):
    slope = gamma / np.sqrt(x.var(axis=(0, 2, 3)) + eps)
    shift = beta - x.mean(axis=(0, 2, 3)) * slope
    return x * slope.reshape(1, -1, 1, 1) + shift.reshape(1, -1, 1, 1)


# --- statistics that run ---


def update_spelled_out(running_mean, running_var, x, momentum=0.9):
    batch_mean = x.mean(axis=(0, 2, 3))
    batch_var = x.var(axis=(0, 2, 3), ddof=1)
    mean = momentum * running_mean + (1 - momentum) * batch_mean
    var = momentum * running_var + (1 - momentum) * batch_var
    return mean, var


def update_by_rows(running_mean, running_var, x, momentum=0.9):
    n, c, h, w = x.shape
    rows = x.transpose(1, 0, 2, 3).reshape(c, -1)
    mean = rows.mean(axis=1)
    var = ((rows - mean[:, None]) ** 2).sum(axis=1) / (n * h * w - 1)
    return (
        running_mean * momentum + mean * (1 - momentum),
        running_var * momentum + var * (1 - momentum),
    )


def update_by_loops(running_mean, running_var, x, momentum=0.9):
    mean, var = running_mean.copy(), running_var.copy()
    for c in range(x.shape[1]):
        channel = x[:, c].ravel()
        middle = channel.sum() / channel.size
        spread = ((channel - middle) ** 2).sum() / (channel.size - 1)
        mean[c] = momentum * mean[c] + (1 - momentum) * middle
        var[c] = momentum * var[c] + (1 - momentum) * spread
    return mean, var


def update_by_steps(running_mean, running_var, x, momentum=0.9):
    """A step from the old value towards the batch's."""
    n = x.size / x.shape[1]
    target = x.var(axis=(0, 2, 3)) * x.dtype.type(n / (n - 1))
    rate = 1 - momentum
    return (
        running_mean + rate * (x.mean(axis=(0, 2, 3)) - running_mean),
        running_var + rate * (target - running_var),
    )


def update_in_copies(running_mean, running_var, x, momentum=0.9):
    kept = [running_mean.copy(), running_var.copy()]
    fresh = [np.mean(x, axis=(0, 2, 3)), np.var(x, axis=(0, 2, 3), ddof=1)]
    for old, new in zip(kept, fresh, strict=True):
        old *= momentum
        old += (1 - momentum) * new
    return tuple(kept)


def update_with_channels_last(running_mean, running_var, x, momentum=0.9):
    flat = np.moveaxis(x, 1, -1).reshape(-1, x.shape[1])
    weights = np.array([momentum, 1 - momentum], dtype=x.dtype)
    mean = weights @ np.stack([running_mean, flat.mean(axis=0)])
    return mean, weights @ np.stack([running_var, flat.var(axis=0, ddof=1)])


def inference_spelled_out(x, gamma, beta, running_mean, running_var, eps=1e-5):
    mean, var = running_mean[None, :, None, None], running_var[None, :, None, None]
    even = (x - mean) / np.sqrt(var + eps)
    return gamma[None, :, None, None] * even + beta[None, :, None, None]


def inference_by_loops(x, gamma, beta, running_mean, running_var, eps=1e-5):
    out = np.zeros_like(x)
    for c in range(x.shape[1]):
        deviation = (running_var[c] + eps) ** 0.5
        out[:, c] = gamma[c] * (x[:, c] - running_mean[c]) / deviation + beta[c]
    return out


def inference_channels_last(x, gamma, beta, running_mean, running_var, eps=1e-5):
    last = np.moveaxis(x, 1, -1)
    last = (last - running_mean) / np.sqrt(running_var + eps) * gamma + beta
    return np.moveaxis(last, -1, 1)


def inference_by_slope(x, gamma, beta, running_mean, running_var, eps=1e-5):
    slope = (gamma / np.sqrt(running_var + eps)).reshape(-1, 1, 1)
    shift = beta.reshape(-1, 1, 1) - running_mean.reshape(-1, 1, 1) * slope
    return x * slope + shift


def inference_in_a_copy(x, gamma, beta, running_mean, running_var, eps=1e-5):
    out = x.copy()
    out -= running_mean[:, np.newaxis, np.newaxis]
    out /= np.sqrt(running_var + eps)[:, np.newaxis, np.newaxis]
    out *= gamma[:, np.newaxis, np.newaxis]
    out += beta[:, np.newaxis, np.newaxis]
    return out


def inference_by_einsum(x, gamma, beta, running_mean, running_var, eps=1e-5):
    centred = x - running_mean.reshape(1, -1, 1, 1)
    scaled = np.einsum("nchw,c->nchw", centred, gamma * (running_var + eps) ** -0.5)
    return scaled + beta.reshape(1, -1, 1, 1)


# --- activations ---


def relu_where(x):
    return np.where(x > 0, x, x.dtype.type(0))


def relu_mask(x):
    return x * (x > 0)


def relu_assigned(x):
    out = x.copy()
    out[out < 0] = 0
    return out


def relu_half(x):
    return (x + abs(x)) / 2


def relu_clipped(x):
    return x.clip(min=0)


def dropout_uniform(x, rate, rng, training=True):
    if not training or rate == 0:
        return x
    mask = (rng.uniform(size=x.shape) > rate) / (1 - rate)
    return (x * mask).astype(x.dtype)


def dropout_binomial(x, rate, rng, training=True):
    if training:
        kept = rng.binomial(1, 1 - rate, size=x.shape)
        return (x * kept / (1 - rate)).astype(x.dtype)
    return x.copy()


def dropout_choice(x, rate, rng, training=True):
    if not training:
        return x.copy()
    kept = rng.choice([0, 1], size=x.shape, p=[rate, 1 - rate])
    return np.where(kept == 1, x / x.dtype.type(1 - rate), x.dtype.type(0))


def dropout_loop(x, rate, rng, training=True):
    out = x.copy()
    if training:
        flat = out.reshape(-1)
        chances = rng.random(flat.size)
        flat[chances < rate] = 0
        flat /= x.dtype.type(1 - rate)
    return out


# --- the last layer ---


def filters_reshaped(weights, input_shape):
    return weights.reshape(len(weights), *input_shape)


def filters_looped(weights, input_shape):
    c, h, w = input_shape
    if weights.shape[1] != c * h * w:
        raise ValueError(f"{weights.shape[1]} weights for {c}·{h}·{w} numbers")
    filters = np.zeros((len(weights), c, h, w), weights.dtype)
    for k in range(len(weights)):
        for number, value in enumerate(weights[k]):
            channel, place = divmod(number, h * w)
            filters[k, channel, place // w, place % w] = value
    return filters


def filters_stacked(weights, input_shape):
    return np.stack([np.reshape(row, input_shape) for row in weights])


def filters_by_index(weights, input_shape):
    if weights.shape[1] != math.prod(input_shape):
        raise ValueError(f"{weights.shape} does not go with {input_shape}")
    return weights[:, np.arange(math.prod(input_shape)).reshape(input_shape)]


# --- sensitivity ---


def moved(images, down, right):
    result = np.zeros_like(images)
    height, width = images.shape[2:]
    result[:, :, down:, right:] = images[:, :, : height - down, : width - right]
    return result


def by_lengths(layer, images, shift):
    still, after = layer(images), layer(moved(images, *both(shift)))
    axes = tuple(range(1, still.ndim))
    change = np.sqrt(((after - still) ** 2).sum(axis=axes))
    return float((change / np.sqrt((still**2).sum(axis=axes))).mean())


def image_by_image(layer, images, shift):
    total = 0.0
    for image in images:
        still, after = layer(image[None]), layer(moved(image[None], shift, shift))
        total += np.linalg.norm(after - still) / np.linalg.norm(still)
    return total / len(images)


def cut_and_framed(layer, images, shift):
    height, width = images.shape[2:]
    after = np.pad(images, ((0, 0), (0, 0), (shift, 0), (shift, 0)))[:, :, :height, :width]
    still, after = layer(images), layer(after)
    change = [np.linalg.norm(a - b) / np.linalg.norm(b) for a, b in zip(after, still, strict=True)]
    return sum(change) / len(change)


def rolled_and_blanked(layer, images, shift):
    after = np.roll(images, (shift, shift), axis=(2, 3))
    after[:, :, :shift] = 0
    after[:, :, :, :shift] = 0
    still, after = (layer(x).reshape(len(images), -1) for x in (images, after))
    return np.mean(np.linalg.norm(after - still, axis=1) / np.linalg.norm(still, axis=1))


def by_dot_products(layer, images, shift):
    still = layer(images).reshape(len(images), -1)
    change = layer(moved(images, *both(shift))).reshape(len(images), -1) - still
    squares = np.einsum("nd,nd->n", change, change) / np.einsum("nd,nd->n", still, still)
    return float(np.sqrt(squares).mean())


def poolings(fold):
    return {
        "loops": loops(fold),
        "views": views(fold),
        "as_strided": strides(fold),
        "flat windows": flat_windows(fold),
    }


ANSWERS = {
    "max-pool2d": {**poolings(np.max), "shifted maximum": shifted_maximum},
    "average-pool2d": {
        **poolings(np.mean),
        "shifted sum": shifted_sum,
        "running sums": running_sums,
    },
    "pool-parameter-count": {
        "0": no_parameters,
        "counted": counted_parameters,
        "numpy": numpy_zero,
    },
    "pool-output-shape": {
        "places": shape_by_places,
        "ranges": shape_by_ranges,
        "tried": shape_by_trying,
    },
    "strided-conv-as-pool": {
        "diagonal filters": diagonal_filters,
        "channel by channel": channel_by_channel,
        "blocks": blocks,
    },
    "local-response-normalize": {
        "loops": response_loops,
        "band matrix": response_band,
        "padded": response_padded,
        "cumulative": response_cumulative,
    },
    "batch-normalize": {
        "keepdims": normalize_keepdims,
        "rows": normalize_rows,
        "loops": normalize_loops,
        "slope and shift": normalize_slope,
    },
    "update-running-statistics": {
        "spelled out": update_spelled_out,
        "rows": update_by_rows,
        "loops": update_by_loops,
        "steps": update_by_steps,
        "in copies": update_in_copies,
        "channels last": update_with_channels_last,
    },
    "batch-normalize-inference": {
        "spelled out": inference_spelled_out,
        "loops": inference_by_loops,
        "channels last": inference_channels_last,
        "slope and shift": inference_by_slope,
        "in a copy": inference_in_a_copy,
        "einsum": inference_by_einsum,
    },
    "relu": {
        "where": relu_where,
        "mask": relu_mask,
        "assigned": relu_assigned,
        "half": relu_half,
        "clip": relu_clipped,
    },
    "dropout": {
        "uniform": dropout_uniform,
        "binomial": dropout_binomial,
        "choice": dropout_choice,
        "in a copy": dropout_loop,
    },
    "fully-connected-as-conv": {
        "reshaped": filters_reshaped,
        "looped": filters_looped,
        "stacked": filters_stacked,
        "indexed": filters_by_index,
    },
    "translation-sensitivity": {
        "lengths": by_lengths,
        "image by image": image_by_image,
        "cut and framed": cut_and_framed,
        "rolled and blanked": rolled_and_blanked,
        "dot products": by_dot_products,
    },
}
