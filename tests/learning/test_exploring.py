"""`explore`: one's own function is tried once, in bounds, and whatever it does is said."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from autograder import datasets, explore
from autograder.inside import stub
from autograder.learning.exploring import given, trying
from autograder.reference import cross_correlate2d
from autograder.reference.geometry import conv_output_size


def said(capsys) -> str:
    return capsys.readouterr().out


def value_at(data, size, kernel, pad, stride):
    yours = data["yours"]
    place = np.ravel_multi_index((size - 1, kernel - 1, pad, stride - 1), yours["shape"])
    return yours["values"][place]


def test_an_output_size_is_tried_at_every_setting_along_a_side():
    data = given("place-the-window", conv_output_size)
    assert len(data["yours"]["values"]) == 16 * 11 * 6 * 10
    assert value_at(data, 16, 5, 2, 1) == 16
    assert value_at(data, 13, 3, 0, 10) == 2
    assert data["yours"]["errors"][value_at(data, 6, 3, 0, 2).number] == "raised ValueError"


def misbehaving(size, kernel, pad, stride):
    print("noise")
    if size == 1:
        sys.exit()
    if size == 2:
        raise KeyError("no")
    return {3: "three", 4: float("nan"), 5: 2.5, 6: [1]}.get(size, True)


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (1, "raised SystemExit"),
        (2, "raised KeyError"),
        (3, "returned str, which is no size"),
        (4, "returned float, which is no size"),
        (6, "returned list, which is no size"),
    ],
)
def test_what_goes_wrong_is_said_and_nothing_is_printed(size, words, capsys):
    data = given("place-the-window", misbehaving)
    assert data["yours"]["errors"][value_at(data, size, 1, 0, 1).number] == words
    assert value_at(data, 5, 1, 0, 1) == 2.5
    assert said(capsys) == ""


def test_settings_that_time_does_not_reach_are_left_open(monkeypatch):
    monkeypatch.setattr(trying, "SECONDS", -1)
    assert set(given("place-the-window", conv_output_size)["yours"]["values"]) == {None}
    results = given("draw-a-filter", cross_correlate2d)["yours"]["results"]
    assert {each["words"] for each in results.values()} == {"not tried: there was no time left."}


def test_maps_are_tried_on_pictures_of_every_size():
    maps = given("place-the-window", cross_correlate2d)["yours"]["maps"]
    assert len(maps) == 256
    assert np.shape(maps["5,7,3,3"]) == (3, 5)
    assert maps["2,7,3,3"] == "raised ValueError"


def test_the_photographs_are_left_as_they_are_and_results_of_wrong_shape_are_said():
    def spoiling(image, kernel):
        image[:] = 0
        return image

    results = given("draw-a-filter", spoiling)["yours"]["results"]
    assert results["brick,blur"]["words"] == ("returned shape (96, 96) ≠, the right map is 94×94.")


@pytest.mark.parametrize("name", ["place-the-window", "draw-a-filter"])
def test_a_function_of_something_else_is_told_so_and_the_explorer_opens(name, capsys):
    def three(a, b, c):
        return a

    explore(name, three)
    first, second = said(capsys).splitlines()
    assert first.endswith("three takes other arguments, so it opens without it.")
    assert second.startswith(("Place the window: ", "Draw a filter: "))


def test_a_call_in_place_of_a_function_is_told_so(capsys):
    explore("place-the-window", 7)
    assert said(capsys).startswith(
        "The second argument is your function, without a call: its name alone."
    )


def test_without_the_right_answers_an_explorer_opens_without_results(monkeypatch):
    monkeypatch.setitem(sys.modules, "autograder.reference", None)
    assert set(given("draw-a-filter", cross_correlate2d)) == {"photos"}


def test_what_is_not_installed_is_said(monkeypatch, capsys):
    monkeypatch.setattr(datasets, "data_path", missing)
    explore("draw-a-filter")
    assert said(capsys) == "“Draw a filter” needs more of the course than is installed here.\n"


def missing(name):
    raise datasets.DataError("no file")


def test_a_graded_notebook_shows_nothing(monkeypatch, capsys):
    assert stub.explore("place-the-window", conv_output_size) is None
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    explore("place-the-window", conv_output_size)
    assert said(capsys) == ""
