"""05-backpropagation: wrong answers that the catalogue does not list."""

import numpy as np

from autograder import reference
from tests.banks import leaves
from tests.lessons.lesson_05_backpropagation import right


def changed(answer, change):
    """Another answer that changes the result of the right one."""
    return lambda *given: change(answer(*given), *given)


def part(answer, which, change):
    """Another answer that changes one member of the right one's result."""

    def wrong(*given):
        members = list(answer(*given))
        members[which] = change(members[which])
        return tuple(members)

    return wrong


def square_only(answer):
    """Right for one side of the picture: what lies beyond a square is left at 0."""

    def wrong(grad, x, *rest):
        result = answer(grad, x, *rest)
        side = min(result.shape[2:])
        cut = np.zeros_like(result)
        cut[:, :, :side, :side] = result[:, :, :side, :side]
        return cut

    return wrong


# --- numerical_gradient


def relative_step(f, x, h=1e-5):
    gradient = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[index] = h * max(abs(x[index]), 1)
        gradient[index] = (f(x + step) - f(x - step)) / (2 * step[index])
    return gradient


def first_axis_only(f, x, h=1e-5):
    gradient = np.zeros_like(x)
    for i in range(len(x)):
        index = (i,) + (0,) * (x.ndim - 1)
        step = np.zeros_like(x)
        step[index] = h
        gradient[index] = (f(x + step) - f(x - step)) / (2 * h)
    return gradient


def x_moved_at_the_end(f, x, h=1e-5):
    gradient = reference.numerical_gradient(f, x, h)
    x.flat[-1] += h
    return gradient


def on_a_flat_copy(f, x, h=1e-5):
    flat, slopes = x.reshape(-1), []
    for i in range(flat.size):
        here = flat[i]
        flat[i] = here + h
        above = f(x)
        flat[i] = here - h
        below = f(x)
        flat[i] = here
        slopes.append((above - below) / (2 * h))
    return np.array(slopes, x.dtype).reshape(x.shape)


def coarse_by_default(f, x, h=1e-2):
    return reference.numerical_gradient(f, x, h)


# --- relu_backward


def last_number_lost(grad, x):
    result = reference.relu_backward(grad, x)
    result.flat[-1] = 0
    return result


# --- filter_gradient and image_gradient


def kept_in_one_array(answer):
    """A gradient that is never set back to zero."""
    kept = {}

    def wrong(*given):
        result = answer(*given)
        kept[result.shape] = result + kept.get(result.shape, 0)
        return kept[result.shape].copy()

    return wrong


def without_the_border(gradient, *given):
    inside = np.zeros_like(gradient)
    inside[1:-1, 1:-1] = gradient[1:-1, 1:-1]
    return inside


# --- conv2d_backward


def square_padding(grad, x, weights, stride=1, pad=0):
    pad = reference.pair(pad)[0]
    return reference.conv2d_backward(grad, x, weights, stride, pad)


def square_stride(grad, x, weights, stride=1, pad=0):
    return right.conv_by_loops(grad, x, weights, reference.pair(stride)[::-1], pad)


def padding_ignored(grad, x, weights, stride=1, pad=0):
    (sh, sw), (kh, kw) = reference.pair(stride), weights.shape[2:]
    grad_x, grad_weights = np.zeros_like(x), np.zeros_like(weights)
    for n, f, i, j in np.ndindex(grad.shape):
        window = (n, slice(None), slice(i * sh, i * sh + kh), slice(j * sw, j * sw + kw))
        height, width = x[window].shape[1:]
        grad_x[window] += grad[n, f, i, j] * weights[f, :, :height, :width]
        grad_weights[f, :, :height, :width] += grad[n, f, i, j] * x[window]
    return grad_x, grad_weights, grad.sum(axis=(0, 2, 3))


def first_channel_only(grad, x, weights, stride=1, pad=0):
    grad_x, grad_weights, grad_bias = reference.conv2d_backward(grad, x, weights, stride, pad)
    grad_x[:, 1:] = 0
    return grad_x, grad_weights, grad_bias


def images_averaged(grad, x, weights, stride=1, pad=0):
    gradients = reference.conv2d_backward(grad, x, weights, stride, pad)
    return leaves(gradients, lambda value: value / value.dtype.type(len(x)))


def last_row_of_places(grad, x, weights, stride=1, pad=0):
    short = grad.copy()
    short[:, :, -1] = 0
    return reference.conv2d_backward(short, x, weights, stride, pad)


def kept_between_calls(answer):
    """Gradients that are never set back to zero."""
    kept = {}

    def wrong(*given):
        result = answer(*given)
        for i, value in enumerate(result):
            before = kept.get((i, value.shape), 0)
            kept[i, value.shape] = before + value
        return tuple(kept[i, value.shape].astype(value.dtype) for i, value in enumerate(result))

    return wrong


# --- pooling


def by_value_in_the_image(grad, x, size, stride=None):
    """Pays every number of the channel that equals a window's maximum, wherever it stands."""
    pooled = reference.max_pool2d(x, size, stride)
    result = np.zeros_like(x)
    for n, c, i, j in np.ndindex(pooled.shape):
        result[n, c][x[n, c] == pooled[n, c, i, j]] += grad[n, c, i, j]
    return result


def negative_windows_forgotten(grad, x, size, stride=None):
    pooled = reference.max_pool2d(x, size, stride)
    return reference.max_pool2d_backward(grad * (pooled > 0), x, size, stride)


def winners_of_channel_0(grad, x, size, stride=None):
    return reference.max_pool2d_backward(
        grad, np.repeat(x[:, :1], x.shape[1], axis=1), size, stride
    )


def winners_of_image_0(grad, x, size, stride=None):
    return reference.max_pool2d_backward(grad, np.repeat(x[:1], len(x), axis=0), size, stride)


def only_image_0(answer):
    def wrong(grad, x, *rest):
        first = grad.copy()
        first[1:] = 0
        return answer(first, x, *rest)

    return wrong


def overlap_averaged(grad, x_shape, size, stride=None):
    result = reference.average_pool2d_backward(grad, x_shape, size, stride)
    seen = reference.average_pool2d_backward(np.ones_like(grad), x_shape, size, stride)
    return np.where(seen > 0, result / np.maximum(seen, 1e-9), 0).astype(grad.dtype)


def spread_evenly(grad, x_shape, size, stride=None):
    total = grad.sum(axis=(2, 3), keepdims=True) / (x_shape[2] * x_shape[3])
    return np.broadcast_to(total, x_shape).copy()


# --- sgd_momentum_step


def in_place(weights, grad, velocity, lr, momentum=0.9, weight_decay=0.0):
    velocity *= momentum
    velocity -= lr * (grad + weight_decay * weights)
    weights += velocity
    return weights, velocity


def with_a_memory():
    """Keeps a velocity of its own."""
    kept = {}

    def wrong(weights, grad, velocity, lr, momentum=0.9, weight_decay=0.0):
        velocity = kept.get(weights.shape, velocity)
        weights, kept[weights.shape] = reference.sgd_momentum_step(
            weights, grad, velocity, lr, momentum, weight_decay
        )
        return weights, kept[weights.shape].copy()

    return wrong


def clipped(weights, grad, velocity, lr, momentum=0.9, weight_decay=0.0):
    return reference.sgd_momentum_step(
        weights, np.clip(grad, -1, 1), velocity, lr, momentum, weight_decay
    )


def rate_at_most(weights, grad, velocity, lr, momentum=0.9, weight_decay=0.0):
    return reference.sgd_momentum_step(weights, grad, velocity, 0.1, momentum, weight_decay)


def absolute_decay(weights, grad, velocity, lr, momentum=0.9, weight_decay=0.0):
    grad = grad + weight_decay * np.sign(weights)
    return reference.sgd_momentum_step(weights, grad, velocity, lr, momentum)


# --- reduce_on_plateau


def by_average(history, lr, factor=0.1, patience=3):
    recent, before = history[-patience:], history[:-patience]
    worse = bool(before) and np.mean(recent) >= np.mean(before)
    return lr * factor if worse else lr


def every_third_epoch(history, lr, factor=0.1, patience=3):
    return lr * factor if len(history) % patience == 0 else lr


def patience_less_one(history, lr, factor=0.1, patience=3):
    return reference.reduce_on_plateau(history, lr, factor, max(patience - 1, 1))


def for_good(history, lr, factor=0.1, patience=3):
    """All drops of the whole history at once."""
    for end in range(1, len(history) + 1):
        lr = reference.reduce_on_plateau(history[:end], lr, factor, patience)
    return lr if lr > 1e-9 else 0.0


def with_margin(history, lr, factor=0.1, patience=3):
    best, waited = np.inf, 0
    for error in history:
        if error < best - 0.5:
            best, waited = error, 0
        else:
            waited += 1
    return lr * factor if waited and waited % patience == 0 else lr


# --- training_memory


def renamed(memory, *given):
    return {name.replace("_", " "): number for name, number in memory.items()}


def scaled(name, factor):
    return lambda memory, *given: {**memory, name: int(memory[name] * factor)}


NOT_SPOILED = {
    # A float stays as it is.
    "reduce-on-plateau": {"one number slightly off"},
    # Differences of float32 numbers are no finer.
    "numerical-gradient": {"float32 through half precision"},
}

ANSWERS = {
    "numerical-gradient": {
        "relative step": relative_step,
        "first column only": first_axis_only,
        "x moved at the end": x_moved_at_the_end,
        "on a flat copy": on_a_flat_copy,
        "coarse by default": coarse_by_default,
        "x itself": lambda f, x, h=1e-5: x.copy(),
        "three x squared": lambda f, x, h=1e-5: 3 * x**2,
        "transposed": changed(reference.numerical_gradient, lambda g, *given: g.T),
        "rounded": changed(reference.numerical_gradient, lambda g, *given: np.round(g, 1)),
        "normalised": changed(
            reference.numerical_gradient, lambda g, *given: g / (np.linalg.norm(g) or 1)
        ),
        "half the step, twice": lambda f, x, h=1e-5: (
            (reference.numerical_gradient(f, x, h / 2) + reference.numerical_gradient(f, x, h)) / 2
        ),
    },
    "relu-backward": {
        "leaky": lambda grad, x: grad * np.where(x > 0, 1, 0.01).astype(grad.dtype),
        "from 1 on": lambda grad, x: grad * (x > 1),
        "capped at 6": lambda grad, x: grad * ((x > 0) & (x < 1)),
        "half at 0": lambda grad, x: grad * np.heaviside(x, 0.5).astype(grad.dtype),
        "mask of the first image": lambda grad, x: grad * (x[:1] > 0),
        "mask of the first column": lambda grad, x: grad * (x[..., :1] > 0),
        "absolute": lambda grad, x: np.abs(grad) * (x > 0),
        "negative": lambda grad, x: -grad * (x > 0),
        "mask transposed": lambda grad, x: grad * (x.T > 0),
        "sigmoid's slope": lambda grad, x: grad * (1 / (1 + np.exp(-x))),
        "last number lost": last_number_lost,
        "only what passes": lambda grad, x: grad[x > 0],
    },
    "filter-gradient": {
        "first row of places": lambda grad, image: reference.filter_gradient(
            grad * (np.arange(len(grad)) == 0)[:, None].astype(grad.dtype), image
        ),
        "last column of places left out": lambda grad, image: reference.filter_gradient(
            np.where(np.arange(grad.shape[1]) + 1 < grad.shape[1], grad, 0).astype(grad.dtype),
            image,
        ),
        "slopes' signs only": lambda grad, image: reference.filter_gradient(np.sign(grad), image),
        "positive slopes only": lambda grad, image: reference.filter_gradient(
            np.maximum(grad, 0), image
        ),
        "brightness taken off": lambda grad, image: reference.filter_gradient(
            grad, image - image.mean()
        ),
        "doubled": changed(reference.filter_gradient, lambda g, *given: 2 * g),
        "turned by a quarter": changed(reference.filter_gradient, lambda g, *given: np.rot90(g)),
        "normalised": changed(reference.filter_gradient, lambda g, *given: g / np.abs(g).max()),
        "one number": changed(reference.filter_gradient, lambda g, *given: g.sum()),
        "a row": changed(reference.filter_gradient, lambda g, *given: g.ravel()),
        "never set back": kept_in_one_array(reference.filter_gradient),
        "of the slopes alone": lambda grad, image: reference.filter_gradient(
            grad, np.ones_like(image)
        ),
    },
    "image-gradient": {
        "both turned": lambda grad, kernel: reference.image_gradient(grad, kernel[::-1, ::-1])[
            ::-1
        ],
        "first slope only": lambda grad, kernel: reference.image_gradient(
            np.where(np.arange(grad.size).reshape(grad.shape) == 0, grad, 0).astype(grad.dtype),
            kernel,
        ),
        "positive slopes only": lambda grad, kernel: reference.image_gradient(
            np.maximum(grad, 0), kernel
        ),
        "border left out": changed(reference.image_gradient, without_the_border),
        "doubled": changed(reference.image_gradient, lambda g, *given: 2 * g),
        "shifted by one": changed(
            reference.image_gradient, lambda g, *given: np.roll(g, 1, axis=(0, 1))
        ),
        "edges repeated": lambda grad, kernel: reference.convolve2d(
            np.pad(grad, [(side - 1,) * 2 for side in kernel.shape], mode="edge"), kernel
        ),
        "one frame too many": lambda grad, kernel: np.pad(
            reference.image_gradient(grad, kernel), 1
        ),
        "a row": changed(reference.image_gradient, lambda g, *given: g.ravel()),
        "kernel's size for the picture's": changed(
            reference.image_gradient, lambda g, grad, kernel: g[: len(kernel), : kernel.shape[1]]
        ),
        "never set back": kept_in_one_array(reference.image_gradient),
        "mean of the kernel": lambda grad, kernel: reference.image_gradient(
            grad, np.full_like(kernel, kernel.mean())
        ),
    },
    "conv2d-backward": {
        "square padding": square_padding,
        "stride turned round": square_stride,
        "padding ignored": padding_ignored,
        "first channel only": first_channel_only,
        "images averaged": images_averaged,
        "last row of places left out": last_row_of_places,
        "never set back": kept_between_calls(reference.conv2d_backward),
        "no gradient for x": part(reference.conv2d_backward, 0, np.zeros_like),
        "no gradient for the weights": part(reference.conv2d_backward, 1, np.zeros_like),
        "no gradient for the bias": part(reference.conv2d_backward, 2, np.zeros_like),
        "bias as a column": part(reference.conv2d_backward, 2, lambda g: g[:, None]),
        "bias as one number": part(reference.conv2d_backward, 2, lambda g: g.sum()),
        "bias doubled": part(reference.conv2d_backward, 2, lambda g: 2 * g),
        "x uphill": part(reference.conv2d_backward, 0, lambda g: -g),
        "weights halved": part(reference.conv2d_backward, 1, lambda g: g / 2),
        "x turned round": part(reference.conv2d_backward, 0, lambda g: g[:, :, ::-1, ::-1]),
        "stride 1 only": lambda grad, x, weights, stride=1, pad=0: (
            reference.conv2d_backward(grad, x, weights, stride, pad)
            if reference.pair(stride) == (1, 1)
            else (np.zeros_like(x), np.zeros_like(weights), grad.sum(axis=(0, 2, 3)))
        ),
        "no padding only": lambda grad, x, weights, stride=1, pad=0: (
            reference.conv2d_backward(grad, x, weights, stride, pad)
            if reference.pair(pad) == (0, 0)
            else (np.zeros_like(x), np.zeros_like(weights), grad.sum(axis=(0, 2, 3)))
        ),
        "one image only": lambda grad, x, weights, stride=1, pad=0: (
            np.repeat(
                reference.conv2d_backward(grad[:1], x[:1], weights, stride, pad)[0], len(x), axis=0
            ),
            *reference.conv2d_backward(grad, x, weights, stride, pad)[1:],
        ),
        "without the bias": lambda grad, x, weights, stride=1, pad=0: reference.conv2d_backward(
            grad, x, weights, stride, pad
        )[:2],
    },
    "max-pool2d-backward": {
        "by value in the image": by_value_in_the_image,
        "negative windows forgotten": negative_windows_forgotten,
        "winners of channel 0": winners_of_channel_0,
        "winners of image 0": winners_of_image_0,
        "only image 0": only_image_0(reference.max_pool2d_backward),
        "square pictures only": square_only(reference.max_pool2d_backward),
        "halved": changed(reference.max_pool2d_backward, lambda g, *given: g / 2),
        "a mask": changed(
            reference.max_pool2d_backward, lambda g, grad, *given: (g != 0).astype(grad.dtype)
        ),
        "shifted by one": changed(
            reference.max_pool2d_backward, lambda g, *given: np.roll(g, 1, axis=3)
        ),
        "always 2": lambda grad, x, size, stride=None: (
            right.max_pool_by_masks(grad, x, 2, stride or size)
            if min(reference.pair(stride or size)) > 1
            else np.zeros_like(x)
        ),
        "stride 2 always": lambda grad, x, size, stride=None: (
            reference.max_pool2d_backward(grad, x, size, stride)
            if stride in (None, 2)
            else np.zeros_like(x)
        ),
        "gradients in reverse": lambda grad, x, size, stride=None: reference.max_pool2d_backward(
            grad[:, :, ::-1, ::-1], x, size, stride
        ),
    },
    "average-pool2d-backward": {
        "averaged where windows overlap": overlap_averaged,
        "spread evenly over the image": spread_evenly,
        "a quarter always": changed(
            reference.average_pool2d_backward,
            lambda g, grad, x_shape, size, *rest: g * (np.prod(reference.pair(size)) / 4),
        ),
        "only image 0": only_image_0(reference.average_pool2d_backward),
        "square pictures only": square_only(reference.average_pool2d_backward),
        "shifted by one": changed(
            reference.average_pool2d_backward, lambda g, *given: np.roll(g, 1, axis=2)
        ),
        "gradient of channel 0": lambda grad, x_shape, size, stride=None: (
            reference.average_pool2d_backward(
                np.repeat(grad[:, :1], grad.shape[1], axis=1), x_shape, size, stride
            )
        ),
        "window one too small": lambda grad, x_shape, size, stride=None: (
            right.average_pool_by_loops(
                grad,
                x_shape,
                tuple(max(side - 1, 1) for side in reference.pair(size)),
                stride or size,
            )
        ),
        "channels mixed": changed(
            reference.average_pool2d_backward,
            lambda g, *given: np.broadcast_to(g.mean(axis=1, keepdims=True), g.shape).copy(),
        ),
        "gradients in reverse": lambda grad, x_shape, size, stride=None: (
            reference.average_pool2d_backward(grad[:, :, ::-1, ::-1], x_shape, size, stride)
        ),
    },
    "batch-normalize-backward": {
        "no gradient for x": part(reference.batch_normalize_backward, 0, np.zeros_like),
        "no gradient for gamma": part(reference.batch_normalize_backward, 1, np.zeros_like),
        "no gradient for beta": part(reference.batch_normalize_backward, 2, np.zeros_like),
        "x halved": part(reference.batch_normalize_backward, 0, lambda g: g / 2),
        "x uphill": part(reference.batch_normalize_backward, 0, lambda g: -g),
        "gamma doubled": part(reference.batch_normalize_backward, 1, lambda g: 2 * g),
        "beta as a column": part(reference.batch_normalize_backward, 2, lambda g: g[:, None]),
        "x alone": changed(reference.batch_normalize_backward, lambda result, *given: result[0]),
        "as a list": changed(
            reference.batch_normalize_backward, lambda result, *given: list(result)
        ),
        "first image only": lambda grad, x, *rest: reference.batch_normalize_backward(
            grad * (np.arange(len(grad)) == 0).reshape(-1, 1, 1, 1).astype(grad.dtype), x, *rest
        ),
        "gammas backwards": lambda grad, x, gamma, *eps: reference.batch_normalize_backward(
            grad, x, gamma[::-1], *eps
        ),
        "one channel": lambda grad, x, gamma, *eps: reference.batch_normalize_backward(
            grad, np.repeat(x[:, :1], x.shape[1], axis=1), gamma, *eps
        ),
        "default eps 1e-3": lambda grad, x, gamma, eps=1e-3: reference.batch_normalize_backward(
            grad, x, gamma, eps
        ),
        "eps twice": lambda grad, x, gamma, eps=1e-5: reference.batch_normalize_backward(
            grad, x, gamma, 2 * eps
        ),
        "mean square left in": lambda grad, x, gamma, eps=1e-5: (
            reference.batch_normalize_backward(grad, x, gamma, eps)[0] + x / x.size,
            *reference.batch_normalize_backward(grad, x, gamma, eps)[1:],
        ),
        "of the layer's way forward": lambda grad, x, gamma, eps=1e-5: (
            reference.batch_normalize(grad, gamma, np.zeros_like(gamma), eps),
            *reference.batch_normalize_backward(grad, x, gamma, eps)[1:],
        ),
    },
    "sgd-momentum-step": {
        "in place": in_place,
        "a velocity of its own": with_a_memory(),
        "gradient clipped": clipped,
        "rate always 0.1": rate_at_most,
        "decay by sign": absolute_decay,
        "weights only": changed(reference.sgd_momentum_step, lambda result, *given: result[0]),
        "as a list": changed(reference.sgd_momentum_step, lambda result, *given: list(result)),
        "weights normalised": part(reference.sgd_momentum_step, 0, lambda w: w / np.abs(w).max()),
        "velocity halved": part(reference.sgd_momentum_step, 1, lambda v: v / 2),
        "default momentum 0.5": lambda w, g, v, lr, m=0.5, wd=0.0: reference.sgd_momentum_step(
            w, g, v, lr, m, wd
        ),
        "default decay": lambda w, g, v, lr, m=0.9, wd=5e-4: reference.sgd_momentum_step(
            w, g, v, lr, m, wd
        ),
        "weight decay squared": lambda w, g, v, lr, m=0.9, wd=0.0: reference.sgd_momentum_step(
            w, g, v, lr, m, wd**2
        ),
        "decay of the new weights": lambda w, g, v, lr, m=0.9, wd=0.0: (
            reference.sgd_momentum_step(w, g, v, lr, m)[0] * (1 - lr * wd),
            reference.sgd_momentum_step(w, g, v, lr, m)[1],
        ),
    },
    "reduce-on-plateau": {
        "by average": by_average,
        "every third epoch": every_third_epoch,
        "patience less one": patience_less_one,
        "all drops at once": for_good,
        "with a margin": with_margin,
        "a tuple": changed(reference.reduce_on_plateau, lambda lr, *given: (lr, True)),
        "factor squared": lambda history, lr, factor=0.1, patience=3: reference.reduce_on_plateau(
            history, lr, factor**2, patience
        ),
        "worked example only": lambda history, lr, factor=0.1, patience=3: (
            lr * factor if len(history) == 5 else lr
        ),
        "whether to drop": changed(
            reference.reduce_on_plateau, lambda lr, history, old, *rest: lr < old
        ),
        "history cut short": lambda history, lr, factor=0.1, patience=3: (
            reference.reduce_on_plateau(history[-4:], lr, factor, patience)
        ),
    },
    "training-memory": {
        "other names": changed(reference.training_memory, renamed),
        "activations halved": changed(reference.training_memory, scaled("activations", 0.5)),
        "total in kilobytes": changed(reference.training_memory, scaled("total", 1 / 1024)),
        "total doubled": changed(reference.training_memory, scaled("total", 2)),
        "no total": changed(
            reference.training_memory,
            lambda memory, *given: {k: v for k, v in memory.items() if k != "total"},
        ),
        "one row more": changed(
            reference.training_memory, lambda memory, *given: {**memory, "batch": 1}
        ),
        "floats": changed(
            reference.training_memory,
            lambda memory, *given: {k: float(v) for k, v in memory.items()},
        ),
        "the total only": changed(
            reference.training_memory, lambda memory, *given: memory["total"]
        ),
        "first layer left out": lambda counts, *rest: reference.training_memory(counts[1:], *rest),
        "batch one more": lambda counts, parameters, batch, *rest: reference.training_memory(
            counts, parameters, batch + 1, *rest
        ),
        "default 8 bytes": lambda counts, parameters, batch, size=8, slots=1: (
            reference.training_memory(counts, parameters, batch, size, slots)
        ),
        "worked example only": lambda *given: reference.training_memory([10, 5], 100, 2),
        "four layers at most": lambda counts, *rest: reference.training_memory(counts[:4], *rest),
    },
}
