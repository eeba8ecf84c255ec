"""Figures of lesson 07: words, inputs left alone, and numbers that are what they say."""

from __future__ import annotations

import numpy as np
import pytest
import scipy

from autograder.figures import alexnet_and_zfnet as figures

ROWS = [
    ("conv", {"filters": 8, "kernel": 5, "stride": 2}),
    ("relu", {}),
    ("max_pool", {"size": 3, "stride": 2}),
    ("conv", {"filters": 6, "kernel": (3, 5), "pad": 1, "groups": 2}),
    ("flatten", {}),
    ("fully_connected", {"units": 4}),
]


def numbers(*shape: int) -> np.ndarray:
    return np.random.default_rng(sum(shape)).random(shape)


def errors(*seeds: float) -> dict[str, list[float]]:
    return {"test": [0.2 + seed for seed in seeds], "train": [0.1] * len(seeds)}


PHOTO = np.random.default_rng(0).integers(256, size=(32, 32, 3)).astype(np.uint8)

FIGURES = {
    "contest": (figures.contest, ({2010: ("a", 28.0), 2011: ("b", 16.0)}, 5.0, 2011)),
    "two_bars": (figures.two_bars, (ROWS, {"parameters": [2, 0, 0, 3, 0, 90]})),
    "towers": (figures.towers, (ROWS,)),
    "last_steps": (figures.last_steps, ([52, 53], 5, 2)),
    "folded": (figures.folded, ({"1": numbers(8, 8), "2": numbers(4, 4)}, "See.")),
    "shares": (figures.shares, ({"steps of 4": numbers(9)},)),
    "maps_of": (figures.maps_of, (PHOTO, {"layer 1": numbers(9, 5, 6)})),
    "favourites_of": (figures.favourites_of, ({"channel 1": [PHOTO, PHOTO]},)),
    "covered": (figures.covered, (PHOTO, PHOTO, {"channel 1": numbers(3, 3)}, 8, 11)),
    "projected": (figures.projected, ({"7": {"photo": PHOTO, "guided": numbers(3, 9, 8)}},)),
    "shuffled_from_above": (
        figures.shuffled_from_above,
        (["none", "5"], {"gradient": [1.0, 0.0], "guided": [1.0, 0.9]}),
    ),
    "together": (figures.together, ([1, 2], [0.2, 0.1], [0.1, 0.1], [0.3, 0.1], [0.2, 0.2, 0.1])),
    "trial": (
        figures.trial,
        ({"plain": errors(0, 1, 2, 3, 4), "more": errors(1, 2, 3, 4, 6)}, "plain"),
    ),
    "stairs": (figures.stairs, ({"a": (numbers(5, 4), np.array([[2, 2, 1, 1]] * 5))},)),
}


def test_towers_tell_which_layers_are_split():
    assert "layers 2 each tower" in figures.towers(ROWS).caption
    assert "Every filter" in figures.towers(ROWS[:3]).caption


@pytest.mark.parametrize(
    ("size", "words"), [(20, "= 8.5: 1 left over"), (21, "= 9: it fits"), (22, "= 9.5: 1 left")]
)
def test_steps_tell_what_is_left_over(size, words):
    assert words in figures.last_steps([size], kernel=5, stride=2, shown=15).alt
    assert "=" not in figures.last_steps([size], 5, 2, formula=False, shown=15).alt


def test_a_sheet_names_the_layers_that_do_more_than_pass_numbers_on():
    text = figures.sheet(ROWS, {"learns": [208, 0, 0, 366, 0, 1000]}, "See.").text
    assert [line.split("  ")[0].strip() for line in text.splitlines()[1:5]] == [
        "conv 8 of 5×5, stride 2",
        "max pool 3×3, stride 2",
        "conv 6 of 3×5, pad 1, 2 groups",
        "fully connected 4",
    ]
    assert "1,000" in text


def test_a_diff_counts_the_rows_that_differ():
    other = [ROWS[0], ROWS[1], ("max_pool", {"size": 2}), *ROWS[3:]]
    assert "1 of 4 rows differ" in figures.diff({"a": ROWS, "b": other}).text
    assert "0 of 4 rows differ" in figures.diff({"a": ROWS, "b": ROWS}).text


@pytest.mark.parametrize("runs", [5, 7])
def test_the_interval_is_students(runs):
    change = np.random.default_rng(runs).normal(size=runs)
    error = change.std(ddof=1) / np.sqrt(runs)
    wanted = scipy.special.stdtrit(runs - 1, 0.975) * error
    assert figures.interval(change) == pytest.approx(wanted, rel=1e-3)
