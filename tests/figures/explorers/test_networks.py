"""What explorers compute of networks is the course's reference, on a thousand random settings."""

from __future__ import annotations

import json

import numpy as np
import pytest

from autograder.figures.explorers.page import joined
from autograder.learning.exploring.drag_the_digit import LEVELS, packed
from autograder.reference import networks
from autograder.reference.accounting import (
    activation_counts,
    forward_memory,
    layer_receptive_fields,
    layer_shapes,
    multiply_adds,
    parameter_counts,
    training_memory,
)
from autograder.reference.architectures import (
    alexnet_layers,
    lenet_layers,
    vgg_layers,
    zfnet_layers,
)
from autograder.reference.images import permute_pixels, shift_images
from autograder.reference.layers.conv import conv2d_backward_plain
from autograder.reference.layers.kind import kind_of
from autograder.reference.rows import full_options

SETTINGS = 1000

NAMES = (
    "activationCounts, asPython, firstMisfit, forwardMemory, label, layerReceptiveFields, "
    "layerShapes, multiplyAdds, parameterCounts, pathCounts, sum, trainingMemory"
)

COUNTED = """(given) => given.map(([layers, shape, batch]) => {
  const { fitting, problem } = module.firstMisfit(layers, shape);
  const rows = layers.slice(0, fitting);
  const stored = module.activationCounts(rows, shape);
  const parameters = module.parameterCounts(rows, shape);
  return {
    problem,
    shapes: module.layerShapes(rows, shape),
    parameters,
    stored,
    multiplyAdds: module.multiplyAdds(rows, shape),
    fields: [0, 1].map((axis) => module.layerReceptiveFields(rows, axis)),
    forward: module.forwardMemory(rows, shape, batch),
    training: module.trainingMemory(stored, module.sum(parameters), batch),
    labels: rows.map(module.label),
    python: module.asPython(rows),
  };
})"""


@pytest.fixture
def network(module):
    return module(exported("network.mjs", NAMES))


def a_pair(rng: np.random.Generator, low: int, high: int) -> int | tuple[int, int]:
    down, across = rng.integers(low, high, 2).tolist()
    return (down, across) if rng.random() < 0.3 else down


def a_row(rng: np.random.Generator) -> tuple[str, dict]:
    """A row of any kind that the explorers know, with any of its options left out."""
    kinds = ["conv"] * 4 + ["max_pool", "average_pool", "relu", "batch_norm"]
    kind = str(rng.choice([*kinds, "local_response_norm", "dropout", "flatten", "fully_connected"]))
    options = {
        "conv": {"filters": int(rng.integers(1, 9)), "kernel": a_pair(rng, 1, 6)},
        "max_pool": {"size": a_pair(rng, 1, 4)},
        "average_pool": {"size": a_pair(rng, 1, 4)},
        "fully_connected": {"units": int(rng.integers(1, 20))},
    }.get(kind, {})
    if kind == "conv":
        more = {"stride": a_pair(rng, 1, 4), "pad": a_pair(rng, 0, 3), "groups": 2, "floor": True}
        chances = {"stride": 0.5, "pad": 0.5, "groups": 0.2, "floor": 0.7}
        options |= {name: value for name, value in more.items() if rng.random() < chances[name]}
    if kind.endswith("pool") and rng.random() < 0.5:
        options |= {"stride": a_pair(rng, 1, 4), "floor": True}
    return kind, options


def a_network(rng: np.random.Generator) -> tuple[list, tuple, int]:
    rows = [a_row(rng) for _ in range(rng.integers(1, 8))]
    shape = tuple(rng.integers([1, 6, 6], [5, 40, 40]).tolist())
    return rows, shape, int(rng.integers(1, 200))


def fitting(rows: list, shape: tuple) -> tuple[list, str]:
    """The first rows that fit, and what the reference says of the next."""
    for count in range(1, len(rows) + 1):
        try:
            layer_shapes(rows[:count], shape)
        except ValueError as problem:
            return rows[: count - 1], str(problem)
    return rows, ""


def counted(rows: list, shape: tuple, batch: int) -> dict:
    """The same as the page says, by the reference."""
    rows, problem = fitting(rows, shape)
    stored, parameters = activation_counts(rows, shape), parameter_counts(rows, shape)
    fields = [layer_receptive_fields(rows, axis) for axis in (0, 1)]
    return {
        "problem": problem,
        "shapes": [list(after) for after in layer_shapes(rows, shape)],
        "parameters": parameters,
        "stored": stored,
        "multiplyAdds": multiply_adds(rows, shape),
        "fields": [[each and each._asdict() for each in axis] for axis in fields],
        "forward": forward_memory(rows, shape, batch),
        "training": training_memory(stored, sum(parameters), batch),
    }


def test_a_thousand_tables_cost_and_see_what_the_reference_says(network):
    rng = np.random.default_rng(24)
    given = [a_network(rng) for _ in range(SETTINGS)]
    given += [
        (lenet_layers(), (1, 32, 32), 1),
        (alexnet_layers(2), (3, 227, 227), 128),
        (zfnet_layers(), (3, 225, 225), 1),
        (vgg_layers(16), (3, 224, 224), 16),
    ]
    problems = 0
    for (rows, shape, batch), found in zip(given, network.evaluate(COUNTED, given), strict=True):
        right = counted(rows, shape, batch)
        assert {name: found[name] for name in right} == right, (rows, shape)
        kept, problem = fitting(rows, shape)
        assert found["labels"] == [kind_of(row).label(full_options(row)) for row in kept]
        assert written_out(eval(found["python"])) == written_out(kept)
        problems += bool(problem)
    assert 100 < problems < SETTINGS - 100


def written_out(rows: list) -> list:
    return [(row[0], full_options(row)) for row in rows]


def test_paths_of_a_thousand_numbers_are_what_filters_of_ones_send_back(network):
    rng = np.random.default_rng(25)
    given = [windows_and_place(rng) for _ in range(SETTINGS)]
    found = network.evaluate(
        """(given) => given.map(([layers, side, place]) =>
          module.pathCounts(layers, [1, 1, side], place, 1))""",
        [each[:3] for each in given],
    )
    for (layers, side, place, sides), paths in zip(given, found, strict=True):
        assert paths == sent_back(layers, side, place, sides), (layers, side, place)


def windows_and_place(rng: np.random.Generator) -> tuple[list, int, int, list[int]]:
    side, sides, layers = int(rng.integers(8, 30)), [], []
    for _ in range(rng.integers(1, 4)):
        kernel, stride, pad = rng.integers([1, 1, 0], [4, 3, 2]).tolist()
        row = {"filters": 1, "kernel": [1, kernel], "stride": [1, stride], "pad": [0, pad]}
        layers.append(("conv", {**row, "floor": True}))
    sides = [after[2] for after in layer_shapes(layers, (1, 1, side))]
    return layers, side, int(rng.integers(sides[-1])), [side, *sides]


def sent_back(layers: list, side: int, place: int, sides: list[int]) -> list[int]:
    """The gradient of one number, where every weight is 1."""
    grad = np.zeros((1, 1, 1, sides[-1]))
    grad[..., place] = 1
    for (_, row), wide in zip(reversed(layers), reversed(sides[:-1]), strict=True):
        x, ones = np.zeros((1, 1, 1, wide)), np.ones((1, 1, *row["kernel"]))
        grad, _, _ = conv2d_backward_plain(grad, x, ones, tuple(row["stride"]), tuple(row["pad"]))
    return grad[0, 0, 0].astype(int).tolist()


# --- networks at work -----------------------------------------------------------------------------

RUN = """(given) => given.map(([layers, params, shape, image]) =>
  module.forward(layers, module.unpackParams(params), { shape, values: Float32Array.from(image) })
    .map(({ shape, values }) => [shape, [...values]]))"""


def runnable(rng: np.random.Generator) -> tuple[list, list, tuple, np.ndarray]:
    """A small network with learned numbers, all its rows such as a page can run."""
    while True:
        rows, shape, _ = a_network(rng)
        kept, _ = fitting([row for row in rows if row[0] != "local_response_norm"], shape)
        if kept and max(map(np.prod, layer_shapes(kept, shape))) < 2000:
            params = networks.initialize(kept, shape, rng, np.float64)
            learned = [{name: spread(rng, own) for name, own in row.items()} for row in params]
            return kept, learned, shape, rng.normal(size=shape)


def spread(rng: np.random.Generator, values: np.ndarray) -> np.ndarray:
    """Other numbers of the same shape, above 0 and such as one byte holds."""
    levels = rng.integers(1, LEVELS, values.shape)
    levels.flat[0] = LEVELS
    return levels / LEVELS


def test_networks_at_work_give_what_the_reference_gives(module):
    page = module(exported("forward.mjs", "forward, unpackParams"))
    rng = np.random.default_rng(26)
    drawn = [runnable(rng) for _ in range(40)]
    given = [
        (
            rows,
            [{n: packed(v) for n, v in own.items()} for own in params],
            shape,
            x.ravel().tolist(),
        )
        for rows, params, shape, x in drawn
    ]
    found = page.evaluate(RUN, json.loads(json.dumps(given)))
    for (rows, params, _, x), outputs in zip(drawn, found, strict=True):
        right = networks.forward(rows, params, x[np.newaxis])[0]
        shape, values = outputs[-1]
        assert tuple(shape) == right.shape, rows
        assert np.allclose(values, right.ravel(), rtol=1e-4, atol=1e-4), rows


def exported(file: str, names: str) -> str:
    """A module with all that it imports, as one that exports some names."""
    return f'{joined(file)}\nexport const {{ {names} }} = modules["{file}"];'


def test_digits_move_and_are_shuffled_as_in_the_reference(module):
    page = module(exported("readers.mjs", "moved, shuffled"))
    rng = np.random.default_rng(27)
    digit, order = rng.integers(0, 256, (28, 28)), rng.permutation(784)
    ways = [(0, 0), (3, -2), (-28, 1), (12, 12), (-5, 30)]
    found = page.evaluate(
        """([pixels, ways, order]) => ways.map(([down, right]) => {
          const there = module.moved(pixels, down, right);
          return [[...there], [...module.shuffled(there, order)]];
        })""",
        [digit.ravel().tolist(), ways, order.tolist()],
    )
    for way, (there, mixed) in zip(ways, found, strict=True):
        right = shift_images(digit[None, None], *way)
        assert there == right.ravel().tolist()
        assert mixed == permute_pixels(right, order).ravel().tolist()
