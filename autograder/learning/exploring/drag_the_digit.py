"""What `drag-the-digit` is given: two trained networks in one byte a number, digits, curves."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.datasets import load_digit_networks, load_digits
from autograder.reference.accounting import layer_shapes
from autograder.reference.architectures import (
    lenet_layers,
    lenet_sized_fully_connected_layers,
)
from autograder.reference.images import permute_pixels, shift_images
from autograder.reference.networks import forward, predict
from autograder.reference.rows import Layers, Params

from .trying import NotShown

DATA = ("digit-networks.npz", "digits.npz")

SIDE = 28
ORDER_SEED = 7
"""Of the order in which lessons 01 and 06 shuffle pixels."""

SHOWN, COUNTED = 2, 10
"""Digits of each class to choose from, and those that the curves count."""

STEPS = range(9)
LEVELS = 127
CLASSES = 10

RUNNABLE = {
    "conv", "max_pool", "average_pool", "relu", "batch_norm", "dropout", "flatten",
    "fully_connected",
}  # fmt: skip
"""Kinds of rows that the explorer can run."""

NO_NETWORK = (
    "“Drag the digit” cannot show this network as {name} ({problem}), so it opens with the "
    "course's."
)


@dataclass(frozen=True)
class Reader:
    """A trained network, and how it wants digits.

    Parameters
    ----------
    name : str
    layers : list of (kind, options)
    params : list of dict
    frame : int
        Pixels of 0 around the digit.
    brightest : float
        What a white pixel counts.
    """

    name: str
    layers: Layers
    params: Params
    frame: int = 2
    brightest: float = 255 / 80

    def prepared(self, digits: np.ndarray) -> np.ndarray:
        """(N, 28, 28) uint8 → what the network reads."""
        pixels = (digits[:, None] / 255 * self.brightest).astype(np.float32)
        return np.pad(pixels, ((0, 0), (0, 0), *[(self.frame, self.frame)] * 2))

    @property
    def flat(self) -> bool:
        """Whether its first weights read the digit as one row of numbers."""
        return next(k for (k, _), own in zip(self.layers, self.params, strict=True) if own) == (
            "fully_connected"
        )


def lesson_01(net: Mapping[str, np.ndarray]) -> Reader:
    """The network of lesson 01, of `w1`, `b1`, `w2` and `b2`, as a table."""
    units = [("fully_connected", {"units": len(net[name])}) for name in ("b1", "b2")]
    layers = [("flatten", {}), units[0], ("relu", {}), units[1]]
    learned = [{"weights": net[f"w{n}"], "bias": net[f"b{n}"]} for n in (1, 2)]
    return Reader("fully connected", layers, [{}, learned[0], {}, learned[1]], 0, 1.0)


def course_reader(name: str) -> Reader:
    """The course's network of that name."""
    learned = load_digit_networks()
    if name == "LeNet":
        return Reader(name, lenet_layers(), learned["lenet"])
    return Reader(name, lenet_sized_fully_connected_layers(), learned["fully_connected"])


def reader(name: str, network: Any) -> Reader:
    """A network of the learner's, from either lesson, or the course's where there is none."""
    if network is None:
        return course_reader(name)
    try:
        own = lesson_01(network) if isinstance(network, Mapping) else Reader(name, *network)
        shapes = layer_shapes(own.layers, (1, *[SIDE + 2 * own.frame] * 2))
        np.argmax(forward(own.layers, own.params, own.prepared(np.zeros((1, SIDE, SIDE)))))
    except Exception as problem:
        raise NotShown(NO_NETWORK.format(name=name, problem=problem)) from None
    kinds = {kind for kind, _ in own.layers} - RUNNABLE
    if kinds or shapes[-1] != (CLASSES,):
        problem = f"it has {sorted(kinds)[0]} rows" if kinds else "it does not give ten scores"
        raise NotShown(NO_NETWORK.format(name=name, problem=problem))
    return own


def given(
    fully_connected: Any = None,
    lenet: Any = None,
    *,
    digits: Mapping[str, np.ndarray] | None = None,
) -> dict[str, Any]:
    """The two networks, digits to choose from, and how they fare when digits move.

    Parameters
    ----------
    fully_connected : dict or (layers, params), optional
        Lesson 01's `{"w1": …, "b1": …, "w2": …, "b2": …}`, or a table and parameters of lesson
        06; left out, the course's own.
    lenet : (layers, params), optional
        As in lesson 06.
    digits : dict, optional
        In place of `load_digits()`.

    Raises
    ------
    NotShown
        If a network is none, has rows that the explorer cannot run, or reads no digits.
    """
    readers = [reader("fully connected", fully_connected), reader("LeNet", lenet)]
    data = load_digits() if digits is None else digits
    held_out, labels = data["held_out_images"], data["held_out_labels"].astype(int)
    order = np.random.default_rng(ORDER_SEED).permutation(SIDE * SIDE)
    shown, counted = (by_class(labels, count) for count in (SHOWN, COUNTED))
    return {
        "networks": [page_of(one, held_out[counted], labels[counted], order) for one in readers],
        "digits": as_base64(held_out[shown]),
        "labels": labels[shown].tolist(),
        "order": order.tolist(),
    }


def by_class(labels: np.ndarray, count: int) -> np.ndarray:
    """Places of the first digits of each class."""
    return np.concatenate([np.flatnonzero(labels == digit)[3 : 3 + count] for digit in range(10)])


def page_of(one: Reader, images: np.ndarray, labels: np.ndarray, order: np.ndarray) -> dict:
    """A network as a page takes it, with how much of the digits it reads after a shift."""
    params = [{name: packed(values) for name, values in row.items()} for row in one.params]
    right = shares(one, images, labels)
    return {
        "name": one.name,
        "layers": one.layers,
        "params": params,
        "frame": one.frame,
        "brightest": one.brightest,
        "flat": one.flat,
        "right": right,
        # The weights of a flat network can follow the order of the pixels: nothing is lost.
        "shuffled": right if one.flat else shares(one, images, labels, order),
    }


def shares(
    one: Reader, images: np.ndarray, labels: np.ndarray, order: np.ndarray | None = None
) -> list[float]:
    """The share of the digits that is read right, moved straight by 0, 1, 2, … pixels."""
    found = []
    for step in STEPS:
        ways = [(step, 0), (-step, 0), (0, step), (0, -step)] if step else [(0, 0)]
        moved = np.concatenate([shift_images(images[:, None], *way) for way in ways])
        if order is not None:
            moved = permute_pixels(moved, order)
        read = predict(one.layers, one.params, one.prepared(moved[:, 0]))
        found.append(round(float(np.mean(read == np.tile(labels, len(ways)))), 4))
    return found


def packed(values: np.ndarray) -> dict[str, Any]:
    """Numbers in one byte each, and what 1 of them stands for.

    Examples
    --------
    >>> packed(np.array([0.0, 1.0, -2.0]))
    {'scale': 0.015748031496062992, 'bytes': 'AECB'}
    """
    scale = float(np.abs(values).max()) / LEVELS or 1.0
    return {"scale": scale, "bytes": as_base64(np.rint(values / scale).astype(np.int8))}


def as_base64(array: np.ndarray) -> str:
    return b64encode(array.tobytes()).decode("ascii")
