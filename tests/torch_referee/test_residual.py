"""Residual rows against torch: forward, backward and running statistics."""

import numpy as np
import pytest
import torch
from torch import nn

from autograder.reference import backward, forward, forward_training, initialize
from autograder.reference.rows import full_options, kind_of

torch.set_num_threads(1)
SHAPE = (4, 9, 7)
NORM, RELU = ("batch_norm", {}), ("relu", {})


def conv(filters, stride=1):
    options = {"filters": filters, "kernel": 3, "pad": 1, "stride": stride, "floor": True}
    return ("conv", options)


BLOCKS = {
    "plain": [conv(4), RELU, conv(4)],
    "post-activation": [conv(4), NORM, RELU, conv(4), NORM],
    "pre-activation": [NORM, RELU, conv(4), NORM, RELU, conv(4)],
    "larger steps": [conv(6, stride=2), NORM, RELU, conv(6), NORM],
    "uneven steps": [conv(5, stride=(1, 2)), RELU, conv(6, stride=(2, 1))],
    "one in another": [conv(6, stride=2), ("residual", {"rows": [RELU, conv(6), NORM]})],
}


class TorchBlock(nn.Module):
    """y = rows(x) + shortcut(x), of torch's own layers, with our parameters put in."""

    def __init__(self, rows, learned, channels):
        super().__init__()
        self.rows, self.shortcut = nn.Sequential(), nn.Identity()
        first, stride = channels, np.array([1, 1])
        for number, (kind, options) in enumerate(rows):
            here = own(learned, number)
            if kind == "conv":
                layer = nn.Conv2d(channels, options["filters"], 3, options["stride"], padding=1)
                channels, stride = options["filters"], stride * options["stride"]
            elif kind == "batch_norm":
                layer = nn.BatchNorm2d(channels)
            elif kind == "residual":
                layer = TorchBlock(options["rows"], here, channels)
            else:
                layer = nn.ReLU()
            put_in(layer, here)
            self.rows.append(layer)
        projection = own(learned, "projection")
        if channels != first or stride.tolist() != [1, 1]:
            self.shortcut = nn.Conv2d(first, channels, 1, tuple(stride.tolist()))
            put_in(self.shortcut, projection)
        else:
            assert not projection

    def forward(self, x):
        return self.rows(x) + self.shortcut(x)

    def gradients(self):
        """Name the gradients as a residual row names what it learns."""
        named = {}
        parts = [*enumerate(self.rows), ("projection", self.shortcut)]
        for place, layer in parts:
            if isinstance(layer, TorchBlock):
                inner = layer.gradients()
            elif any(True for _ in layer.parameters()):
                inner = {"weights": layer.weight.grad, "bias": layer.bias.grad}
            else:
                inner = {}
            named |= {f"{place}.{name}": grad for name, grad in inner.items()}
        return named


def own(learned, place):
    start = f"{place}."
    return {k.removeprefix(start): v for k, v in learned.items() if k.startswith(start)}


def put_in(layer, learned):
    if "weights" in learned:
        layer.weight = nn.Parameter(torch.tensor(learned["weights"]))
        layer.bias = nn.Parameter(torch.tensor(learned["bias"]))
    if "running_mean" in learned:
        layer.running_mean = torch.tensor(learned["running_mean"])
        layer.running_var = torch.tensor(learned["running_variance"])


def close(ours, theirs):
    np.testing.assert_allclose(ours, theirs.detach().numpy(), rtol=1e-8, atol=1e-8)


def drawn(row, rng):
    (learned,) = initialize([row], SHAPE, rng, np.float64)
    for name, array in learned.items():
        if not name.endswith("weights"):
            array[...] = rng.uniform(0.5, 1.5, array.shape)
    return learned


@pytest.mark.parametrize("name", BLOCKS)
def test_a_residual_row_in_use(name):
    rng = np.random.default_rng(1)
    row = ("residual", {"rows": BLOCKS[name]})
    learned = drawn(row, rng)
    x = rng.standard_normal((3, *SHAPE))
    block = TorchBlock(BLOCKS[name], learned, SHAPE[0]).eval()
    close(forward([row], [learned], x), block(torch.tensor(x)))


@pytest.mark.parametrize("name", BLOCKS)
def test_a_residual_row_in_training(name):
    rng = np.random.default_rng(2)
    # A row that learns comes first, so that the block's own input has a gradient to give.
    layers = [("batch_norm", {}), ("residual", {"rows": BLOCKS[name]}), ("flatten", {})]
    learned = drawn(layers[1], rng)
    first = {name: np.ones(SHAPE[0]) for name in ("weights", "running_variance")}
    first |= {name: np.zeros(SHAPE[0]) for name in ("bias", "running_mean")}
    params = [first, learned, {}]
    x = rng.standard_normal((3, *SHAPE))

    block = TorchBlock(BLOCKS[name], learned, SHAPE[0])
    network = nn.Sequential(nn.BatchNorm2d(SHAPE[0]).double(), block, nn.Flatten())
    theirs = network(torch.tensor(x))
    scores, tape = forward_training(layers, params, x, rng)
    close(scores, theirs)

    grad = rng.standard_normal(scores.shape)
    theirs.backward(torch.tensor(grad))
    to_first, to_block, _ = backward(layers, params, tape, grad)
    close(to_first["weights"], network[0].weight.grad)
    close(to_first["bias"], network[0].bias.grad)
    gradients = block.gradients()
    assert to_block.keys() == gradients.keys()
    for key, ours in to_block.items():
        close(ours, gradients[key])

    running = kind_of(layers[1]).running(learned, tape[1], full_options(layers[1]))
    for number, layer in enumerate(block.rows):
        if isinstance(layer, nn.BatchNorm2d):
            close(running[f"{number}.running_mean"], layer.running_mean)
            close(running[f"{number}.running_variance"], layer.running_var)
