"""Networks as an explorer is given them: the course's tables, and one of the learner's own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from autograder.reference.accounting import layer_shapes
from autograder.reference.architectures import (
    ALEXNET_INPUT,
    LENET_INPUT,
    VGG_INPUT,
    ZFNET_INPUT,
    alexnet_layers,
    lenet_layers,
    vgg_layers,
    zfnet_layers,
)
from autograder.reference.rows import Layers, full_options

from .trying import NotShown

Shape = tuple[int, ...]

INPUTS = (LENET_INPUT, ALEXNET_INPUT, ZFNET_INPUT, VGG_INPUT)
"""Of the course's networks; a table of one's own takes the first of them that fits."""

NOT_SHOWN = ("residual",)
"""Kinds of rows that an explorer cannot show."""


def course_networks() -> list[dict[str, Any]]:
    """The course's four networks as a page takes them."""
    tables = (lenet_layers(), alexnet_layers(), zfnet_layers(), vgg_layers(16))
    names = ("LeNet", "AlexNet", "ZFNet", "VGG-16")
    return [
        {"name": name, "input": shape, "layers": layers}
        for name, shape, layers in zip(names, INPUTS, tables, strict=True)
    ]


def networks(own: Any = None, input_shape: Sequence[int] | None = None) -> list[dict[str, Any]]:
    """The course's networks, and before them one's own, if it is given.

    Parameters
    ----------
    own : list of (kind, options), optional
    input_shape : (C, H, W), optional
        Of the images for `own`; left out, the first size of a network of the course that fits.

    Raises
    ------
    NotShown
        If `own` is no table, or cannot be shown.

    Examples
    --------
    >>> networks([("conv", {"filters": 4, "kernel": 3})])[0]
    {'name': 'yours', 'input': (1, 32, 32), 'layers': [('conv', {'filters': 4, 'kernel': 3})]}
    """
    if own is None:
        return course_networks()
    rows = table(own)
    shapes = INPUTS if input_shape is None else (tuple(map(int, input_shape)),)
    first = {"name": "yours", "input": fitting_input(rows, shapes), "layers": rows}
    return [first, *course_networks()]


def table(own: Any) -> Layers:
    """Rows as plain data; `NotShown` where there is something else."""
    try:
        rows = [
            (kind, {name: plain(value) for name, value in given.items()}) for kind, given in own
        ]
        for row in rows:
            full_options(row)
    except (AttributeError, TypeError, ValueError) as problem:
        raise NotShown(
            "The explorer shows a list of rows, such as lenet_layers() gives; this is none "
            f"({problem}), so it opens without it."
        ) from None
    unknown = [kind for kind, _ in rows if kind in NOT_SHOWN]
    if unknown or not rows:
        words = f"a {unknown[0]} row" if unknown else "a table without rows"
        raise NotShown(f"The explorer cannot show {words}, so it opens without your table.")
    return rows


def plain(value: Any) -> Any:
    """An option as JSON can hold it: NumPy's whole numbers are numbers too."""
    if isinstance(value, (tuple, list)):
        return tuple(map(plain, value))
    return int(value) if isinstance(value, np.integer) else value


def fitting_input(layers: Layers, shapes: Iterable[Shape]) -> Shape:
    """The first shape of an image that a table takes."""
    said = ""
    for shape in shapes:
        try:
            layer_shapes(layers, shape)
        except ValueError as problem:
            said = str(problem)
        else:
            return shape
    raise NotShown(f"Your table takes no image here ({said}), so the explorer opens without it.")
