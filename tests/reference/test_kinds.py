"""Every kind of layer is what it says of itself, whichever kind it is."""

import re
from math import prod
from pathlib import Path

import numpy as np
import pytest

from autograder.reference import (
    activation_counts,
    backward,
    format_table,
    forward,
    forward_training,
    initialize,
    layer_receptive_fields,
    layer_shapes,
    multiply_adds,
    numerical_gradient,
    parameter_counts,
)
from autograder.reference.layers.kind import KINDS, Kind, full_options, kind_of

SHAPE = (4, 6, 7)
ROWS = {
    "conv": ("conv", {"filters": 6, "kernel": (3, 2), "stride": (1, 2), "pad": 1, "floor": True}),
    "max_pool": ("max_pool", {"size": 3, "stride": 2, "floor": True}),
    "average_pool": ("average_pool", {"size": (2, 3), "stride": 1}),
    "relu": ("relu", {}),
    "local_response_norm": ("local_response_norm", {"n": 3, "alpha": 0.1}),
    "batch_norm": ("batch_norm", {}),
    "dropout": ("dropout", {"rate": 0.3}),
    "flatten": ("flatten", {}),
    "fully_connected": ("fully_connected", {"units": 5}),
    "residual": ("residual", {"rows": [("conv", {"filters": 5, "kernel": 3, "pad": 1})]}),
}
pytestmark = pytest.mark.proved  # on a page of docs/, and the paths there

PAGE = Path(__file__).resolve().parents[2] / "docs" / "adding-layer.md"


def hold_to_its_word(row):
    """All that is true of any kind, on images that a convolution has made."""
    check_shapes_and_counts(row)
    check_forward(row)
    check_backward(row)


def drawn(row, rng):
    (learned,) = initialize([row], SHAPE, rng, np.float64)
    return {name: array + rng.uniform(0.1, 0.5, array.shape) for name, array in learned.items()}


def check_shapes_and_counts(row):
    rng = np.random.default_rng(1)
    learned = drawn(row, rng)
    (shape,) = layer_shapes([row], SHAPE)
    assert forward([row], [learned], rng.standard_normal((2, *SHAPE))).shape == (2, *shape)
    shapes = kind_of(row).parameter_shapes(SHAPE, full_options(row))
    assert all(learned[name].shape == shapes[name] for name in shapes)
    assert parameter_counts([row], SHAPE) == [sum(map(prod, shapes.values()))]
    assert activation_counts([row], SHAPE)[1] >= (0 if kind_of(row).in_place else prod(shape))
    assert multiply_adds([row], SHAPE)[0] >= 0
    assert len(layer_receptive_fields([row])) == 1
    assert row[0].replace("_", " ") in format_table([row], SHAPE)


def check_forward(row):
    """Alone, after a row that may be written over, and in mini-batches of another layout."""
    rng = np.random.default_rng(2)
    learned, x = drawn(row, rng), rng.standard_normal((3, *SHAPE))
    before = x.copy()
    out = forward([row], [learned], x)
    np.testing.assert_array_equal(x, before)
    same = ("max_pool", {"size": 1})
    np.testing.assert_allclose(forward([same, row], [{}, learned], x), out)
    rectified = forward([row, ("relu", {})], [learned, {}], x)
    np.testing.assert_allclose(rectified, np.maximum(out, 0), atol=1e-12)
    in_float32 = {name: array.astype(np.float32) for name, array in learned.items()}
    assert forward([row], [in_float32], x.astype(np.float32)).dtype == np.float32


def check_backward(row):
    rng = np.random.default_rng(3)
    first = ("conv", {"filters": SHAPE[0], "kernel": 1})
    layers = [first, row, ("flatten", {})]
    params = [drawn(first, rng), drawn(row, rng), {}]
    x = rng.standard_normal((3, *SHAPE))
    scores, tape = forward_training(layers, params, x, np.random.default_rng(4))
    weigh = rng.standard_normal(scores.shape)
    grads = backward(layers, params, tape, weigh.copy())
    learned = kind_of(row).parameter_shapes(SHAPE, full_options(row))
    assert grads[1].keys() == learned.keys()
    for place, name in [(0, "bias"), (0, "weights"), *((1, name) for name in learned)]:

        def loss(array, place=place, name=name):
            moved = [dict(some) for some in params]
            moved[place][name] = array
            again = forward_training(layers, moved, x, np.random.default_rng(4))[0]
            return float((again * weigh).sum())

        expected = numerical_gradient(loss, params[place][name])
        np.testing.assert_allclose(grads[place][name], expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", KINDS)
def test_a_kind_is_what_it_says(name):
    assert name in ROWS, f"give ROWS a row of the kind {name!r}"
    hold_to_its_word(ROWS[name])


@pytest.mark.parametrize("name", KINDS)
def test_a_row_written_out_and_at_its_simplest_is_the_same_row(name):
    row = ROWS[name]
    out = (name, kind_of(row).written_out(full_options(row)))
    assert layer_shapes([out], SHAPE) == layer_shapes([row], SHAPE)
    simplest = kind_of(row).simplest(SHAPE, full_options(row))
    assert parameter_counts([simplest], SHAPE) == parameter_counts([row], SHAPE)


def test_a_filter_as_large_as_its_image_is_at_its_simplest_a_unit():
    row = ("conv", {"filters": 5, "kernel": SHAPE[1:]})
    assert kind_of(row).simplest(SHAPE, full_options(row)) == ("fully_connected", {"units": 5})


@pytest.mark.parametrize("name", KINDS)
def test_a_kind_stands_in_a_file_of_its_own_or_its_familys(name):
    files = {type(kind).__module__ for kind in KINDS.values()}
    assert len(files) == len(KINDS) - 1  # both kinds of pooling share one
    assert type(KINDS[name]).__module__.startswith("autograder.reference.layers.")


def test_the_recipe_on_the_page_is_all_it_takes(monkeypatch):
    file, line = re.findall(
        r"^```\w*\n(.*?)^```", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE
    )
    name = re.search(r"layers/(\w+)\.py", PAGE.read_text("utf-8")).group(1)
    assert line == f"    {name},\n"
    monkeypatch.setitem(KINDS, name, None)
    package = "autograder.reference.layers"
    module = {"__package__": package, "__name__": f"{package}.{name}"}
    exec(compile(file, PAGE.name, "exec"), module)
    assert isinstance(KINDS[name], Kind)
    hold_to_its_word((name, {}))


def test_the_page_lists_what_is_there():
    text = PAGE.read_text("utf-8")
    for path in re.findall(r"`((?:autograder|tests)/[\w/.]+)`", text):
        assert (PAGE.parents[1] / path).exists() or "global_average_pool" in path, path
