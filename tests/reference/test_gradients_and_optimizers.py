import numpy as np
import pytest
import scipy

from autograder.reference import (
    numerical_gradient,
    one_cycle,
    reduce_on_plateau,
    sgd_momentum_step,
)


def wavy(x):
    return float(np.sum(np.sin(x) * np.cumsum(x)))


def test_central_differences_agree_with_scipy_and_leave_x_alone():
    x = np.random.default_rng(1).standard_normal(6)
    before = x.copy()
    ours = numerical_gradient(wavy, x)
    np.testing.assert_allclose(ours, scipy.optimize.approx_fprime(x, wavy), rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(x, before)


def test_they_are_central():
    # Forward differences of x² are off by h.
    assert numerical_gradient(lambda x: x.item() ** 2, np.array([3.0]), h=0.5) == pytest.approx(6)


def test_float32_is_nudged_with_care_and_given_back():
    x = np.full((2, 3), 1000, np.float32)
    gradient = numerical_gradient(lambda v: (v * v).sum(), x)
    assert gradient.dtype == np.float32 and gradient.shape == (2, 3)
    np.testing.assert_allclose(gradient, 2000, rtol=1e-5)


def test_a_step_follows_the_papers_rule_and_keeps_float32():
    rng = np.random.default_rng(2)
    w, g, v = rng.standard_normal((3, 4, 5)).astype(np.float32)
    before = w.copy(), v.copy()
    new_w, new_v = sgd_momentum_step(w, g, v, np.float64(0.1), momentum=0.8, weight_decay=0.01)
    np.testing.assert_allclose(new_v, 0.8 * v - 0.1 * (g + 0.01 * w), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(new_w, w + new_v, rtol=1e-6)
    assert new_w.dtype == new_v.dtype == np.float32
    np.testing.assert_array_equal(w, before[0])
    np.testing.assert_array_equal(v, before[1])


def test_momentum_rolls_into_the_bottom_of_a_bowl():
    w, v = np.array([5.0, -3.0]), np.zeros(2)
    for _ in range(300):
        w, v = sgd_momentum_step(w, 2 * w, v, lr=0.02)
    np.testing.assert_allclose(w, 0, atol=1e-4)


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        ([], 1.0),
        ([0.5], 1.0),
        ([0.5, 0.4, 0.3], 1.0),  # improving
        ([0.5, 0.6, 0.6], 1.0),  # two bad epochs are not three
        ([0.5, 0.6, 0.6, 0.6], 0.1),
        ([0.5, 0.6, 0.6, 0.6, 0.6], 1.0),  # not every epoch: the last drop was an epoch ago
        ([0.5, *[0.6] * 6], 0.1),
        ([0.5, 0.6, 0.6, 0.4, 0.5, 0.5], 1.0),  # the wait starts anew
        ([0.5, 0.5, 0.5, 0.5], 0.1),  # no better is no improvement
        ([0.5, np.nan, np.nan, np.nan], 0.1),
    ],
)
def test_the_rate_drops_when_validation_stops_improving(history, expected):
    assert reduce_on_plateau(history, 1.0) == pytest.approx(expected)


def test_patience_of_none_is_refused():
    with pytest.raises(ValueError, match="patience 0"):
        reduce_on_plateau([1.0], 0.1, patience=0)


def test_one_cycle_rises_to_its_peak_and_falls_to_nothing():
    rates = np.array([one_cycle(step, 100, peak=0.4) for step in range(100)])
    top = rates.argmax()
    assert rates[0] == pytest.approx(0.4 / 25) and rates.max() == pytest.approx(0.4, rel=1e-3)
    assert 28 <= top <= 31
    assert (np.diff(rates[: top + 1]) > 0).all() and (np.diff(rates[top:]) < 0).all()
    assert rates[-1] == pytest.approx(0)
