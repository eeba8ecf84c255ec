"""06-lenet: right answers in the styles that students write."""

import math

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from autograder import reference
from autograder.exercises.lesson_06_lenet.recognise_digits import known_digits
from autograder.exercises.lesson_06_lenet.train import training_by
from autograder.reference import accounting, backpropagation, networks, ways_back
from autograder.reference.ways_back import row_backward

# --- the table ------------------------------------------------------------------------------------


def lenet_spelled_out():
    return [
        ("conv", {"filters": 6, "kernel": (5, 5), "stride": 1, "pad": 0, "groups": 1}),
        ("relu", {}),
        ("max_pool", {"size": 2, "stride": 2}),
        ("conv", {"filters": 16, "kernel": (5, 5), "stride": (1, 1), "pad": (0, 0)}),
        ("relu", {}),
        ("max_pool", {"size": (2, 2), "stride": (2, 2)}),
        ("flatten", {}),
        ("fully_connected", {"units": 120}),
        ("relu", {}),
        ("fully_connected", {"units": 84}),
        ("relu", {}),
        ("fully_connected", {"units": 10}),
    ]


def lenet_by_loop():
    rows = []
    for filters in (6, 16):
        rows.append(("conv", {"filters": filters, "kernel": 5}))
        rows.append(("max_pool", {"size": 2}))
        rows.append(("relu", {}))
    rows.append(("flatten", {}))
    for units in (120, 84, 10):
        rows.append(("fully_connected", {"units": units}))
        rows.append(("relu", {}))
    return rows[:-1]


def lenet_with_c5_as_convolution():
    block = [("relu", {}), ("max_pool", {"size": 2})]
    return (
        ("conv", {"filters": 6, "kernel": 5}),
        *block,
        ("conv", {"filters": 16, "kernel": 5}),
        *block,
        ("conv", {"filters": 120, "kernel": 5}),
        ("relu", {}),
        ("flatten", {}),
        ("fully_connected", {"units": np.int64(84)}),
        ["relu", {}],
        ("fully_connected", {"units": 10}),
    )


# --- counting -------------------------------------------------------------------------------------


def two(value):
    return (value, value) if isinstance(value, (int, np.integer)) else tuple(value)


def exactly(size, kernel, stride, pad):
    places, rest = divmod(size + 2 * pad - kernel, stride)
    if rest or places < 0:
        raise ValueError(f"({size} + 2·{pad} - {kernel}) / {stride} is not a whole number")
    return places + 1


def shapes_by_branches(layers, input_shape):
    shapes = []
    shape = tuple(input_shape)
    for kind, options in layers:
        if kind == "conv":
            _, h, w = shape
            kh, kw = two(options["kernel"])
            sh, sw = two(options.get("stride", 1))
            ph, pw = two(options.get("pad", 0))
            shape = (options["filters"], exactly(h, kh, sh, ph), exactly(w, kw, sw, pw))
        elif kind == "max_pool" or kind == "average_pool":
            c, h, w = shape
            kh, kw = two(options["size"])
            sh, sw = two(options.get("stride", options["size"]))
            shape = (c, exactly(h, kh, sh, 0), exactly(w, kw, sw, 0))
        elif kind == "flatten":
            shape = (math.prod(shape),)
        elif kind == "fully_connected":
            shape = (options["units"],)
        shapes.append(shape)
    return shapes


def conv_shape(shape, o):
    sides = zip(shape[1:], two(o["kernel"]), two(o.get("stride", 1)), two(o.get("pad", 0)))  # noqa: B905
    return (o["filters"], *(exactly(*side) for side in sides))


def pool_shape(shape, o):
    size = two(o["size"])
    sides = zip(shape[1:], size, two(o.get("stride") or size), (0, 0), strict=True)
    return (shape[0], *(exactly(*side) for side in sides))


RULES = {
    "conv": conv_shape,
    "max_pool": pool_shape,
    "average_pool": pool_shape,
    "flatten": lambda shape, o: (int(np.prod(shape)),),
    "fully_connected": lambda shape, o: (o["units"],),
}


def shapes_by_rules(layers, input_shape):
    found = [tuple(input_shape)]
    for kind, options in layers:
        found.append(RULES.get(kind, lambda shape, o: shape)(found[-1], options))
    return found[1:]


def shapes_recursively(layers, input_shape):
    if not layers:
        return []
    (first,) = shapes_by_rules(layers[:1], input_shape)
    return [first, *shapes_recursively(layers[1:], first)]


def counts_by_branches(layers, input_shape):
    counts = []
    inputs = [tuple(input_shape), *shapes_by_branches(layers, input_shape)]
    for (kind, options), shape in zip(layers, inputs, strict=False):
        if kind == "conv":
            kh, kw = two(options["kernel"])
            channels = shape[0] // options.get("groups", 1)
            counts.append((channels * kh * kw + 1) * options["filters"])
        elif kind == "fully_connected":
            counts.append((shape[0] + 1) * options["units"])
        elif kind == "batch_norm":
            counts.append(2 * shape[0])
        else:
            counts.append(0)
    return counts


def counts_with_numpy(layers, input_shape):
    counts = np.zeros(len(layers), dtype=int)
    inputs = [tuple(input_shape), *shapes_by_rules(layers, input_shape)]
    for i, (kind, o) in enumerate(layers):
        if kind == "conv":
            area = np.prod(two(o["kernel"]))
            groups = o.get("groups", 1)
            one_group = (inputs[i][0] // groups) * area * (o["filters"] // groups)
            counts[i] = groups * one_group + o["filters"]
        if kind == "fully_connected":
            counts[i] = np.prod(inputs[i]) * o["units"] + o["units"]
        if kind == "batch_norm":
            counts[i] = inputs[i][0] + inputs[i][0]
    return list(counts)


def counts_by_arrays(layers, input_shape):
    """Count the arrays that would be made."""
    inputs = [tuple(input_shape), *shapes_by_rules(layers, input_shape)]
    counts = []
    for row, before in zip(layers, inputs, strict=False):
        shapes = accounting.parameter_shapes(row, before)
        counts.append(sum(math.prod(shape) for shape in shapes.values()))
    return counts


def table_of_1998():
    maps_read = [3] * 6 + [4] * 9 + [6]
    return {
        "C1": (5 * 5 * 1 + 1) * 6,
        "S2": 6 + 6,
        "C3": sum(25 * maps + 1 for maps in maps_read),
        "S4": 16 * (1 + 1),
        "C5": 120 * (16 * 25) + 120,
        "F6": 84 * 120 + 84,
    }


def numbers_of_1998():
    names = ("F6", "C5", "S4", "C3", "S2", "C1")
    return dict(zip(names, (10164, 48120, 32, 1516, 12, 156), strict=True))


def counted_with_numpy_in_1998():
    connected = np.zeros((6, 16), bool)
    for column, maps in enumerate(
        [(i, i + 1, i + 2) for i in range(6)]
        + [(i, i + 1, i + 2, i + 3) for i in range(6)]
        + [(i, i + 1, i + 3, i + 4) for i in range(3)]
        + [range(6)]
    ):
        connected[[i % 6 for i in maps], column] = True
    return {**numbers_of_1998(), "C3": connected.sum() * 25 + 16}


# --- a good start ---------------------------------------------------------------------------------


def start_in_float64(layers, input_shape, rng):
    params = []
    inputs = [tuple(input_shape), *shapes_by_branches(layers, input_shape)]
    for (kind, o), shape in zip(layers, inputs, strict=False):
        if kind == "conv":
            reads = shape[0] // o.get("groups", 1) * math.prod(two(o["kernel"]))
            size = (o["filters"], shape[0] // o.get("groups", 1), *two(o["kernel"]))
            weights = rng.normal(0.0, math.sqrt(2 / reads), size)
            params.append({"weights": weights, "bias": np.zeros(o["filters"])})
        elif kind == "fully_connected":
            weights = rng.normal(0.0, math.sqrt(2 / shape[0]), (o["units"], shape[0]))
            params.append({"weights": weights, "bias": np.zeros(o["units"])})
        else:
            params.append({})
    return params


def start_in_float32(layers, input_shape, rng):
    params = []
    for own in start_in_float64(layers, input_shape, rng):
        params.append({name: values.astype(np.float32) for name, values in own.items()})
    return params


def start_with_pythons_root(layers, input_shape, rng):
    """A Python number leaves float32 as it is."""
    params = []
    for own in start_in_float64(layers, input_shape, rng):
        if own:
            shape = own["weights"].shape
            scale = math.sqrt(2 / math.prod(shape[1:]))
            weights = scale * rng.standard_normal(shape, dtype=np.float32)
            own = {"weights": weights, "bias": np.zeros(len(weights), "f4")}
        params.append(own)
    return params


def start_from_last_to_first(layers, input_shape, rng):
    inputs = [tuple(input_shape), *shapes_by_rules(layers, input_shape)]
    params = [{} for _ in layers]
    for i in reversed(range(len(layers))):
        shapes = accounting.parameter_shapes(layers[i], inputs[i])
        if shapes:
            weights = rng.standard_normal(shapes["weights"])
            weights *= (2.0 / weights[0].size) ** 0.5
            bias = np.zeros(shapes["bias"], np.float32)
            params[i] = {"weights": np.float32(weights), "bias": bias}
    return params


# --- run it ---------------------------------------------------------------------------------------


def pooled(x, o, reduce):
    (kh, kw), (sh, sw) = two(o["size"]), two(o.get("stride", o["size"]))
    windows = sliding_window_view(x, (kh, kw), axis=(2, 3))[:, :, ::sh, ::sw]
    return reduce(windows, axis=(4, 5))


def run_with_windows(layers, params, x):
    for (kind, o), own in zip(layers, params, strict=True):
        if kind == "conv":
            ph, pw = two(o.get("pad", 0))
            sh, sw = two(o.get("stride", 1))
            padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
            windows = sliding_window_view(padded, own["weights"].shape[2:], axis=(2, 3))
            windows = windows[:, :, ::sh, ::sw]
            x = np.einsum("nchwab,fcab->nfhw", windows, own["weights"])
            x = x + own["bias"][:, None, None]
        elif kind == "relu":
            x = np.maximum(x, 0)
        elif kind == "max_pool":
            x = pooled(x, o, np.max)
        elif kind == "average_pool":
            x = pooled(x, o, np.mean)
        elif kind == "flatten":
            x = x.reshape(x.shape[0], -1)
        elif kind == "fully_connected":
            x = x @ own["weights"].T + own["bias"]
    return x


def run_image_by_image(layers, params, x):
    """One image at a time, with plain loops over the windows."""
    return np.stack([scores_of(layers, params, image) for image in x])


def scores_of(layers, params, image):
    for (kind, o), own in zip(layers, params, strict=True):
        if kind == "conv":
            ph, pw = two(o.get("pad", 0))
            sh, sw = two(o.get("stride", 1))
            image = np.pad(image, ((0, 0), (ph, ph), (pw, pw)))
            kh, kw = own["weights"].shape[2:]
            rows = range(0, image.shape[1] - kh + 1, sh)
            columns = range(0, image.shape[2] - kw + 1, sw)
            flat = own["weights"].reshape(len(own["weights"]), -1)
            maps = [
                [flat @ image[:, i : i + kh, j : j + kw].ravel() + own["bias"] for j in columns]
                for i in rows
            ]
            image = np.moveaxis(np.array(maps), -1, 0)
        elif kind.endswith("pool"):
            image = pooled(image[None], o, np.max if kind[0] == "m" else np.mean)[0]
        elif kind == "relu":
            image = np.where(image > 0, image, image.dtype.type(0))
        elif kind == "flatten":
            image = image.ravel()
        elif kind == "fully_connected":
            image = own["weights"].dot(image) + own["bias"]
    return image


def run_with_the_layers_of_the_course(layers, params, x):
    for (kind, o), own in zip(layers, params, strict=True):
        if kind == "conv":
            x = reference.conv2d_forward(
                x, own["weights"], own["bias"], o.get("stride", 1), o.get("pad", 0)
            )
        elif kind in ("dropout", "local_response_norm"):
            continue
        else:
            x = networks.forward([(kind, o)], [own], x)
    return x


# --- train it -------------------------------------------------------------------------------------


def train_by_hand(
    layers, params, images, labels, rng, epochs=10, batch_size=64, learning_rate=0.05
):
    params = [{name: values.copy() for name, values in own.items()} for own in params]
    velocity = [{name: 0 * values for name, values in own.items()} for own in params]
    history = []
    for _ in range(epochs):
        order = rng.permutation(len(images))
        total = 0.0
        for start in range(0, len(images), batch_size):
            batch = order[start : start + batch_size]
            loss, slopes = slopes_of(layers, params, images[batch], labels[batch], rng)
            total += loss * len(batch)
            for own, moving, slope in zip(params, velocity, slopes, strict=True):
                for name in slope:
                    moving[name] = 0.9 * moving[name] - learning_rate * slope[name]
                    own[name] = own[name] + moving[name]
        history.append(total / len(images))
    return params, history


def train_with_numpys_batches(
    layers, params, images, labels, rng, epochs=10, batch_size=64, learning_rate=0.05
):
    history = []
    velocity = [{name: np.zeros_like(values) for name, values in own.items()} for own in params]
    for _ in range(epochs):
        order = np.arange(len(images))
        rng.shuffle(order)
        noted = []
        for batch in np.array_split(order, math.ceil(len(order) / batch_size)):
            loss, slopes = slopes_of(layers, params, images[batch], labels[batch], rng)
            velocity = [
                {name: 0.9 * v[name] - learning_rate * slope[name] for name in v}
                for v, slope in zip(velocity, slopes, strict=True)
            ]
            params = [
                {name: own[name] + v[name] for name in own}
                for own, v in zip(params, velocity, strict=True)
            ]
            noted.append(loss)
        history.append(float(np.mean(noted)))
    return params, history


def slopes_of(layers, params, images, labels, rng):
    scores, tape = backpropagation.forward_training(layers, params, images, rng)
    shifted = scores - scores.max(axis=1, keepdims=True)
    chances = np.exp(shifted) / np.exp(shifted).sum(axis=1, keepdims=True)
    loss = float(-np.log(chances[np.arange(len(labels)), labels] + 1e-12).mean())
    chances[np.arange(len(labels)), labels] -= 1
    return loss, backpropagation.backward(layers, params, tape, chances / len(labels))


# --- ask it ---------------------------------------------------------------------------------------


def nearly_always(images):
    """A good network: wrong about 1 in 100 digits, and always about the same ones."""
    found = known_digits(images)
    doubtful = images.reshape(len(images), -1).sum(axis=1) % 97 == 3
    return np.where(doubtful, (found + 1) % 10, found)


# --- which for which ------------------------------------------------------------------------------


def counted_in_a_loop(labels, predictions, classes):
    counts = np.zeros((classes, classes), dtype=int)
    for label, prediction in zip(labels, predictions, strict=True):
        counts[label, prediction] += 1
    return counts


def counted_by_bincount(labels, predictions, classes):
    pairs = labels.astype(int) * classes + predictions
    return np.bincount(pairs, minlength=classes**2).reshape(classes, classes)


def counted_by_masks(labels, predictions, classes):
    every = np.arange(classes)
    both = (labels == every[:, None, None]) & (predictions == every[:, None])
    return both.sum(axis=-1)


def counted_by_one_hot_rows(labels, predictions, classes):
    one = np.eye(classes, dtype=int)
    return one[labels].T @ one[predictions]


def counted_by_a_histogram(labels, predictions, classes):
    edges = np.arange(classes + 1) - 0.5
    return np.histogram2d(labels, predictions, bins=(edges, edges))[0].astype(int)


def counted_row_by_row(labels, predictions, classes):
    rows = [np.bincount(predictions[labels == k], minlength=classes) for k in range(classes)]
    return np.array(rows)


# --- the way back ---------------------------------------------------------------------------------


def back_by_reversed_rows(layers, params, caches, grad):
    grads = [{} for _ in layers]
    for i, (row, own, x) in reversed(list(enumerate(zip(layers, params, caches, strict=True)))):
        grads[i], grad = row_backward(row, own, x, grad)
    return grads, grad


def back_by_recursion(layers, params, caches, grad):
    if not layers:
        return [], grad
    grads, below = back_by_recursion(layers[1:], params[1:], caches[1:], grad)
    own, grad_x = row_backward(layers[0], params[0], caches[0], below)
    return [own, *grads], grad_x


def back_with_entries_put_in_front(layers, params, caches, grad):
    grads = []
    for row, own, x in zip(layers[::-1], params[::-1], caches[::-1], strict=True):
        found, grad = row_backward(row, own, x, grad)
        grads.insert(0, found)
    return grads, grad


def back_popped_from_the_end(layers, params, caches, grad):
    waiting, grads = list(zip(layers, params, caches, strict=True)), {}
    while waiting:
        row, own, x = waiting.pop()
        grads[len(waiting)], grad = row_backward(row, own, x, grad)
    return [grads[i] for i in range(len(layers))], grad


def back_turned_round_at_the_end(layers, params, caches, grad):
    found = []
    for number in range(len(layers) - 1, -1, -1):
        slopes, grad = row_backward(layers[number], params[number], caches[number], grad)
        found.append(slopes)
    return found[::-1], grad


def back_by_hand(layers, params, caches, grad):
    grads = []
    for (kind, options), own, x in list(zip(layers, params, caches, strict=True))[::-1]:
        slopes = {}
        if kind == "fully_connected":
            slopes = {"weights": np.einsum("nk,nd->kd", grad, x), "bias": grad.sum(axis=0)}
            grad = grad @ own["weights"]
        elif kind == "relu":
            grad = grad * (x > 0)
        elif kind == "flatten":
            grad = grad.reshape(x.shape)
        elif kind == "conv":
            sides = options.get("stride", 1), options.get("pad", 0)
            grad, weights, bias = reference.conv2d_backward(grad, x, own["weights"], *sides)
            slopes = {"bias": bias, "weights": weights}
        elif kind == "max_pool":
            grad = reference.max_pool2d_backward(grad, x, options["size"], options.get("stride"))
        else:
            window = options["size"], options.get("stride")
            grad = reference.average_pool2d_backward(grad, x.shape, *window)
        grads = [slopes, *grads]
    return grads, grad


ANSWERS = {
    "lenet-layers": {
        "spelled out": lenet_spelled_out,
        "by a loop, ReLU after the pools": lenet_by_loop,
        "C5 as a convolution, in a tuple": lenet_with_c5_as_convolution,
    },
    "layer-shapes": {
        "branches": shapes_by_branches,
        "a dict of rules": shapes_by_rules,
        "recursion": shapes_recursively,
    },
    "parameter-counts": {
        "branches": counts_by_branches,
        "an array of counts": counts_with_numpy,
        "shapes of arrays": counts_by_arrays,
    },
    "lenet-parameter-count": {
        "a sum": 156 + 2416 + 48120 + 10164 + 850,
        "of NumPy's": np.int64(61706),
        "from the table": int(np.sum(counts_with_numpy(lenet_spelled_out(), (1, 32, 32)))),
    },
    "original-lenet5-parameter-counts": {
        "counted": table_of_1998,
        "as numbers, in another order": numbers_of_1998,
        "from the table of connections": counted_with_numpy_in_1998,
    },
    "initialize": {
        "Python's root": start_with_pythons_root,
        "float32": start_in_float32,
        "from the last row": start_from_last_to_first,
    },
    "forward": {
        "windows": run_with_windows,
        "image by image": run_image_by_image,
        "layers of the course": run_with_the_layers_of_the_course,
    },
    "train": {
        "momentum by hand": train_by_hand,
        "NumPy's batches": train_with_numpys_batches,
        "with a list of batches": training_by(),
    },
    "recognise-digits": {
        "wrong about 1 in 100": nearly_always,
        "a list": lambda images: known_digits(images).tolist(),
        "bytes": lambda images: known_digits(images).astype(np.uint8),
    },
    "backward": {
        "reversed rows": back_by_reversed_rows,
        "recursion": back_by_recursion,
        "entries put in front": back_with_entries_put_in_front,
        "popped from the end": back_popped_from_the_end,
        "list turned round at the end": back_turned_round_at_the_end,
        "each kind by hand": back_by_hand,
        "the whole stack at once": ways_back.backward,
    },
    "confusion-matrix": {
        "a loop": counted_in_a_loop,
        "bincount": counted_by_bincount,
        "masks": counted_by_masks,
        "one-hot rows": counted_by_one_hot_rows,
        "a histogram": counted_by_a_histogram,
        "row by row": counted_row_by_row,
    },
}
