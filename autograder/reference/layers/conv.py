"""Convolution: every filter slides over every image.

`conv2d_forward_plain` and `conv2d_backward_plain` say what is computed; the others compute it in
the fastest form that `fast.convolution` knows.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any, ClassVar

import numpy as np

from .. import minibatch
from ..fast import convolution as fast
from ..fast.blocks import aligned
from ..geometry import Pair, computing_dtype, output_shape, pad_images, pair
from .kind import (
    REQUIRED,
    Kind,
    Layer,
    Learned,
    Options,
    Shape,
    Window,
    image_sides,
    register,
    times,
)


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
    out = aligned((len(x), len(weights), *sides), dtype)
    for some_channels, some_filters in _parts(x.shape[1], len(weights), groups):
        layer = (x[:, some_channels], weights[some_filters], bias[some_filters])
        fast.forward(*layer, stride, pad, out[:, some_filters], rectify)
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
        layer = (grad[:, some_filters], x[:, some_channels], weights[some_filters])
        to_x, to_weights = grad_x[:, some_channels], grad_weights[some_filters]
        fast.backward(*layer, stride, pad, to_x, to_weights)
    return grad_x, grad_weights, grad.sum(axis=(0, 2, 3))


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


@register
class Conv(Kind):
    """A row of filters: `("conv", {"filters": 6, "kernel": 5})`."""

    name = "conv"
    options: ClassVar[Options] = {
        "filters": REQUIRED,
        "kernel": REQUIRED,
        "stride": 1,
        "pad": 0,
        "groups": 1,
        "floor": False,  # True rounds a size that does not fit down, as frameworks do
    }
    sides = ("kernel", "stride", "pad")
    convolves = True
    can_rectify = True

    def shape_after(self, shape: Shape, options: Options) -> Shape:
        image, filters, groups = image_sides(shape), options["filters"], options["groups"]
        if shape[0] % groups or filters % groups:
            raise ValueError(
                f"{shape[0]} channels and {filters} filters do not fall into {groups} equal groups"
            )
        sides = (options["kernel"], options["stride"], options["pad"])
        return filters, *output_shape(image, *sides, floor=options["floor"])

    def parameter_shapes(self, shape: Shape, options: Options) -> dict[str, Shape]:
        filters, depth = options["filters"], shape[0] // options["groups"]
        return {"weights": (filters, depth, *pair(options["kernel"])), "bias": (filters,)}

    def multiply_adds(self, shape: Shape, options: Options) -> int:
        # Each weight of a filter is used once at each place, whatever the padding.
        places = prod(self.shape_after(shape, options)[1:])
        return places * prod(self.parameter_shapes(shape, options)["weights"])

    def window(self, options: Options, axis: int) -> Window:
        kernel, stride, pad = (pair(options[name])[axis] for name in self.sides)
        return kernel, stride, pad

    def step(self, options: Options, axis: int) -> int:
        return pair(options["stride"])[axis]

    def label(self, options: Options) -> str:
        stride, groups = pair(options["stride"]), options["groups"]
        label = f"conv {options['filters']}@{times(pair(options['kernel']))}"
        label += f" / {times(stride)}" if stride != (1, 1) else ""
        return label + (f" in {groups} groups" if groups > 1 else "")

    def simplest(self, shape: Shape, options: Options) -> Layer:
        kernel, after = pair(options["kernel"]), self.shape_after(shape, options)
        if kernel == shape[1:] and after[1:] == (1, 1):
            # A filter as large as its input is a fully connected unit.
            return "fully_connected", {"units": after[0]}
        return super().simplest(shape, options)

    def forward(self, x: np.ndarray, learned: Learned, options: Options) -> np.ndarray:
        return self._convolve(x, learned, options, rectify=False)

    def forward_rectified(self, x: np.ndarray, learned: Learned, options: Options) -> np.ndarray:
        return self._convolve(x, learned, options, rectify=True)

    def _convolve(
        self, x: np.ndarray, learned: Learned, options: Options, rectify: bool
    ) -> np.ndarray:
        return conv2d_forward(
            x,
            learned["weights"],
            learned["bias"],
            options["stride"],
            options["pad"],
            groups=options["groups"],
            floor=options["floor"],
            rectify=rectify,
        )

    def forward_training(
        self, x: np.ndarray, learned: Learned, options: Options, rng: np.random.Generator
    ) -> tuple[np.ndarray, Any]:
        weights, bias = learned["weights"], learned["bias"]
        sides = (options["stride"], options["pad"])
        outputs = [
            minibatch.conv_forward(
                x[:, channels], weights[filters], bias[filters], *sides, floor=options["floor"]
            )
            for channels, filters in _parts(x.shape[1], len(weights), options["groups"])
        ]
        return _joined(outputs, axis=1), x

    def backward(
        self, grad: np.ndarray, kept: Any, learned: Learned, options: Options, to_images: bool
    ) -> tuple[np.ndarray | None, Learned]:
        x, weights = kept, learned["weights"]
        sides = (options["stride"], options["pad"])
        parts = [
            minibatch.conv_backward(
                grad[:, filters], x[:, channels], weights[filters], *sides, to_images=to_images
            )
            for channels, filters in _parts(x.shape[1], len(weights), options["groups"])
        ]
        grads_x, *grads = zip(*parts, strict=True)
        grad_weights, grad_bias = (_joined(some, axis=0) for some in grads)
        grad_x = _joined(grads_x, axis=1) if to_images else None
        return grad_x, {"weights": grad_weights, "bias": grad_bias}


def _joined(parts: Sequence[np.ndarray], axis: int) -> np.ndarray:
    return parts[0] if len(parts) == 1 else np.concatenate(parts, axis)
