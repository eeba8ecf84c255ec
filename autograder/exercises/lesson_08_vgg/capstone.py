"""Recognize digits with a network of your own, within a budget."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import numpy as np

from autograder.reference import accounting, networks

from ..budget import beyond
from ..digits import as_images, digits
from ..model import Claim, Exercise, Mistake, Numbers, Property
from ..tables import Layers

BUDGET = 10_000
"""Parameters that the student's own network may have."""

DIGITS_INPUT = (1, 28, 28)

SMALL: Layers = [
    ("conv", {"filters": 24, "kernel": 5}),
    ("relu", {}),
    ("average_pool", {"size": 4}),
    ("flatten", {}),
    ("fully_connected", {"units": 10}),
]


@lru_cache(maxsize=1)
def small_network() -> tuple[Layers, list[dict[str, np.ndarray]]]:
    """A network within the budget, found without descent and so in a moment.

    Its filters are pieces of digits; its scores are the least squares fit to what they answer
    (Coates, Lee, Ng 2011, *An analysis of single-layer networks in unsupervised feature learning*).
    """
    pixels = as_images(digits()["images"])
    rng = np.random.default_rng(0)
    filters: list[np.ndarray] = []
    while len(filters) < SMALL[0][1]["filters"]:
        top, left = rng.integers(4, 19, size=2)
        piece = pixels[rng.integers(len(pixels)), :, top : top + 5, left : left + 5]
        piece = piece - piece.mean()
        if np.linalg.norm(piece) > 1:
            filters.append(piece / np.linalg.norm(piece))
    learned = {"weights": np.stack(filters), "bias": np.full(len(filters), -0.5, np.float32)}
    params = [learned, {}, {}, {}]
    seen = networks.transfer_features(SMALL[:-1], params, pixels, batch_size=100)
    seen = np.column_stack([seen, np.ones(len(seen))]).astype(float)
    targets = 2 * np.eye(10)[digits()["labels"]] - 1
    squares = seen.T @ seen
    ridge = 1e-4 * squares.diagonal().mean() * np.eye(len(squares))
    fit = np.linalg.solve(squares + ridge, seen.T @ targets).T.astype(np.float32)
    return SMALL, [*params, {"weights": fit[:, :-1].copy(), "bias": fit[:, -1].copy()}]


def handed_in(call) -> tuple[Layers, list]:
    """The table and the parameters that an answer gives; what is no pair of them has neither."""
    result = call()
    if not isinstance(result, (list, tuple)) or len(result) != 2:
        return [], []
    return list(result[0]), list(result[1])


def made_of(values: Any) -> str:
    """What something is and holds, by the names of types: "list of 5 tuples (str, dict)"."""
    if not isinstance(values, (list, tuple, dict)):
        return type(values).__name__
    if not values:
        return f"{type(values).__name__} that is empty"
    held = sorted({type(value).__name__ for value in values})
    return f"{type(values).__name__} of {len(values)} ({', '.join(held)})"


def a_whole_network(call, numbers: Numbers) -> Iterator[Claim]:
    result = call()
    layers, params = handed_in(lambda: result)
    yield Claim(
        len(layers) > 0,
        True,
        f"a table and parameters come back, as a pair; there is {made_of(result)}",
    )
    tabled = all(
        isinstance(row, (list, tuple)) and len(row) == 2 and isinstance(row[0], str)
        for row in layers
    )
    yield Claim(
        tabled, True, f"the table comes first; there is {', '.join(map(made_of, layers[:1]))}"
    )
    if not layers or not tabled:
        return
    problem = beyond(layers, DIGITS_INPUT)
    yield Claim(not problem, True, problem or "the network costs no more than it may")
    if problem:
        return
    shapes = accounting.layer_shapes(layers, DIGITS_INPUT)
    yield Claim(shapes[-1] == (10,), True, "the table makes ten scores of an image of 1×28×28")
    befores = [DIGITS_INPUT, *shapes]
    wanted = [
        accounting.parameter_shapes(row, before)
        for row, before in zip(layers, befores, strict=False)
    ]
    yield Claim(len(params), len(layers), "there are parameters for each row, or an empty dict")
    for number, (own, right) in enumerate(zip(params, wanted, strict=False)):
        found = {name: own[name].shape for name in right} if right else {}
        yield Claim(
            found == right and all(np.isfinite(own[name]).all() for name in right),
            True,
            f"row {number} has finite parameters of the shapes that its table asks for",
        )


def within_the_budget(call, numbers: Numbers) -> Iterator[Claim]:
    layers, _ = handed_in(call)
    if problem := beyond(layers, DIGITS_INPUT):
        yield Claim(False, True, problem)
        return
    total = sum(accounting.parameter_counts(layers, DIGITS_INPUT))
    yield Claim(
        0 < total <= BUDGET,
        True,
        f"the network has at most {BUDGET:,} parameters; it has {total:,}",
    )


@lru_cache(maxsize=1)
def digits_kept_apart() -> tuple[np.ndarray, np.ndarray]:
    known = digits()
    return as_images(known["held_out_images"]), known["held_out_labels"]


def share_known(call) -> float:
    """The share of the held-out digits that a network within the budget recognizes."""
    layers, params = handed_in(call)
    images, labels = digits_kept_apart()
    if not may_run(layers, params):
        return 0.0
    return float((networks.predict(layers, params, images, batch_size=20) == labels).mean())


def may_run(layers: Layers, params: list) -> bool:
    """Whether a network is within all budgets, and its parameters are those of its table."""
    if beyond(layers, DIGITS_INPUT):
        return False
    befores = [DIGITS_INPUT, *accounting.layer_shapes(layers, DIGITS_INPUT)]
    wanted = [accounting.parameter_shapes(*pair) for pair in zip(layers, befores, strict=False)]
    return (
        sum(accounting.parameter_counts(layers, DIGITS_INPUT)) <= BUDGET
        and len(params) == len(wanted)
        and all(
            {name: np.shape(own.get(name)) for name in right} == dict(right)
            for own, right in zip(params, wanted, strict=True)
        )
    )


def known(right: float, least: float) -> Claim:
    return Claim(
        right >= least,
        True,
        f"a network within the budget recognizes {least:.0%} of the held-out digits",
    )


def knows(least: float):
    def test(call, numbers: Numbers) -> Iterator[Claim]:
        yield known(share_known(call), least)

    return test


def knows_most(call, numbers: Numbers) -> Iterator[Claim]:
    right = share_known(call)
    yield known(right, 0.9)
    if right < 0.9:  # what may be the reason
        params = [row for row in handed_in(call)[1] if row]
        for name, words in (("bias", "biases"), ("weights", "weights")):
            moved = any(np.any(row[name]) for row in params)
            yield Claim(moved, True, f"the {words} are not all 0")
        yield Claim(right > 0.2, True, "the network does not just guess")


def capstone_with(change):
    return lambda: change(*small_network())


EXERCISE = Exercise(
    order=140,
    reference=small_network,
    properties=(
        Property("network", a_whole_network, hidden=False),
        Property("network", within_the_budget, hidden=False),
        Property("most", knows_most),
        Property("nearly_all", knows(0.95)),
        Property("asked", knows(0.97)),
    ),
    heart=("most",),
    facet_words={
        "network": "a table within the budget, and the parameters that belong to it",
        "most": "9 of 10 held-out digits",
        "nearly_all": "19 of 20 held-out digits",
        "asked": "97 of 100 held-out digits",
    },
    test_points=7,
    see="Capstone: a network of your own",
    mistakes=(
        Mistake(
            "not trained",
            capstone_with(
                lambda layers, params: (
                    layers,
                    networks.initialize(layers, DIGITS_INPUT, np.random.default_rng(0)),
                )
            ),
            "The network only guesses: these may be the initial parameters, before training.",
        ),
        Mistake(
            "parameters that are not numbers",
            capstone_with(
                lambda layers, params: (
                    layers,
                    [{name: own * np.nan for name, own in row.items()} for row in params],
                )
            ),
            "The parameters are NaN: the training diverged, perhaps because the learning rate "
            "was too large.",
        ),
        Mistake(
            "parameters without their table",
            capstone_with(lambda layers, params: params),
            "The parameters alone came back; the table belongs with them.",
        ),
        Mistake(
            "parameters and table exchanged",
            capstone_with(lambda layers, params: (params, layers)),
            "The result is a pair of a table and parameters, in this order.",
        ),
        Mistake(
            "no scores",
            capstone_with(lambda layers, params: (layers[:-1], params[:-1])),
            "The table does not end with ten scores.",
        ),
    ),
)
