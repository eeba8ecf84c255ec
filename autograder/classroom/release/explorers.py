"""The explorers of a release: what those of networks are given, written down beside them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from autograder.exercises import Exercise
from autograder.learning.exploring import drag_the_digit, given, where_does_it_look
from autograder.learning.exploring.kept import file_of

from .data import digits_released

TABLES = {
    "lenet-layers": "LeNet",
    "alexnet-layers": "AlexNet",
    "zfnet-layers": "ZFNet",
    "vgg-layers": "VGG-16",
}
"""The exercises that ask for the table of a network which explorers show."""

TASKS = {
    "drag-the-digit": {"LeNet"},
    "the-ledger": {"AlexNet", "VGG-16"},
    "where-does-it-look": {"AlexNet", "VGG-16"},
}
"""The explorers of networks, and those without which their tasks cannot be done."""


OF_DIGITS = {
    "drag-the-digit": drag_the_digit.given,
    "where-does-it-look": where_does_it_look.given,
}
"""Those that show digits which no network has learned from."""


def write_explorers(inside: Path, named: Iterable[str], exercises: Iterable[Exercise]) -> None:
    """Write down what explorers of networks are given, without a table that is asked for.

    One whose tasks need such a table is left out.

    Parameters
    ----------
    inside : Path
        The package that is released.
    named : iterable of str
        The explorers that its lessons open.
    exercises : iterable of Exercise
        That students are asked.
    """
    asked = {TABLES[one.id] for one in exercises if one.id in TABLES}
    for name in sorted(set(named) & set(TASKS)):
        if not TASKS[name] & asked:
            file = inside / "learning" / "exploring" / file_of(name).name
            file.write_text(json.dumps(_without(_given(name), asked)), encoding="utf-8")


def _given(name: str) -> dict[str, Any]:
    """What an explorer is given, with no digit that grading counts on."""
    if name in OF_DIGITS:
        return OF_DIGITS[name](digits=digits_released())
    return given(name)


def _without(data: dict[str, Any], asked: set[str]) -> dict[str, Any]:
    return {**data, "networks": [one for one in data["networks"] if one["name"] not in asked]}
