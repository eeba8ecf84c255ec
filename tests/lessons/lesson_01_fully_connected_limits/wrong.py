"""01-fully-connected-limits: wrong answers that the catalogue does not list."""

import numpy as np

from autograder import reference
from tests.banks import leaves


def changed(answer, change):
    """Another answer that changes the result of the right one."""
    return lambda *given: change(answer(*given), *given)


def square_batches_only(answer):
    """Right as long as there are as many samples as numbers in each."""

    def wrong(x, *rest):
        side = min(x.shape)
        result = answer(x[:side], *rest)
        return np.resize(result, (len(x), *result.shape[1:]))

    return wrong


def one_image_or_none(answer):
    """Loses the batch axis where there is a single sample."""
    return changed(answer, lambda result, *given: result[0] if len(given[0]) == 1 else result)


def averaged_over_samples(answer):
    return changed(answer, lambda result, *given: np.tile(result.mean(axis=0), (len(given[0]), 1)))


def writes_to_the_sizes(input_shape, layer_sizes):
    layer_sizes.insert(0, int(np.prod(input_shape)))
    return reference.fully_connected_parameter_count(layer_sizes[:1], layer_sizes[1:])


def without_a_warning(scores, labels):
    """Overflow papered over: NaN becomes 0."""
    powers = np.exp(scores)
    probabilities = np.nan_to_num(powers / powers.sum(axis=1, keepdims=True))
    rows = np.arange(len(scores))
    grad = probabilities.copy()
    grad[rows, labels] -= 1
    return float(-np.log(np.maximum(probabilities[rows, labels], 1e-300)).mean()), grad / len(
        scores
    )


def clipped(scores, labels):
    return reference.softmax_cross_entropy(np.clip(scores, -500, 500), labels)


def label_zero_when_alone(scores, labels):
    return reference.softmax_cross_entropy(scores, labels if len(labels) > 1 else labels * 0)


def bits(scores, labels):
    loss, grad = reference.softmax_cross_entropy(scores, labels)
    return loss / np.log(2), grad


def last_sample(x, labels, *layers):
    return reference.two_layer_gradients(x[-1:], labels[-1:], *layers)


def loss_kept(answer):
    """The loss of the first call, for ever."""
    first = []

    def wrong(*given):
        loss, grad = answer(*given)
        first.append(loss)
        return first[0], grad

    return wrong


def with_weight_decay(x, labels, w1, b1, w2, b2):
    loss, gradients = reference.two_layer_gradients(x, labels, w1, b1, w2, b2)
    return loss, {**gradients, "w1": gradients["w1"] + 1e-3 * w1, "w2": gradients["w2"] + 1e-3 * w2}


def with_gradient(name, change):
    return changed(
        reference.two_layer_gradients,
        lambda result, *given: (result[0], {**result[1], name: change(result[1][name])}),
    )


def renamed(result, *given):
    loss, gradients = result
    return loss, {name.upper(): gradient for name, gradient in gradients.items()}


def in_order(result, *given):
    loss, gradients = result
    return loss, tuple(gradients.values())


def swapped_pixels(images, order):
    """Applies the order as swaps, one after another, in place."""
    flat = images.reshape(*images.shape[:2], -1).copy()
    for place, source in enumerate(order):
        flat[:, :, [place, source]] = flat[:, :, [source, place]]
    if len(order) != flat.shape[2]:
        raise ValueError("short")
    return flat.reshape(images.shape)


def channels_by_the_first(images, order):
    permuted = reference.permute_pixels(images, order)
    return np.repeat(permuted[:, :1], images.shape[1], axis=1)


def of_its_own(images, order):
    order = np.random.default_rng(0).permutation(len(order))
    return reference.permute_pixels(images, order)


def never_refuses(images, order):
    pixels = images.shape[2] * images.shape[3]
    rest = np.setdiff1d(np.arange(pixels), order)
    return reference.permute_pixels(images, np.concatenate([order, rest]))


def through_bytes(answer):
    """Reads memory as if every array lay row by row."""

    def wrong(images, *rest):
        images = np.frombuffer(images.tobytes("A"), images.dtype).reshape(images.shape)
        return answer(images, *rest)

    return wrong


def only_square_pictures(images, down, right):
    side = min(images.shape[2:])
    result = np.zeros_like(images)
    result[:, :, :side, :side] = reference.shift_images(images[:, :, :side, :side], down, right)
    return result


def one_pixel(images, down, right):
    return reference.shift_images(images, int(np.sign(down)), int(np.sign(right)))


def twice_as_far(images, down, right):
    return reference.shift_images(images, 2 * down, 2 * right)


def filled_with_the_mean(images, down, right):
    arrived = reference.shift_images(np.ones_like(images), down, right)
    moved = reference.shift_images(images, down, right)
    return np.where(arrived == 1, moved, images.mean()).astype(images.dtype)


def modulo(images, down, right):
    return reference.shift_images(
        images, int(np.fmod(down, images.shape[2])), int(np.fmod(right, images.shape[3]))
    )


def batch_shifts_along(images, down, right):
    """Image n moves n times as far."""
    return np.stack(
        [reference.shift_images(i, down * n, right * n) for n, i in enumerate(images, start=1)]
    )


ANSWERS = {
    "flatten-images": {
        "first number left out": changed(
            reference.flatten_images, lambda flat, images: flat[:, 1:]
        ),
        "rows backwards": changed(reference.flatten_images, lambda flat, images: flat[:, ::-1]),
        "images backwards": changed(reference.flatten_images, lambda flat, images: flat[::-1]),
        "channels backwards": lambda images: reference.flatten_images(images[:, ::-1]),
        "in memory order": lambda images: images.reshape(len(images), -1, order="A"),
        "through bytes": through_bytes(reference.flatten_images),
        "channels averaged": lambda images: reference.flatten_images(images.mean(axis=1)),
        "sorted": changed(reference.flatten_images, lambda flat, images: np.sort(flat, axis=1)),
        "scaled to 1": changed(
            reference.flatten_images, lambda flat, images: flat / np.abs(flat).max()
        ),
        "first channel only": lambda images: reference.flatten_images(images[:, 0]),
        "batch axis lost for one image": one_image_or_none(reference.flatten_images),
        "at most ten numbers": changed(reference.flatten_images, lambda flat, images: flat[:, :10]),
    },
    "linear-scores": {
        "bias twice": lambda x, weights, bias: reference.linear_scores(x, weights, 2 * bias),
        "bias cut to whole numbers": lambda x, weights, bias: reference.linear_scores(
            x, weights, np.trunc(bias)
        ),
        "negative scores cut": changed(
            reference.linear_scores, lambda scores, *given: np.maximum(scores, 0)
        ),
        "last feature left out": lambda x, weights, bias: reference.linear_scores(
            x[:, :-1], weights[:, :-1], bias
        ),
        "weights backwards": lambda x, weights, bias: reference.linear_scores(
            x, weights[:, ::-1], bias
        ),
        "classes backwards": changed(
            reference.linear_scores, lambda scores, *given: scores[:, ::-1]
        ),
        "squared": changed(reference.linear_scores, lambda scores, *given: scores**2),
        "normalised": changed(
            reference.linear_scores,
            lambda scores, *given: scores / np.linalg.norm(scores, axis=1, keepdims=True),
        ),
        "square batches only": square_batches_only(reference.linear_scores),
        "batch axis lost for one": one_image_or_none(reference.linear_scores),
        "samples averaged": averaged_over_samples(reference.linear_scores),
        "never refuses": lambda x, weights, bias: reference.linear_scores(
            x[:, : weights.shape[1]], weights[:, : x.shape[1]], bias
        ),
        "in half precision": lambda x, weights, bias: reference.linear_scores(
            x.astype(np.float16), weights.astype(np.float16), bias.astype(np.float16)
        ).astype(x.dtype),
        "axis lost for one class": changed(
            reference.linear_scores, lambda scores, *given: np.squeeze(scores)
        ),
    },
    "two-layer-scores": {
        "leaky ReLU": lambda x, w1, b1, w2, b2: reference.linear_scores(
            np.maximum(0.01 * (x @ w1.T + b1), x @ w1.T + b1), w2, b2
        ),
        "ReLU capped at 1": lambda x, w1, b1, w2, b2: reference.linear_scores(
            np.clip(reference.linear_scores(x, w1, b1), 0, 1), w2, b2
        ),
        "tanh": lambda x, w1, b1, w2, b2: reference.linear_scores(
            np.tanh(reference.linear_scores(x, w1, b1)), w2, b2
        ),
        "softmax of the scores": changed(
            reference.two_layer_scores, lambda scores, *given: reference.softmax(scores)
        ),
        "first bias twice": lambda x, w1, b1, w2, b2: reference.two_layer_scores(
            x, w1, 2 * b1, w2, b2
        ),
        "last hidden unit left out": lambda x, w1, b1, w2, b2: reference.two_layer_scores(
            x, w1[:-1], b1[:-1], w2[:, :-1], b2
        ),
        "samples averaged": averaged_over_samples(reference.two_layer_scores),
        "square batches only": square_batches_only(reference.two_layer_scores),
        "hidden layer returned": lambda x, w1, b1, w2, b2: np.maximum(x @ w1.T + b1, 0),
        "scores above the mean": changed(
            reference.two_layer_scores, lambda scores, *given: scores - scores.mean()
        ),
    },
    "collapse-linear-layers": {
        "halved": changed(
            reference.collapse_linear_layers, lambda result, *given: leaves(result, lambda v: v / 2)
        ),
        "members exchanged": changed(
            reference.collapse_linear_layers, lambda result, *given: result[::-1]
        ),
        "weights only": changed(reference.collapse_linear_layers, lambda result, *given: result[0]),
        "ReLU on the weights": changed(
            reference.collapse_linear_layers,
            lambda result, *given: (np.maximum(result[0], 0), result[1]),
        ),
        "bias as a column": changed(
            reference.collapse_linear_layers,
            lambda result, *given: (result[0], result[1][:, None]),
        ),
        "bias subtracted": lambda w1, b1, w2, b2: reference.collapse_linear_layers(w1, b1, w2, -b2),
        "first hidden unit only": lambda w1, b1, w2, b2: reference.collapse_linear_layers(
            w1[:1], b1[:1], w2[:, :1], b2
        ),
        "never refuses": lambda w1, b1, w2, b2: reference.collapse_linear_layers(
            w1[: w2.shape[1]], b1[: w2.shape[1]], w2[:, : len(w1)], b2
        ),
        "as a dict": changed(
            reference.collapse_linear_layers,
            lambda result, *given: dict(zip(("weights", "bias"), result, strict=True)),
        ),
    },
    "fully-connected-parameter-count": {
        "one more": lambda shape, sizes: (
            reference.fully_connected_parameter_count(shape, sizes) + 1
        ),
        "a float": lambda shape, sizes: float(
            reference.fully_connected_parameter_count(shape, sizes)
        ),
        "two layers at most": lambda shape, sizes: reference.fully_connected_parameter_count(
            shape, sizes[:2]
        ),
        "three channels always": lambda shape, sizes: reference.fully_connected_parameter_count(
            (3, *shape[1:]), sizes
        ),
        "worked example only": lambda shape, sizes: 632,
        "in 32 bits": lambda shape, sizes: int(
            np.uint32(reference.fully_connected_parameter_count(shape, sizes) % 2**32)
        ),
        "bytes": lambda shape, sizes: 4 * reference.fully_connected_parameter_count(shape, sizes),
        "last biases forgotten": lambda shape, sizes: (
            reference.fully_connected_parameter_count(shape, sizes) - sizes[-1]
        ),
        "a list by layer": lambda shape, sizes: [
            reference.fully_connected_parameter_count(shape, sizes[:1])
        ],
        "writes to the sizes": writes_to_the_sizes,
        "sizes sorted": lambda shape, sizes: reference.fully_connected_parameter_count(
            shape, sorted(sizes)
        ),
    },
    "softmax-cross-entropy": {
        "overflow papered over": without_a_warning,
        "scores clipped": clipped,
        "bits": bits,
        "label 0 where alone": label_zero_when_alone,
        "labels off by one": lambda scores, labels: reference.softmax_cross_entropy(
            scores, (labels + 1) % scores.shape[1]
        ),
        "loss of the first": loss_kept(reference.softmax_cross_entropy),
        "loss a sample": lambda scores, labels: (
            np.full(len(scores), reference.softmax_cross_entropy(scores, labels)[0]),
            reference.softmax_cross_entropy(scores, labels)[1],
        ),
        "gradient first": changed(
            reference.softmax_cross_entropy, lambda result, *given: result[::-1]
        ),
        "gradient with the labels added": lambda scores, labels: (
            reference.softmax_cross_entropy(scores, labels)[0],
            reference.softmax_cross_entropy(scores, labels)[1]
            + 2 * np.eye(scores.shape[1])[labels] / len(scores),
        ),
        "loss only": changed(reference.softmax_cross_entropy, lambda result, *given: result[0]),
        "last sample's gradient for all": lambda scores, labels: (
            reference.softmax_cross_entropy(scores, labels)[0],
            np.tile(reference.softmax_cross_entropy(scores, labels)[1][-1], (len(scores), 1)),
        ),
        "a temperature of 2": lambda scores, labels: reference.softmax_cross_entropy(
            scores / 2, labels
        ),
        "squared error": lambda scores, labels: (
            float(((scores - np.eye(scores.shape[1])[labels]) ** 2).mean()),
            2 * (scores - np.eye(scores.shape[1])[labels]) / scores.size,
        ),
    },
    "two-layer-gradients": {
        "weight decay": with_weight_decay,
        "last sample only": last_sample,
        "names in capitals": changed(reference.two_layer_gradients, renamed),
        "a tuple": changed(reference.two_layer_gradients, in_order),
        "loss of the first": loss_kept(reference.two_layer_gradients),
        "w1 clipped": with_gradient("w1", lambda g: np.clip(g, -0.1, 0.1)),
        "w2 halved": with_gradient("w2", lambda g: g / 2),
        "b1 zero": with_gradient("b1", np.zeros_like),
        "b2 as a row": with_gradient("b2", lambda g: g[None]),
        "w1 backwards": with_gradient("w1", lambda g: g[:, ::-1]),
        "noise": with_gradient("w1", lambda g: g + 1e-3),
        "b1 summed": with_gradient("b1", lambda g: np.full_like(g, g.sum())),
        "first layer never learns": with_gradient("w1", np.zeros_like),
    },
    "permute-pixels": {
        "an order of its own": of_its_own,
        "swap after swap": swapped_pixels,
        "every channel like the first": channels_by_the_first,
        "never refuses": never_refuses,
        "order backwards": lambda images, order: reference.permute_pixels(images, order[::-1]),
        "order shifted by one": lambda images, order: reference.permute_pixels(
            images, np.roll(order, 1)
        ),
        "first two images": lambda images, order: np.concatenate(
            [reference.permute_pixels(images[:2], order), images[2:]]
        ),
        "through bytes": through_bytes(reference.permute_pixels),
        "images in reverse": lambda images, order: reference.permute_pixels(images[::-1], order),
        "turned upside down": lambda images, order: reference.permute_pixels(
            images[:, :, ::-1], order
        ),
        "sorted": lambda images, order: np.sort(reference.permute_pixels(images, order), axis=-1),
    },
    "shift-images": {
        "square pictures only": only_square_pictures,
        "one pixel only": one_pixel,
        "twice as far": twice_as_far,
        "filled with the mean": filled_with_the_mean,
        "shift taken modulo the size": modulo,
        "image n moves n times as far": batch_shifts_along,
        "first image for all": lambda images, down, right: np.repeat(
            reference.shift_images(images[:1], down, right), len(images), axis=0
        ),
        "one off": lambda images, down, right: reference.shift_images(images, down + 1, right),
        "filled with ones": lambda images, down, right: (
            reference.shift_images(images, down, right)
            + (1 - reference.shift_images(np.ones_like(images), down, right))
        ),
        "through bytes": through_bytes(reference.shift_images),
        "nothing lost to the left": lambda images, down, right: (
            reference.shift_images(images, down, right)
            if right >= 0
            else np.roll(reference.shift_images(images, down, 0), right, axis=-1)
        ),
        "batch shifted": lambda images, down, right: np.roll(
            reference.shift_images(images, down, right), 1, axis=0
        ),
    },
}
