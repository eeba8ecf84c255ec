"""Residual rows: some rows, a shortcut past them, and the sum of the two.

y = rows(x) + x, where the rows keep the shape; else y = rows(x) + projection(x), a 1×1 convolution
that takes as large steps as the rows together.

References
----------
He, Zhang, Ren, Sun (2015), *Deep residual learning for image recognition*, equations 1 and 2.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import prod
from typing import Any, ClassVar

import numpy as np

from .kind import (
    REQUIRED,
    Kind,
    Layer,
    Layers,
    Learned,
    Options,
    Params,
    Shape,
    Window,
    full_options,
    kind_of,
    register,
    times,
)
from .stack import Stack

PROJECTION = "projection"


@register
class Residual(Kind):
    """`("residual", {"rows": [...]})`; where the rows change the shape, the shortcut projects.

    What is learned is called as in the row that learns it, after the row's number:
    `"0.weights"`, `"2.bias"`, and `"projection.weights"`.

    Examples
    --------
    >>> rows = [("fully_connected", {"units": 2}), ("relu", {})]
    >>> learned = {"0.weights": np.array([[0.0, 1.0], [-1.0, 0.0]]), "0.bias": np.zeros(2)}
    >>> Residual().forward(np.array([[3.0, 5.0]]), learned, {"rows": rows})
    array([[8., 5.]])
    """

    name = "residual"
    options: ClassVar[Options] = {
        "rows": REQUIRED,
        "projection": False,  # True projects even where the rows keep the shape
    }

    def shape_after(self, shape: Shape, options: Options) -> Shape:
        if not options["rows"]:
            raise ValueError("a residual needs at least one row")
        after = Stack(options["rows"]).shapes(shape)[-1]
        passed = [shape, *Stack(self._shortcut_on(shape, options)).shapes(shape)][-1]
        if passed != after:
            raise ValueError(
                f"the rows give {times(after)} and the shortcut {times(passed)}: "
                "only equal shapes can be added"
            )
        return after

    def parameter_shapes(self, shape: Shape, options: Options) -> dict[str, Shape]:
        rows = self._rows_on(shape, options)
        return _named(
            (place, kind.parameter_shapes(before, own)) for place, kind, before, own in rows
        )

    def activations(self, shape: Shape, options: Options) -> int:
        # The sum is written over what the rows give; but no row may write over x, which the
        # shortcut needs: such a row works on a copy.
        copied = prod(shape) if kind_of(options["rows"][0]).in_place else 0
        rows = self._rows_on(shape, options)
        return copied + sum(kind.activations(before, own) for _, kind, before, own in rows)

    def multiply_adds(self, shape: Shape, options: Options) -> int:
        rows = self._rows_on(shape, options)
        return sum(kind.multiply_adds(before, own) for _, kind, before, own in rows)

    def window(self, options: Options, axis: int) -> Window | None:
        windows = [kind_of(row).window(full_options(row), axis) for row in options["rows"]]
        known = [window for window in windows if window is not None]
        if len(known) < len(windows):
            return None
        size, stride, start = 1, 1, 0
        for kernel, step, pad in known:
            size, start, stride = size + (kernel - 1) * stride, start - pad * stride, stride * step
        # The shortcut reads the number at the window's place, even if the rows should not.
        start, end = min(start, 0), max(start + size, 1)
        return end - start, stride, -start

    def step(self, options: Options, axis: int) -> int | None:
        steps = [kind_of(row).step(full_options(row), axis) for row in options["rows"]]
        known = [step for step in steps if step is not None]
        return prod(known) if len(known) == len(steps) else None

    def simplest(self, shape: Shape, options: Options) -> Layer:
        rows = [
            kind.simplest(before, own)
            for kind, before, own in Stack(options["rows"]).with_inputs(shape)
        ]
        return self.name, {"rows": rows, "projection": bool(self._shortcut_on(shape, options))}

    def label(self, options: Options) -> str:
        count = len(options["rows"])
        return f"residual of {count} row{'s' * (count > 1)}"

    def initialize(
        self, shape: Shape, options: Options, rng: np.random.Generator, dtype: type
    ) -> Learned:
        rows = self._rows_on(shape, options)
        return _named(
            (place, kind.initialize(before, own, rng, dtype)) for place, kind, before, own in rows
        )

    def forward(self, x: np.ndarray, learned: Learned, options: Options) -> np.ndarray:
        y = Stack(options["rows"]).forward(_of_rows(learned, options), x)
        shortcut, projection = self._shortcut(learned, options)
        return y + Stack(shortcut).forward(projection, x)

    def forward_training(
        self, x: np.ndarray, learned: Learned, options: Options, rng: np.random.Generator
    ) -> tuple[np.ndarray, Any]:
        params = _of_rows(learned, options)
        y, tape = Stack(options["rows"]).forward_training(params, x, rng)
        shortcut, projection = self._shortcut(learned, options)
        passed, tape_of_shortcut = Stack(shortcut).forward_training(projection, x, rng)
        return y + passed, (tape, tape_of_shortcut)

    def backward(
        self, grad: np.ndarray, kept: Any, learned: Learned, options: Options, to_images: bool
    ) -> tuple[np.ndarray | None, Learned]:
        tape, tape_of_shortcut = kept
        shortcut, projection = self._shortcut(learned, options)
        # All of the gradient goes both ways; a copy, since either may write over its own.
        grad_passed, grads_of_shortcut = Stack(shortcut).backward(
            projection, tape_of_shortcut, grad.copy(), to_images
        )
        params = _of_rows(learned, options)
        grad_x, grads = Stack(options["rows"]).backward(params, tape, grad, to_images)
        named = _named([*enumerate(grads), *((PROJECTION, some) for some in grads_of_shortcut)])
        if not to_images or grad_x is None or grad_passed is None:
            return None, named
        return grad_x + grad_passed, named

    def running(self, learned: Learned, kept: Any, options: Options) -> Learned:
        rows = zip(options["rows"], _of_rows(learned, options), kept[0], strict=True)
        return _named(
            (place, kind_of(row).running(of_row, kept_by_row, full_options(row)))
            for place, (row, of_row, kept_by_row) in enumerate(rows)
        )

    def _rows_on(self, shape: Shape, options: Options) -> list[tuple[Any, Kind, Shape, Options]]:
        """List all rows, the shortcut's last: each one's place, kind, input and options."""
        rows = enumerate(Stack(options["rows"]).with_inputs(shape))
        shortcut = Stack(self._shortcut_on(shape, options)).with_inputs(shape)
        return [
            *((place, *row) for place, row in rows),
            *((PROJECTION, *row) for row in shortcut),
        ]

    def _shortcut_on(self, shape: Shape, options: Options) -> Layers:
        """Give the shortcut's row for an image of that shape, or none where x passes as it is."""
        after = Stack(options["rows"]).shapes(shape)[-1]
        changes = after != shape and len(after) == len(shape) == 3
        return [self._projection(after[0], options)] if options["projection"] or changes else []

    def _shortcut(self, learned: Learned, options: Options) -> tuple[Layers, Params]:
        """Give the shortcut's row and its parameters, or none."""
        projection = _at(PROJECTION, learned)
        if not projection:
            return [], []
        return [self._projection(len(projection["weights"]), options)], [projection]

    def _projection(self, filters: int, options: Options) -> Layer:
        down, across = (self.step(options, axis) for axis in (0, 1))
        if down is None or across is None:
            raise ValueError("a projection needs rows that leave an image an image")
        stride = (down, across)
        return "conv", {"filters": filters, "kernel": 1, "stride": stride, "floor": True}


def _of_rows(learned: Learned, options: Options) -> Params:
    return [_at(place, learned) for place in range(len(options["rows"]))]


def _at(place: int | str, learned: Learned) -> Learned:
    """Take out what belongs to the row at a place, called as that row calls it."""
    start = f"{place}."
    return {
        name.removeprefix(start): value for name, value in learned.items() if name.startswith(start)
    }


def _named(parts: Iterable[tuple[int | str, dict[str, Any]]]) -> dict[str, Any]:
    """Put together what belongs to rows, each name after its row's place."""
    return {f"{place}.{name}": value for place, part in parts for name, value in part.items()}
