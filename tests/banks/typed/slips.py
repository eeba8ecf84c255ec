"""A slip: what stands in the text of a right answer, and what is typed in its place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Slips = dict[str, tuple[str, str]]
"""For each slip, what stands in the text and what is typed in its place."""


def slipped(source: str, old: str, new: str) -> str:
    """A text with the first of such places typed otherwise.

    Raises
    ------
    ValueError
        If there is no such place.
    """
    if old not in source:
        raise ValueError(f"there is no {old!r}")
    return source.replace(old, new, 1)


def made(name: str, source: str) -> Callable[..., Any]:
    """The function that a text defines for an exercise."""
    names: dict[str, Any] = {"np": np}
    exec(compile(source, "typed", "exec"), names)
    return names[name.replace("-", "_")]
