"""What a table of layers costs, computed from its rows: shapes, parameters, memory, work."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import prod
from typing import Any

from .geometry import Pair, pair
from .layers.kind import Shape, times
from .receptive_fields import ReceptiveField, receptive_field, receptive_fields
from .rows import Layer, Layers, Stack, full_options, kind_of


def layer_shapes(layers: Layers, input_shape: Sequence[int]) -> list[Shape]:
    """Give the shape of one image after each row.

    Parameters
    ----------
    layers : list of (kind, options)
    input_shape : tuple of int
        (C, H, W) of one image.

    Returns
    -------
    list of tuple of int
        One a row, without the batch.

    Raises
    ------
    ValueError
        If a size does not fit, or a row is not understood; the message names the row.

    Examples
    --------
    >>> layer_shapes([("conv", {"filters": 6, "kernel": 5}), ("flatten", {})], (1, 32, 32))
    [(6, 28, 28), (4704,)]
    """
    return Stack(layers).shapes(tuple(input_shape))


def parameter_counts(layers: Layers, input_shape: Sequence[int]) -> list[int]:
    """Count the weights and biases of each row.

    Parameters
    ----------
    layers, input_shape
        As for `layer_shapes`.

    Returns
    -------
    list of int
        One a row; 0 for a row that learns nothing.

    Examples
    --------
    >>> parameter_counts([("conv", {"filters": 6, "kernel": 5}), ("relu", {})], (1, 32, 32))
    [156, 0]
    """
    return [
        sum(map(prod, kind.parameter_shapes(before, options).values()))
        for kind, before, options in Stack(layers).with_inputs(tuple(input_shape))
    ]


def parameter_shapes(row: Layer, input_shape: Shape) -> dict[str, Shape]:
    """Give the shapes of what one row learns: `"weights"` and `"bias"`, or nothing.

    Examples
    --------
    >>> parameter_shapes(("conv", {"filters": 4, "kernel": 3, "groups": 2}), (6, 8, 8))
    {'weights': (4, 3, 3, 3), 'bias': (4,)}
    """
    return kind_of(row).parameter_shapes(input_shape, full_options(row))


def activation_counts(layers: Layers, input_shape: Sequence[int]) -> list[int]:
    """Count the numbers that a forward pass stores for one image.

    Parameters
    ----------
    layers, input_shape
        As for `layer_shapes`.

    Returns
    -------
    list of int
        The input first, then one a row; 0 for ReLU, dropout and flatten, which work in place.

    Examples
    --------
    >>> activation_counts([("conv", {"filters": 6, "kernel": 5}), ("relu", {})], (1, 32, 32))
    [1024, 4704, 0]
    """
    rows = Stack(layers).with_inputs(tuple(input_shape))
    stored = [kind.activations(before, options) for kind, before, options in rows]
    return [prod(input_shape), *stored]


def multiply_adds(layers: Layers, input_shape: Sequence[int]) -> list[int]:
    """Count the multiplications, each with its addition, of convolutions and connections.

    Parameters
    ----------
    layers, input_shape
        As for `layer_shapes`.

    Returns
    -------
    list of int
        One a row. Each weight of a filter is used once at each place, whatever the padding.

    Examples
    --------
    >>> multiply_adds([("conv", {"filters": 6, "kernel": 5}), ("relu", {})], (1, 32, 32))
    [117600, 0]
    """
    rows = Stack(layers).with_inputs(tuple(input_shape))
    return [kind.multiply_adds(before, options) for kind, before, options in rows]


def layer_receptive_fields(layers: Layers, axis: int = 0) -> list[ReceptiveField | None]:
    """Tell which pixels of the image one output of each row sees.

    Parameters
    ----------
    layers : list of (kind, options)
    axis : int
        0 for heights, 1 for widths.

    Returns
    -------
    list of ReceptiveField or None
        (size, jump, start) along that axis. None from the first flattened row on: it sees all.

    Examples
    --------
    >>> layer_receptive_fields([("conv", {"filters": 8, "kernel": 3}), ("max_pool", {"size": 2})])
    [ReceptiveField(size=3, jump=1, start=0), ReceptiveField(size=4, jump=2, start=0)]
    """
    windows = []
    for row in layers:
        window = kind_of(row).window(full_options(row), axis)
        if window is None:
            break
        windows.append(window)
    fields = receptive_fields(windows)
    return [*fields, *[None] * (len(layers) - len(fields))]


def memory_and_parameter_table(layers: Layers, input_shape: Sequence[int]) -> list[dict[str, Any]]:
    """Put the counts of a network side by side.

    Parameters
    ----------
    layers, input_shape
        As for `layer_shapes`.

    Returns
    -------
    list of dict
        The input first, then one a row, with the keys `"layer"` (the row's kind), `"shape"`,
        `"activations"` (numbers stored), `"parameters"` and `"multiply_adds"`.

    Examples
    --------
    >>> memory_and_parameter_table([("conv", {"filters": 6, "kernel": 5})], (1, 32, 32))[1]
    {'layer': 'conv', 'shape': (6, 28, 28), 'activations': 4704, 'parameters': 156, \
'multiply_adds': 117600}
    """
    columns = zip(
        ["input", *(kind for kind, _ in layers)],
        [tuple(input_shape), *layer_shapes(layers, input_shape)],
        activation_counts(layers, input_shape),
        [0, *parameter_counts(layers, input_shape)],
        [0, *multiply_adds(layers, input_shape)],
        strict=True,
    )
    keys = ("layer", "shape", "activations", "parameters", "multiply_adds")
    return [dict(zip(keys, values, strict=True)) for values in columns]


def training_memory(
    activation_counts: Sequence[int],
    parameter_count: int,
    batch_size: int,
    bytes_per_number: int = 4,
    optimizer_slots: int = 1,
) -> dict[str, int]:
    """Count the bytes that backpropagation has to keep for one mini-batch.

    Every activation stays until the way back has used it, and gets a gradient of its own.
    Parameters, their gradients and the optimizer's slots are there once, whatever the batch.

    Parameters
    ----------
    activation_counts : sequence of int
        For one image, as `activation_counts` gives them.
    parameter_count : int
    batch_size : int
    bytes_per_number : int
        4 for float32.
    optimizer_slots : int
        Numbers kept a parameter: 1 for momentum, 0 without.

    Returns
    -------
    dict of int
        Bytes: `"activations"`, `"gradients"` (of activations), `"parameters"`,
        `"parameter_gradients"`, `"optimizer"` and `"total"`.

    Examples
    --------
    >>> training_memory([10, 5], parameter_count=100, batch_size=2)["total"]
    1440
    """
    activations = sum(activation_counts) * batch_size * bytes_per_number
    parameters = parameter_count * bytes_per_number
    memory = {
        "activations": activations,
        "gradients": activations,
        "parameters": parameters,
        "parameter_gradients": parameters,
        "optimizer": parameters * optimizer_slots,
    }
    return {**memory, "total": sum(memory.values())}


def forward_memory(
    layers: Layers, input_shape: Sequence[int], batch_size: int = 1, bytes_per_number: int = 4
) -> dict[str, int]:
    """Count the bytes of a forward pass that forgets each activation once it has been used.

    Parameters
    ----------
    layers, input_shape
        As for `layer_shapes`.
    batch_size, bytes_per_number : int

    Returns
    -------
    dict of int
        Bytes: `"parameters"`, `"activations"` (the largest neighbors, which exist together) and
        `"total"`. A fast convolution needs a few MiB of buffers on top.

    Examples
    --------
    >>> forward_memory([("conv", {"filters": 6, "kernel": 5})], (1, 32, 32))
    {'parameters': 624, 'activations': 22912, 'total': 23536}
    """
    stored = [count for count in activation_counts(layers, input_shape) if count]
    together = max(map(sum, pairwise(stored)), default=stored[0])
    parameters = sum(parameter_counts(layers, input_shape)) * bytes_per_number
    activations = together * batch_size * bytes_per_number
    return {
        "parameters": parameters,
        "activations": activations,
        "total": parameters + activations,
    }


def conv_layer_volume(
    input_shape: tuple[int, int, int], num_filters: int, kernel: Pair, pad: Pair, stride: Pair
) -> tuple[tuple[int, int, int], int]:
    """Give the output shape of a convolution, and the number of its parameters.

    Parameters
    ----------
    input_shape : (C, H, W)
    num_filters : int
    kernel, pad, stride : int or (int, int)

    Returns
    -------
    shape : (F, H', W')
    parameters : int

    Raises
    ------
    ValueError
        If the size does not fit.

    Examples
    --------
    >>> conv_layer_volume((3, 32, 32), num_filters=10, kernel=5, pad=2, stride=1)
    ((10, 32, 32), 760)
    """
    row = ("conv", {"filters": num_filters, "kernel": kernel, "pad": pad, "stride": stride})
    kind, before, options = kind_of(row), tuple(input_shape), full_options(row)
    parameters = sum(map(prod, kind.parameter_shapes(before, options).values()))
    filters, height, width = kind.shape_after(before, options)
    return (filters, height, width), parameters


def stack_parameter_count(kernel: Pair, times: int, channels: int) -> int:
    """Count the weights, without biases, of convolutions on top of each other, all C → C.

    Examples
    --------
    Three 3×3 and one 7×7, which see equally far: 27 C² and 49 C².

    >>> stack_parameter_count(3, 3, channels=10), stack_parameter_count(7, 1, channels=10)
    (2700, 4900)
    """
    return times * prod(pair(kernel)) * channels * channels


def stack_receptive_field(kernel: int, times: int) -> int:
    """Give the side of the patch seen through convolutions of stride 1 on top of each other.

    Examples
    --------
    >>> stack_receptive_field(3, 3)
    7
    """
    return receptive_field([(kernel, 1)] * times)


def format_table(layers: Layers, input_shape: Sequence[int]) -> str:
    """Print a network: one line a row, and what it all adds up to.

    Examples
    --------
    >>> print(format_table([("conv", {"filters": 6, "kernel": 5}), ("relu", {})], (1, 32, 32)))
    layer                 shape  sees  activations  parameters  multiply–adds
    input               1×32×32              1,024           0              0
    conv 6@5×5          6×28×28     5        4,704         156        117,600
    relu                6×28×28     5            0           0              0
    all                                      5,728         156        117,600
    memory for one image: 0.0 MiB of parameters, 0.0 MiB of activations
    """
    rows = memory_and_parameter_table(layers, input_shape)
    labels = ["input", *(kind_of(row).label(full_options(row)) for row in layers)]
    sees = ["", *(_sees(layers, index) for index in range(len(layers)))]
    counts = ("activations", "parameters", "multiply_adds")
    lines = [("layer", "shape", "sees", "activations", "parameters", "multiply–adds")]
    lines += [
        (label, times(row["shape"]), seen, *(f"{row[name]:,}" for name in counts))
        for label, seen, row in zip(labels, sees, rows, strict=True)
    ]
    totals = {name: sum(row[name] for row in rows) for name in counts}
    lines.append(("all", "", "", *(f"{total:,}" for total in totals.values())))
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    text = [
        "  ".join(
            [line[0].ljust(max(widths[0], 14))]
            + [
                cell.rjust(max(width, least))
                for cell, width, least in zip(
                    line[1:], widths[1:], (11, 4, 11, 10, 13), strict=True
                )
            ]
        ).rstrip()
        for line in lines
    ]
    mebibyte = 2**20 / 4
    text.append(
        f"memory for one image: {totals['parameters'] / mebibyte:.1f} MiB of parameters, "
        f"{totals['activations'] / mebibyte:.1f} MiB of activations"
    )
    return "\n".join(text)


def _sees(layers: Layers, index: int) -> str:
    height, width = (layer_receptive_fields(layers, axis)[index] for axis in (0, 1))
    if height is None or width is None:
        return "all"
    return str(height.size) if height.size == width.size else f"{height.size}×{width.size}"
