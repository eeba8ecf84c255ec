"""Pairs of sides, padding, and the places where a window can stand."""

from __future__ import annotations

import numpy as np

from autograder import reference

from ..model import Arguments

PAIR = tuple[int, int]

pair = reference.pair


def padded_with(images: np.ndarray, rows: PAIR, columns: PAIR, **how) -> np.ndarray:
    """Pad heights by `rows` (before, after) and widths by `columns`, as `np.pad` does it."""
    return np.pad(images, ((0, 0), (0, 0), rows, columns), **how)


def on_the_picture(start: int, length: int, size: int) -> slice:
    """The part of a window that lies on the picture and not on the padding."""
    return slice(max(start, 0), min(start + length, size))


def window_on(
    shape: tuple[int, ...], kernel: PAIR, arguments: Arguments, i: int, j: int
) -> tuple[slice, ...]:
    """Where on the picture the window of the output at (i, j) lies; nothing if beside it."""
    (stride_h, stride_w), (pad_h, pad_w) = (
        pair(arguments.get("stride", 1)),
        pair(arguments.get("pad", 0)),
    )
    rows = on_the_picture(i * stride_h - pad_h, kernel[0], shape[-2])
    columns = on_the_picture(j * stride_w - pad_w, kernel[1], shape[-1])
    inside = rows.start < rows.stop and columns.start < columns.stop
    return (slice(None), rows, columns) if inside else ()


def places(x: np.ndarray, kernel: PAIR, stride: PAIR, pad: PAIR) -> PAIR:
    """How many places there are, down and across; refuses sizes that do not fit."""
    sides = zip(x.shape[2:], kernel, pad, stride, strict=True)
    height, width = (reference.conv_output_size(*side) for side in sides)
    return height, width
