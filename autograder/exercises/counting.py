"""How the counts of a table go wrong: the mistakes of the exercises that read tables.

Each takes `layers` and `input_shape`, as the exercises do. Sizes that do not fit are rounded down,
so that a mistake about a size shows in what follows and not as a refusal.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any

from autograder.reference import accounting
from autograder.reference.geometry import pair
from autograder.reference.rows import full_options, kind_of

from .tables import Layers, Shape, what_matters

Along = Callable[[int, int, int, int], int]
"""The size of an output from (size, kernel, stride, pad), along one axis."""


def rounded_down(size: int, kernel: int, stride: int, pad: int) -> int:
    return (size + 2 * pad - kernel) // stride + 1


def options_of(row: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    return what_matters(kind_of(row).written_out(full_options(row)))


def rewritten(change: Callable[[str, dict[str, Any]], dict[str, Any]], floor: bool = True):
    """Read every row with some of its options changed, and by default sizes rounded down."""

    def rewrite(layers: Layers) -> Layers:
        rows = []
        for row in layers:
            options = {**row[1], **change(row[0], options_of(row))}
            if floor and "floor" in full_options(row):
                options["floor"] = True
            rows.append((row[0], options))
        return rows

    return rewrite


as_they_are = rewritten(lambda kind, options: {})
without_pad = rewritten(lambda kind, options: {"pad": 0} if "pad" in options else {})
without_stride = rewritten(lambda kind, options: {"stride": 1} if "kernel" in options else {})
without_groups = rewritten(
    lambda kind, options: {"groups": 1} if "groups" in options else {}, floor=False
)


def _side_by_side(kind: str, options: dict[str, Any]) -> dict[str, Any]:
    return {"stride": options["size"]} if "size" in options else {}


pools_side_by_side = rewritten(_side_by_side)
pools_that_fit_side_by_side = rewritten(_side_by_side, floor=False)
pools_by_one = rewritten(
    lambda kind, options: (
        {"stride": 1} if "size" in options and options["stride"] == options["size"] else {}
    )
)
square_kernels = rewritten(
    lambda kind, options: {"kernel": options["kernel"][0]} if "kernel" in options else {}
)


def no_pools(layers: Layers) -> Layers:
    return [("relu", {}) if "size" in options_of(row) else row for row in as_they_are(layers)]


def on_rows(count: Callable[..., Any], rewrite: Callable[[Layers], Layers]) -> Callable[..., Any]:
    """A count of the rows as somebody misreads them."""
    return lambda layers, input_shape: count(rewrite(layers), input_shape)


def shapes_along(along: Along, columns: Callable[[Shape], int] = lambda shape: shape[-1]):
    """`layer_shapes` with a size formula, and a width, of somebody's own."""

    def layer_shapes(layers: Layers, input_shape: Shape) -> list[Shape]:
        shape, shapes = tuple(input_shape), []
        for row in layers:
            options = options_of(row)
            window = options.get("kernel", options.get("size"))
            if window:
                sizes, pad = (shape[1], columns(shape)), options.get("pad", (0, 0))
                sides = zip(sizes, window, options["stride"], pad, strict=True)
                depth = options.get("filters", shape[0])
                shape = (depth, *(along(*side) for side in sides))
            else:
                shape = kind_of(row).shape_after(shape, full_options(row))
            shapes.append(shape)
        return shapes

    return layer_shapes


def shapes_then(change: Callable[[list[Shape], Layers, Shape], Any]):
    """The right shapes, then something done to them."""
    return lambda layers, input_shape: change(
        accounting.layer_shapes(layers, input_shape), layers, tuple(input_shape)
    )


def pooled_depth(layers: Layers, input_shape: Shape) -> list[Shape]:
    """Pooling windows taken to reach through the channels as well."""
    shape, shapes = tuple(input_shape), []
    for row in layers:
        (shape,) = accounting.layer_shapes([row], shape)
        if "size" in options_of(row):
            shape = (max(shape[0] // options_of(row)["size"][0], 1), *shape[1:])
        shapes.append(shape)
    return shapes


def counted(weigh: Callable[[str, dict[str, Any], Shape, Shape], int | None]):
    """`parameter_counts` with a rule of somebody's own; where it says None the right one holds."""

    def parameter_counts(layers: Layers, input_shape: Shape) -> list[int]:
        shapes = accounting.layer_shapes(layers, input_shape)
        right = accounting.parameter_counts(layers, input_shape)
        counts = []
        for row, before, after, count in zip(
            layers, [tuple(input_shape), *shapes], shapes, right, strict=False
        ):
            own = weigh(row[0], options_of(row), before, after)
            counts.append(count if own is None else own)
        return counts

    return parameter_counts


def weights_of_conv(options: dict[str, Any], depth: int) -> int:
    return options["filters"] * depth * prod(pair(options["kernel"]))
