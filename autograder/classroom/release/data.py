"""Which data a release holds: those that its lessons read."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import numpy as np

from autograder.datasets import CHECKSUMS, HELD_OUT, load_digits
from autograder.learning.exploring import data_of

ALWAYS = "README.md"
"""Says where the data are from, and under which licenses."""

DIGITS = "digits.npz"

LOADERS = {
    "load_digits": DIGITS,
    "load_digit_networks": "digit-networks.npz",
    "load_fashion": "fashion.npz",
    "load_alexnet_convs": "alexnet-convs.npz",
    "load_vgg16_blocks": "vgg16-blocks1-3.npz",
    "load_efficientnet": "efficientnet-lite0.npz",
    "load_class_names": "imagenet-classes.txt",
    "imagenet_classes": "imagenet-classes.txt",
}
"""What each loader of one file reads; the others are told which file in quotes."""


EXPLORED = re.compile(r"""\bexplore\(\s*["']([\w-]+)["']""")
"""How a lesson names an explorer, which reads files of its own."""


def data_read(texts: Iterable[str]) -> frozenset[str]:
    """The data files that cells of a lesson name, by their loaders, in quotes or by an explorer.

    Examples
    --------
    >>> sorted(data_read(['load_photo("china")', "load_class_names()", "a cup of coffee"]))
    ['china.jpg', 'imagenet-classes.txt']
    >>> sorted(data_read(['explore("draw-a-filter")']))
    ['brick.png', 'chelsea.png']
    """
    text = "\n".join(texts)
    loaded = {file for loader, file in LOADERS.items() if re.search(rf"\b{loader}\b", text)}
    quoted = set(re.findall(r"""["']([\w.-]+)["']""", text))
    named = {file for file in CHECKSUMS if quoted & _names_of(file)}
    explored = {file for name in explorers_named([text]) for file in data_of(name)}
    return frozenset(loaded | named | explored)


def explorers_named(texts: Iterable[str]) -> frozenset[str]:
    """The explorers that cells of a lesson open."""
    return frozenset(name for text in texts for name in EXPLORED.findall(text))


def _names_of(file: str) -> set[str]:
    """What a data file is called in a lesson."""
    stem = Path(file).stem
    return {file, stem, stem.removesuffix("-experiments")}


def keep_data(folder: Path, read: frozenset[str]) -> None:
    """Take out of a folder of data all that is not read, and the digits that grading counts on."""
    for path in folder.iterdir():
        if path.name not in {*read, ALWAYS}:
            path.unlink()
    if DIGITS in read:
        (folder / DIGITS).unlink()
        write_digits(folder / DIGITS)


def write_digits(path: Path) -> None:
    """Write the digits to learn from, with some of them held out in place of those that count."""
    np.savez_compressed(path, allow_pickle=False, **digits_released())


@cache
def digits_released() -> dict[str, np.ndarray]:
    """The digits as students get them, in the form of `load_digits()`."""
    digits = load_digits()
    held_out = _some_of_each(digits["labels"])
    return {
        "images": digits["images"][~held_out],
        "labels": digits["labels"][~held_out],
        "held_out_images": digits["images"][held_out],
        "held_out_labels": digits["labels"][held_out],
    }


def _some_of_each(labels: np.ndarray) -> np.ndarray:
    """As many of each class as the course itself holds out, always the same."""
    rng = np.random.default_rng(0)
    chosen = np.zeros(len(labels), dtype=bool)
    for digit in range(10):
        places = np.flatnonzero(labels == digit)
        chosen[rng.choice(places, HELD_OUT // 10, replace=False)] = True
    return chosen
