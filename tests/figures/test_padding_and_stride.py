"""The pictures of lesson 03: what they count is right, and they leave their inputs alone."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.figures import padding_and_stride as figures


def rng() -> np.random.Generator:
    return np.random.default_rng(3)


@pytest.mark.parametrize("case", [(6, 3, 0, 1), (7, 3, 1, 2), (6, 3, 0, 2), (9, 2, 3, 4)])
def test_visits_are_those_of_windows_put_down_one_by_one(case):
    size, kernel, pad, stride = case
    counts = np.zeros((size + 2 * pad,) * 2, int)
    for top in range(0, size + 2 * pad - kernel + 1, stride):
        for left in range(0, size + 2 * pad - kernel + 1, stride):
            counts[top : top + kernel, left : left + kernel] += 1
    inside = counts[pad : pad + size, pad : pad + size]
    assert np.array_equal(figures.visits(*case), inside)


def test_pixels_that_are_never_read_are_said():
    lost = figures.places([(6, 3, 0, 2), (7, 3, 0, 2)])
    assert "no window reads it" in lost.caption
    assert "6 pixels, window of 3, no frame, stride 2: the window has 2 places" in lost.alt
    assert "no window reads it" not in figures.places([(7, 3, 1, 2)]).caption


def test_shares_of_unread_pixels():
    read = {"one layer": np.arange(10) < 9, "two layers": np.arange(10) < 5}
    picture = figures.unread(rng().integers(0, 255, (10, 10)).astype(float), read)
    assert "one layer: 19% never read; two layers: 75% never read" in picture.caption


def test_the_film_of_columns_ends_with_the_whole_map():
    image, kernel = np.arange(12).reshape(3, 4), np.array([[1, 0], [0, -2]])
    windows = np.lib.stride_tricks.sliding_window_view(image, (2, 2))
    film = figures.unroll(image, kernel, windows.reshape(6, 4).T)
    last = film.text.split("map, laid flat")[1].split("\n")[1]
    correlated = np.einsum("ijkl,kl->ij", windows, kernel).ravel()
    assert [int(word.strip("[]")) for word in last.split()] == correlated.tolist()
    assert film.player.count("<g data-frame") == 6


FIGURES = {
    "how_often": lambda: (figures.how_often, {"plain": (6, 3), "framed": (6, 3, 1)}, "See."),
    "unread": lambda: (figures.unread, rng().normal(size=(8, 8)), {"one": np.arange(8) < 7}),
    "reach": lambda: (figures.reach, {k: abs(rng().normal(size=(9, 9))) for k in "abcd"}, 4),
    "cones": lambda: (figures.cones, {"plain": [(3, 1)] * 3, "strided": [(5, 2), (2, 3)]}),
    "seen": lambda: (
        figures.seen,
        rng().integers(0, 256, (40, 44, 3)).astype(np.uint8),
        {"first": 7, "second": 31},
    ),
}


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_has_words_and_is_the_same_each_time(name):
    figure, *arguments = FIGURES[name]()
    _, *untouched = FIGURES[name]()
    first, second = (figure(*arguments)._repr_html_() for _ in range(2))
    assert first == second
    assert str(figure(*arguments)).strip()
    np.testing.assert_equal(arguments, untouched)
