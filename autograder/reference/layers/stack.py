"""Rows on top of each other, from a table's first to its last."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from .kind import Kind, Layers, Options, Params, Shape, read_row, times


class Stack:
    """The rows of a table, each with its kind; networks are made of it, and residual rows."""

    def __init__(self, layers: Layers) -> None:
        self.layers = layers

    def _steps(self) -> list[tuple[Kind, Options]]:
        return [read_row(row) for row in self.layers]

    def shapes(self, shape: Shape) -> list[Shape]:
        """Give the shape after each row; a ValueError names the row that does not fit."""
        return [after for *_, after in self._walk(shape)]

    def with_inputs(self, shape: Shape) -> list[tuple[Kind, Shape, Options]]:
        """Pair each row with the shape that comes into it."""
        return [(kind, before, options) for kind, before, options, _ in self._walk(shape)]

    def _walk(self, shape: Shape) -> Iterator[tuple[Kind, Shape, Options, Shape]]:
        for number, row in enumerate(self.layers):
            try:
                kind, options = read_row(row)
                after = kind.shape_after(shape, options)
            except ValueError as problem:
                raise ValueError(f"row {number}, {row[0]} on {times(shape)}: {problem}") from None
            yield kind, shape, options, after
            shape = after

    def forward(self, params: Params, x: np.ndarray) -> np.ndarray:
        """Give what comes out of the last row; `x` is not written over."""
        for _, output in self.outputs(params, x, fuse=True):
            x = output
        return x

    def outputs(
        self, params: Params, x: np.ndarray, *, fuse: bool
    ) -> Iterator[tuple[str, np.ndarray]]:
        """Give what comes out of each row; `fuse` makes one step of a row and its ReLU.

        The first input is never written over; what the rows have made themselves may be.
        """
        steps = self._steps()
        x_is_ours = rectified = False
        following = [*(kind.rectifies for kind, _ in steps), False][1:]
        for (kind, options), learned, relu_next in zip(steps, params, following, strict=True):
            if rectified:  # this row has been done
                rectified = False
                continue
            rectified = fuse and relu_next and kind.can_rectify
            if rectified:
                x = kind.forward_rectified(x, learned, options)
            elif x_is_ours:
                x = kind.overwrite(x, learned, options)
            else:
                x = kind.forward(x, learned, options)
            x_is_ours = x_is_ours or not kind.passes_on
            yield kind.name, x

    def forward_training(
        self, params: Params, x: np.ndarray, rng: np.random.Generator
    ) -> tuple[np.ndarray, list[Any]]:
        """Compute a mini-batch, and give what each row's way back needs."""
        tape = []
        for (kind, options), learned in zip(self._steps(), params, strict=True):
            x, kept = kind.forward_training(x, learned, options, rng)
            tape.append(kept)
        return x, tape

    def backward(
        self, params: Params, tape: list[Any], grad: np.ndarray, to_images: bool = False
    ) -> tuple[np.ndarray | None, Params]:
        """Give the gradients of the input, if `to_images`, and of what each row learns.

        Below the first row that learns, nobody else asks for a gradient.
        """
        grads: Params = [{} for _ in self.layers]
        learning = (index for index, learned in enumerate(params) if learned)
        first = 0 if to_images else next(learning, len(self.layers))
        steps = self._steps()
        for index in reversed(range(first, len(steps))):
            kind, options = steps[index]
            asked = to_images or index > first
            below, grads[index] = kind.backward(grad, tape[index], params[index], options, asked)
            if below is None:
                return None, grads
            grad = below
        return grad, grads
