"""Whether a network and a picture tell one way back from another."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from autograder import reference

from ..tables import Layers

RULES = ("gradient", "deconvnet", "guided")


def rules_differ(layers: Layers, params: list, x: np.ndarray, layer: int, channel: int) -> bool:
    """Whether each rule gives a picture of its own, as far as there is a ReLU to rule.

    Behind a pooling too few draws would be left.
    """
    kinds = [kind for kind, _ in layers[: layer + 1]]
    ruled = "relu" in kinds and "conv" in kinds[kinds.index("relu") :]
    if not ruled or "max_pool" in kinds:
        return True
    return all_differ([reference.project(layers, params, x, layer, channel, r) for r in RULES])


def rectified_first(layers: Layers, params: list, x: np.ndarray, channel: int) -> bool:
    """Whether a pooling of what comes before its ReLU would lead to another place."""
    rows = [
        (row, own)
        for row, own, behind in zip(layers, params, [*layers[1:], ("", {})], strict=True)
        if (row[0], behind[0]) != ("relu", "max_pool")
    ]
    bare, right = (
        reference.forward([row for row, _ in some], [own for _, own in some], x)[0, channel]
        for some in (rows, list(zip(layers, params, strict=True)))
    )
    return bool(bare.argmax() != right.argmax())


def all_differ(pictures: list[np.ndarray]) -> bool:
    return not any(np.allclose(one, other) for one, other in combinations(pictures, 2))
