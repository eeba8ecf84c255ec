"""The convolutional layer, forward and backward.

`conv2d_forward_plain` and `conv2d_backward_plain` say what is computed. The others compute it
fast, in one of four forms, each in a module of its own:

- `winograd`: float32 filters whose multiplications it saves, counted beforehand;
- `shifts.forward`: few channels, as in a network's first layer, or few filters;
- `shifts.forward_batch`: many small images;
- `columns`: everything else, and float64, where no digit may be lost.
"""

from __future__ import annotations

import numpy as np

from . import columns, shifts, winograd
from .geometry import Pair, computing_dtype, output_shape, pad_images, pair


def conv2d_forward_plain(
    x: np.ndarray, weights: np.ndarray, bias: np.ndarray, stride: Pair = 1, pad: Pair = 0
) -> np.ndarray:
    """Slide every filter over every image: the definition, without groups.

    Parameters and result are those of `conv2d_forward`.

    Examples
    --------
    >>> conv2d_forward_plain(np.ones((1, 3, 2, 2)), np.ones((1, 3, 2, 2)), np.array([0.5]))
    array([[[[12.5]]]])
    """
    stride_h, stride_w = pair(stride)
    kernel_h, kernel_w = weights.shape[2:]
    padded = pad_images(x, pad)
    out_h, out_w = output_shape(x.shape[2:], (kernel_h, kernel_w), stride, pad)
    out = np.empty((len(x), len(weights), out_h, out_w), x.dtype)
    for i, j in np.ndindex(out_h, out_w):
        top, left = i * stride_h, j * stride_w
        window = padded[:, None, :, top : top + kernel_h, left : left + kernel_w]
        out[:, :, i, j] = (window * weights).sum(axis=(2, 3, 4)) + bias
    return out


def conv2d_backward_plain(
    grad: np.ndarray, x: np.ndarray, weights: np.ndarray, stride: Pair = 1, pad: Pair = 0
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Hand each output's gradient to the window and the filter that made it: the definition.

    Parameters and result are those of `conv2d_backward`.
    """
    (stride_h, stride_w), (pad_h, pad_w) = pair(stride), pair(pad)
    kernel_h, kernel_w = weights.shape[2:]
    padded = pad_images(x, pad)
    grad_padded, grad_weights = np.zeros_like(padded), np.zeros_like(weights)
    for n, f, i, j in np.ndindex(grad.shape):
        top, left = i * stride_h, j * stride_w
        window = np.s_[n, :, top : top + kernel_h, left : left + kernel_w]
        grad_padded[window] += grad[n, f, i, j] * weights[f]
        grad_weights[f] += grad[n, f, i, j] * padded[window]
    height, width = x.shape[2:]
    grad_x = grad_padded[:, :, pad_h : pad_h + height, pad_w : pad_w + width]
    return grad_x, grad_weights, grad.sum(axis=(0, 2, 3))


def conv2d_forward(
    x: np.ndarray,
    weights: np.ndarray,
    bias: np.ndarray,
    stride: Pair = 1,
    pad: Pair = 0,
    *,
    groups: int = 1,
    floor: bool = False,
    rectify: bool = False,
) -> np.ndarray:
    """Cross-correlate every image with every filter, and add each filter's bias.

    Parameters
    ----------
    x : (N, C, H, W) ndarray
    weights : (F, C / groups, KH, KW) ndarray
    bias : (F,) ndarray
    stride, pad : int or (int, int)
        Steps, and zeros on each side; down, then across.
    groups : int
        Into how many parts the channels and the filters are split; each part of the filters sees
        its part of the channels only.
    floor : bool
        Allow sizes that do not fit, as frameworks do: the last rows and columns are not read.
    rectify : bool
        Put 0 for what is negative, as a ReLU layer that follows would; here it still lies in the
        processor's cache.

    Returns
    -------
    (N, F, H', W') ndarray
        H' = (H + 2·pad − KH)/stride + 1, and W' alike.

    Raises
    ------
    ValueError
        If H' or W' is not a whole number of at least 1 (see `conv_output_size`), or channels,
        filters, biases and groups do not go together.

    Examples
    --------
    >>> x, weights = np.ones((1, 3, 5, 5)), np.ones((2, 3, 3, 3))
    >>> conv2d_forward(x, weights, np.array([0.0, 0.5]), stride=2, pad=1)[0, 1]
    array([[12.5, 18.5, 12.5],
           [18.5, 27.5, 18.5],
           [12.5, 18.5, 12.5]])
    """
    _check_groups(x.shape, weights.shape, groups)
    if bias.shape != (len(weights),):
        raise ValueError(f"{len(weights)} filters need as many biases, not {bias.shape}")
    stride, pad = pair(stride), pair(pad)
    sides = output_shape(x.shape[2:], weights.shape[2:], stride, pad, floor=floor)
    dtype = computing_dtype(x, weights, bias)
    x, weights, bias = (array.astype(dtype, copy=False) for array in (x, weights, bias))
    out = np.empty((len(x), len(weights), *sides), dtype)
    for some_channels, some_filters in _parts(x.shape[1], len(weights), groups):
        part, target = x[:, some_channels], out[:, some_filters]
        layer = (part, weights[some_filters], bias[some_filters])
        match _form(part, weights[some_filters], target.shape, stride):
            case "winograd":
                winograd.forward(*layer, stride, pad, target, rectify)
            case "few channels or filters":
                shifts.forward(*layer, stride, pad, target, rectify)
            case "many small images":
                shifts.forward_batch(*layer, stride, pad, target, rectify)
            case "columns":
                columns.forward(*layer, stride, pad, target, rectify)
    return out


def conv2d_backward(
    grad: np.ndarray,
    x: np.ndarray,
    weights: np.ndarray,
    stride: Pair = 1,
    pad: Pair = 0,
    *,
    groups: int = 1,
    floor: bool = False,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Send the gradient of the loss back through `conv2d_forward`.

    Parameters
    ----------
    grad : (N, F, H', W') ndarray
        Gradient with respect to the layer's output.
    x, weights, stride, pad, groups, floor
        As they went into the layer.

    Returns
    -------
    grad_x, grad_weights, grad_bias : (N, C, H, W), (F, C / groups, KH, KW) and (F,) ndarray
        Gradients with respect to the input, the filters and the biases.

    Raises
    ------
    ValueError
        As `conv2d_forward`; also if `grad` is not shaped like the output.

    Examples
    --------
    >>> x, weights = np.arange(4.0).reshape(1, 1, 2, 2), np.full((1, 1, 2, 2), 3.0)
    >>> grad_x, grad_weights, grad_bias = conv2d_backward(np.full((1, 1, 1, 1), 10.0), x, weights)
    >>> grad_x[0, 0], grad_weights[0, 0], grad_bias
    (array([[30., 30.],
           [30., 30.]]), array([[ 0., 10.],
           [20., 30.]]), array([10.]))
    """
    _check_groups(x.shape, weights.shape, groups)
    stride, pad = pair(stride), pair(pad)
    sides = output_shape(x.shape[2:], weights.shape[2:], stride, pad, floor=floor)
    if grad.shape != (len(x), len(weights), *sides):
        raise ValueError(
            f"a gradient of shape {grad.shape}, where the output has shape "
            f"{(len(x), len(weights), *sides)}"
        )
    dtype = computing_dtype(x, weights, grad)
    grad, x, weights = (array.astype(dtype, copy=False) for array in (grad, x, weights))
    grad_x, grad_weights = np.empty(x.shape, dtype), np.empty(weights.shape, dtype)
    for some_channels, some_filters in _parts(x.shape[1], len(weights), groups):
        part, source, kernels = x[:, some_channels], grad[:, some_filters], weights[some_filters]
        to_x, to_weights = grad_x[:, some_channels], grad_weights[some_filters]
        match _form(part, kernels, source.shape, stride, backward=True):
            case "winograd":
                winograd.input_gradient(source, kernels, pad, to_x)
                winograd.weight_gradient(source, part, pad, to_weights)
            case "many small images":
                to_x[...], to_weights[...] = shifts.backward_batch(
                    source, part, kernels, stride, pad
                )
            case "columns":
                to_x[...], to_weights[...] = columns.backward(source, part, kernels, stride, pad)
    return grad_x, grad_weights, grad.sum(axis=(0, 2, 3))


def _form(
    x: np.ndarray,
    weights: np.ndarray,
    out_shape: tuple[int, ...],
    stride: tuple[int, int],
    *,
    backward: bool = False,
) -> str:
    """Choose the form by what is dear: multiplying, copying, or calling NumPy for each image."""
    in_single_steps = stride == (1, 1)
    may_be_winograd = x.dtype == np.float32 and (in_single_steps or not backward)
    if may_be_winograd and winograd.is_cheaper(weights.shape, out_shape, stride):
        return "winograd"
    if in_single_steps and len(x) >= 16 and out_shape[3] <= (32 if backward else 16):
        return "many small images"
    few_channels = x.shape[1] <= 4 and in_single_steps
    few_filters = len(weights) <= 32 and out_shape[3] >= 16
    if not backward and (few_channels or few_filters):
        return "few channels or filters"
    return "columns"


def _parts(channels: int, filters: int, groups: int) -> list[tuple[slice, slice]]:
    """Pair each part of the channels with the part of the filters that sees it."""
    c, f = channels // groups, filters // groups
    return [(slice(g * c, g * c + c), slice(g * f, g * f + f)) for g in range(groups)]


def _check_groups(x_shape: tuple[int, ...], weights_shape: tuple[int, ...], groups: int) -> None:
    channels, filters, depth = x_shape[1], weights_shape[0], weights_shape[1]
    if groups < 1 or channels % groups or filters % groups:
        raise ValueError(
            f"{channels} channels and {filters} filters cannot be split into {groups} groups"
        )
    if depth != channels // groups:
        raise ValueError(
            f"filters of depth {depth} on {channels} channels in {groups} group(s): "
            f"the depth must be {channels // groups}"
        )
