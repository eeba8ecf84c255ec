"""Figures of lesson 08: words, bytes, inputs left alone, and the numbers that they tell."""

from __future__ import annotations

import numpy as np

from autograder.figures import vgg as figures

RNG = np.random.default_rng(8)
PHOTO = RNG.integers(0, 256, (60, 70, 3), dtype=np.uint8)

FIGURES = {
    "five_columns": (figures.five_columns, ()),
    "shares": (
        figures.shares,
        (
            {"small": {"conv": 2_000_000, "ends": 9_000_000}, "large": {"conv": 7, "ends": 8}},
            "See.",
        ),
    ),
    "nested_fields": (
        figures.nested_fields,
        (PHOTO[:11, :11], PHOTO, {"block 1": 5, "block 2": 14, "block 3": 40}),
    ),
    "boxes": (
        figures.boxes,
        (
            PHOTO,
            (5, 10, 40, 50),
            {"A": (0, 0, 59, 69), "B": (8, 12, 38, 50)},
            {"A": 0.34, "B": 0.81},
        ),
    ),
    "by_block": (
        figures.by_block,
        (["image", "block"], {"stored": [0.15, 3.2], "learned": [0, 1234.5]}, "See."),
    ),
    "work_and_time": (
        figures.work_and_time,
        ({"conv1_1": (87e6, 0.011), "conv1_2": (1.9e9, 0.042), "fc6": (103e6, 0.0302)},),
    ),
    "learning_curves": (
        figures.learning_curves,
        (
            [50, 100],
            {"pixels": [[0.5, 0.6], [0.7, 0.72]], "learned": [[0.7, 0.8], [0.9, 0.9]]},
            ".",
        ),
    ),
    "dots": (figures.dots, ({"1 a block": [12, 13], "LeNet": [11, 12.5]}, "wrong, %", "See.")),
    "course_map": (
        figures.course_map,
        (
            {"FC": (62_110, 62_040, 4372), "VGG-16": (138_357_544, 15_470_264_320, 60_950_432)},
            {"FC": (4.5, "digits"), "VGG-16": (7.3, "ImageNet")},
        ),
    ),
}


def test_the_five_columns_are_as_deep_as_their_names_say():
    told = {name: sum(times) + 3 for name, times in figures.COLUMNS.items()}
    assert told == {"A": 11, "B": 13, "C": 16, "D": 16, "E": 19}


def test_the_ways_are_told_in_order():
    picture = figures.ways({"one": np.array([[1, 2]]), "two": np.array([[3, 40]])})
    assert picture.text.index("one") < picture.text.index("two")
    assert "40" in picture.text


def test_the_map_tells_counts_and_bytes_for_people():
    picture = figures.course_map(*FIGURES["course_map"][1])
    assert "138 M parameters, 15.5 G multiply–adds, 58.1 MiB, 7.3 % wrong" in picture.alt
    assert "62.1 K parameters, 62 K multiply–adds, 4.27 KiB, 4.5 % wrong" in picture.alt


def test_the_means_of_runs_are_told():
    picture = figures.dots(*FIGURES["dots"][1])
    assert "1 a block: mean 12.5; LeNet: mean 11.8." in picture.alt
