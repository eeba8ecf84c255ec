"""Figures of lesson 04: words, inputs left alone, and the right things marked."""

from __future__ import annotations

import io

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from PIL import Image

from autograder.figures import pooling_and_normalization as figures
from autograder.figures.raster import Raster
from autograder.figures.style import NEGATIVE, POSITIVE, mix


def maps(*shape: int) -> np.ndarray:
    return np.random.default_rng(sum(shape)).random(shape)


FIGURES = {
    "stages": (
        figures.stages,
        (
            {"one": [maps(8, 9), maps(4, 5)], "two": [maps(8, 9), maps(4, 5)]},
            ["a", "b"],
            "See.",
            "Two stages.",
        ),
    ),
    "damping": (figures.damping, (maps(7, 5, 6), maps(7, 5, 6) / 2, (2, 3))),
    "channel_scales": (figures.channel_scales, ({"before": maps(2, 5, 3, 4)},)),
    "shared_means": (figures.shared_means, (3, 4, 2)),
    "found": (figures.found, (maps(20, 50), [(2, 30, 4)], 10, [(2, 30, 4), (6, 5, 1)])),
}


def test_pooled_ends_with_every_number_in_place():
    patch = np.arange(24).reshape(4, 6)
    answers = np.array([[7, 9, 11], [19, 21, 23]])
    film = figures.pooled(patch, answers, 2, "See the windows.")
    assert film.player.count("<g data-frame") == answers.size
    assert film.text.splitlines()[-1] == "See the windows."
    last = film.text.split("what is left")[1].replace("[", " ").replace("]", " ").split()
    assert last[1:7] == ["7", "9", "11", "19", "21", "23"]


@pytest.mark.parametrize(("size", "stride"), [(2, 2), (3, 2), (2, 1), (3, 3)])
def test_each_window_with_a_positive_number_has_one_winner(size, stride):
    patch = np.random.default_rng(size * stride).permutation(63).reshape(7, 9) + 1
    places = ((7 - size) // stride + 1) * ((9 - size) // stride + 1)
    assert figures.wins(patch, size, stride).sum() == places
    assert figures.wins(np.zeros((7, 9)), size, stride).sum() == 0


def test_a_number_wins_all_windows_that_share_it():
    patch = np.ones((5, 5))
    patch[2, 2] = 9
    counts = figures.wins(patch, 3, 2)
    assert counts[2, 2] == 4
    assert "4" in figures.winners(patch, {"won": (3, 2)}, "See.").text.split("won")[1]


def pixels(picture: Raster) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(picture.image)).convert("RGB")) / 255


def share_of(picture: Raster, colour: str) -> float:
    return float((np.abs(pixels(picture) - to_rgb(colour)).max(axis=2) < 0.15).mean())


@pytest.mark.parametrize(
    ("find", "right"),
    [((10, 30, 4), True), ((8, 32, 4), True), ((10, 30, 7), False), ((10, 8, 4), False)],
)
def test_a_find_is_right_where_its_digit_was_written(find, right):
    picture = figures.found(np.zeros((40, 80)), [find], 12, [(10, 30, 4)])
    assert (share_of(picture, mix(POSITIVE, 0.6)) > share_of(picture, NEGATIVE)) == right
    assert f"{int(right)} of 1 digits found and read" in picture.caption


def test_dropped_shows_what_to_expect_before_and_after_it_is_written():
    def unwritten(x, rate, rng, training=True):
        raise NotImplementedError

    def written(x, rate, rng, training=True):
        return x * (rng.random(x.shape) >= rate) * 2 if training else x

    x = np.arange(1.0, 9.0).reshape(2, 4)
    blank, drawn = figures.dropped(unwritten, x), figures.dropped(written, x)
    for picture in (blank, drawn):
        assert "about half are 0" in picture.text
        assert "nothing changes" in picture.text
    assert "16" in drawn.text
    assert "16" not in blank.text


def test_batch_layer_and_group_normalization_share_means_across_images_channels_and_groups():
    told = figures.shared_means(images=2, channels=4, groups=2).alt
    assert "A, channel by channel: 1 1; 2 2; 3 3; 4 4." in told
    assert "B, channel by channel: 1 2; 1 2; 1 2; 1 2." in told
    assert "C, channel by channel: 1 3; 1 3; 2 4; 2 4." in told
