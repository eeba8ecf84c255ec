"""The whole of VGG-16, on one image: time, agreement, and memory beside the weights."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import nn

from autograder.reference import use_threads, vgg_forward, vgg_layers

from .measure import Row, against_torch, in_turn, table

FORMS = ("torch", "torch, channels last", "numpy")
INPUT = (3, 224, 224)


def measure(threads: int, seconds: float) -> list[Row]:
    torch.set_num_threads(threads)
    params = random_params()
    forms = {name: make_form(name, params) for name in FORMS}
    with use_threads(threads):
        times = in_turn(forms, seconds)
        scores = {name: form().ravel() for name, form in forms.items()}
    expected = scores["torch"]
    error = np.abs(scores["numpy"] - expected).max() / np.abs(expected).max()
    same = "yes" if scores["numpy"].argmax() == expected.argmax() else "no"
    return [
        {
            "threads": str(threads),
            **against_torch(times),
            "relative error": f"{error:.1e}",
            "same top-1": same,
        }
    ]


def measure_memory(form: str) -> float:
    """Give what one forward pass adds, in MiB, at its peak, to what the process holds."""
    torch.set_num_threads(1)
    run = make_form(form, random_params())
    torch.ones(8) @ torch.ones(8)
    np.ones((300, 300), np.float32) @ np.ones((300, 300), np.float32)
    Path("/proc/self/clear_refs").write_text("5")  # forget the peak so far
    before = _status("VmRSS")
    run()
    run()
    return (_status("VmHWM") - before) / 1024


def report(rows: list[Row], threads: int) -> str:
    return table(rows)


def random_params() -> list[dict[str, np.ndarray]]:
    """Draw He-scaled weights in float32, without the detour of `initialize` over float64."""
    rng = np.random.default_rng(0)
    channels, side = INPUT[0], INPUT[1]
    features = 0
    params = []
    for kind, options in vgg_layers(16):
        learned = {}
        if kind == "conv":
            shape = (options["filters"], channels, options["kernel"], options["kernel"])
            channels = options["filters"]
        elif kind == "fully_connected":
            shape = (options["units"], features or channels * side * side)
            features = options["units"]
        if kind in ("conv", "fully_connected"):
            weights = rng.standard_normal(shape, np.float32)
            weights *= np.sqrt(2 / np.prod(shape[1:])).astype(np.float32)
            learned = {"weights": weights, "bias": np.zeros(shape[0], np.float32)}
        side //= 2 if kind == "max_pool" else 1
        params.append(learned)
    return params


def make_form(name: str, params: list[dict[str, np.ndarray]]):
    """Give a function that scores one image."""
    x = np.random.default_rng(1).standard_normal((1, *INPUT), np.float32)
    layers = vgg_layers(16)
    if name == "numpy":
        return lambda: vgg_forward(layers, params, x)
    layout = torch.channels_last if "last" in name else torch.contiguous_format
    network = nn.Sequential(*map(_torch_layer, layers, params)).eval()
    network = network.to(memory_format=layout)
    images = torch.from_numpy(x).to(memory_format=layout)

    @torch.inference_mode()
    def run():
        return network(images).numpy()

    return run


def _torch_layer(row, learned):
    kind, options = row
    match kind:
        case "conv":
            filters, channels, kernel, _ = learned["weights"].shape
            layer = nn.Conv2d(channels, filters, kernel, padding=options.get("pad", 0))
        case "fully_connected":
            layer = nn.Linear(*learned["weights"].shape[::-1], device="meta")
        case "max_pool":
            return nn.MaxPool2d(options["size"], options.get("stride"))
        case "relu":
            return nn.ReLU(inplace=True)
        case "flatten":
            return nn.Flatten()
        case "dropout":
            return nn.Identity()
    layer.weight = nn.Parameter(torch.from_numpy(learned["weights"]), requires_grad=False)
    layer.bias = nn.Parameter(torch.from_numpy(learned["bias"]), requires_grad=False)
    return layer


def _status(field: str) -> float:
    """Read a field of this process's status, in KiB."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(field):
            return float(line.split()[1])
    raise LookupError(f"/proc/self/status has no {field}")
