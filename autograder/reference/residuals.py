"""Residual connections, as functions and as a table.

References
----------
He, Zhang, Ren, Sun (2015), *Deep residual learning for image recognition*.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from .layers.kind import Layers

DIGIT_SIDE = 16
"""Side of the digits that `residual_layers` is for: padded from 28 to 32, and averaged by 2."""

Way = Callable[[np.ndarray], np.ndarray]


def residual_block(x: np.ndarray, body: Way, shortcut: Way | None = None) -> np.ndarray:
    """Add to what some layers make of `x` the input itself, or what a shortcut makes of it.

    Parameters
    ----------
    x : ndarray
    body, shortcut : callable
        Each takes an array shaped like `x`. Without a shortcut `x` passes as it is.

    Returns
    -------
    ndarray
        Shaped like the result of `body`.

    Raises
    ------
    ValueError
        If the two shapes differ.

    Examples
    --------
    >>> residual_block(np.array([1.0, -2.0]), lambda x: 10 * x)
    array([ 11., -22.])
    """
    inside = body(x)
    passed = x if shortcut is None else shortcut(x)
    if inside.shape != passed.shape:
        raise ValueError(f"a body that gives {inside.shape} and a shortcut {passed.shape}")
    return inside + passed


def residual_backward(
    grad: np.ndarray, body_backward: Way, shortcut_backward: Way | None = None
) -> np.ndarray:
    """Send a gradient back through both ways of a residual block, and add what arrives.

    Parameters
    ----------
    grad : ndarray
        Gradient with respect to the sum.
    body_backward, shortcut_backward : callable
        Each takes the gradient at its output and gives that at its input.

    Returns
    -------
    ndarray
        Gradient with respect to the block's input.

    Examples
    --------
    >>> residual_backward(np.array([1.0, -2.0]), lambda grad: 10 * grad)
    array([ 11., -22.])
    """
    through = body_backward(grad)
    return through + (grad if shortcut_backward is None else shortcut_backward(grad))


def residual_layers(blocks: int, channels: Sequence[int]) -> Layers:
    """Write a residual network as a table, for digits of 1×16×16.

    Parameters
    ----------
    blocks : int
        Residual blocks in each stage, of two convolutions each.
    channels : sequence of int
        Filters in each stage. Between stages a pool halves the maps.

    Returns
    -------
    list of (kind, options)

    Examples
    --------
    >>> [kind for kind, options in residual_layers(1, [8])]
    ['conv', 'batch_norm', 'relu', 'residual', 'relu', 'average_pool', 'flatten', 'fully_connected']
    """
    rows: Layers = [_conv(channels[0]), ("batch_norm", {}), ("relu", {})]
    for stage, filters in enumerate(channels):
        if stage:
            rows.append(("max_pool", {"size": 2}))
        rows += [*_blocks(blocks, filters, changes=channels[max(stage - 1, 0)] != filters)]
    left = DIGIT_SIDE // 2 ** (len(channels) - 1)
    return [
        *rows,
        ("average_pool", {"size": left}),
        ("flatten", {}),
        ("fully_connected", {"units": 10}),
    ]


def _blocks(blocks: int, filters: int, changes: bool) -> Layers:
    inside = [_conv(filters), ("batch_norm", {}), ("relu", {}), _conv(filters), ("batch_norm", {})]
    rows: Layers = []
    for block in range(blocks):
        rows.append(("residual", {"rows": inside, "projection": changes and block == 0}))
        rows.append(("relu", {}))
    return rows


def _conv(filters: int) -> tuple:
    return "conv", {"filters": filters, "kernel": 3, "pad": 1}


def plain_twin(layers: Layers) -> Layers:
    """The same table without its shortcuts: the rows of each residual in its place.

    Examples
    --------
    >>> plain_twin([("residual", {"rows": [("relu", {})]}), ("flatten", {})])
    [('relu', {}), ('flatten', {})]
    """
    rows: Layers = []
    for kind, options in layers:
        rows += options["rows"] if kind == "residual" else [(kind, options)]
    return rows
