"""What `the-ledger` is given: the course's networks, and a table of the learner's own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .networks import networks

DATA: tuple[str, ...] = ()


def given(own: Any = None, input_shape: Sequence[int] | None = None) -> dict[str, Any]:
    """The networks to choose from, and the two to begin with.

    Parameters
    ----------
    own : list of (kind, options), optional
    input_shape : (C, H, W), optional
        Of the images for `own`.
    """
    first = ("AlexNet", "VGG-16") if own is None else ("yours", "AlexNet")
    return {"networks": networks(own, input_shape), "first": first}
