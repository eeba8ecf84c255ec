"""09-after-vgg: wrong answers that the catalogue does not list."""

import numpy as np

from autograder.reference import classifier, residuals, separable
from tests.lessons.lesson_09_after_vgg.right import name_by_argsort


def then(right, change):
    return lambda *arguments, **named: change(right(*arguments, **named))


def tables_then(change):
    return then(residuals.residual_layers, change)


def block_of_numbers_only(x, body, shortcut=None):
    if shortcut is not None:
        raise TypeError("no shortcut")
    return residuals.residual_block(x, body)


def body_twice(x, body, shortcut=None):
    return residuals.residual_block(x, lambda inside: body(body(inside)), shortcut)


def square_windows(x, weights, bias, stride=1, pad=0):
    side = max(weights.shape[1:])
    square = np.zeros((len(weights), side, side), weights.dtype)
    square[:, : weights.shape[1], : weights.shape[2]] = weights
    return separable.depthwise_conv(x, square, bias, stride, pad)


def pads_with_the_edge(x, weights, bias, stride=1, pad=0):
    top, left = (pad, pad) if isinstance(pad, int) else pad
    framed = np.pad(x, ((0, 0), (0, 0), (top, top), (left, left)), mode="edge")
    return separable.depthwise_conv(framed, weights, bias, stride)


def whole_numbers_only(x, weights, bias, stride=1, pad=0):
    if not isinstance(stride, int) or not isinstance(pad, int):
        raise TypeError("an int, please")
    return separable.depthwise_conv(x, weights, bias, stride, pad)


def without_softmax_shift(network, photo, k=5):
    return [(name, float(np.sqrt(share))) for name, share in name_by_argsort(network, photo, k)]


ANSWERS = {
    "residual-block": {
        "body twice": body_twice,
        "no shortcut taken": block_of_numbers_only,
        "a hundredth more": then(residuals.residual_block, lambda y: 1.01 * y),
        "flattened": then(residuals.residual_block, np.ravel),
        "first image only": then(residuals.residual_block, lambda y: y[:1]),
        "nothing": lambda x, body, shortcut=None: None,
    },
    "residual-backward": {
        "body's way twice": lambda grad, body_backward, shortcut_backward=None: (
            2 * body_backward(grad)
        ),
        "root of the squares": lambda grad, body_backward, shortcut_backward=None: np.hypot(
            body_backward(grad), grad if shortcut_backward is None else shortcut_backward(grad)
        ),
        "a pair": lambda grad, body_backward, shortcut_backward=None: (
            body_backward(grad),
            grad if shortcut_backward is None else shortcut_backward(grad),
        ),
        "sign": then(residuals.residual_backward, np.negative),
        "batch averaged": then(residuals.residual_backward, lambda grad: grad / len(grad)),
        "nothing": lambda grad, body_backward, shortcut_backward=None: None,
    },
    "residual-layers": {
        "nine classes": tables_then(lambda rows: [*rows[:-1], ("fully_connected", {"units": 9})]),
        "two rows at the end": tables_then(
            lambda rows: [*rows, ("fully_connected", {"units": 10})]
        ),
        "no first convolution": tables_then(lambda rows: rows[3:]),
        "kernels of 5": tables_then(
            lambda rows: [
                (kind, {**options, "kernel": 5, "pad": 2} if kind == "conv" else options)
                for kind, options in rows
            ]
        ),
        "dropout at the end": tables_then(
            lambda rows: [*rows[:-1], ("dropout", {"rate": 0.5}), rows[-1]]
        ),
        "reversed": tables_then(lambda rows: rows[::-1]),
        "names only": tables_then(lambda rows: [kind for kind, _ in rows]),
    },
    "depthwise-conv": {
        "square windows": square_windows,
        "edge for zeros": pads_with_the_edge,
        "no pairs": whole_numbers_only,
        "largest of the window": lambda x, weights, bias, stride=1, pad=0: np.maximum(
            separable.depthwise_conv(x, weights, bias, stride, pad), 0
        ),
        "float64": then(separable.depthwise_conv, lambda y: y.astype(np.float64)),
        "nothing": lambda x, weights, bias, stride=1, pad=0: None,
    },
    "separable-parameter-count": {
        "a list": then(separable.separable_parameter_count, list),
        "one too many": then(
            separable.separable_parameter_count, lambda both: (both[0], both[1] + 1)
        ),
        "sum": then(separable.separable_parameter_count, sum),
        "text": then(separable.separable_parameter_count, str),
        "no pairs": lambda in_channels, out_channels, kernel: (
            in_channels * (kernel**2 + out_channels),
            in_channels * out_channels * kernel**2,
        ),
    },
    "name-photo": {
        "square roots of the shares": without_softmax_shift,
        "a thousandth more": lambda network, photo, k=5: [
            (name, np.float32(1.001) * share)
            for name, share in classifier.name_photo(network, photo, k)
        ],
        "one name": lambda network, photo, k=5: classifier.name_photo(network, photo, 1),
        "a dict": then(classifier.name_photo, dict),
        "upside down": lambda network, photo, k=5: classifier.name_photo(network, photo[::-1], k),
        "grey": lambda network, photo, k=5: classifier.name_photo(
            network,
            np.repeat(photo.mean(axis=2, keepdims=True), 3, axis=2).astype(np.uint8),
            k,
        ),
        "nothing": lambda network, photo, k=5: None,
    },
    "class-activation-map": {
        "two classes added": lambda maps, weights, label: (
            separable.class_activation_map(maps, weights, label)
            + separable.class_activation_map(maps, weights, 0)
        ),
        "flat": then(separable.class_activation_map, np.ravel),
        "mean taken off": then(separable.class_activation_map, lambda seen: seen - seen.mean()),
        "first class always": lambda maps, weights, label: separable.class_activation_map(
            maps, weights, 0
        ),
        "squared": then(separable.class_activation_map, np.square),
        "nothing": lambda maps, weights, label: None,
    },
}

NOT_SPOILED = {
    "name-photo": ("one number slightly off",),  # that changes arrays; see "a thousandth more"
}
