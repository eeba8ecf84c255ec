"""The explorers' arithmetic is the course's reference, on a thousand random settings each."""

from __future__ import annotations

import json

import numpy as np
import pytest

from autograder.figures.explorers.page import FOLDER
from autograder.reference import apply_filter, convolve2d, cross_correlate2d
from autograder.reference.geometry import conv_output_size

SETTINGS = 1000


@pytest.fixture
def answers(module):
    """What the module answers to all settings at once, as JSON: that is quick."""
    page = module((FOLDER / "arithmetic.mjs").read_text(encoding="utf-8"))

    def ask(expression: str, settings: list) -> list:
        call = f"(text) => JSON.stringify(JSON.parse(text).map({expression}))"
        return json.loads(page.evaluate(call, json.dumps(settings)))

    return ask


def sides(rng: np.random.Generator) -> list[dict[str, int]]:
    lows, highs = [1, 1, 0, 0, 1], [17, 12, 6, 6, 11]
    names = ("size", "kernel", "before", "after", "stride")
    drawn = rng.integers(lows, highs, size=(SETTINGS, 5)).tolist()
    return [dict(zip(names, side, strict=True)) for side in drawn]


def test_sizes_remainders_and_counts_of_reads(answers):
    drawn = sides(np.random.default_rng(24))
    found = answers("(side) => [module.outputSize(side), module.readCounts(side)]", drawn)
    for side, (size, counts) in zip(drawn, found, strict=True):
        assert size == right_size(**side), side
        assert counts == right_counts(**side), side


def right_size(size: int, kernel: int, before: int, after: int, stride: int) -> dict:
    """What the reference says of a side whose padding lies in its size already."""
    total = size + before + after
    if kernel > total:
        return {"places": 0, "left": 0, "fits": False}
    places = conv_output_size(total, kernel, stride=stride, floor=True)
    try:
        conv_output_size(total, kernel, stride=stride)
    except ValueError:
        return {"places": places, "left": (total - kernel) % stride, "fits": False}
    return {"places": places, "left": 0, "fits": True}


def right_counts(size: int, kernel: int, before: int, after: int, stride: int) -> list[int]:
    counts = np.zeros(size + before + after, int)
    for start in range(0, len(counts) - kernel + 1, stride):
        counts[start : start + kernel] += 1
    return counts.tolist()


def test_which_places_read_a_pixel(answers):
    drawn = sides(np.random.default_rng(25))
    found = answers(
        """(side) => {
          const pixels = Array.from({ length: module.padded(side) }, (_, at) => at);
          return pixels.map((at) => module.placesReading(side, at).length);
        }""",
        drawn,
    )
    assert found == [right_counts(**side) for side in drawn]


@pytest.mark.parametrize(
    ("asked", "reference"), [("crossCorrelate", cross_correlate2d), ("convolve", convolve2d)]
)
def test_maps_with_padding_and_stride(asked, reference, answers):
    rng = np.random.default_rng(26)
    drawn = [random_layer(rng) for _ in range(SETTINGS)]
    found = answers(
        f"""({{ image, kernel, pad, fill, stride }}) =>
          module.{asked}(module.framed(image, pad, () => fill), kernel, stride)""",
        drawn,
    )
    for layer, map_ in zip(drawn, found, strict=True):
        down, across = layer["stride"]
        right = reference(framed(layer), np.array(layer["kernel"]))[::down, ::across]
        assert np.allclose(map_, right, rtol=1e-12), layer


def random_layer(rng: np.random.Generator) -> dict:
    height, width, kernel_h, kernel_w = rng.integers([3, 3, 1, 1], [9, 9, 4, 4])
    pad = dict(zip(("top", "bottom", "left", "right"), rng.integers(0, 3, 4).tolist(), strict=True))
    return {
        "image": rng.normal(size=(height, width)).tolist(),
        "kernel": rng.normal(size=(kernel_h, kernel_w)).tolist(),
        "pad": pad,
        "fill": float(rng.integers(-3, 4)),
        "stride": rng.integers(1, 4, 2).tolist(),
    }


def framed(layer: dict) -> np.ndarray:
    pad = layer["pad"]
    sides = ((pad["top"], pad["bottom"]), (pad["left"], pad["right"]))
    return np.pad(np.array(layer["image"]), sides, constant_values=layer["fill"])


def test_maps_of_several_channels_and_their_sum(answers):
    rng = np.random.default_rng(27)
    drawn = [random_filter(rng) for _ in range(SETTINGS)]
    found = answers(
        """([image, weights]) => {
          const maps = image.map((channel, c) => module.crossCorrelate(channel, weights[c]));
          return maps[0].map((row, i) => row.map((_, j) => module.sumOf(maps, i, j)));
        }""",
        drawn,
    )
    for (image, weights), map_ in zip(drawn, found, strict=True):
        assert np.allclose(map_, apply_filter(np.array(image), np.array(weights), 0.0))


def random_filter(rng: np.random.Generator) -> list:
    depth, height, width, kernel_h, kernel_w = rng.integers([1, 7, 7, 1, 1], [4, 11, 11, 8, 8])
    image = rng.integers(0, 256, size=(depth, height, width)).tolist()
    return [image, rng.normal(size=(depth, kernel_h, kernel_w)).tolist()]


def test_descent_takes_the_steps_that_the_error_of_the_map_asks_for(answers):
    rng = np.random.default_rng(28)
    image, secret, start = rng.normal(size=(12, 14)), rng.normal(size=(3, 3)), rng.normal(size=9)
    target = cross_correlate2d(image, secret)
    [[rate, weights]] = answers(
        """([image, target, start]) => {
          const equations = module.normalEquations(image, 3, 3, target);
          return [equations.rate, module.descend(equations, start, 50)];
        }""",
        [[image.tolist(), target.tolist(), start.tolist()]],
    )
    for _ in range(50):
        error = cross_correlate2d(image, start.reshape(3, 3)) - target
        slope = [np.mean(error * image[u : u + 10, v : v + 12]) for u in range(3) for v in range(3)]
        start = start - rate * np.array(slope)
    assert np.allclose(weights, start)
