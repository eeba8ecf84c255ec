"""Pools, normalization, losses, steps and whole networks against torch."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from torch import nn

from autograder.reference import (
    LENET_INPUT,
    average_pool2d,
    average_pool2d_backward,
    backward,
    batch_normalize,
    batch_normalize_backward,
    batch_normalize_inference,
    forward,
    forward_training,
    initialize,
    lenet_layers,
    linear_backward,
    linear_scores,
    local_response_normalize,
    local_response_normalize_backward,
    max_pool2d,
    max_pool2d_backward,
    one_cycle,
    sgd_momentum_step,
    small_vgg_layers,
    softmax_cross_entropy,
    update_running_statistics,
)

torch.set_num_threads(1)
CASES = 200


def tensors(*arrays):
    return [torch.tensor(array, requires_grad=True) for array in arrays]


def close(ours, theirs, tolerance=1e-9):
    theirs = theirs.detach().numpy() if isinstance(theirs, torch.Tensor) else theirs
    np.testing.assert_allclose(ours, theirs, rtol=tolerance, atol=tolerance)


def random_pools(seed):
    rng = np.random.default_rng(seed)
    for number in range(CASES):
        size, stride = (tuple(map(int, rng.integers(1, 5, 2))) for _ in range(2))
        sides = size + np.array(stride) * rng.integers(0, 5, 2) + rng.integers(0, 3)
        x = rng.standard_normal((*rng.integers(1, 4, 2), *sides))
        yield (np.round(x) if number % 3 == 0 else x), size, stride, rng


def test_max_pool2d_and_its_gradient_ties_and_flooring_included():
    for x, size, stride, rng in random_pools(1):
        (theirs_x,) = tensors(x)
        theirs = F.max_pool2d(theirs_x, size, stride)
        ours = max_pool2d(x, size, stride, floor=True)
        close(ours, theirs, 0)
        grad = rng.standard_normal(ours.shape)
        theirs.backward(torch.tensor(grad))
        close(max_pool2d_backward(grad, x, size, stride, floor=True), theirs_x.grad)


def test_average_pool2d_and_its_gradient():
    for x, size, stride, rng in random_pools(2):
        (theirs_x,) = tensors(x)
        theirs = F.avg_pool2d(theirs_x, size, stride)
        ours = average_pool2d(x, size, stride, floor=True)
        close(ours, theirs)
        grad = rng.standard_normal(ours.shape)
        theirs.backward(torch.tensor(grad))
        close(average_pool2d_backward(grad, x.shape, size, stride, floor=True), theirs_x.grad)


def test_local_response_normalize_and_its_gradient():
    rng = np.random.default_rng(3)
    for _ in range(CASES):
        x, grad = rng.standard_normal((2, *rng.integers(1, 7, 4)))
        n = int(rng.choice([1, 3, 5, 7]))
        k, alpha, beta = rng.uniform(0.5, 2, 3)
        (theirs_x,) = tensors(x)
        # torch divides alpha by n, as the paper does not.
        theirs = F.local_response_norm(theirs_x, n, alpha * n, beta, k)
        theirs.backward(torch.tensor(grad))
        close(local_response_normalize(x, n, k, alpha, beta), theirs)
        close(local_response_normalize_backward(grad, x, n, k, alpha, beta), theirs_x.grad)


def test_batch_normalize_and_its_gradient():
    rng = np.random.default_rng(4)
    for _ in range(CASES):
        shape = tuple(rng.integers(2, 6, rng.choice([2, 4])))
        x, grad = rng.standard_normal((2, *shape))
        gamma, beta = rng.standard_normal((2, shape[1]))
        theirs_of = tensors(x, gamma, beta)
        theirs = F.batch_norm(theirs_of[0], None, None, *theirs_of[1:], training=True)
        theirs.backward(torch.tensor(grad))
        close(batch_normalize(x, gamma, beta), theirs)
        for ours, tensor in zip(batch_normalize_backward(grad, x, gamma), theirs_of, strict=True):
            close(ours, tensor.grad, 1e-7)


def test_statistics_that_run_and_the_layer_that_uses_them():
    rng = np.random.default_rng(10)
    for _ in range(CASES):
        x = rng.standard_normal(rng.integers(2, 6, 4))
        gamma, beta, mean, variance = rng.uniform(0.5, 2, (4, x.shape[1]))
        momentum = float(rng.uniform())
        kept = torch.tensor(mean), torch.tensor(variance)
        F.batch_norm(torch.tensor(x), *kept, training=True, momentum=1 - momentum)
        for ours, theirs in zip(
            update_running_statistics(mean, variance, x, momentum), kept, strict=True
        ):
            close(ours, theirs)
        theirs = F.batch_norm(*map(torch.tensor, (x, mean, variance, gamma, beta)))
        close(batch_normalize_inference(x, gamma, beta, mean, variance), theirs)


def test_linear_scores_and_their_loss():
    rng = np.random.default_rng(5)
    for _ in range(CASES):
        batch, inputs, classes = rng.integers(1, 8, 3)
        x, weights = rng.standard_normal((batch, inputs)), rng.standard_normal((classes, inputs))
        bias, labels = rng.standard_normal(classes), rng.integers(classes, size=batch)
        theirs_of = tensors(x, weights, bias)
        theirs = F.cross_entropy(F.linear(*theirs_of), torch.tensor(labels))
        theirs.backward()
        loss, grad = softmax_cross_entropy(linear_scores(x, weights, bias), labels)
        assert loss == pytest.approx(theirs.item())
        for ours, tensor in zip(linear_backward(grad, x, weights), theirs_of, strict=True):
            close(ours, tensor.grad)


def test_sgd_momentum_step_at_a_steady_rate():
    rng = np.random.default_rng(6)
    weights = rng.standard_normal((3, 4))
    (theirs,) = tensors(weights)
    optimizer = torch.optim.SGD([theirs], lr=0.05, momentum=0.9, weight_decay=0.01)
    velocity = np.zeros_like(weights)
    for _ in range(20):
        grad = rng.standard_normal(weights.shape)
        theirs.grad = torch.tensor(grad)
        optimizer.step()
        weights, velocity = sgd_momentum_step(weights, grad, velocity, 0.05, 0.9, 0.01)
        close(weights, theirs)


def test_one_cycle():
    steps = 50
    optimizer = torch.optim.SGD(tensors(np.zeros(1)), lr=0.1)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, 0.4, steps, cycle_momentum=False, final_div_factor=1e9
    )
    for step in range(steps):
        assert one_cycle(step, steps, 0.4) == pytest.approx(
            schedule.get_last_lr()[0], rel=0.12, abs=1e-9
        )
        optimizer.step()
        if step < steps - 1:
            schedule.step()


def torch_network(layers, params):
    modules = []
    for (kind, options), learned in zip(layers, params, strict=True):
        if kind == "conv":
            filters, channels, *_ = learned["weights"].shape
            modules.append(
                nn.Conv2d(channels, filters, options["kernel"], padding=options.get("pad", 0))
            )
        elif kind == "fully_connected":
            modules.append(nn.Linear(*learned["weights"].shape[::-1]))
        else:
            modules.append(
                {
                    "relu": nn.ReLU,
                    "flatten": nn.Flatten,
                    "dropout": nn.Identity,
                    "max_pool": lambda options=options: nn.MaxPool2d(options["size"]),
                }[kind]()
            )
        if learned:
            modules[-1].weight = nn.Parameter(torch.tensor(learned["weights"]))
            modules[-1].bias = nn.Parameter(torch.tensor(learned["bias"]))
    return nn.Sequential(*modules)


@pytest.mark.parametrize(
    ("layers", "input_shape"), [(lenet_layers(), LENET_INPUT), (small_vgg_layers(), (1, 28, 28))]
)
def test_networks_forward_and_backward(layers, input_shape):
    layers = [row for row in layers if row[0] != "dropout"]
    rng = np.random.default_rng(7)
    params = initialize(layers, input_shape, rng, np.float64)
    x, labels = rng.standard_normal((6, *input_shape)), rng.integers(10, size=6)
    network = torch_network(layers, params)
    theirs = network(torch.tensor(x))
    F.cross_entropy(theirs, torch.tensor(labels)).backward()

    close(forward(layers, params, x), theirs)
    scores, tape = forward_training(layers, params, x, rng)
    close(scores, theirs)
    _, grad = softmax_cross_entropy(scores, labels)
    for ours, module in zip(backward(layers, params, tape, grad), network, strict=True):
        if ours:
            close(ours["weights"], module.weight.grad)
            close(ours["bias"], module.bias.grad)
