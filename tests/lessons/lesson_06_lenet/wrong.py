"""06-lenet: wrong answers that the catalogue does not list."""

import numpy as np

from autograder.exercises.counting import counted, on_rows, rewritten, shapes_along
from autograder.exercises.lesson_06_lenet.lenet_layers import lenet_with
from autograder.exercises.lesson_06_lenet.recognise_digits import known_digits
from autograder.exercises.lesson_06_lenet.train import train
from autograder.reference import (
    accounting,
    architectures,
    confusion_matrix,
    networks,
    ways_back,
)
from tests.lessons.lesson_06_lenet.right import lenet_spelled_out


def counts_then(change):
    return lambda labels, predictions, classes: change(
        confusion_matrix(labels, predictions, classes)
    )


def back_then(change):
    return lambda *given: change(*ways_back.backward(*given))


def lenet_row(number, *rows):
    return lenet_with(lambda i, row: list(rows) if i == number else [row])


def reading_once(count):
    """A table that is looked at once only: kept from the first call on."""
    seen = []

    def answer(layers, input_shape):
        seen[:] = seen or [layers]
        return count(seen[0], input_shape)

    return answer


def square(count):
    return lambda layers, input_shape: count(layers, (*input_shape[:2], input_shape[1]))


def grey(count):
    return lambda layers, input_shape: count(layers, (1, *input_shape[1:]))


def for_32(count):
    return lambda layers, input_shape: count(layers, (1, 32, 32))


only_square_pads = rewritten(lambda kind, o: {"pad": o["pad"][0]} if kind == "conv" else {})
only_square_strides = rewritten(
    lambda kind, o: {"stride": o["stride"][0]} if kind == "conv" else {}
)


def strict(rewrite):
    """Rows changed, and sizes that do not fit still refused."""

    def changed(layers):
        rows = rewrite(layers)
        return [(kind, {k: v for k, v in o.items() if k != "floor"}) for kind, o in rows]

    return changed


def overlapping_counts(kind, options, before, after):
    if kind == "conv":
        return options["filters"] * (before[0] * np.prod(options["kernel"]).item() + 2)
    return None


def seeded(change):
    def initialize(layers, input_shape, rng):
        return change(networks.initialize(layers, input_shape, rng))

    return initialize


def every_weight(change):
    return seeded(
        lambda params: [
            {**row, "weights": change(row["weights"])} if row else row for row in params
        ]
    )


def only_first(change):
    def initialize(layers, input_shape, rng):
        params = networks.initialize(layers, input_shape, rng)
        done = False
        for row in params:
            if row and done:
                row["weights"] = change(row["weights"])
            done = done or bool(row)
        return params

    return initialize


def one_layer_for_all(params):
    """Every row shares the numbers that were drawn first."""
    first = params[0]["weights"].ravel()
    for row in params:
        if row:
            scale = row["weights"].std() / first.std()
            row["weights"] = scale * np.resize(first, row["weights"].shape)
    return params


def scores_then(change):
    return lambda layers, params, x: change(networks.forward(layers, params, x))


def fed(change):
    return lambda layers, params, x: networks.forward(layers, params, change(x))


def first_bias_for_all(layers, params, x):
    params = [
        {**own, "bias": np.full_like(own["bias"], own["bias"][0])} if own else own for own in params
    ]
    return networks.forward(layers, params, x)


def leaky(layers, params, x):
    for row, own in zip(layers, params, strict=True):
        x = (
            np.where(x > 0, x, x.dtype.type(0.01) * x)
            if row[0] == "relu"
            else (networks.forward([row], [own], x))
        )
    return x


def clipped_at_six(layers, params, x):
    for row, own in zip(layers, params, strict=True):
        x = networks.forward([row], [own], x)
        x = np.minimum(x, 6) if row[0] == "relu" else x
    return x


def flipped_filters(layers, params, x):
    params = [
        {**own, "weights": own["weights"][..., ::-1, ::-1]} if row[0] == "conv" else own
        for row, own in zip(layers, params, strict=True)
    ]
    return networks.forward(layers, params, x)


def writes_to_x(layers, params, x):
    scores = networks.forward(layers, params, x)
    np.maximum(x, 0, out=x)
    return scores


def writes_to_params(layers, params, x):
    scores = networks.forward(layers, params, x)
    for own in params:
        if own:
            own["bias"] += 1
    return scores


def normalized_batch(layers, params, x):
    return networks.forward(layers, params, x - x.mean(axis=0, keepdims=True))


def trained_then(change):
    return lambda *arguments: change(*train(*arguments))


def in_place(layers, params, *rest):
    learned, history = train(layers, params, *rest)
    for own, new in zip(params, learned, strict=True):
        for name in new:
            own[name][...] = new[name]
    return params, history


def too_short_steps(layers, params, images, labels, rng, epochs, batch_size, learning_rate):
    return train(layers, params, images, labels, rng, epochs, batch_size, learning_rate / 1000)


def one_class_only(layers, params, images, labels, rng, *rest):
    return train(layers, params, images, 0 * labels, rng, *rest)


def nearly(share):
    """Right about a share of the digits of each call: not about those with the most ink."""

    def recognise(images):
        found = known_digits(images)
        ink = images.reshape(len(images), -1).astype(int).sum(axis=1)
        doubtful = np.argsort(ink)[round(share * len(images)) :]
        found[doubtful] = (found[doubtful] + 1) % 10
        return found

    return recognise


def by_neighbours(images):
    """A digit alone is never recognised."""
    found = known_digits(images)
    return found if len(found) > 1 else found * 0 + 11


ANSWERS = {
    "lenet-layers": {
        "7 filters": lenet_row(0, ("conv", {"filters": 7, "kernel": 5})),
        "stride of 2 for the first pool": lenet_row(
            0, ("conv", {"filters": 6, "kernel": 6, "stride": 2})
        ),
        "overlapping pool": lenet_row(2, ("max_pool", {"size": 2, "stride": 1})),
        "one hidden row": lenet_with(lambda i, row: [] if i in (9, 10) else [row]),
        "120 twice": lenet_row(9, ("fully_connected", {"units": 120})),
        "eleven scores": lenet_row(11, ("fully_connected", {"units": 11})),
        "dropout besides": lenet_row(8, ("relu", {}), ("dropout", {"rate": 0.5})),
        "batch norm besides": lenet_row(1, ("batch_norm", {}), ("relu", {})),
        "groups of 2": lenet_row(3, ("conv", {"filters": 16, "kernel": 5, "groups": 2})),
        "a softmax row": lambda: [*lenet_spelled_out(), ("softmax", {})],
        "one ReLU too few": lenet_row(8),
        "a dict for a list": lambda: dict(enumerate(lenet_spelled_out())),
        "rows of three": lambda: [(*row, None) for row in lenet_spelled_out()],
        "names only": lambda: [kind for kind, _ in lenet_spelled_out()],
        "text for a number": lenet_row(0, ("conv", {"filters": 6, "kernel": "5"})),
        "nothing in it": list,
        "kernels of a whole map": lenet_row(0, ("conv", {"filters": 6, "kernel": (5, 1)})),
        "shapes for rows": lambda: accounting.layer_shapes(lenet_spelled_out(), (1, 32, 32)),
    },
    "layer-shapes": {
        "the first table for all": reading_once(accounting.layer_shapes),
        "square images only": square(accounting.layer_shapes),
        "always 32×32": for_32(accounting.layer_shapes),
        "pads as high as wide": on_rows(accounting.layer_shapes, strict(only_square_pads)),
        "strides as high as wide": on_rows(accounting.layer_shapes, strict(only_square_strides)),
        "a size too large": shapes_along(lambda n, k, s, p: (n + 2 * p - k) // s + 2),
        "rounded up": shapes_along(lambda n, k, s, p: -(-(n + 2 * p - k) // s) + 1),
        "lists for shapes": lambda *a: [list(s) for s in accounting.layer_shapes(*a)],
        "a tuple of shapes": lambda *a: tuple(accounting.layer_shapes(*a)),
        "text": lambda *a: ["×".join(map(str, s)) for s in accounting.layer_shapes(*a)],
        "floats": lambda *a: [tuple(map(float, s)) for s in accounting.layer_shapes(*a)],
        "last row missing": lambda *a: accounting.layer_shapes(*a)[:-1],
        "minus one for the batch": lambda *a: [(-1, *s) for s in accounting.layer_shapes(*a)],
        "numbers for flat shapes": lambda *a: [
            s if len(s) > 1 else s[0] for s in accounting.layer_shapes(*a)
        ],
        "flattened with a 1": lambda *a: [
            s if len(s) > 1 else (1, *s) for s in accounting.layer_shapes(*a)
        ],
    },
    "parameter-counts": {
        "the first table for all": reading_once(accounting.parameter_counts),
        "grey images only": grey(accounting.parameter_counts),
        "always 32×32": for_32(accounting.parameter_counts),
        "two biases": counted(overlapping_counts),
        "last row missing": lambda *a: accounting.parameter_counts(*a)[:-1],
        "a total at the end": lambda *a: [
            *accounting.parameter_counts(*a),
            sum(accounting.parameter_counts(*a)),
        ],
        "floats": lambda *a: list(map(float, accounting.parameter_counts(*a))),
        "an array": lambda *a: np.array(accounting.parameter_counts(*a)),
        "bytes": lambda *a: [4 * n for n in accounting.parameter_counts(*a)],
        "LRN learns": counted(
            lambda kind, o, before, after: 4 if kind == "local_response_norm" else None
        ),
        "in 32 bits": lambda *a: [n % 2**26 for n in accounting.parameter_counts(*a)],
        "running total": lambda *a: np.cumsum(accounting.parameter_counts(*a)).tolist(),
    },
    "lenet-parameter-count": {
        "one too many": 61_707,
        "a float": 61_706.0,
        "text": "61,706",
        "in thousands": 61.706,
        "a list": [61_706],
        "True": True,
        "nothing": None,
        "not a number": float("nan"),
    },
    "original-lenet5-parameter-counts": {
        "lower case": lambda: {
            k.lower(): v for k, v in architectures.original_lenet5_parameter_counts().items()
        },
        "C3 off by one": lambda: {**architectures.original_lenet5_parameter_counts(), "C3": 1517},
        "F6 missing": lambda: {
            k: v for k, v in architectures.original_lenet5_parameter_counts().items() if k != "F6"
        },
        "the total too": lambda: {
            **architectures.original_lenet5_parameter_counts(),
            "total": 60_000,
        },
        "a list of numbers": lambda: list(
            architectures.original_lenet5_parameter_counts().values()
        ),
        "60,000": lambda: 60_000,
        "S2 and S4 exchanged": lambda: {
            **architectures.original_lenet5_parameter_counts(),
            "S2": 32,
            "S4": 12,
        },
    },
    "initialize": {
        "a fifth too wide": every_weight(lambda w: 1.2 * w),
        "a fifth too narrow": every_weight(lambda w: 0.8 * w),
        "cut at one deviation": every_weight(lambda w: np.clip(w, -w.std(), w.std())),
        "signs only": every_weight(lambda w: np.sign(w) * w.std()),
        "the first layer only": only_first(lambda w: 0.01 * w / w.std()),
        "transposed": every_weight(lambda w: np.ascontiguousarray(w.swapaxes(0, 1))),
        "one draw for all rows": seeded(one_layer_for_all),
        "biases drawn": seeded(
            lambda params: [{**r, "bias": r["bias"] + 0.1} if r else r for r in params]
        ),
        "biases of one number": seeded(
            lambda params: [{**r, "bias": 0.0} if r else r for r in params]
        ),
        "another name": seeded(
            lambda params: [{"w": r["weights"], "b": r["bias"]} if r else r for r in params]
        ),
        "no biases": seeded(lambda params: [{"weights": r["weights"]} if r else r for r in params]),
        "an extra row": seeded(lambda params: [*params, {}]),
        "generator of the clock": lambda layers, input_shape, rng: networks.initialize(
            layers, input_shape, np.random.default_rng()
        ),
        "a NaN": every_weight(lambda w: np.where(w == w.max(), np.nan, w)),
        "half of it zero": every_weight(lambda w: w * (np.arange(w.size).reshape(w.shape) % 2)),
    },
    "forward": {
        "leaky ReLU": leaky,
        "ReLU cut at 6": clipped_at_six,
        "filters flipped": flipped_filters,
        "first bias for all": first_bias_for_all,
        "scores rounded": scores_then(lambda s: np.rint(s)),
        "scores normalised": scores_then(lambda s: s - s.mean(axis=1, keepdims=True)),
        "last score missing": scores_then(lambda s: s[:, :-1]),
        "transposed": scores_then(lambda s: s.swapaxes(0, 1)),
        "images transposed": fed(lambda x: x.swapaxes(2, 3)),
        "images upside down": fed(lambda x: x[:, :, ::-1]),
        "channels reversed": fed(lambda x: x[:, ::-1]),
        "images in reverse": fed(lambda x: x[::-1]),
        "batch's mean taken off": normalized_batch,
        "the first image for all": fed(lambda x: np.repeat(x[:1], len(x), axis=0)),
        "writes to the images": writes_to_x,
        "writes to the parameters": writes_to_params,
        "zeros": scores_then(np.zeros_like),
        "half precision": fed(lambda x: x.astype(np.float16).astype(x.dtype)),
    },
    "train": {
        "NaN": trained_then(
            lambda params, history: (
                [{n: np.nan * v for n, v in own.items()} for own in params],
                history,
            )
        ),
        "writes to its parameters": in_place,
        "one label for all": one_class_only,
        "steps much too short": too_short_steps,
        "losses as an array": trained_then(lambda params, history: (params, np.array(history))),
        "only the last loss": trained_then(lambda params, history: (params, history[-1])),
        "only the losses": trained_then(lambda params, history: history),
        "exchanged": trained_then(lambda params, history: (history, params)),
        "a loss too many": trained_then(lambda params, history: (params, [2.3, *history])),
        "losses of 0": trained_then(lambda params, history: (params, [0.0] * len(history))),
        "biases lost": trained_then(
            lambda params, history: (
                [{n: v for n, v in own.items() if n == "weights"} for own in params],
                history,
            )
        ),
        "weights rounded": trained_then(
            lambda params, history: (
                [{n: np.rint(v) for n, v in own.items()} for own in params],
                history,
            )
        ),
    },
    "recognise-digits": {
        "95 of 100": nearly(0.95),
        "98 of 100": nearly(0.98),
        "80 of 100": nearly(0.8),
        "guesses": lambda images: np.random.default_rng(0).integers(10, size=len(images)),
        "one off": lambda images: (known_digits(images) + 1) % 10,
        "alone never": by_neighbours,
        "in reverse": lambda images: known_digits(images)[::-1],
        "text": lambda images: [str(digit) for digit in known_digits(images)],
        "the first only": lambda images: int(known_digits(images)[0]),
        "one missing": lambda images: known_digits(images)[:-1],
    },
    "backward": {
        "gradients doubled": back_then(lambda grads, grad_x: (grads, 2 * grad_x)),
        "weights transposed": back_then(
            lambda grads, grad_x: (
                [{n: g.T.copy() if n == "weights" else g for n, g in row.items()} for row in grads],
                grad_x,
            )
        ),
        "no gradients of the biases": back_then(
            lambda grads, grad_x: (
                [{n: g for n, g in row.items() if n != "bias"} for row in grads],
                grad_x,
            )
        ),
        "biases averaged": back_then(
            lambda grads, grad_x: (
                [{n: g / 2 if n == "bias" else g for n, g in row.items()} for row in grads],
                grad_x,
            )
        ),
        "the last row only": back_then(
            lambda grads, grad_x: ([*({} for _ in grads[1:]), grads[-1]], grad_x)
        ),
        "steps downhill": back_then(
            lambda grads, grad_x: ([{n: -g for n, g in row.items()} for row in grads], grad_x)
        ),
        "a dict by row": back_then(lambda grads, grad_x: (dict(enumerate(grads)), grad_x)),
        "flat images": back_then(lambda grads, grad_x: (grads, grad_x.reshape(len(grad_x), -1))),
        "the mean over the images": back_then(
            lambda grads, grad_x: (grads, grad_x.mean(axis=0, keepdims=True))
        ),
        "always float64": back_then(lambda grads, grad_x: (grads, grad_x.astype(np.float64))),
        "nothing": lambda layers, params, caches, grad: None,
    },
    "confusion-matrix": {
        "floats": counts_then(lambda counts: counts.astype(float)),
        "lists": counts_then(lambda counts: counts.tolist()),
        "flat": counts_then(np.ravel),
        "last class first": counts_then(lambda counts: counts[::-1]),
        "one too many": counts_then(lambda counts: counts + 1),
        "a total at the end": counts_then(lambda counts: np.vstack([counts, counts.sum(axis=0)])),
        "nothing": lambda labels, predictions, classes: None,
    },
}

NOT_SPOILED = {
    # The list that it should be.
    "layer-shapes": {"returns a list"},
    "parameter-counts": {"returns a list"},
    "initialize": {"returns a list"},
    "lenet-layers": {"returns a list"},
    # The sums of a whole network in float32 may be off by about as much.
    "forward": {"float32 through half precision"},
    "backward": {"float32 through half precision"},
    # Counts are whole: there is no slightly.
    "confusion-matrix": {"one number slightly off"},
    # One digit, or one weight, makes no network worse.
    "train": {"one number slightly off"},
    "recognise-digits": {"returns a list", "one number slightly off"},
}
