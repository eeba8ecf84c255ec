"""A whole classifier of photos, read as a table: EfficientNet-Lite0.

References
----------
Tan, Le (2019), *EfficientNet*; the Lite variants have neither squeeze-and-excitation nor swish.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

HALVING = frozenset({1, 3, 5, 11})
"""The blocks of EfficientNet-Lite0 whose depthwise convolutions go in steps of 2."""

BLOCKS = 16


def photo_network(arrays: Mapping[str, np.ndarray], names: Sequence[str]) -> dict[str, Any]:
    """Read EfficientNet-Lite0 as a table of rows.

    Parameters
    ----------
    arrays : mapping
        As in `efficientnet-lite0.npz`.
    names : sequence of str
        Of the classes.
    """
    rows: list[tuple[str, dict[str, Any], Any]] = [
        ("conv", {"stride": 2}, _own(arrays, "stem")),
        ("relu6", {}, {}),
    ]
    depth = len(arrays["stem.weight"])
    for number in range(BLOCKS):
        block = _block(arrays, number)
        after = len(arrays[f"{number}.project.weight"])
        if number not in HALVING and after == depth:
            layers, params = [row[:2] for row in block], [row[2] for row in block]
            block = [("residual", {"rows": layers}, params)]
        rows, depth = rows + block, after
    rows += [
        ("pointwise", {}, _mixing(arrays, "head")),
        ("relu6", {}, {}),
        ("global_average_pool", {}, {}),
        ("fully_connected", {}, _mixing(arrays, "fc")),
    ]
    return {
        "layers": [row[:2] for row in rows],
        "params": [row[2] for row in rows],
        "names": list(names),
    }


def _block(arrays: Mapping[str, np.ndarray], number: int) -> list[tuple]:
    rows: list[tuple] = []
    if f"{number}.expand.weight" in arrays:
        rows += [("pointwise", {}, _mixing(arrays, f"{number}.expand")), ("relu6", {}, {})]
    own = _own(arrays, f"{number}.depthwise")
    return [
        *rows,
        ("depthwise", {"stride": 1 + (number in HALVING)}, own | {"weights": own["weights"][:, 0]}),
        ("relu6", {}, {}),
        ("pointwise", {}, _mixing(arrays, f"{number}.project")),
    ]


def _own(arrays: Mapping[str, np.ndarray], name: str) -> dict[str, np.ndarray]:
    return {
        "weights": arrays[f"{name}.weight"].astype(np.float32),
        "bias": arrays[f"{name}.bias"].astype(np.float32),
    }


def _mixing(arrays: Mapping[str, np.ndarray], name: str) -> dict[str, np.ndarray]:
    own = _own(arrays, name)
    return own | {"weights": own["weights"].reshape(len(own["weights"]), -1)}
