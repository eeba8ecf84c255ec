"""Photographic figures: words, bytes, and inputs left alone."""

from __future__ import annotations

import base64
import io
import re
from html.parser import HTMLParser

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest
from PIL import Image

from autograder.figures import filters, raster, style
from autograder.figures.raster import Raster


def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def photo() -> np.ndarray:
    return rng().integers(0, 256, (30, 44, 3)).astype(np.uint8)


def a_map(seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(20, 31))


def colour_filters(count: int) -> np.ndarray:
    return rng().normal(size=(count, 3, 7, 7))


FIGURES = {
    "oriented_cell": lambda: (
        filters.oriented_cell,
        (
            a_map()[:9, :9],
            {0: a_map()[:9, :9], 45: a_map(1)[:9, :9]},
            [1.0, 2.0],
            colour_filters(8),
        ),
    ),
    "wrapped_differences": lambda: (filters.wrapped_differences, (photo()[..., 0], a_map())),
    "filtered": lambda: (
        filters.filtered,
        (
            photo(),
            {"one": a_map()[:3, :3], "two": colour_filters(1)[0]},
            {"one": a_map(), "two": a_map(1)},
            "A cat and two maps of noise.",
        ),
    ),
    "colour_filter": lambda: (filters.colour_filter, (photo(), colour_filters(1)[0], a_map())),
    "first_layer": lambda: (filters.first_layer, (colour_filters(20),)),
    "parameter_bars": lambda: (filters.parameter_bars, ({"few": 7, "many": 31_467_520},)),
    "wiring": lambda: (filters.wiring, (a_map()[:6, :12], (3, 4))),
    "layer_maps": lambda: (
        filters.layer_maps,
        (photo(), {"layer 1": abs(rng().normal(size=(9, 8, 8))), "layer 2": np.zeros((9, 4, 4))}),
    ),
    "patches": lambda: (filters.patches, ({"a channel": [photo()] * 3, "another": [photo()]},)),
    "grid": lambda: (
        raster.grid,
        ({"a photo": photo(), "a map": a_map()}, "See the map.", "A cat and noise."),
    ),
    "curves": lambda: (
        raster.curves,
        (
            {"one": (np.arange(4), np.arange(4)), "two": (np.arange(4), np.ones(4))},
            "x",
            "y",
            "See.",
        ),
    ),
}


def leaves(value) -> list[np.ndarray]:
    if isinstance(value, np.ndarray):
        return [value]
    if isinstance(value, dict):
        return leaves(list(value.values()))
    if isinstance(value, list | tuple):
        return [leaf for item in value for leaf in leaves(item)]
    return []


@pytest.fixture(params=sorted(FIGURES))
def drawn(request) -> tuple[Raster, Raster, list[np.ndarray], list[np.ndarray]]:
    figure, arguments = FIGURES[request.param]()
    before = [array.copy() for array in leaves(arguments)]
    return figure(*arguments), figure(*arguments), before, leaves(arguments)


def test_every_figure_has_words_and_is_the_same_each_time(drawn):
    picture, again, before, after = drawn
    assert len(picture.alt) > 10
    assert picture.caption
    assert picture.image == again.image
    assert all(np.array_equal(a, b) for a, b in zip(before, after, strict=True))


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict]] = []
        self.words = ""

    def handle_starttag(self, tag, attributes):
        self.seen.append((tag, dict(attributes)))

    def handle_data(self, data):
        self.words += data


def test_alt_text_and_caption_reach_the_page():
    evil = 'a "cat" <script>'
    picture = raster.grid({"a": photo()}, caption=evil + "caption", alt=evil)
    page = Tags()
    page.feed(picture._repr_html_())
    assert [tag for tag, _ in page.seen] == ["figure", "img", "figcaption"]
    (image,) = [attributes for tag, attributes in page.seen if tag == "img"]
    assert image["alt"] == evil
    assert page.words == evil + "caption"
    data = base64.b64decode(re.sub("^data:image/webp;base64,", "", image["src"]))
    assert Image.open(io.BytesIO(data)).width == pytest.approx(1.5 * picture.width, abs=1)
    assert picture._repr_mimebundle_()["text/plain"] == f"[{evil}]\n{evil}caption"


def pixels(picture: Raster) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(picture.image)).convert("RGB")).astype(int)


def test_a_photo_keeps_its_colours():
    green = np.zeros((10, 10, 3), np.uint8)
    green[..., 1] = 200
    seen = pixels(raster.grid({"green": green}, "Green.", "A green square."))
    assert np.abs(np.median(seen.reshape(-1, 3), axis=0) - [0, 200, 0]).max() <= 4


def test_sign_is_in_the_hue():
    signed = np.repeat([[-1.0, 1.0]], 2, axis=0)
    seen = pixels(raster.grid({"map": signed}, "Left below zero, right above.", "Two halves."))
    left, right = seen[-40, 60], seen[-40, -60]
    assert left[0] > left[2]
    assert right[2] > right[0]


def test_a_photo_that_is_hardly_ever_negative_is_drawn_in_grey():
    sharpened = np.full((20, 20), 90.0)
    sharpened[0, 0] = -20
    seen = pixels(raster.grid({"sharp": sharpened}, "Grey.", "A gray picture."))
    middle = seen[seen.shape[0] // 2, seen.shape[1] // 2]
    assert np.ptp(middle) <= 3


def test_matplotlib_and_pyplot_are_left_as_they_were():
    before = dict(matplotlib.rcParams)
    raster.grid({"a": photo()}, "A photo.", "A cat.")
    assert dict(matplotlib.rcParams) == before
    assert plt.get_fignums() == []


def test_strongest_places_are_strongest_first_and_apart():
    first, second = np.zeros((9, 9)), np.zeros((5, 7))
    first[2, 3], first[2, 4], first[7, 7], second[0, 6] = 9, 8, 5, 7
    assert filters.strongest_places([first, second], 3, apart=2) == [
        (0, 2, 3),
        (1, 0, 6),
        (0, 7, 7),
    ]
    assert first[2, 3] == 9


def test_a_filter_tile_is_grey_where_the_weight_is_zero():
    weights = np.zeros((3, 2, 2))
    weights[0, 0, 0], weights[2, 1, 1] = 5.0, -5.0
    tile = filters.as_tile(weights)
    assert tile[0, 1].tolist() == [128, 128, 128]
    assert tile[0, 0].tolist() == [255, 128, 128]
    assert tile[1, 1].tolist() == [128, 128, 0]


def luminance(colour: str) -> float:
    """Relative luminance, as WCAG 2 defines it."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return float(np.dot(linear, [0.2126, 0.7152, 0.0722]))


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_words_can_be_read_on_every_ground():
    from autograder.figures.layouts import DEEPEST

    for colour in (style.INK, style.MUTED, style.MARK, *style.KINDS.values(), *style.SERIES[:4]):
        limit = 4.5 if colour not in style.SERIES else 3.0
        assert contrast(colour, style.CARD) >= limit, colour
    for hue in (style.POSITIVE, style.NEGATIVE):
        assert contrast(style.INK, style.mix(hue, DEEPEST)) >= 4.5, hue


def test_what_a_picture_shows_has_a_colour_of_its_own():
    assert len(set(style.KINDS.values())) == len(style.KINDS)


def test_curves_say_in_words_where_they_begin_and_end():
    series = {"loss": (np.array([1, 2, 2000]), np.array([3.0, 0.25, 1.0]))}
    picture = raster.curves(series, "steps", "loss", "It falls.", "A curve that falls.")
    assert picture.alt == "A curve that falls. loss: from 3 at 1 to 1 at 2000, lowest 0.25 at 2."
