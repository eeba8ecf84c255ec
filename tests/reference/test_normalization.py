import statistics

import numpy as np
import pytest
from onnx_node import run_node

from autograder.reference import (
    batch_normalize,
    batch_normalize_backward,
    batch_normalize_inference,
    batch_statistics,
    local_response_normalize,
    local_response_normalize_backward,
    numerical_gradient,
    update_running_statistics,
)
from autograder.reference.rows import full_options, kind_of


def test_local_response_normalization_agrees_with_onnxruntime():
    rng = np.random.default_rng(1)
    for _ in range(200):
        shape = tuple(rng.integers(1, 7, size=4) + np.array([0, 3, 0, 0]))
        x = (3 * rng.standard_normal(shape)).astype(np.float32)
        n = int(rng.choice([1, 3, 5, 7]))
        k, alpha, beta = rng.uniform(0.5, 3), rng.uniform(0.01, 0.5), rng.uniform(0.3, 1)
        # ONNX divides alpha by the size, as the paper does not.
        theirs = run_node("LRN", x, size=n, bias=k, alpha=alpha * n, beta=beta)
        ours = local_response_normalize(x, n, k, alpha, beta)
        assert ours.dtype == np.float32
        np.testing.assert_allclose(ours, theirs, rtol=2e-5, atol=1e-6)


def test_local_response_normalization_is_the_papers_formula():
    rng = np.random.default_rng(2)
    x = rng.standard_normal((2, 9, 3, 4))
    for n in (1, 2, 5, 30):
        expected = np.empty_like(x)
        for i in range(9):
            window = x[:, max(0, i - n // 2) : min(8, i + n // 2) + 1]
            expected[:, i] = x[:, i] / (2 + 1e-4 * (window**2).sum(axis=1)) ** 0.75
        np.testing.assert_allclose(local_response_normalize(x, n), expected, rtol=1e-12)


def test_local_response_gradient_agrees_with_central_differences():
    rng = np.random.default_rng(3)
    for n, shape in ((5, (2, 7, 2, 3)), (3, (1, 2, 3, 1)), (4, (1, 6, 1, 2))):
        x, grad = rng.standard_normal((2, *shape))
        constants = (n, 1.5, 0.3, 0.75)
        numeric = numerical_gradient(
            lambda nudged, grad=grad, constants=constants: np.vdot(
                grad, local_response_normalize(nudged, *constants)
            ),
            x,
        )
        ours = local_response_normalize_backward(grad, x, *constants)
        np.testing.assert_allclose(ours, numeric, rtol=1e-6, atol=1e-8)


def test_batch_normalization_agrees_with_onnxruntime():
    rng = np.random.default_rng(4)
    for _ in range(200):
        shape = tuple(rng.integers(2, 7, size=4))
        x = (rng.uniform(0.5, 3) * rng.standard_normal(shape) + 2).astype(np.float32)
        gamma, beta, mean, variance = rng.uniform(0.5, 2, (4, shape[1])).astype(np.float32)
        np.testing.assert_allclose(
            batch_normalize_inference(x, gamma, beta, mean, variance),
            run_node("BatchNormalization", x, gamma, beta, mean, variance, epsilon=1e-5),
            rtol=1e-4,
            atol=1e-5,
        )
        statistics = batch_statistics(x)
        ours = batch_normalize(x, gamma, beta)
        assert ours.dtype == np.float32
        np.testing.assert_allclose(
            ours,
            run_node("BatchNormalization", x, gamma, beta, *statistics, epsilon=1e-5),
            rtol=1e-4,
            atol=1e-5,
        )


def test_a_normalized_batch_has_the_mean_and_spread_it_was_given():
    x = 5 + 3 * np.random.default_rng(5).standard_normal((8, 3, 4, 5))
    gamma, beta = np.array([1.0, 2.0, 3.0]), np.array([-1.0, 0.0, 1.0])
    mean, variance = batch_statistics(batch_normalize(x, gamma, beta, eps=0))
    np.testing.assert_allclose(mean, beta, atol=1e-12)
    np.testing.assert_allclose(variance, gamma**2)


@pytest.mark.parametrize(("shape", "axis"), [((4, 3, 2, 5), 1), ((6, 3), 1), ((3, 7), 0)])
def test_batch_normalization_gradients_agree_with_central_differences(shape, axis):
    rng = np.random.default_rng(6)
    x, grad = rng.standard_normal((2, *shape))
    gamma, beta = rng.standard_normal((2, shape[axis]))
    ours = batch_normalize_backward(grad, x, gamma, axis=axis)
    for position, gradient in enumerate(ours):
        arguments = [x, gamma, beta]

        def loss(nudged, position=position, arguments=arguments):
            changed = [*arguments[:position], nudged, *arguments[position + 1 :]]
            return np.vdot(grad, batch_normalize(*changed, axis=axis))

        numeric = numerical_gradient(loss, arguments[position])
        np.testing.assert_allclose(gradient, numeric, rtol=1e-6, atol=1e-8)


def test_statistics_that_run_follow_pythons_own_mean_and_variance():
    rng = np.random.default_rng(7)
    for _ in range(50):
        shape = tuple(rng.integers(1, 5, size=4) + np.array([1, 0, 0, 0]))
        x, momentum = rng.standard_normal(shape) + 3, float(rng.uniform())
        mean, variance = rng.uniform(0.5, 2, (2, shape[1]))
        ours = update_running_statistics(mean, variance, x, momentum)
        for channel in range(shape[1]):
            numbers = x[:, channel].ravel().tolist()
            for found, old, new in (
                (ours[0], mean, statistics.fmean(numbers)),
                (ours[1], variance, statistics.variance(numbers)),
            ):
                wanted = momentum * old[channel] + (1 - momentum) * new
                assert found[channel] == pytest.approx(wanted, rel=1e-12)


def test_statistics_that_run_keep_float32_and_what_they_were_given():
    kept = np.zeros(3, np.float32), np.ones(3, np.float32)
    x = np.random.default_rng(8).standard_normal((2, 3, 4, 5)).astype(np.float32)
    found = update_running_statistics(*kept, x)
    assert [values.dtype for values in found] == [np.float32, np.float32]
    assert not kept[0].any() and (kept[1] == 1).all()


def test_a_row_keeps_what_lesson_04_asks_for():
    x = np.random.default_rng(9).standard_normal((3, 2, 4, 5)) + 2
    row = ("batch_norm", {})
    learned = {"running_mean": np.array([0.5, 1.5]), "running_variance": np.array([2.0, 3.0])}
    kept = (x, *batch_statistics(x))
    found = kind_of(row).running(learned, kept, full_options(row))
    np.testing.assert_allclose(
        list(found.values()), update_running_statistics(*learned.values(), x)
    )


def test_a_row_takes_0_for_the_variance_of_a_single_number():
    row, learned = ("batch_norm", {}), {"running_mean": np.ones(2), "running_variance": np.ones(2)}
    x = np.array([[3.0], [4.0]])  # (C, N), as the fully connected rows keep it
    found = kind_of(row).running(learned, (x, *batch_statistics(x, axis=0)), full_options(row))
    np.testing.assert_allclose(found["running_variance"], [0.9, 0.9])


def test_the_variance_of_a_single_number_is_refused():
    with pytest.raises(ValueError, match="a channel of 1 number has no unbiased variance"):
        update_running_statistics(np.zeros(2), np.ones(2), np.ones((1, 2, 1, 1)))
