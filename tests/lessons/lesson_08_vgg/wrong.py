"""08-vgg: wrong answers that the catalogue does not list."""

import numpy as np

from autograder.exercises.changed_tables import changed
from autograder.exercises.lesson_08_vgg._shared import TOTALS
from autograder.exercises.lesson_08_vgg.capstone import small_network
from autograder.exercises.lesson_08_vgg.vgg_multiply_adds import VGG_WORK
from autograder.reference import accounting, architectures, networks, separable
from tests.lessons.lesson_06_lenet import wrong as lenet

vgg = architectures.vgg_layers


def then(right, change):
    return lambda *arguments, **named: change(right(*arguments, **named))


def conv_at(which, **options):
    return changed(
        lambda row, i: [
            (row[0], {**row[1], **options}) if row[0] == "conv" and i == which else row
        ],
        vgg,
    )


def fully_connected_at(which, units):
    return changed(
        lambda row, i: [
            (row[0], {"units": units}) if row[0] == "fully_connected" and i == which else row
        ],
        vgg,
    )


def with_norm(kind):
    return changed(lambda row, i: [row, (kind, {})] if row[0] == "conv" else [row], vgg)


def dropout_of(rate):
    return changed(lambda row, i: [(row[0], {"rate": rate}) if row[0] == "dropout" else row], vgg)


def only_sixteen(depth):
    if depth != 16:
        raise KeyError(depth)
    return vgg(16)


def thirteen_for_eleven(depth):
    return vgg(13 if depth == 11 else depth)


def counts_then(change):
    return lambda *arguments: change(accounting.activation_counts(*arguments))


def table_then(change):
    return lambda *arguments: change(accounting.memory_and_parameter_table(*arguments))


def each(change):
    return table_then(lambda table: [change(row) for row in table])


def grey(count):
    return lambda layers, input_shape: count(layers, (1, *input_shape[1:]))


def square(count):
    return lambda layers, input_shape: count(layers, (*input_shape[:2], input_shape[1]))


def features_then(change):
    return lambda *arguments: change(networks.transfer_features(*arguments))


def normalized(images):
    return (images - images.mean()) / images.std()


def seen_through(change):
    def transfer_features(layers, params, images, batch_size=20):
        return networks.transfer_features(layers, params, change(images), batch_size)

    return transfer_features


def first_batch_for_all(layers, params, images, batch_size=20):
    features = networks.transfer_features(layers, params, images, batch_size)
    return features[np.arange(len(images)) % batch_size % len(images)]


def one_overlap(layers, params, images, batch_size=20):
    parts = [
        networks.transfer_features(layers, params, images[max(start - 1, 0) : start + batch_size])
        for start in range(0, len(images), batch_size)
    ]
    return np.concatenate(parts)


def writes_to_images(layers, params, images, batch_size=20):
    features = networks.transfer_features(layers, params, images, batch_size)
    images *= 0
    return features


def with_network(change):
    return lambda: change(*small_network())


def too_wide(layers, params):
    """The same scores from a network beyond the budget: filters that nothing reads."""
    filters = layers[0][1]["filters"]
    first = {name: np.concatenate([own, 0 * own]) for name, own in params[0].items()}
    last = params[-1]["weights"]
    last = np.concatenate([last, 0 * last], axis=1)
    rows = [("conv", {**layers[0][1], "filters": 2 * filters}), *layers[1:]]
    return rows, [first, *params[1:-1], {**params[-1], "weights": last}]


def noisy(strength):
    def change(layers, params):
        rng = np.random.default_rng(0)
        noise = strength * params[-1]["weights"].std()
        weights = params[-1]["weights"]
        weights = weights + rng.normal(size=weights.shape).astype(np.float32) * noise
        return layers, [*params[:-1], {**params[-1], "weights": weights}]

    return change


def shifted_classes(layers, params):
    last = {name: np.roll(own, 1, axis=0) for name, own in params[-1].items()}
    return layers, [*params[:-1], last]


def transposed(layers, params):
    return layers, [*params[:-1], {**params[-1], "weights": params[-1]["weights"].T}]


ANSWERS = {
    "vgg-layers": {
        "65 filters first": conv_at(0, filters=65),
        "256 filters last": conv_at(12, filters=256),
        "stride of 2": conv_at(1, stride=2),
        "groups of 2": conv_at(3, groups=2),
        "kernel of 1 first": conv_at(0, kernel=1, pad=0),
        "1000 units": fully_connected_at(1, 1000),
        "1001 classes": fully_connected_at(2, 1001),
        "LRN, as in A-LRN": with_norm("local_response_norm"),
        "batch norm": with_norm("batch_norm"),
        "dropout of 0.4": dropout_of(0.4),
        "one fully connected row": lambda depth: [
            row for i, row in enumerate(vgg(depth)) if not 1 < len(vgg(depth)) - i <= 7
        ],
        "sixteen only": only_sixteen,
        "13 for 11": thirteen_for_eleven,
        "letters": lambda depth: [64, 64, "M", 128, 128, "M"],
        "convolutions only": lambda depth: vgg(depth)[:-8],
        "reversed": lambda depth: vgg(depth)[::-1],
        "a double ReLU for a conv": lambda depth: [
            ("relu", {}) if i == 2 else row for i, row in enumerate(vgg(depth))
        ],
    },
    "vgg16-parameter-count": {
        "one more": 138_357_545,
        "in millions": 138.4,
        "text": "138357544",
        "nothing": None,
        "1001 classes": 138_357_544 + 4097,
        "a list": [138_357_544],
    },
    "vgg-parameter-counts": {
        "a list": list(TOTALS.values()),
        "one missing": {depth: n for depth, n in TOTALS.items() if depth != 13},
        "one wrong": {**TOTALS, 19: 143_667_241},
        "11 and 13 exchanged": {**TOTALS, 11: 133_047_848, 13: 132_863_336},
        "text keys": {f"vgg{depth}": n for depth, n in TOTALS.items()},
    },
    "vgg16-parameter-split": {
        "a pair": (14_714_688, 123_642_856),
        "other names": {"convolutions": 14_714_688, "fc": 123_642_856},
        "one more": {"conv": 14_714_689, "fully_connected": 123_642_856},
        "one biased": {"conv": 14_714_688 - 4224, "fully_connected": 123_642_856},
    },
    "stack-parameter-count": {
        "one layer less": lambda kernel, times, channels: (times - 1) * kernel**2 * channels**2,
        "one more": lambda kernel, times, channels: times * kernel**2 * channels**2 + 1,
        "27 C² always": lambda kernel, times, channels: 27 * channels**2,
        "3×3 always": lambda kernel, times, channels: times * 9 * channels**2,
        "seen as one filter": lambda kernel, times, channels: (
            (times * (kernel - 1) + 1) ** 2 * channels**2
        ),
        "text": lambda kernel, times, channels: f"{times * kernel**2} C²",
        "without C": lambda kernel, times, channels: times * kernel**2,
    },
    "stack-receptive-field": {
        "always 7": lambda kernel, times: 7,
        "one too large": lambda kernel, times: times * (kernel - 1) + 2,
        "stride of 2": lambda kernel, times: 1 + (kernel - 1) * (2**times - 1),
        "one layer less": lambda kernel, times: (times - 1) * (kernel - 1) + 1,
        "a pair": lambda kernel, times: (times * (kernel - 1) + 1,) * 2,
        "a float": lambda kernel, times: float(times * (kernel - 1) + 1),
        "odd": lambda kernel, times: 2 * (times * (kernel - 1) // 2) + 1,
    },
    "activation-counts": {
        "grey images only": grey(accounting.activation_counts),
        "square images only": square(accounting.activation_counts),
        "the first table for all": lenet.reading_once(accounting.activation_counts),
        "last row missing": counts_then(lambda counts: counts[:-1]),
        "input last": counts_then(lambda counts: [*counts[1:], counts[0]]),
        "twice, for the gradients": counts_then(lambda counts: [2 * n for n in counts]),
        "an array": counts_then(np.array),
        "floats": counts_then(lambda counts: list(map(float, counts))),
        "no zeros": counts_then(lambda counts: [n for n in counts if n]),
        "sorted": counts_then(lambda counts: sorted(counts, reverse=True)),
        "one short": counts_then(lambda counts: [max(n - 1, 0) for n in counts]),
    },
    "vgg16-activation-count": {
        "one more": 15_237_609,
        "in millions": 15.2,
        "in MiB": 58.1,
        "nothing": None,
        "pools left out": 15_237_608 - 1_505_280,
    },
    "vgg16-activation-bytes": {
        "in MiB": 58.127,
        "in MB": 60.95,
        "one more": 60_950_433,
        "of 1024": 15_237_608 * 4 // 1024,
        "nothing": None,
    },
    "memory-and-parameter-table": {
        "grey images only": grey(accounting.memory_and_parameter_table),
        "square images only": square(accounting.memory_and_parameter_table),
        "the first table for all": lenet.reading_once(accounting.memory_and_parameter_table),
        "last row missing": table_then(lambda table: table[:-1]),
        "totals at the end": table_then(lambda table: [*table, table[0]]),
        "other names": each(
            lambda row: {name.replace("_", " "): value for name, value in row.items()}
        ),
        "tuples for rows": each(lambda row: tuple(row.values())),
        "a dict of columns": table_then(
            lambda table: {name: [row[name] for row in table] for name in table[0]}
        ),
        "no work": each(lambda row: {**row, "multiply_adds": 0}),
        "capital letters": each(lambda row: {**row, "layer": row["layer"].upper()}),
        "lists for shapes": each(lambda row: {**row, "shape": list(row["shape"])}),
        "channels last": each(lambda row: {**row, "shape": (*row["shape"][1:], row["shape"][0])}),
        "one key more": each(lambda row: {**row, "memory": 4 * row["activations"]}),
        "thousands": each(lambda row: {**row, "parameters": row["parameters"] // 1000 * 1000}),
        "numbered": table_then(
            lambda table: [{**row, "layer": f"{i} {row['layer']}"} for i, row in enumerate(table)]
        ),
    },
    "vgg-multiply-adds": {
        "a list": list(VGG_WORK.values()),
        "one more": {**VGG_WORK, 16: 15_470_264_321},
        "one missing": {depth: n for depth, n in VGG_WORK.items() if depth != 11},
        "biases too": {depth: n + 13_555_712 for depth, n in VGG_WORK.items()},
        "in 32 bits": {depth: n % 2**32 for depth, n in VGG_WORK.items()},
    },
    "vgg-forward": {
        what: answer
        for what, answer in lenet.ANSWERS["forward"].items()
        if what != "the first image for all"
    }
    | {
        "the last image only": lambda layers, params, x: networks.forward(layers, params, x[-1:]),
        "images added up": lambda layers, params, x: np.cumsum(
            networks.forward(layers, params, x), axis=0
        ),
        "one image, one axis": lambda layers, params, x: networks.forward(
            layers, params, x
        ).squeeze(),
        "photos of their own size only": lambda layers, params, x: networks.forward(
            layers, params, x[..., : x.shape[2]] if x.shape[3] > x.shape[2] else x
        ),
    },
    "transfer-features": {
        "normalised images": seen_through(normalized),
        "images in reverse": seen_through(lambda images: images[::-1]),
        "features in reverse": features_then(lambda features: features[::-1]),
        "features of length 1": features_then(
            lambda f: f / np.maximum(np.linalg.norm(f, axis=1, keepdims=True), 1e-9)
        ),
        "features centred": features_then(lambda f: f - f.mean(axis=0)),
        "a column of ones": features_then(lambda f: np.column_stack([f, np.ones(len(f), f.dtype)])),
        "transposed": features_then(lambda f: f.T),
        "zero or one": features_then(lambda f: (f > 0).astype(f.dtype)),
        "a list of batches": lambda layers, params, images, batch_size=20: [
            networks.transfer_features(layers, params, images[i : i + batch_size])
            for i in range(0, len(images), batch_size)
        ],
        "first batch for all": first_batch_for_all,
        "batches overlap": one_overlap,
        "writes to the images": writes_to_images,
        "grey": seen_through(
            lambda images: np.repeat(
                images.mean(axis=1, keepdims=True), images.shape[1], axis=1
            ).astype(images.dtype)
        ),
    },
    "pointwise-conv": {
        "bias by place": then(separable.pointwise_conv, lambda y: y + np.arange(y.shape[-1])),
        "one image, one axis": then(separable.pointwise_conv, np.squeeze),
        "softmax over the filters": then(
            separable.pointwise_conv, lambda y: np.exp(y) / np.exp(y).sum(axis=1, keepdims=True)
        ),
        "float64": then(separable.pointwise_conv, lambda y: y.astype(np.float64)),
        "as many filters as channels only": lambda x, weights, bias: separable.pointwise_conv(
            x, weights[: x.shape[1]], bias[: x.shape[1]]
        ),
        "what fits": lambda x, weights, bias: (
            x[:, : weights.shape[1]].transpose(0, 2, 3, 1) @ weights[:, : x.shape[1]].T + bias
        ).transpose(0, 3, 1, 2),
        "nothing": lambda x, weights, bias: None,
    },
    "global-average-pool": {
        "a hundredth more": then(separable.global_average_pool, lambda means: 1.01 * means),
        "largest and least": lambda x: (x.max(axis=(2, 3)) + x.min(axis=(2, 3))) / 2,
        "the middle": lambda x: x[:, :, x.shape[2] // 2, x.shape[3] // 2],
        "without the border": lambda x: x[:, :, 1:-1, 1:-1].mean(axis=(2, 3)),
        "length of each map": lambda x: np.sqrt((x**2).mean(axis=(2, 3))),
        "without negative numbers": lambda x: np.maximum(x, 0).mean(axis=(2, 3)),
        "float64": then(separable.global_average_pool, lambda means: means.astype(np.float64)),
        "nothing": lambda x: None,
    },
    "capstone": {
        "beyond the budget": with_network(too_wide),
        "a little noise": with_network(noisy(0.6)),
        "much noise": with_network(noisy(3.0)),
        "classes one off": with_network(shifted_classes),
        "transposed": with_network(transposed),
        "a table of its own shapes": with_network(
            lambda layers, params: (accounting.layer_shapes(layers, (1, 28, 28)), params)
        ),
        "one row of parameters missing": with_network(lambda layers, params: (layers, params[:-1])),
        "biases lost": with_network(
            lambda layers, params: (
                layers,
                [{n: v for n, v in own.items() if n == "weights"} for own in params],
            )
        ),
        "LeNet": lambda: (
            architectures.lenet_layers(),
            networks.initialize(
                architectures.lenet_layers(), (1, 32, 32), np.random.default_rng(0)
            ),
        ),
        "nothing at all": lambda: ([], []),
        "all zero": with_network(
            lambda layers, params: (
                layers,
                [{n: 0 * v for n, v in own.items()} for own in params],
            )
        ),
        "images turned": with_network(
            lambda layers, params: (
                layers,
                [{**params[0], "weights": params[0]["weights"][..., ::-1, :].copy()}, *params[1:]],
            )
        ),
    },
}

NOT_SPOILED = {
    # The list that it should be.
    "activation-counts": {"returns a list"},
    "memory-and-parameter-table": {"returns a list"},
    "vgg-layers": {"returns a list"},
    # The sums of a whole network in float32 may be off by about as much.
    "vgg-forward": {"float32 through half precision"},
    "transfer-features": {"float32 through half precision"},
    # A pair for a pair; and one weight makes no network worse.
    "capstone": {"returns a list", "one number slightly off"},
}
