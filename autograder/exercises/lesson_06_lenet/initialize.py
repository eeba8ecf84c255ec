"""Draw the parameters of a network: normal weights as He has them, and biases of 0."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from typing import Any

import numpy as np

from autograder.reference import accounting, networks

from ..model import Claim, Exercise, Mistake, Numbers, Property, Seeded
from ..tables import Layers, Shape

STARTED = [
    ("conv", {"filters": 40, "kernel": (5, 3)}),
    ("relu", {}),
    ("max_pool", {"size": 2}),
    ("conv", {"filters": 32, "kernel": 3, "groups": 2}),
    ("relu", {}),
    ("flatten", {}),
    ("fully_connected", {"units": 120}),
    ("relu", {}),
    ("dropout", {"rate": 0.5}),
    ("fully_connected", {"units": 60}),
]

STARTED_INPUT = (2, 14, 14)

FAN_IN = {0: 2 * 15, 3: 20 * 9, 6: 32 * 3 * 4, 9: 120}
"""By row: how many numbers one filter or unit reads."""


def started(call, numbers: Numbers, **changed: Any) -> list[dict[str, np.ndarray]]:
    seed = Seeded(int(numbers.rng.integers(2**31)))
    arguments = {"layers": STARTED, "input_shape": STARTED_INPUT, "rng": seed, **changed}
    params = call(**arguments)
    return [
        {name: np.asarray(values, float) for name, values in row.items()}
        if isinstance(row, dict)
        else row
        for row in params
    ]


def stored_as_float32(call, numbers: Numbers) -> Iterator[Claim]:
    """Nothing is computed with a wrong dtype here, so nothing else is lost by it."""
    seed = Seeded(int(numbers.rng.integers(2**31)))
    params = call(layers=STARTED, input_shape=STARTED_INPUT, rng=seed)
    for number in FAN_IN:
        for name in ("weights", "bias"):
            dtype = np.asarray(params[number][name]).dtype
            yield Claim(
                bool(dtype == np.float32),
                True,
                f"row {number}: {name} are float32; they are {dtype}",
            )


def one_entry_a_row(call, numbers: Numbers) -> Iterator[Claim]:
    params = started(call, numbers)
    yield Claim(len(params), len(STARTED), "there is one entry for each row")
    shapes = [
        accounting.parameter_shapes(row, before)
        for row, before in zip(
            STARTED,
            [STARTED_INPUT, *accounting.layer_shapes(STARTED, STARTED_INPUT)],
            strict=False,
        )
    ]
    for number, (row, wanted) in enumerate(zip(params, shapes, strict=False)):
        known = isinstance(row, dict)
        found = {name: values.shape for name, values in row.items()} if known else row
        right = "has an empty dict" if not wanted else "has weights and a bias of the right shapes"
        yield Claim(found == wanted, True, f"row {number}, {STARTED[number][0]}, {right}")


def fan_in(shape: Shape) -> int:
    return prod(shape[1:])


def fan_out(shape: Shape) -> int:
    return shape[0] * prod(shape[2:])


def he(shape: Shape) -> float:
    return float(np.sqrt(2 / fan_in(shape)))


OTHER_SPREADS = {
    "as √(2 / (fan-in + fan-out)) says": lambda shape: np.sqrt(
        2 / (fan_in(shape) + fan_out(shape))
    ),
    "as √(2 / fan-out) says": lambda shape: np.sqrt(2 / fan_out(shape)),
    "as 2 / fan-in says": lambda shape: 2 / fan_in(shape),
    "as √(1 / fan-in) says": lambda shape: np.sqrt(1 / fan_in(shape)),
    "as √(2 / kernel area) says": lambda shape: np.sqrt(2 / prod(shape[2:] or shape[1:])),
    "as √(2 / channels) says": lambda shape: np.sqrt(2 / shape[1]),
    "by 1": lambda shape: 1.0,
    "by 0.01": lambda shape: 0.01,
}
"""What people scale by instead, in words."""


def spread_in_words(weights: list[np.ndarray]) -> str:
    """By what the weights of all rows are spread: a rule that holds in each of them, or none."""
    if all(values.std() < 1e-12 for values in weights):
        return "not at all"
    for words, rule in OTHER_SPREADS.items():
        ratios = [values.std() / rule(values.shape) for values in weights]
        if all(0.9 < ratio < 1.1 for ratio in ratios):
            return words
    return "in some other way"


def spread_of_he(call, numbers: Numbers) -> Iterator[Claim]:
    params = started(call, numbers)
    words = spread_in_words([params[number]["weights"] for number in FAN_IN])
    for number, reads in FAN_IN.items():
        weights = params[number]["weights"]
        ideal = np.sqrt(2 / reads)
        row = f"the weights of row {number}, {STARTED[number][0]},"
        # The spread of n normal numbers is off by about 1 in √(2n): here by 2 in 100 at most. Their
        # mean is off by 1 in √n: by 3 in 100 of their own spread in the smallest row.
        yield Claim(
            bool(0.9 < weights.std() / ideal < 1.1),
            True,
            f"{row} are spread as √(2 / fan-in) says; they are spread {words}",
        )
        yield Claim(
            bool(abs(weights.mean()) < 0.2 * max(ideal, weights.std())),
            True,
            f"{row} lie around 0",
        )
        # A normal number lies within one standard deviation in 68 of 100 cases, a uniform in 58.
        within = np.mean(np.abs(weights) < max(weights.std(), 1e-30))
        yield Claim(bool(0.63 < within < 0.73), True, f"{row} are drawn from a normal distribution")


def biases_are_zero(call, numbers: Numbers) -> Iterator[Claim]:
    params = started(call, numbers)
    for number in FAN_IN:
        bias = params[number]["bias"]
        furthest = bias.flat[np.abs(bias).argmax()]
        yield Claim(
            bool(furthest == 0),
            True,
            f"the biases of row {number} are 0; one of them is {furthest:.3g}",
        )


def drawn_from_rng(call, numbers: Numbers) -> Iterator[Claim]:
    seeds = [Seeded(int(seed)) for seed in numbers.rng.choice(2**31, 2, replace=False)]
    first, again = (started(call, numbers, rng=seeds[0]) for _ in range(2))
    other = started(call, numbers, rng=seeds[1])
    for number in FAN_IN:
        weights = first[number]["weights"]
        yield Claim(
            bool(np.array_equal(weights, again[number]["weights"])),
            True,
            f"row {number}: the same generator gives the same weights",
        )
        yield Claim(
            bool(np.array_equal(weights, other[number]["weights"])),
            False,
            f"row {number}: another generator gives other weights",
        )
        yield Claim(
            len(np.unique(weights)) > 0.9 * weights.size,
            True,
            f"row {number}: every weight is drawn for itself",
        )


def drawn_as(spread, draw=None, bias: float = 0.0, dtype: type = np.float32):
    """Parameters with a spread of somebody's own, from the shape of the weights."""
    draw = draw or (lambda rng, shape: rng.normal(size=shape))

    def initialize(layers: Layers, input_shape: Shape, rng: np.random.Generator) -> list[dict]:
        befores = [tuple(input_shape), *accounting.layer_shapes(layers, input_shape)]
        params = []
        for row, before in zip(layers, befores, strict=False):
            shapes = accounting.parameter_shapes(row, before)
            if not shapes:
                params.append({})
                continue
            weights = draw(rng, shapes["weights"]) * spread(shapes["weights"])
            biases = np.full(shapes["bias"], bias)
            params.append({"weights": weights.astype(dtype), "bias": biases.astype(dtype)})
        return params

    return initialize


EXERCISE = Exercise(
    order=60,
    reference=networks.initialize,
    properties=(
        Property("rows", one_entry_a_row, hidden=False),
        Property("spread", spread_of_he, hidden=False),
        Property("biases", biases_are_zero, hidden=False),
        Property("rng", drawn_from_rng, hidden=False),
        Property("float32", stored_as_float32, hidden=False),
    ),
    heart=("spread", "rng"),
    facet_words={
        "rows": "weights and biases for each row, and an empty dict where nothing is learned",
        "spread": "weights drawn as He et al. do",
        "biases": "biases of 0",
        "float32": "weights and biases in float32",
        "rng": "numbers from the generator that was given",
    },
    see="A good start: weight initialization",
    mistakes=(
        Mistake(
            "fan-out for fan-in",
            drawn_as(lambda shape: np.sqrt(2 / fan_out(shape))),
            "The spread follows from how many numbers a layer feeds; it has to follow from how "
            "many it reads.",
        ),
        Mistake(
            "variance for standard deviation",
            drawn_as(lambda shape: 2 / fan_in(shape)),
            "The weights were scaled by 2 / fan-in: that is their variance, and the root of it "
            "their standard deviation.",
        ),
        Mistake(
            "all zeros",
            drawn_as(lambda shape: 0.0),
            "All weights are 0, so all filters of a layer are alike and stay so.",
        ),
        Mistake(
            "all alike",
            drawn_as(he, lambda rng, shape: np.ones(shape)),
            "All weights of a layer are equal, so its filters are alike and stay so.",
        ),
        Mistake(
            "not scaled",
            drawn_as(lambda shape: 1.0),
            "The weights have a standard deviation of 1: the scores grow with every layer.",
        ),
        Mistake(
            "one spread for all layers",
            drawn_as(lambda shape: 0.01),
            "Every layer got the same spread, whatever it reads.",
        ),
        Mistake(
            "LeCun's spread",
            drawn_as(lambda shape: np.sqrt(1 / fan_in(shape))),
            "This is √(1 / fan-in): half of what ReLU cuts away has to be made up for.",
        ),
        Mistake(
            "Glorot's spread",
            drawn_as(lambda shape: np.sqrt(2 / (fan_in(shape) + fan_out(shape)))),
            "This is Glorot's √(2 / (fan-in + fan-out)), made for tanh; He's follows from the "
            "fan-in alone.",
        ),
        Mistake(
            "float64",
            drawn_as(he, dtype=np.float64),
            "The numbers are float64; `float32` is asked for. A NumPy number in the product turns "
            "float32 into float64.",
        ),
        Mistake(
            "kernel area for fan-in",
            drawn_as(lambda shape: np.sqrt(2 / prod(shape[2:] or shape[1:]))),
            "The fan-in of a filter was taken to be its height times its width; it reads every "
            "channel.",
        ),
        Mistake(
            "channels for fan-in",
            drawn_as(lambda shape: np.sqrt(2 / shape[1])),
            "The fan-in of a filter was taken to be its channels; it reads a window of each.",
        ),
        Mistake(
            "none below 0",
            drawn_as(he, lambda rng, shape: rng.random(shape)),
            "No weight is below 0.",
        ),
        Mistake(
            "biases of 0.01",
            drawn_as(he, bias=0.01),
            "The biases are not 0.",
        ),
        Mistake(
            "generator ignored",
            lambda layers, input_shape, rng: networks.initialize(
                layers, input_shape, np.random.default_rng(0)
            ),
            "The generator that was given is not used.",
        ),
        Mistake(
            "None for an empty row",
            lambda layers, input_shape, rng: [
                row or None for row in networks.initialize(layers, input_shape, rng)
            ],
            "A row that learns nothing has None; it has an empty dict.",
        ),
        Mistake(
            "only rows that learn",
            lambda layers, input_shape, rng: [
                row for row in networks.initialize(layers, input_shape, rng) if row
            ],
            "Rows that learn nothing are left out; they have an empty dict.",
        ),
    ),
)
