"""The convolutional layer in the fastest form for its sizes.

There are four, each in a module of its own:

- `winograd`: float32 filters whose multiplications it saves, counted beforehand;
- `shifts.forward`: few channels, as in a network's first layer, or few filters; unless the filters
  are many and small products are slow on this machine, which `calibration` finds out;
- `shifts.forward_batch`: many small images;
- `columns`: everything else, and float64, where no digit may be lost.
"""

from __future__ import annotations

import numpy as np

from . import columns, shifts, winograd
from .calibration import small_products_are_fast


def forward(
    x: np.ndarray,
    weights: np.ndarray,
    bias: np.ndarray,
    stride: tuple[int, int],
    pad: tuple[int, int],
    out: np.ndarray,
    rectify: bool = False,
) -> None:
    """Write the layer's output to `out` (N, F, H', W')."""
    layer = (x, weights, bias, stride, pad, out, rectify)
    match _form(x, weights, out.shape, stride):
        case "winograd":
            winograd.forward(*layer)
        case "few channels or filters":
            shifts.forward(*layer)
        case "many small images":
            shifts.forward_batch(*layer)
        case "columns":
            columns.forward(*layer)


def backward(
    grad: np.ndarray,
    x: np.ndarray,
    weights: np.ndarray,
    stride: tuple[int, int],
    pad: tuple[int, int],
    grad_x: np.ndarray,
    grad_weights: np.ndarray,
) -> None:
    """Write the gradients with respect to `x` and `weights` to `grad_x` and `grad_weights`."""
    match _form(x, weights, grad.shape, stride, backward=True):
        case "winograd":
            winograd.input_gradient(grad, weights, pad, grad_x)
            winograd.weight_gradient(grad, x, pad, grad_weights)
        case "many small images":
            layer = (grad, x, weights, stride, pad)
            grad_x[...], grad_weights[...] = shifts.backward_batch(*layer)
        case "columns":
            layer = (grad, x, weights, stride, pad)
            grad_x[...], grad_weights[...] = columns.backward(*layer)


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
        # Few filters or short rows make even the products of `columns` small.
        large_products = len(weights) >= 32 and out_shape[3] >= 32
        if not large_products or small_products_are_fast():
            return "few channels or filters"
    return "columns"
