"""What an explorer of networks is given where the course's functions are not: in a release.

It was written down when the release was made. The learner's own table still comes first; what only
the course's functions could find out of it is left out.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .trying import NotShown

SMALLEST = (1, 32, 32)
"""The images that a table of one's own is made for, if nothing is said: LeNet's."""


def file_of(name: str) -> Path:
    """Where it is written down."""
    return Path(__file__).with_name(f"{name}.json")


def kept(name: str, *own: Any) -> dict[str, Any] | None:
    """What an explorer is given; `None` if nothing is written down.

    Raises
    ------
    NotShown
        If what is the learner's own cannot be shown here; its text says why.
    """
    file = file_of(name)
    if not file.is_file():
        return None
    data = json.loads(file.read_text(encoding="utf-8"))
    return with_own(data, *own) if own and own[0] is not None else data


def with_own(data: dict[str, Any], own: Any, input_shape: Any = None) -> dict[str, Any]:
    """The same with a table of the learner's before the others.

    Examples
    --------
    >>> with_own({"networks": []}, [("relu", {})])
    {'networks': [{'name': 'yours', 'input': (1, 32, 32), 'layers': [('relu', {})]}]}
    """
    if "digits" in data:
        raise NotShown(
            "Here “Drag the digit” cannot read with your network, so it opens with the course's."
        )
    if not _is_table(own):
        raise NotShown(
            "The explorer shows a list of rows, such as lenet_layers() gives; this is none, "
            "so it opens without it."
        )
    first = {"name": "yours", "input": SMALLEST, "layers": own}
    if input_shape is not None:
        first["input"] = tuple(map(int, input_shape))
    begin = {"first": ("yours", data["first"][0])} if "first" in data else {}
    return {**data, **begin, "networks": [first, *data["networks"]]}


def _is_table(own: Any) -> bool:
    return isinstance(own, list) and bool(own) and all(map(_is_row, own))


def _is_row(row: Any) -> bool:
    return (
        isinstance(row, Sequence)
        and len(row) == 2
        and isinstance(row[0], str)
        and isinstance(row[1], dict)
        and all(isinstance(option, int | float | str | tuple | list) for option in row[1].values())
    )
