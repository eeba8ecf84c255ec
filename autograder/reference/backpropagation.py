"""A network in training: forward with a tape, and back along it.

Mini-batches run as (H, C, W, N), and as (D, N) once they are flattened; see `minibatch`.
For each kind of row there is a pair of functions. The first gives the output and what the second
needs; the second gives the gradients of the input, the weights and the biases.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .activations import dropout_mask
from .minibatch import (
    average_pool_backward,
    average_pool_forward,
    batch_innermost,
    conv_backward,
    conv_forward,
    max_pool_backward,
    max_pool_forward,
)
from .normalization import (
    batch_normalize_backward,
    batch_normalize_inference,
    batch_statistics,
    local_response_normalize,
    local_response_normalize_backward,
)
from .rows import Layers, Params, full_options

Options = dict[str, Any]
Learned = dict[str, np.ndarray]


def forward_training(
    layers: Layers, params: Params, x: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, list[Any]]:
    """Score a mini-batch as in training, and keep what the way back needs.

    Dropout drops, and batch normalization uses the batch's own statistics.

    Parameters
    ----------
    layers : list of (kind, options)
        The last row gives scores.
    params : list of dict
        One a row.
    x : (N, C, H, W) ndarray
    rng : numpy.random.Generator
        For dropout.

    Returns
    -------
    scores : (N, K) ndarray
    tape : list
        One entry a row, for `backward`.

    Examples
    --------
    >>> layers = [("fully_connected", {"units": 1})]
    >>> params = [{"weights": np.array([[1.0, 2.0]]), "bias": np.array([3.0])}]
    >>> x = np.array([[[[1.0, 10.0]]]])
    >>> scores, tape = forward_training(layers, params, x, np.random.default_rng(0))
    >>> scores
    array([[24.]])
    >>> backward(layers, params, tape, np.array([[1.0]]))
    [{'weights': array([[ 1., 10.]]), 'bias': array([1.])}]
    """
    x = batch_innermost(x)
    tape = []
    for row, learned in zip(layers, params, strict=True):
        there, _ = _PAIRS[row[0]]
        x, kept = there(x, learned, full_options(row), rng)
        tape.append(kept)
    return np.ascontiguousarray(x.T), tape


def backward(layers: Layers, params: Params, tape: list[Any], grad: np.ndarray) -> Params:
    """Send the gradient of the scores back through a network.

    Parameters
    ----------
    layers, params, tape
        As they went into, and came out of, `forward_training`.
    grad : (N, K) ndarray
        Gradient of the loss with respect to the scores.

    Returns
    -------
    list of dict
        One a row: the gradients of `"weights"` and `"bias"`, or nothing.
    """
    grads: Params = [{} for _ in layers]
    first = next((index for index, learned in enumerate(params) if learned), len(layers))
    grad = np.ascontiguousarray(grad.T)
    for index in reversed(range(first, len(layers))):
        row = layers[index]
        _, back = _PAIRS[row[0]]
        # Below the first row that learns, nobody asks for a gradient.
        grad, *learned = back(grad, tape[index], params[index], full_options(row), index > first)
        grads[index] = dict(zip(("weights", "bias"), learned, strict=False))
    return grads


def _conv(x, learned: Learned, options: Options, rng) -> tuple[np.ndarray, Any]:
    sides = (options["stride"], options["pad"])
    outputs = [
        conv_forward(
            x[:, channels],
            learned["weights"][filters],
            learned["bias"][filters],
            *sides,
            floor=options["floor"],
        )
        for channels, filters in _groups(x, learned, options)
    ]
    return _joined(outputs, axis=1), x


def _conv_back(grad, x, learned: Learned, options: Options, to_images: bool):
    parts = [
        conv_backward(
            grad[:, filters],
            x[:, channels],
            learned["weights"][filters],
            options["stride"],
            options["pad"],
            to_images=to_images,
        )
        for channels, filters in _groups(x, learned, options)
    ]
    grads_x, grads_weights, grads_bias = zip(*parts, strict=True)
    return (
        _joined(grads_x, axis=1) if to_images else None,
        _joined(grads_weights, axis=0),
        _joined(grads_bias, axis=0),
    )


def _groups(x, learned: Learned, options: Options) -> list[tuple[slice, slice]]:
    groups = options["groups"]
    c, f = x.shape[1] // groups, len(learned["weights"]) // groups
    return [(slice(g * c, g * c + c), slice(g * f, g * f + f)) for g in range(groups)]


def _joined(parts, axis: int) -> np.ndarray:
    return parts[0] if len(parts) == 1 else np.concatenate(parts, axis)


def _max_pool(x, learned: Learned, options: Options, rng):
    y = max_pool_forward(x, **options)
    return y, (x, y)


def _max_pool_back(grad, kept, learned: Learned, options: Options, to_images: bool):
    return (max_pool_backward(grad, *kept, options["size"], options["stride"]),)


def _average_pool(x, learned: Learned, options: Options, rng):
    return average_pool_forward(x, **options), x.shape


def _average_pool_back(grad, x_shape, learned: Learned, options: Options, to_images: bool):
    return (average_pool_backward(grad, x_shape, options["size"], options["stride"]),)


def _relu(x, learned: Learned, options: Options, rng):
    y = np.maximum(x, 0)
    return y, y


def _relu_back(grad, y, learned: Learned, options: Options, to_images: bool):
    return (np.multiply(grad, y > 0, out=grad),)


def _response_norm(x, learned: Learned, options: Options, rng):
    return local_response_normalize(x, **options), x


def _response_norm_back(grad, x, learned: Learned, options: Options, to_images: bool):
    return (local_response_normalize_backward(grad, x, **options),)


def _batch_norm(x, learned: Learned, options: Options, rng):
    axis = _channel_axis(x)
    mean, variance = batch_statistics(x, axis=axis)
    scale_shift = (learned["weights"], learned["bias"])
    y = batch_normalize_inference(x, *scale_shift, mean, variance, options["eps"], axis=axis)
    return y, (x, mean, variance)


def _batch_norm_back(grad, kept, learned: Learned, options: Options, to_images: bool):
    x, _, _ = kept
    return batch_normalize_backward(
        grad, x, learned["weights"], options["eps"], axis=_channel_axis(x)
    )


def _channel_axis(x) -> int:
    return 1 if x.ndim == 4 else 0


def _dropout(x, learned: Learned, options: Options, rng):
    mask = dropout_mask(x.shape, options["rate"], rng, x.dtype)
    return x * mask, mask


def _dropout_back(grad, mask, learned: Learned, options: Options, to_images: bool):
    return (grad * mask,)


def _flatten(x, learned: Learned, options: Options, rng):
    return _flat(x), x.shape


def _flatten_back(grad, x_shape, learned: Learned, options: Options, to_images: bool):
    return (_unflat(grad, x_shape),)


def _fully_connected(x, learned: Learned, options: Options, rng):
    flat = _flat(x)
    return learned["weights"] @ flat + learned["bias"][:, None], (flat, x.shape)


def _fully_connected_back(grad, kept, learned: Learned, options: Options, to_images: bool):
    flat, x_shape = kept
    grad_x = _unflat(learned["weights"].T @ grad, x_shape) if to_images else None
    return grad_x, grad @ flat.T, grad.sum(axis=1)


def _flat(x: np.ndarray) -> np.ndarray:
    """(H, C, W, N) → (C·H·W, N): the order in which `flatten_images` reads an image."""
    return x if x.ndim == 2 else x.transpose(1, 0, 2, 3).reshape(-1, x.shape[-1])


def _unflat(x: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    if len(shape) == 2:
        return x
    height, channels, width, batch = shape
    images = x.reshape(channels, height, width, batch)
    return np.ascontiguousarray(images.transpose(1, 0, 2, 3))


_PAIRS: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "conv": (_conv, _conv_back),
    "max_pool": (_max_pool, _max_pool_back),
    "average_pool": (_average_pool, _average_pool_back),
    "relu": (_relu, _relu_back),
    "local_response_norm": (_response_norm, _response_norm_back),
    "batch_norm": (_batch_norm, _batch_norm_back),
    "dropout": (_dropout, _dropout_back),
    "flatten": (_flatten, _flatten_back),
    "fully_connected": (_fully_connected, _fully_connected_back),
}
