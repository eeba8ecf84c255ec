"""One lack costs the part that is named after it; the printed formula is judged as it stands."""

import numpy as np
import pytest

from autograder import reference
from autograder.exercises import find
from autograder.judging import judge

SEEDS = (3, 4)


def lost(exercise, answer, seed=3):
    verdict = judge(exercise, answer, hidden=True, seed=seed)
    return [facet.facet for facet in verdict.facets if not facet.passed], verdict


def whole(number):
    if isinstance(number, tuple):
        raise TypeError("unsupported operand type(s) for -: 'int' and 'tuple'")
    return number


def lacks_of(pool):
    """Poolings that are right but for one thing each."""
    return {
        "default": lambda x, size, stride=1: pool(x, size, stride),
        "stride": lambda x, size, stride=None: pool(x, size),
        "pair": lambda x, size, stride=None: pool(x, whole(size), whole(stride)),
        "batch": lambda x, *others: np.repeat(pool(x[:1], *others), len(x), axis=0),
        "refused": lambda x, size, stride=None: pool(x, size, stride, floor=True),
        "dtype": lambda *arguments: pool(*arguments).astype(np.float64),
    }


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("pool", [reference.max_pool2d, reference.average_pool2d])
@pytest.mark.parametrize("part", lacks_of(None))
def test_a_pooling_with_one_lack_loses_the_part_of_that_name(pool, part, seed):
    exercise = pool.__name__.replace("_", "-")
    parts, verdict = lost(exercise, lacks_of(pool)[part], seed)
    assert parts == [part]
    assert verdict.points == pytest.approx(verdict.max_points * 13 / 14, abs=0.01)


@pytest.mark.parametrize("seed", range(12))
def test_a_maximum_that_starts_from_0_loses_the_negative_windows_on_every_draw(seed):
    def from_zero(x, size, stride=None):
        return np.maximum(reference.max_pool2d(x, size, stride), 0)

    assert lost("max-pool2d", from_zero, seed)[0] == ["negative"]


RELUS = {
    "what is small is dropped": lambda x: np.where(x > 0.5, x, 0).astype(x.dtype),
    "what is large is cut": lambda x: np.clip(x, 0, 30).astype(x.dtype),
    "a leak that is too small to see": lambda x: np.where(x > 0, x, 1e-4 * x).astype(x.dtype),
}


@pytest.mark.parametrize("wrong", RELUS)
def test_a_wrong_relu_earns_the_same_on_every_draw(wrong):
    points = {judge("relu", RELUS[wrong], hidden=True, seed=seed).points for seed in range(12)}
    assert points == {0.0}


def test_an_eps_that_is_left_out_costs_the_eps_alone():
    def without_eps(x, gamma, beta, eps=1e-5):
        return reference.batch_normalize(x, gamma, beta, 1e-300)

    assert lost("batch-normalize", without_eps)[0] == ["eps"]


def test_an_even_channel_that_is_divided_by_0_is_told_that_eps_is_missing():
    def without_eps(x, gamma, beta, eps=1e-5):
        mean, variance = x.mean((0, 2, 3), keepdims=True), x.var((0, 2, 3), keepdims=True)
        with np.errstate(all="ignore"):
            even = (x - mean) / np.sqrt(variance)
        return gamma[:, None, None] * even + beta[:, None, None]

    parts, verdict = lost("batch-normalize", without_eps)
    assert parts == ["eps"]
    assert verdict.mistake == "eps left out"


RUNNING = {
    "default momentum 0.1": ("update-running-statistics", "default"),
    "one mean for everything": ("update-running-statistics", "channels"),
    "eps ignored": ("batch-normalize-inference", "eps"),
    "shifted before scaled": ("batch-normalize-inference", "scale"),
    "first channel's statistics for all": ("batch-normalize-inference", "channels"),
}


@pytest.mark.parametrize("name", RUNNING)
def test_a_lack_in_the_statistics_that_run_costs_its_part_alone(name):
    exercise, part = RUNNING[name]
    (answer,) = [mistake.answer for mistake in find(exercise).mistakes if mistake.name == name]
    assert lost(exercise, answer)[0] == [part]
    assert not judge(exercise, answer).passed


def test_statistics_written_in_place_are_told_and_cost_nothing():
    def in_place(running_mean, running_var, x, momentum=0.9):
        running_mean *= momentum
        running_mean += (1 - momentum) * x.mean(axis=(0, 2, 3))
        running_var *= momentum
        running_var += (1 - momentum) * x.var(axis=(0, 2, 3), ddof=1)
        return running_mean, running_var

    parts, verdict = lost("update-running-statistics", in_place)
    assert parts == ["untouched"]
    assert verdict.points == verdict.max_points
    assert "Your function wrote to its input `running_mean` and `running_var`" in verdict.message


def test_gamma_and_beta_that_are_left_out_cost_the_scale_alone():
    def plain(x, gamma, beta, eps=1e-5):
        return reference.batch_normalize(x, np.ones_like(gamma), np.zeros_like(beta), eps)

    assert lost("batch-normalize", plain)[0] == ["scale"]


def test_a_window_over_channels_that_goes_round_costs_the_ends_alone():
    def going_round(x, n=5, k=2.0, alpha=1e-4, beta=0.75):
        shifts = range(-(n // 2), n // 2 + 1)
        sums = np.sum([np.roll(x * x, shift, axis=1) for shift in shifts], axis=0)
        return (x / (k + alpha * sums) ** beta).astype(x.dtype)

    assert lost("local-response-normalize", going_round)[0] == ["ends"]


def lengths(outputs):
    return np.linalg.norm(outputs.reshape(len(outputs), -1), axis=1)


def measured(change):
    """A sensitivity by `change(still, moved)`, of a layer's outputs."""

    def answer(layer, images, shift):
        return float(change(layer(images), layer(reference.shift_images(images, shift, shift))))

    return answer


def wrapped(layer, images, shift):
    still, moved = layer(images), layer(np.roll(images, (shift, shift), axis=(2, 3)))
    return float(np.mean(lengths(moved - still) / lengths(still)))


FORMULAS = {
    "one length for the whole batch": (
        "batch",
        measured(lambda still, moved: np.linalg.norm(moved - still) / np.linalg.norm(still)),
    ),
    "ratio of the means": (
        "batch",
        measured(lambda still, moved: lengths(moved - still).mean() / lengths(still).mean()),
    ),
    "wraps around": ("border", wrapped),
}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", FORMULAS)
def test_another_formula_than_the_printed_one_is_refused_by_name(name, seed):
    part, answer = FORMULAS[name]
    parts, verdict = lost("translation-sensitivity", answer, seed)
    assert parts == [part]
    assert verdict.mistake == name
    assert not judge("translation-sensitivity", answer).passed


def test_weights_of_two_images_are_not_taken_for_filters_of_one():
    def any_length(weights, input_shape):
        return weights.reshape(-1, *input_shape)

    assert lost("fully-connected-as-conv", any_length)[0] == ["refused"]
