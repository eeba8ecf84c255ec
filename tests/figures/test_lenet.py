"""Figures of lesson 06: words, bytes, inputs left alone, and the numbers that they tell."""

from __future__ import annotations

import numpy as np

from autograder.figures import lenet as figures
from autograder.figures import lenet_experiments as experiments

RNG = np.random.default_rng(6)
TABLE = [
    ("conv", {"filters": 3, "kernel": 2}),
    ("relu", {}),
    ("flatten", {}),
    ("fully_connected", {"units": 4}),
]
SHAPES = [(3, 4, 6), (3, 4, 6), (72,), (4,)]
LEARNED = [15, 0, 0, 292]
WORK = [288, 0, 0, 288]
STAGES = {
    "image": RNG.random((1, 5, 7)),
    "maps": RNG.random((3, 4, 6)),
    "units": RNG.random(20),
    "scores": np.array([1.0, 3.0, -2.0]),
}
RUNS = {"one": np.array([[0.5, 0.7], [0.8, 0.9]]), "other": np.array([[0.4, 0.4], [0.6, 0.8]])}
RESULTS = {"digits": {"one": 0.98, "other": 0.95}, "clothes": {"one": 0.8, "other": 0.875}}

TRIALS = {
    (0.5, 0.1): ([2.3, 2.2, 0.5], 0.8),
    (0.5, 1.0): ([2.3, 2.31, 2.302], 0.1),
    (2.0, 0.1): ([4e7, 0.2, 0.1], 0.9),
    (2.0, 1.0): ([5.0, np.inf, np.nan], 0.1),
}

FIGURES = {
    "grid_of_losses": (experiments.grid_of_losses, (TRIALS,)),
    "told_and_true": (experiments.told_and_true, ({"a": [(0.1, 0.2), (0.3, 0.2)]}, "See.")),
    "confusion": (figures.confusion, (np.array([[7, 0, 1], [2, 9, 0], [0, 0, 12]]),)),
    "architecture": (figures.architecture, (TABLE, (1, 5, 7), SHAPES)),
    "connections": (figures.connections, ([[0, 1], [1, 2], [0, 1, 2]], 3)),
    "bells": (figures.bells, ({"a": 25, "b": 400},)),
    "bells with weights": (
        figures.bells,
        ({"a": 25, "b": 400}, {"a": RNG.normal(size=(2, 25)), "b": RNG.normal(size=(3, 400))}),
    ),
    "through": (figures.through, (STAGES, "abc")),
    "contest": (figures.contest, (RESULTS, "See.")),
    "by_count": (figures.by_count, ([10, 100], RUNS, "digits", "See.")),
}


def test_rows_that_leave_the_shape_alone_are_not_drawn():
    assert "relu" not in figures.architecture(TABLE, (1, 5, 7), SHAPES).alt


def test_costs_tell_every_count_its_share_and_the_sum():
    lines = figures.costs(TABLE, SHAPES, LEARNED, WORK).text.splitlines()
    assert lines[1].split() == ["conv", "3×4×6", "15", "(4.9%)", "288", "(50.0%)"]
    assert lines[5].split() == ["in", "all", "307", "576"]


def test_an_epoch_takes_every_image_once():
    order = RNG.permutation(7)
    text = figures.epoch(order, 3).text
    batches = [line for line in text.splitlines() if line[:1] == " "]
    assert [len(line.split()) for line in batches] == [3, 3, 1]
    assert list(map(int, " ".join(batches).split())) == list(order)


def test_the_highest_score_is_named():
    assert "The highest score says b." in figures.through(STAGES, "abc").caption


def test_connections_are_counted_by_filter():
    picture = figures.connections([[0, 1], [1, 2], [0, 1, 2]], 3)
    assert picture.alt.endswith("per column: 2, 2, 3.")


def test_the_contest_tells_who_reads_how_much():
    picture = figures.contest(RESULTS, "See.")
    assert "digits: one 98.0%, other 95.0%; clothes: one 80.0%, other 87.5%." in picture.alt
    assert "one: 60%, 85%; other: 40%, 70%." in figures.by_count([1, 2], RUNS, "n", "See.").alt


def test_two_confusions_share_their_deepest_color():
    counts = np.array([[5, 1], [0, 6]])
    assert "the deepest 1 times" in figures.confusion(counts).caption
    assert "the deepest 47 times" in figures.confusion(counts, worst=47).caption
    assert figures.confusion(counts).image != figures.confusion(counts, worst=47).image


def test_how_each_training_went_is_said():
    said = experiments.grid_of_losses(TRIALS).alt
    for words in (
        "0.5 times He's, rate 0.1: reads 80%",
        "0.5 times He's, rate 1: learned nothing",
        "2 times He's, rate 0.1: reads 90%",
        "2 times He's, rate 1: diverged in epoch 2",
    ):
        assert words in said


def test_told_and_true_are_averaged():
    picture = experiments.told_and_true({"a": [(0.1, 0.2), (0.3, 0.4)]}, "See.")
    assert picture.alt == "Means of the runs. a: reported 20.0%, on new digits 30.0%."
