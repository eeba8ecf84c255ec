"""What an answer is called with, and what stands for arguments that are not plain data.

Nothing here knows of exercises, so that it can be wherever an answer runs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

Arguments = dict[str, Any]
"""The arguments of one call, by parameter name, in the order of the signature."""


@dataclass(frozen=True)
class Seeded:
    """Stands for a random generator among the arguments: built from its seed where it is used."""

    seed: int


@dataclass(frozen=True)
class Named:
    """Stands for a function among the arguments: the one of that name in `functions`."""

    name: str


def with_gaps(values: np.ndarray) -> np.ndarray:
    """The same numbers, stored with unused room between them along every axis."""
    roomy = np.zeros(tuple(2 * n for n in values.shape), values.dtype)
    view = roomy[(*(slice(None, None, 2) for _ in values.shape), ...)]
    view[...] = values
    return view
