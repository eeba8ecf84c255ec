"""Pairs of sides, padding, and the places where a window can stand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder import reference

from ..model import Arguments
from ..spaces import Between, SameAs

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


# -- sizes that are drawn --------------------------------------------------------------------------


def smaller(size: Any, by: int = 2) -> Any:
    """A size, a range or a pair of either, less what a frame adds to it."""
    if isinstance(size, tuple):
        return tuple(smaller(side, by) for side in size)
    if isinstance(size, Between):
        return Between(size.low - by, size.high - by)
    return size if isinstance(size, SameAs) else size - by


def within_a_frame(corner: Mapping[str, Any]) -> dict[str, Any]:
    """A corner whose picture is smaller by the frame that comes around it."""
    sides = {name: smaller(corner[name]) for name in ("size", "H", "W") if name in corner}
    return {**corner, **sides}


def window_of(sizes: Any) -> Any:
    """The sides of the window, whatever the exercise calls them."""
    given = vars(sizes)
    return given.get("kernel", given.get("kernel_size"))


def ways(sizes: Any) -> list[tuple[int, int]]:
    """How far the window can go, down and across, and how far it goes in one step."""
    given = vars(sizes)
    picture = pair(given["size"]) if "size" in given else (sizes.H, sizes.W)
    kernel = pair(window_of(sizes))
    pads, steps = pair(given.get("pad", 0)), pair(given.get("stride", 1))
    far = (n + 2 * p - k for n, p, k in zip(picture, pads, kernel, strict=True))
    return list(zip(far, steps, strict=True))


def fits(sizes: Any) -> bool:
    """Whether the window has a place, and its last step ends at the border."""
    return all(far >= 0 and far % step == 0 for far, step in ways(sizes))


def moves(sizes: Any) -> bool:
    """Whether the window fits, and stands at several places both down and across."""
    return fits(sizes) and all(far >= step for far, step in ways(sizes))


def roams(sizes: Any) -> bool:
    """Whether the window fits, and stands at three places or more both down and across."""
    return fits(sizes) and all(far >= 2 * step for far, step in ways(sizes))


def misses(sizes: Any) -> bool:
    """Whether the window has a place, and its steps do not end at the border."""
    return all(far >= 0 for far, _ in ways(sizes)) and not fits(sizes)


def too_large(sizes: Any) -> bool:
    """Whether the window is larger than the padded picture."""
    return any(far < 0 for far, _ in ways(sizes))


def not_square(sizes: Any) -> bool:
    """Whether there are more places down than across, or fewer, or the window is no square."""
    (down, _), (across, _) = ways(sizes)
    return down != across or len(set(pair(window_of(sizes)))) > 1


def differ(name: str) -> Any:
    """A relation: the two numbers of a pair are not the same."""
    return lambda sizes: getattr(sizes, name)[0] != getattr(sizes, name)[1]
