"""Naming a photo by a network that is read as a table, as `photo_networks` reads one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from .layers.conv import conv2d_forward
from .losses import softmax
from .residuals import residual_block
from .separable import depthwise_conv, global_average_pool, pointwise_conv

Network = Mapping[str, Any]
"""`"layers"`, `"params"` and `"names"`: a table, what its rows learned, and the classes' names."""


def pad_to_fit(x: np.ndarray, kernel: int, stride: int) -> np.ndarray:
    """Pad with zeros so that the output has ⌈side / stride⌉; an odd pixel goes right and below.

    Examples
    --------
    >>> pad_to_fit(np.ones((1, 1, 2, 3)), kernel=3, stride=2).shape
    (1, 1, 3, 5)
    """
    sides = []
    for side in x.shape[2:]:
        total = max((-(-side // stride) - 1) * stride + kernel - side, 0)
        sides.append((total // 2, total - total // 2))
    return np.pad(x, ((0, 0), (0, 0), *sides))


def run_rows(layers: Sequence, params: Sequence, x: np.ndarray) -> np.ndarray:
    """Run the rows of a photo network.

    Parameters
    ----------
    layers, params : sequence
        As `photo_network` gives them.
    x : (N, C, H, W) ndarray

    Returns
    -------
    ndarray
        Of the last row.
    """
    for (kind, options), own in zip(layers, params, strict=True):
        x = STEPS[kind](x, own, options)
    return x


def _conv(x: np.ndarray, own: Any, options: Any) -> np.ndarray:
    stride = options["stride"]
    x = pad_to_fit(x, own["weights"].shape[-1], stride)
    return conv2d_forward(x, own["weights"], own["bias"], stride=stride)


def _depthwise(x: np.ndarray, own: Any, options: Any) -> np.ndarray:
    stride = options["stride"]
    x = pad_to_fit(x, own["weights"].shape[-1], stride)
    return depthwise_conv(x, own["weights"], own["bias"], stride=stride)


STEPS: dict[str, Callable[[np.ndarray, Any, Any], np.ndarray]] = {
    "conv": _conv,
    "depthwise": _depthwise,
    "pointwise": lambda x, own, options: pointwise_conv(x, own["weights"], own["bias"]),
    "relu6": lambda x, own, options: np.clip(x, 0, 6),
    "residual": lambda x, own, options: residual_block(
        x, lambda inside: run_rows(options["rows"], own, inside)
    ),
    "global_average_pool": lambda x, own, options: global_average_pool(x),
    "fully_connected": lambda x, own, options: x @ own["weights"].T + own["bias"],
}
"""How a row of each kind is run: `step(x, own, options)`."""


def prepare_photo(photo: np.ndarray) -> np.ndarray:
    """Make of a photo what the network was trained on: (1, 3, H, W) float32 from −1 to 1.

    Examples
    --------
    >>> float(prepare_photo(np.full((4, 5, 3), 255, np.uint8)).max())
    1.0
    """
    x = photo.astype(np.float32).transpose(2, 0, 1)[None] / 255
    return (x - np.float32(0.5)) / np.float32(0.5)


def name_photo(network: Network, photo: np.ndarray, k: int = 5) -> list[tuple[str, np.float32]]:
    """Name what is to be seen in a photo.

    Parameters
    ----------
    network : dict
        `"layers"`, `"params"` and `"names"`.
    photo : (H, W, 3) uint8 ndarray
    k : int
        How many names.

    Returns
    -------
    list of (str, float32)
        The likeliest names with their shares, the likeliest first.
    """
    scores = run_rows(network["layers"], network["params"], prepare_photo(photo))
    shares = softmax(scores)[0]
    best = np.argsort(-shares, kind="stable")[:k]
    return [(network["names"][i], shares[i]) for i in best]
