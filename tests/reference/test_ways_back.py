"""The way back through a table, against central differences and the way back of training."""

import numpy as np

from autograder.reference import backward as backward_in_training
from autograder.reference import forward, forward_training, initialize, numerical_gradient
from autograder.reference.ways_back import backward

LAYERS = [
    ("conv", {"filters": 2, "kernel": 3, "stride": 2, "pad": 1}),
    ("relu", {}),
    ("average_pool", {"size": 2}),
    ("flatten", {}),
    ("fully_connected", {"units": 4}),
    ("relu", {}),
    ("fully_connected", {"units": 3}),
]


def network_and_gradient(images):
    rng = np.random.default_rng(1)
    params = initialize(LAYERS, (1, 7, 7), rng, dtype=np.float64)
    x, grad = rng.standard_normal((images, 1, 7, 7)), rng.standard_normal((images, 3))
    caches = [forward(LAYERS[:n], params[:n], x) for n in range(len(LAYERS))]
    return params, x, grad, caches


def test_the_gradient_of_the_images_is_the_slope_of_the_network():
    params, x, grad, caches = network_and_gradient(images=1)
    _, grad_x = backward(LAYERS, params, caches, grad)
    slope = numerical_gradient(lambda x: float((grad * forward(LAYERS, params, x)).sum()), x)
    np.testing.assert_allclose(grad_x, slope, atol=1e-7)


def test_the_gradients_of_the_rows_are_those_of_training():
    params, x, grad, caches = network_and_gradient(images=3)
    grads, _ = backward(LAYERS, params, caches, grad)
    _, tape = forward_training(LAYERS, params, x, np.random.default_rng(0))
    for ours, theirs in zip(grads, backward_in_training(LAYERS, params, tape, grad), strict=True):
        assert ours.keys() == theirs.keys()
        for name in ours:
            np.testing.assert_allclose(ours[name], theirs[name], atol=1e-10)
