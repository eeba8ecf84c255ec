"""Figures of lesson 05: words, bytes, inputs left alone, and the numbers that they tell."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.figures import backpropagation as figures

RNG = np.random.default_rng(5)
KERNEL = RNG.normal(size=(2, 3))
WALK = np.array([[2.0, 1.0], [0.5, 0.0], [-1.0, 0.5]])
SIDES = np.linspace(-2, 2, 9), np.linspace(-1, 1, 5)
MEMORY = {
    "activations": 3 * 2**30,
    "gradients": 3 * 2**30,
    "parameters": 2**20,
    "parameter_gradients": 2**20,
    "optimizer": 2**20,
    "total": 6 * 2**30 + 3 * 2**20,
}

FIGURES = {
    "one_step": (figures.one_step, (np.zeros((2, 3)), KERNEL, -KERNEL)),
    "nudges": (figures.nudges, ([0.1, 0.01], {"one side": [0.2, 0.02], "both": [0.1, 0.001]})),
    "found": (figures.found, ({"step 1": KERNEL}, 2 * KERNEL, "Found.")),
    "there_and_back": (
        figures.there_and_back,
        (
            {
                "image": (RNG.random((1, 6, 5)), RNG.normal(size=(1, 6, 5))),
                "conv": (RNG.normal(size=(3, 4, 3)), np.zeros((3, 4, 3))),
                "scores": (RNG.normal(size=4), RNG.normal(size=4)),
            },
            2,
        ),
    ),
    "ravine": (
        figures.ravine,
        (SIDES, 1 + np.add.outer(SIDES[1] ** 2, SIDES[0] ** 2), {"plain": WALK, "rolling": WALK}),
    ),
    "staircase": (
        figures.staircase,
        ({"rule": ([1, 0.5, 0.4], [0.1, 0.1, 0.01]), "still": ([1, 1, 1], [0.1] * 3)},),
    ),
    "memory_growth": (figures.memory_growth, ([1, 2], [MEMORY, MEMORY], {"a card": 2**32})),
}


def test_what_is_handed_back_is_what_the_chain_rule_says():
    image, kernel = RNG.integers(-3, 4, (3, 4)), RNG.integers(-3, 4, (2, 2))
    grad = RNG.integers(-3, 4, (2, 3))
    to_image, to_kernel = np.zeros_like(image), np.zeros_like(kernel)
    for a, b in np.ndindex(kernel.shape):  # by the weights, not by the places
        to_image[a : a + 2, b : b + 3] += grad * kernel[a, b]
        to_kernel[a, b] = np.sum(grad * image[a : a + 2, b : b + 3])
    text = figures.handed_back(image, kernel, grad).text.replace("−", "-")
    told = [block.splitlines() for block in text.split("\n\n") if "to the" in block][:3]
    numbers = [
        [int(word.strip("[]")) for line in rows if "window" not in line for word in line.split()]
        for _, *rows in told
    ]
    assert numbers == [to_image.ravel().tolist(), to_kernel.ravel().tolist(), [grad.sum()]]


def test_kernels_are_told_with_two_digits():
    picture = figures.found({"step 1": np.array([[-0.004, 1.257]])}, np.array([[-1, 2]]), "Found.")
    assert "step 1: 0 1.26." in picture.alt
    assert "the one sought: −1 2." in picture.alt


def test_the_staircase_tells_where_each_rate_goes_and_where_the_error_ends():
    picture = figures.staircase({"rule": ([1, 0.5, 0.5, 0.4], [1.0, 1.0, 0.1, 0.01])})
    assert "rule: the rate goes from 1 to 0.01, the error ends at 4.0e-01." in picture.alt


@pytest.mark.parametrize(
    ("count", "words"), [(512, "512 B"), (2**20, "1 MiB"), (1.5 * 2**30, "1.5 GiB")]
)
def test_bytes_are_written_for_people(count, words):
    assert figures.in_bytes(count) == words


def test_the_table_has_a_row_for_each_part():
    lines = figures.memory_table({"batch of 1": MEMORY}, "See.").text.splitlines()
    assert lines[1].split()[-2:] == ["3", "GiB"]
    assert lines[5].split()[-2:] == ["1", "MiB"]
    assert lines[6].split()[-2:] == ["6", "GiB"]


def test_slopes_their_filter_and_what_the_picture_gets_stand_side_by_side():
    picture = figures.stamped(
        np.array([[0, 7]]), np.array([[5, 6]]), np.array([[0, 35, 42]]), "See."
    )
    assert [line.split()[-1] for line in picture.text.splitlines() if "×" in line] == [
        "1×2",
        "1×2",
        "1×3",
    ]
    assert "35" in picture.text and "42" in picture.text
