"""08-vgg: right answers in the styles that students write."""

import math

import numpy as np

from autograder.exercises.lesson_08_vgg.capstone import small_network
from autograder.reference import networks
from tests.lessons.lesson_06_lenet.right import (
    counts_by_branches,
    counts_with_numpy,
    run_image_by_image,
    run_with_windows,
    shapes_by_branches,
    shapes_by_rules,
    two,
)
from tests.lessons.lesson_07_alexnet_and_zfnet.right import CLASSIFIER

# --- tables ---------------------------------------------------------------------------------------

LETTERS = {
    11: "64 M 128 M 256 256 M 512 512 M 512 512 M",
    13: "64 64 M 128 128 M 256 256 M 512 512 M 512 512 M",
    16: "64 64 M 128 128 M 256 256 256 M 512 512 512 M 512 512 512 M",
    19: "64 64 M 128 128 M 256 256 256 256 M 512 512 512 512 M 512 512 512 512 M",
}


def vgg_from_letters(depth):
    rows = []
    for letter in LETTERS[depth].split():
        if letter == "M":
            rows.append(("max_pool", {"size": 2, "stride": 2}))
        else:
            rows.append(("conv", {"filters": int(letter), "kernel": 3, "stride": 1, "pad": 1}))
            rows.append(("relu", {}))
    return rows + CLASSIFIER


def vgg_from_blocks(depth):
    times = {11: [1, 1, 2, 2, 2], 13: [2] * 5, 16: [2, 2, 3, 3, 3], 19: [2, 2, 4, 4, 4]}[depth]
    rows = []
    filters = 64
    for repeat in times:
        rows += [
            ("conv", {"filters": filters, "kernel": (3, 3), "pad": (1, 1)}),
            ("relu", {}),
        ] * repeat
        rows[-1:] = [("max_pool", {"size": (2, 2)}), ("relu", {})]
        filters = min(2 * filters, 512)
    return [*rows, *CLASSIFIER]


def vgg_with_convolutions_at_the_end(depth):
    """The first fully connected row as a convolution over the whole map."""
    rows = vgg_from_letters(depth)[: -len(CLASSIFIER)]
    whole = ("conv", {"filters": 4096, "kernel": 7})
    return [*rows, whole, ("relu", {}), ("dropout", {}), ("flatten", {}), *CLASSIFIER[4:]]


# --- counting -------------------------------------------------------------------------------------


def stack_by_loop(kernel, times, channels):
    height, width = two(kernel)
    total = 0
    for _ in range(times):
        for _ in range(channels):
            total += channels * height * width
    return total


def stack_by_numpy(kernel, times, channels):
    return np.prod([times, *two(kernel), channels, channels], dtype=np.int64)


def stack_by_formula(kernel, times, channels):
    if isinstance(kernel, int):
        kernel = (kernel, kernel)
    return times * kernel[0] * kernel[1] * channels**2


def field_by_loop(kernel, times):
    side = 1
    for _ in range(times):
        side += kernel - 1
    return side


def field_backwards(kernel, times):
    left, right = 0, 0
    for _ in range(times):
        right += kernel - 1
    return right - left + 1


KEPT = {"relu", "dropout", "flatten"}


def stored_by_branches(layers, input_shape):
    counts = [math.prod(input_shape)]
    for (kind, _), shape in zip(layers, shapes_by_branches(layers, input_shape), strict=True):
        if kind in ("relu", "dropout", "flatten"):
            counts.append(0)
        else:
            counts.append(math.prod(shape))
    return counts


def stored_with_numpy(layers, input_shape):
    sizes = np.array([np.prod(shape) for shape in shapes_by_rules(layers, input_shape)])
    working = np.array([kind not in KEPT for kind, _ in layers])
    return [int(np.prod(input_shape)), *(sizes * working)]


def stored_in_one_line(layers, input_shape):
    shapes = [tuple(input_shape), *shapes_by_rules(layers, input_shape)]
    kinds = ["input", *(kind for kind, _ in layers)]
    return [int(np.prod(s)) * (k not in KEPT) for k, s in zip(kinds, shapes, strict=True)]


def multiplied(kind, o, before, after):
    if kind == "conv":
        area = math.prod(two(o["kernel"]))
        return math.prod(after) * area * (before[0] // o.get("groups", 1))
    return o["units"] * before[0] if kind == "fully_connected" else 0


def table_by_branches(layers, input_shape):
    shape = tuple(input_shape)
    table = [
        {
            "layer": "input",
            "shape": shape,
            "activations": math.prod(shape),
            "parameters": 0,
            "multiply_adds": 0,
        }
    ]
    shapes = shapes_by_branches(layers, input_shape)
    counts = counts_by_branches(layers, input_shape)
    for (kind, o), after, count in zip(layers, shapes, counts, strict=True):
        table.append(
            {
                "layer": kind,
                "shape": after,
                "activations": 0 if kind in KEPT else math.prod(after),
                "parameters": count,
                "multiply_adds": multiplied(kind, o, shape, after),
            }
        )
        shape = after
    return table


def table_from_columns(layers, input_shape):
    shapes = [tuple(input_shape), *shapes_by_rules(layers, input_shape)]
    columns = {
        "multiply_adds": [
            0,
            *(
                multiplied(kind, o, before, after)
                for (kind, o), before, after in zip(layers, shapes, shapes[1:], strict=False)
            ),
        ],
        "parameters": [0, *counts_with_numpy(layers, input_shape)],
        "activations": stored_with_numpy(layers, input_shape),
        "shape": shapes,
        "layer": ["input", *(kind for kind, _ in layers)],
    }
    return [{name: column[i] for name, column in columns.items()} for i in range(len(shapes))]


def table_row_by_row(layers, input_shape):
    rows = table_by_branches([], input_shape)
    for i in range(len(layers)):
        rows.append(table_by_branches(layers[: i + 1], input_shape)[-1])
    return rows


# --- running --------------------------------------------------------------------------------------


def forgetting(layers, params, x):
    """One image after the other, in place where that is possible."""
    scores = []
    for image in x:
        a = image[None].copy()
        for row, own in zip(layers, params, strict=True):
            if row[0] == "relu":
                np.maximum(a, 0, out=a)
            else:
                a = networks.forward([row], [own], a)
        scores.append(a[0])
    return np.array(scores)


def features_in_batches(layers, params, images, batch_size=20):
    parts = []
    for start in range(0, len(images), batch_size):
        maps = run_with_windows(layers, params, images[start : start + batch_size])
        parts.append(maps.reshape(len(maps), -1))
    return np.vstack(parts)


def features_filled_in(layers, params, images, batch_size=20):
    features = None
    for i, image in enumerate(images):
        row = run_image_by_image(layers, params, image[None]).ravel()
        if features is None:
            features = np.empty((len(images), row.size), row.dtype)
        features[i] = row
    return features


def features_at_once(layers, params, images, batch_size=20):
    return forgetting(layers, params, images).reshape(len(images), -1)


def rows_of_arrays():
    """Lists and tuples the other way round, and defaults spelled out."""
    layers, params = small_network()
    kind, options = layers[0]
    spelled_out = (kind, {**options, "stride": (1, 1), "pad": 0, "groups": 1})
    return [list(row) for row in (spelled_out, *layers[1:])], tuple(params)


def in_float64():
    layers, params = small_network()
    return layers, [{name: own.astype(float) for name, own in row.items()} for row in params]


def padded_with_dropout():
    layers, params = small_network()
    return [*layers[:4], ("dropout", {"rate": 0.3}), *layers[4:]], [*params[:4], {}, *params[4:]]


# --- 1×1, and the mean of the last maps -----------------------------------------------------------


def refusing(x, weights):
    if x.shape[1] != weights.shape[1]:
        raise ValueError(f"{x.shape[1]} channels, but filters for {weights.shape[1]}")


def pointwise_by_product(x, weights, bias):
    columns = x.reshape(len(x), x.shape[1], -1)
    return (weights @ columns + bias[:, np.newaxis]).reshape(len(x), -1, *x.shape[2:])


def pointwise_by_einsum(x, weights, bias):
    refusing(x, weights)
    return np.einsum("nchw,fc->nfhw", x, weights) + bias[:, None, None]


def pointwise_channels_last(x, weights, bias):
    return np.moveaxis(np.moveaxis(x, 1, -1) @ weights.T + bias, -1, 1)


def pointwise_by_loops(x, weights, bias):
    refusing(x, weights)
    result = np.zeros((len(x), len(weights), *x.shape[2:]), dtype=x.dtype)
    for n, f, i, j in np.ndindex(*result.shape):
        result[n, f, i, j] = np.sum(weights[f] * x[n, :, i, j]) + bias[f]
    return result


def pointwise_pixel_by_pixel(x, weights, bias):
    count, _, height, width = x.shape
    result = np.empty((count, len(weights), height, width), x.dtype)
    for i in range(height):
        for j in range(width):
            result[:, :, i, j] = x[:, :, i, j].dot(weights.T) + bias
    return result


def pointwise_channel_by_channel(x, weights, bias):
    refusing(x, weights)
    result = np.zeros((len(x), len(weights), *x.shape[2:]), x.dtype) + bias.reshape(-1, 1, 1)
    for c in range(x.shape[1]):
        result += weights[:, c].reshape(1, -1, 1, 1) * x[:, c : c + 1]
    return result


def pointwise_by_tensordot(x, weights, bias):
    return np.tensordot(x, weights, axes=(1, 1)).transpose(0, 3, 1, 2) + bias[:, None, None]


def means_by_loops(x):
    result = np.zeros(x.shape[:2], x.dtype)
    for n, c in np.ndindex(*x.shape[:2]):
        result[n, c] = x[n, c].mean()
    return result


def means_by_sums(x):
    return x.sum(axis=(2, 3)) / (x.shape[2] * x.shape[3])


def means_by_product(x):
    ones = np.ones(math.prod(x.shape[2:]), x.dtype)
    return x.reshape(*x.shape[:2], -1) @ ones / len(ones)


def means_squeezed(x):
    return x.mean(axis=(-2, -1), keepdims=True)[:, :, 0, 0]


ANSWERS = {
    "vgg-layers": {
        "letters": vgg_from_letters,
        "blocks, ReLU after the pools": vgg_from_blocks,
        "a convolution over the whole map": vgg_with_convolutions_at_the_end,
    },
    "vgg16-parameter-count": {
        "a sum": 14_714_688 + 123_642_856,
        "of NumPy's": np.int64(138_357_544),
        "from the table": sum(counts_by_branches(vgg_from_letters(16), (3, 224, 224))),
    },
    "vgg-parameter-counts": {
        "from the tables": {
            depth: sum(counts_by_branches(vgg_from_letters(depth), (3, 224, 224)))
            for depth in (19, 16, 13, 11)
        },
        "of NumPy's": {
            depth: np.sum(counts_with_numpy(vgg_from_blocks(depth), (3, 224, 224)))
            for depth in (11, 13, 16, 19)
        },
        "typed in": {
            16: 138_357_544,
            11: 132_863_336,
            19: 143_667_240,
            13: 133_047_848,
        },
    },
    "vgg16-parameter-split": {
        "typed in": {"fully_connected": 123_642_856, "conv": 14_714_688},
        "a difference": {"conv": 138_357_544 - 123_642_856, "fully_connected": 123_642_856},
        "of NumPy's": {"conv": np.int64(14_714_688), "fully_connected": np.int64(123_642_856)},
    },
    "stack-parameter-count": {
        "a loop": stack_by_loop,
        "NumPy's product": stack_by_numpy,
        "a formula": stack_by_formula,
    },
    "stack-receptive-field": {
        "a loop": field_by_loop,
        "from both ends": field_backwards,
        "a formula": lambda kernel, times: times * kernel - times + 1,
    },
    "activation-counts": {
        "branches": stored_by_branches,
        "arrays": stored_with_numpy,
        "one line": stored_in_one_line,
    },
    "vgg16-activation-count": {
        "typed in": 15_237_608,
        "of NumPy's": np.int64(15_237_608),
        "from the table": sum(stored_by_branches(vgg_from_letters(16), (3, 224, 224))),
    },
    "vgg16-activation-bytes": {
        "typed in": 60_950_432,
        "a product": 15_237_608 * 4,
        "of NumPy's": np.int64(15_237_608) * np.dtype(np.float32).itemsize,
    },
    "memory-and-parameter-table": {
        "branches": table_by_branches,
        "columns": table_from_columns,
        "row by row": table_row_by_row,
    },
    "vgg-multiply-adds": {
        "from the tables": {
            depth: sum(
                row["multiply_adds"]
                for row in table_by_branches(vgg_from_letters(depth), (3, 224, 224))
            )
            for depth in (11, 13, 16, 19)
        },
        "in another order": {
            19: 19_632_062_464,
            16: 15_470_264_320,
            13: 11_308_466_176,
            11: 7_609_090_048,
        },
        "of NumPy's": {
            11: np.int64(7_609_090_048),
            13: np.int64(11_308_466_176),
            16: np.int64(15_470_264_320),
            19: np.int64(19_632_062_464),
        },
    },
    "vgg-forward": {
        "windows": run_with_windows,
        "image by image": run_image_by_image,
        "in place": forgetting,
    },
    "transfer-features": {
        "batches": features_in_batches,
        "filled in": features_filled_in,
        "at once": features_at_once,
    },
    "pointwise-conv": {
        "one product": pointwise_by_product,
        "einsum": pointwise_by_einsum,
        "channels last": pointwise_channels_last,
        "loops": pointwise_by_loops,
        "pixel by pixel": pointwise_pixel_by_pixel,
        "channel by channel": pointwise_channel_by_channel,
        "tensordot": pointwise_by_tensordot,
    },
    "global-average-pool": {
        "loops": means_by_loops,
        "sums": means_by_sums,
        "a product with ones": means_by_product,
        "squeezed": means_squeezed,
        "einsum": lambda x: np.einsum("nchw->nc", x) / x[0, 0].size,
    },
    "capstone": {
        "lists for tuples": rows_of_arrays,
        "float64": in_float64,
        "with dropout": padded_with_dropout,
    },
}
