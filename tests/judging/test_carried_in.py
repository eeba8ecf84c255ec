"""Answers that somebody carried in, ready made, earn nothing; honest twins of them earn all."""

from __future__ import annotations

from functools import cache
from hashlib import md5

import numpy as np
import pytest

from autograder import judge
from autograder.exercises import Numbers, find
from autograder.exercises.digits import digits, disturbed
from autograder.exercises.lesson_06_lenet import train as training
from autograder.reference import networks, numerical_gradient

SEEDS = range(3)


def exact(image):
    return md5(image.tobytes()).digest()[:6]


def black_or_white(image):
    """What a little noise does not change, or hardly."""
    return np.packbits(image > 128).tobytes()


def thumbnail(image):
    return np.packbits(image.reshape(7, 4, 7, 4).mean(axis=(1, 3)) > 64).tobytes()


@pytest.mark.parametrize("checksum", [exact, black_or_white, thumbnail])
def test_a_table_of_all_digits_recognises_none_of_them(checksum):
    table = {
        checksum(image): label
        for part in ("", "held_out_")
        for image, label in zip(digits()[f"{part}images"], digits()[f"{part}labels"], strict=True)
    }

    def recognise_digits(images):
        return np.array([int(table.get(checksum(image), 0)) for image in images])

    for seed in SEEDS:
        assert judge("recognise-digits", recognise_digits, hidden=True, seed=seed).points == 0


def test_every_run_asks_for_digits_of_its_own():
    some = digits()["held_out_images"][:50]
    first, second = (disturbed(some, np.random.default_rng(seed)) for seed in (1, 2))
    again = disturbed(some, np.random.default_rng(1))
    assert np.array_equal(first, again)
    for one, other, own in zip(first, second, some, strict=True):
        assert len({one.tobytes(), other.tobytes(), own.tobytes()}) == 3
    assert np.abs(first.astype(int) - some).mean() < 20


@cache
def from_home():
    """A network that was trained at home, on the digits as they are."""
    rng = np.random.default_rng(0)
    images = training.half_size(digits()["images"][::3])
    labels = digits()["labels"][::3].astype(np.int64)
    start = networks.initialize(training.QUICK, images.shape[1:], rng)
    return training.train(training.QUICK, start, images, labels, rng, 5, 20, 0.05)[0]


def losses(epochs):
    return [2.0 * 0.5**epoch for epoch in range(epochs)]


def brought(layers, params, images, labels, rng, epochs=10, batch_size=64, learning_rate=0.05):
    """The weights from home, and a little of the generator's noise."""
    noisy = [
        {name: own + 1e-4 * rng.normal(size=own.shape) for name, own in row.items()}
        for row in from_home()
    ]
    return noisy, losses(epochs)


def renamed(layers, params, images, labels, rng, epochs=10, batch_size=64, learning_rate=0.05):
    """The weights from home, whose scores are put in the order that the labels ask for."""
    noisy, history = brought(layers, params, images, labels, rng, epochs)
    said = networks.predict(layers, noisy, images)
    order = [np.bincount(said[labels == k], minlength=10).argmax() for k in range(10)]
    noisy[-1] = {name: own[order] for name, own in noisy[-1].items()}
    return noisy, history


@pytest.mark.parametrize("answer", [brought, renamed])
def test_weights_from_home_are_worth_nothing(answer):
    plain = training.half_size(digits()["held_out_images"])
    known = networks.predict(training.QUICK, from_home(), plain) == digits()["held_out_labels"]
    assert known.mean() > 0.8
    for seed in SEEDS:
        verdict = judge("train", answer, hidden=True, seed=seed)
        assert verdict.points == 0, verdict.text


def test_what_is_learned_is_called_by_other_names_in_every_run():
    scripts = [training.Script.drawn(Numbers(seed).rng) for seed in range(5)]
    assert len({script.names.tobytes() for script in scripts}) == 5
    assert len({script.places for script in scripts}) == 5


def test_a_gradient_by_the_functions_name_earns_nothing():
    known = {
        "half_square": lambda x: x,
        "sum_of_cubes": lambda x: 3 * x**2,
    }

    def by_name(f, x, h=1e-5):
        said = f"{f.__name__} {f.__qualname__} {f.__doc__} {f.__code__.co_name} {f!r}"
        return next((slope(x) for name, slope in known.items() if name in said), None)

    assert judge("numerical-gradient", by_name, hidden=True, seed=1).points == 0
    assert judge("numerical-gradient", numerical_gradient, hidden=True, seed=1).passed


def test_an_exercise_judged_by_learning_passes_its_own_reference():
    for name in ("train", "recognise-digits", "capstone"):
        assert judge(name, find(name).reference, hidden=True, seed=11).passed
