"""Panels for arrays of any number of axes: only the matrices that matter."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np

from autograder.figures.matrices import Panel

MOST_PANELS = 4
"""How many matrices of one array are drawn; a shrunk case rarely has more."""


def array_panels(
    name: str,
    array: np.ndarray,
    kind: str,
    *,
    window: tuple = (),
    ring: tuple[int, ...] = (),
    wrong: np.ndarray | None = None,
    before: str = "",
    digits: int = 3,
) -> Iterator[Panel]:
    """Draw an array, one panel a matrix.

    Parameters
    ----------
    window : tuple of int and slice
        Index of the part that matters: leading axes choose the matrices, a last pair of slices is
        outlined.
    ring : tuple of int
        Index of the cell to ring, which chooses the matrix where there is no window.
    wrong : array of bool
        Mask of the cells that are wrong.
    digits : int
        How many digits of each number are written.
    """
    leading = max(array.ndim - 2, 0)
    every = chosen(array.shape[:leading], window or ring)
    for place in every[:MOST_PANELS]:
        matrix = array[place]
        title = f"{name}[{', '.join(map(str, place))}]" if place else name
        cells = np.argwhere(np.atleast_2d(wrong[place])) if wrong is not None else ()
        yield Panel(
            title,
            matrix,
            kind,
            ring=(as_cell(ring[leading:]),) if ring and ring[:leading] == place else (),
            window=outline(window[leading:]),
            wrong=tuple((int(row), int(column)) for row, column in cells),
            before=before,
            digits=digits,
            note=left_out(len(every)) if place and place == every[:MOST_PANELS][-1] else "",
        )
        before = ""


def left_out(count: int) -> str:
    return f"and {count - MOST_PANELS} more" if count > MOST_PANELS else ""


def chosen(shape: tuple[int, ...], index: tuple) -> list[tuple[int, ...]]:
    """The leading indices that `index` names; all of them along an axis that it leaves open."""
    axes = []
    for axis, size in enumerate(shape):
        at: Any = index[axis] if axis < len(index) else slice(None)
        axes.append(list(range(size))[at] if isinstance(at, slice) else [int(at)])
    return list(product(*axes))


def as_cell(where: tuple[int, ...]) -> tuple[int, int]:
    """An index of a vector or a matrix as row and column."""
    row, column = (0, 0, *where)[-2:]
    return row, column


def outline(window: tuple) -> tuple[int, int, int, int] | None:
    """A pair of slices as top, left, height and width; None if it is not a pair of slices."""
    if len(window) != 2 or not all(isinstance(side, slice) for side in window):
        return None
    rows, columns = window
    if None in (rows.start, rows.stop, columns.start, columns.stop):
        return None
    return rows.start, columns.start, rows.stop - rows.start, columns.stop - columns.start


def window_of(shape: tuple[int, ...], result: tuple[int, ...], where: tuple[int, ...]) -> tuple:
    """The matrices of an argument that belong to a place of the result, if there are too many.

    Examples
    --------
    >>> window_of((9, 4, 2, 2), (9, 4, 1, 1), (7, 2, 0, 0))
    (7, 2)
    """
    leading = len(shape) - 2
    if leading < 1 or int(np.prod(shape[:leading])) <= MOST_PANELS or len(where) != len(result):
        return ()
    alike = [axis < len(where) and shape[axis] == result[axis] for axis in range(leading)]
    return tuple(where[axis] if same else slice(None) for axis, same in enumerate(alike))
