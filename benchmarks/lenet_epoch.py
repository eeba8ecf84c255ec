"""One training step of LeNet-5, in torch and in the reference: forward, backward, SGD."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from autograder.reference import lenet_layers
from autograder.reference.networks import initialize
from autograder.reference.training import Recipe, sgd_step, zero_velocities

BATCH = 64
STEPS = 118  # an epoch of 7,500 digits


def torch_step(channels_last: bool):
    torch.manual_seed(0)
    pool = nn.MaxPool2d(2)
    net = nn.Sequential(
        *(nn.Conv2d(1, 6, 5), nn.ReLU(), pool, nn.Conv2d(6, 16, 5), nn.ReLU(), pool),
        *(nn.Flatten(), nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU()),
        nn.Linear(84, 10),
    )
    memory_format = torch.channels_last if channels_last else torch.contiguous_format
    net = net.to(memory_format=memory_format)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9, weight_decay=5e-4)
    measure = nn.CrossEntropyLoss()

    def step(images: np.ndarray, labels: np.ndarray) -> None:
        x = torch.from_numpy(images).contiguous(memory_format=memory_format)
        optimizer.zero_grad()
        measure(net(x), torch.from_numpy(labels)).backward()
        optimizer.step()

    return step


def numpy_step():
    layers, rng = lenet_layers(), np.random.default_rng(0)
    params = initialize(layers, (1, 32, 32), rng)
    velocities, recipe = zero_velocities(params), Recipe()

    def step(images: np.ndarray, labels: np.ndarray) -> None:
        nonlocal params
        _, params = sgd_step(layers, params, velocities, images, labels, 0.01, recipe, rng)

    return step
