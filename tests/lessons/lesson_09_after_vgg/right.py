"""09-after-vgg: right answers in the styles that students write."""

import itertools
import math

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from tests.lessons.lesson_06_lenet.right import two

# --- residual blocks ------------------------------------------------------------------------------


def block_by_branches(x, body, shortcut=None):
    inside = body(x)
    if shortcut is None:
        if inside.shape != x.shape:
            raise ValueError(f"{inside.shape} and {x.shape}")
        return x + inside
    around = shortcut(x)
    if np.shape(inside) != np.shape(around):
        raise ValueError(f"{inside.shape} and {around.shape}")
    return around + inside


def block_with_a_default(x, body, shortcut=None):
    both = [body(x), (shortcut or (lambda same: same))(x)]
    if len({one.shape for one in both}) > 1:
        raise ValueError("not the same shape")
    return np.add(*both)


def block_by_stack(x, body, shortcut=None):
    way = body(x), x if shortcut is None else shortcut(x)
    return np.stack(way).sum(axis=0)  # stack itself refuses arrays of different shapes


def block_in_a_copy(x, body, shortcut=None):
    result = np.array(x if shortcut is None else shortcut(x), copy=True)
    made = body(x)
    if made.shape != result.shape:
        raise ValueError(f"body {made.shape}, shortcut {result.shape}")
    result += made
    return result


def block_number_by_number(x, body, shortcut=None):
    made = body(x)
    passed = shortcut(x) if shortcut else x
    if made.shape != passed.shape:
        raise ValueError("shapes")
    result = np.zeros_like(made)
    for index in np.ndindex(made.shape):
        result[index] = made[index] + passed[index]
    return result


def back_by_branches(grad, body_backward, shortcut_backward=None):
    if shortcut_backward is None:
        return body_backward(grad) + grad
    return body_backward(grad) + shortcut_backward(grad)


def back_with_a_default(grad, body_backward, shortcut_backward=lambda grad: grad):
    return shortcut_backward(grad) + body_backward(grad)


def back_in_a_copy(grad, body_backward, shortcut_backward=None):
    total = body_backward(grad).copy()
    total += grad if shortcut_backward is None else shortcut_backward(grad)
    return total


def back_by_a_list(grad, body_backward, shortcut_backward=None):
    ways = [body_backward]
    ways.append(shortcut_backward if shortcut_backward is not None else lambda same: same)
    return sum(way(grad) for way in ways)


def back_by_stack(grad, body_backward, shortcut_backward=None):
    passed = shortcut_backward(grad) if shortcut_backward else grad
    return np.stack([body_backward(grad), passed]).sum(0)


# --- the table ------------------------------------------------------------------------------------


def conv(filters, **options):
    return ("conv", {"filters": filters, "kernel": 3, "pad": 1, **options})


def layers_by_functions(blocks, channels):
    def block(filters, before):
        rows = [conv(filters), ("batch_norm", {}), ("relu", {}), conv(filters), ("batch_norm", {})]
        return [("residual", {"rows": rows, "projection": filters != before}), ("relu", {})]

    rows = [conv(channels[0]), ("batch_norm", {}), ("relu", {})]
    before, side = channels[0], 16
    for number, filters in enumerate(channels):
        if number > 0:
            rows.append(("max_pool", {"size": 2, "stride": 2}))
            side //= 2
        for _ in range(blocks):
            rows += block(filters, before)
            before = filters
    return [*rows, ("average_pool", {"size": side}), ("flatten", {}), end()]


def end():
    return ("fully_connected", {"units": 10})


def layers_spelled_out(blocks, channels):
    """Every default written down, and every side as a pair."""
    rows = []
    for stage, filters in enumerate(channels):
        full = {
            "filters": filters,
            "kernel": (3, 3),
            "stride": (1, 1),
            "pad": (1, 1),
            "groups": 1,
        }
        if stage == 0:
            rows += [("conv", full), ("batch_norm", {}), ("relu", {})]
        else:
            rows += [("max_pool", {"size": (2, 2), "stride": (2, 2)})]
        inside = [
            ("conv", dict(full)),
            ("batch_norm", {}),
            ("relu", {}),
            ("conv", dict(full)),
            ("batch_norm", {}),
        ]
        for number in range(blocks):
            new = number == 0 and stage > 0 and channels[stage - 1] != filters
            rows += [("residual", {"rows": inside, "projection": new}), ("relu", {})]
    left = 16 // 2 ** (len(channels) - 1)
    return [*rows, ("average_pool", {"size": (left, left)}), ("flatten", {}), end()]


def layers_without_projections(blocks, channels):
    """Where the channels change, a row projects by itself."""
    return [
        (kind, {"rows": options["rows"]} if kind == "residual" else options)
        for kind, options in layers_by_functions(blocks, channels)
    ]


def layers_as_tuples(blocks, channels):
    return tuple(layers_by_functions(blocks, list(channels)))


def layers_as_lists(blocks, channels):
    return [list(row) for row in layers_spelled_out(blocks, channels)]


# --- depthwise and pointwise ----------------------------------------------------------------------


def framed(x, pad):
    top, left = two(pad)
    return np.pad(x, ((0, 0), (0, 0), (top, top), (left, left)))


def room(x, weights, stride, pad):
    """The padded images, and how many places there are; refused where they do not fit."""
    if x.shape[1] != weights.shape[0]:
        raise ValueError(f"{x.shape[1]} channels, {weights.shape[0]} filters")
    x = framed(x, pad)
    counts = []
    for side, kernel, step in zip(x.shape[2:], weights.shape[1:], two(stride), strict=True):
        if side < kernel or (side - kernel) % step:
            raise ValueError(f"{kernel} in steps of {step} does not fit {side}")
        counts.append((side - kernel) // step + 1)
    return x, counts


def depthwise_by_loops(x, weights, bias, stride=1, pad=0):
    x, (height, width) = room(x, weights, stride, pad)
    (down, across), (kh, kw) = two(stride), weights.shape[1:]
    result = np.zeros((*x.shape[:2], height, width), x.dtype)
    for n, c, i, j in itertools.product(*map(range, result.shape)):
        window = x[n, c, i * down : i * down + kh, j * across : j * across + kw]
        result[n, c, i, j] = (window * weights[c]).sum() + bias[c]
    return result


def depthwise_by_windows(x, weights, bias, stride=1, pad=0):
    x, _ = room(x, weights, stride, pad)
    down, across = two(stride)
    windows = sliding_window_view(x, weights.shape[1:], axis=(2, 3))[:, :, ::down, ::across]
    result = np.einsum("nchwij,cij->nchw", windows, weights) + bias[:, None, None]
    return result.astype(x.dtype)


def depthwise_by_products(x, weights, bias, stride=1, pad=0):
    x, _ = room(x, weights, stride, pad)
    down, across = two(stride)
    windows = sliding_window_view(x, weights.shape[1:], axis=(2, 3))[:, :, ::down, ::across]
    return (windows * weights[:, None, None]).sum(axis=(-2, -1)) + bias.reshape(1, -1, 1, 1)


def depthwise_channel_by_channel(x, weights, bias, stride=1, pad=0):
    x, sides = room(x, weights, stride, pad)
    down, across = two(stride)
    result = np.empty((*x.shape[:2], *sides), dtype=x.dtype)
    for c in range(x.shape[1]):
        windows = sliding_window_view(x[:, c], weights.shape[1:], axis=(1, 2))
        seen = windows[:, ::down, ::across]
        result[:, c] = np.tensordot(seen, weights[c], axes=((3, 4), (0, 1))) + bias[c]
    return result


def depthwise_by_shifts(x, weights, bias, stride=1, pad=0):
    x, (height, width) = room(x, weights, stride, pad)
    down, across = two(stride)
    result = np.zeros((*x.shape[:2], height, width), x.dtype)
    for i, j in np.ndindex(*weights.shape[1:]):
        result += (
            weights[:, i, j].reshape(1, -1, 1, 1)
            * x[:, :, i : i + down * height : down, j : j + across * width : across]
        )
    return result + bias.reshape(1, -1, 1, 1)


def counts_by_words(in_channels, out_channels, kernel):
    height, width = two(kernel)
    depthwise = height * width * in_channels
    pointwise = in_channels * out_channels
    return depthwise + pointwise, height * width * in_channels * out_channels


def counts_by_loops(in_channels, out_channels, kernel):
    separable = full = 0
    for _ in range(in_channels):
        separable += math.prod(two(kernel)) + out_channels
        for _ in range(out_channels):
            full += math.prod(two(kernel))
    return separable, full


def counts_with_numpy(in_channels, out_channels, kernel):
    area = np.prod(two(kernel))
    return np.int64(in_channels * (area + out_channels)), area * in_channels * out_channels


def counts_by_arrays(in_channels, out_channels, kernel):
    kh, kw = two(kernel)
    one_each = np.zeros((in_channels, kh, kw)), np.zeros((out_channels, in_channels))
    return sum(one.size for one in one_each), np.zeros((out_channels, in_channels, kh, kw)).size


def counts_by_isinstance(in_channels, out_channels, kernel):
    if isinstance(kernel, int):
        kernel = (kernel, kernel)
    full = out_channels * in_channels * kernel[0] * kernel[1]
    return full // out_channels + in_channels * out_channels, full


# --- where it looked, and what it saw -------------------------------------------------------------


def map_by_loop(maps, weights, label):
    total = np.zeros(maps.shape[1:], maps.dtype)
    for channel, weight in zip(maps, weights[label], strict=True):
        total += weight * channel
    return total


def map_by_einsum(maps, weights, label):
    return np.einsum("c,chw->hw", weights[label], maps)


def map_by_product(maps, weights, label):
    return (weights[label] @ maps.reshape(len(maps), -1)).reshape(maps.shape[1:])


def map_by_broadcasting(maps, weights, label):
    return (weights[label][:, None, None] * maps).sum(axis=0)


def map_pixel_by_pixel(maps, weights, label):
    seen = np.zeros(maps.shape[1:], dtype=maps.dtype)
    for i, j in np.ndindex(seen.shape):
        seen[i, j] = maps[:, i, j] @ weights[label]
    return seen


def padded_to_fit(x, kernel, stride):
    amounts = [
        max((math.ceil(side / stride) - 1) * stride + kernel - side, 0) for side in x.shape[2:]
    ]
    return np.pad(x, ((0, 0), (0, 0), *((a // 2, a - a // 2) for a in amounts)))


def row_by_row(layers, params, x):
    for (kind, options), own in zip(layers, params, strict=True):
        if kind == "conv":
            x = padded_to_fit(x, 3, options["stride"])
            step = options["stride"]
            windows = sliding_window_view(x, (3, 3), axis=(2, 3))[:, :, ::step, ::step]
            x = np.einsum("nchwij,fcij->nfhw", windows, own["weights"])
            x = x + own["bias"][:, None, None]
        elif kind == "depthwise":
            x = padded_to_fit(x, own["weights"].shape[-1], options["stride"])
            x = depthwise_by_windows(x, own["weights"], own["bias"], options["stride"])
        elif kind == "pointwise":
            x = np.einsum("nchw,fc->nfhw", x, own["weights"]) + own["bias"][:, None, None]
        elif kind == "relu6":
            x = np.minimum(np.maximum(x, 0), 6)
        elif kind == "residual":
            x = x + row_by_row(options["rows"], own, x)
        elif kind == "global_average_pool":
            x = x.mean(axis=(2, 3))
        else:
            x = x @ own["weights"].T + own["bias"]
    return x


def shares_of(network, x):
    scores = row_by_row(network["layers"], network["params"], x)[0]
    raised = np.exp(scores - scores.max())
    return raised / raised.sum()


def name_by_sorting(network, photo, k=5):
    x = (photo.transpose(2, 0, 1)[None] / 255 - 0.5) / 0.5
    shares = shares_of(network, x.astype(np.float32))
    pairs = sorted(zip(shares, network["names"], strict=True), reverse=True)
    return [(name, float(share)) for share, name in pairs[:k]]


def name_by_argsort(network, photo, k=5):
    x = np.moveaxis(photo.astype(np.float32) / 127.5 - 1, -1, 0)[np.newaxis]
    shares = shares_of(network, x)
    return [(network["names"][i], shares[i]) for i in np.argsort(shares)[::-1][:k]]


def name_one_by_one(network, photo, k=5):
    x = np.stack([photo[:, :, channel] for channel in range(3)])[None].astype(np.float32)
    left = dict(zip(network["names"], shares_of(network, 2 * (x / 255) - 1), strict=True))
    found = []
    while left and len(found) < k:
        name = max(left, key=left.get)
        found.append((name, float(left.pop(name))))
    return found


def name_in_double(network, photo, k=5):
    shares = shares_of(network, (photo.astype(float).transpose(2, 0, 1)[None] - 127.5) / 127.5)
    order = np.argsort(-shares)
    return [(network["names"][int(i)], float(shares[i])) for i in order[:k]]


def name_by_partition(network, photo, k=5):
    x = np.einsum("hwc->chw", photo / np.float32(255))[None]
    shares = shares_of(network, (x - np.float32(0.5)) / np.float32(0.5))
    best = np.argpartition(-shares, min(k, len(shares)) - 1)[:k]
    best = best[np.argsort(-shares[best])]
    return list(zip((network["names"][i] for i in best), shares[best].tolist(), strict=True))


ANSWERS = {
    "residual-block": {
        "branches": block_by_branches,
        "a default way": block_with_a_default,
        "stack": block_by_stack,
        "in a copy": block_in_a_copy,
        "number by number": block_number_by_number,
    },
    "residual-backward": {
        "branches": back_by_branches,
        "a default way": back_with_a_default,
        "in a copy": back_in_a_copy,
        "a list of ways": back_by_a_list,
        "stack": back_by_stack,
    },
    "residual-layers": {
        "functions": layers_by_functions,
        "spelled out": layers_spelled_out,
        "projections left out": layers_without_projections,
        "tuples": layers_as_tuples,
        "lists": layers_as_lists,
    },
    "depthwise-conv": {
        "loops": depthwise_by_loops,
        "windows": depthwise_by_windows,
        "products": depthwise_by_products,
        "channel by channel": depthwise_channel_by_channel,
        "shifts": depthwise_by_shifts,
    },
    "separable-parameter-count": {
        "words": counts_by_words,
        "loops": counts_by_loops,
        "NumPy": counts_with_numpy,
        "arrays": counts_by_arrays,
        "isinstance": counts_by_isinstance,
    },
    "name-photo": {
        "sorted": name_by_sorting,
        "argsort": name_by_argsort,
        "one by one": name_one_by_one,
        "float64": name_in_double,
        "partition": name_by_partition,
    },
    "class-activation-map": {
        "loop": map_by_loop,
        "einsum": map_by_einsum,
        "matrix product": map_by_product,
        "broadcasting": map_by_broadcasting,
        "pixel by pixel": map_pixel_by_pixel,
    },
}
