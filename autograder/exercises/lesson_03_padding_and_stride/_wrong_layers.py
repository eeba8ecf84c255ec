"""How a whole layer is built wrongly: the pieces that its mistakes are made of."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from autograder import reference

from ..model import Mistake
from ._shared import PAIR, padded_with, pair, places


def spoiled(wrong: Callable) -> Callable:
    """A wrong layer that refuses sizes that do not fit; `wrong` gets stride and pad as pairs."""

    def answer(x, weights, bias, stride=1, pad=0):
        places(x, weights.shape[2:], pair(stride), pair(pad))
        return wrong(x, weights, bias, pair(stride), pair(pad))

    return answer


def layer_mistake(name: str, wrong: Callable, sentence: str, see: str = "") -> Mistake:
    return Mistake(name, spoiled(wrong), sentence, see)


def misread(
    name: str, change: Callable[[PAIR, PAIR, PAIR], tuple], sentence: str, floor: bool = False
) -> Mistake:
    """A layer that takes other numbers for stride and pad: `change(stride, pad, kernel)`.

    The cases are chosen so that these fit as well, or nearly all of them.
    """

    def wrong(x, weights, bias, stride, pad):
        stride, pad = change(stride, pad, weights.shape[2:])
        return reference.conv2d_forward(x, weights, bias, stride, pad, floor=floor)

    return layer_mistake(name, wrong, sentence)


def read_windows(read: Callable, sides: Callable = places) -> Callable:
    """A layer in loops, whose windows `read(padded, i, j, stride, kernel)` cuts out.

    Where a window is cut short NumPy spreads what is left, or breaks, as it does to students.
    """

    def wrong(x, weights, bias, stride, pad):
        kernel = weights.shape[2:]
        padded = reference.pad_images(x, pad)
        out = np.zeros((len(x), len(weights), *sides(x, kernel, stride, pad)), x.dtype)
        for i, j in np.ndindex(out.shape[2:]):
            window = read(padded, i, j, stride, kernel)
            out[:, :, i, j] = (window[:, None] * weights).sum(axis=(2, 3, 4)) + bias
        return out

    return wrong


def window_at(padded: np.ndarray, i: int, j: int, stride: PAIR, kernel: PAIR) -> np.ndarray:
    top, left = i * stride[0], j * stride[1]
    return padded[:, :, top : top + kernel[0], left : left + kernel[1]]


def exchanged(x: np.ndarray, kernel: PAIR, stride: PAIR, pad: PAIR) -> PAIR:
    height, width = places(x, kernel, stride, pad)
    return width, height


def height_twice(x: np.ndarray, kernel: PAIR, stride: PAIR, pad: PAIR) -> PAIR:
    height, _ = places(x, kernel, stride, pad)
    return height, height


def width_twice(x: np.ndarray, kernel: PAIR, stride: PAIR, pad: PAIR) -> PAIR:
    _, width = places(x, kernel, stride, pad)
    return width, width


def every_place(x, weights, bias, pad) -> np.ndarray:
    return reference.conv2d_forward(x, weights, bias, 1, pad)


def windows_not_moved(rows: bool, columns: bool) -> Callable:
    """The size is right, but windows move by one pixel, down or across or both."""

    def wrong(x, weights, bias, stride, pad):
        height, width = places(x, weights.shape[2:], stride, pad)
        down, across = 1 if rows else stride[0], 1 if columns else stride[1]
        result = every_place(x, weights, bias, pad)[:, :, ::down, ::across]
        return result[:, :, :height, :width]

    return wrong


def framed_by(mode: str) -> Callable:
    """A layer that pads by something else than zeros."""

    def wrong(x, weights, bias, stride, pad):
        (h, w), how = pad, {"mode": mode}
        return reference.conv2d_forward(
            padded_with(x, (h, h), (w, w), **how), weights, bias, stride
        )

    return wrong


def framed_on_one_side(before: bool) -> Callable:
    """A layer whose image stands in a corner of its frame."""

    def wrong(x, weights, bias, stride, pad):
        h, w = pad
        rows, columns = ((2 * h, 0), (2 * w, 0)) if before else ((0, 2 * h), (0, 2 * w))
        return reference.conv2d_forward(padded_with(x, rows, columns), weights, bias, stride)

    return wrong


def after(change: Callable[[np.ndarray], np.ndarray]) -> Callable:
    """A layer that spoils its result at the end."""
    return lambda x, weights, bias, stride, pad: change(
        reference.conv2d_forward(x, weights, bias, stride, pad)
    )


def other_weights(change: Callable[[np.ndarray], np.ndarray]) -> Callable:
    return lambda x, weights, bias, stride, pad: reference.conv2d_forward(
        x, change(weights), bias, stride, pad
    )


def other_bias(change: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> Callable:
    return lambda x, weights, bias, stride, pad: reference.conv2d_forward(
        x, weights, change(bias, weights).astype(bias.dtype), stride, pad
    )


def zeros_from(*axes: int) -> Callable[[np.ndarray], np.ndarray]:
    """Leave the last index along these axes zero."""

    def change(result: np.ndarray) -> np.ndarray:
        for axis in axes:
            result[(slice(None),) * axis + (-1,)] = 0
        return result

    return change


def only_first_image(result: np.ndarray) -> np.ndarray:
    result[1:] = 0
    return result


def filters_and_channels_swapped(x, weights, bias, stride, pad):
    return reference.conv2d_forward(x, weights.swapaxes(0, 1), bias, stride, pad)


def far_pixels_not_read(x, weights, bias, stride, pad):
    padded = reference.pad_images(x, pad)
    padded[:, :, -1] = 0
    padded[:, :, :, -1] = 0
    return reference.conv2d_forward(padded, weights, bias, stride)


def empty_slice_in_layer(x, weights, bias, stride, pad):
    """Write the picture into `p:-p`, where p may be 0."""
    padded = 0 * reference.pad_images(x, pad)
    padded[:, :, pad[0] : -pad[0], pad[1] : -pad[1]] = x
    return reference.conv2d_forward(padded, weights, bias, stride)


def channels_apart(x, weights, bias, stride, pad):
    maps = [
        reference.conv2d_forward(x[:, c : c + 1], weights[:, c : c + 1], bias, stride, pad)
        for c in range(x.shape[1])
    ]
    return np.stack(maps, axis=2)


def channel_axis_padded(x, weights, bias, stride, pad):
    (h, w), channels = pad, x.shape[1]
    deeper = np.pad(x, ((0, 0), (h, h), (h, h), (w, w)))[:, :channels]
    return reference.conv2d_forward(deeper, weights, bias, stride)


def bias_along_the_width(x, weights, bias, stride, pad):
    return reference.conv2d_forward(x, weights, np.zeros_like(bias), stride, pad) + bias
