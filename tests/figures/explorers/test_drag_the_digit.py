"""`drag-the-digit`: its tasks by key and by touch, a digit of one's own, and one's own networks."""

from __future__ import annotations

import re

import numpy as np
import pytest

from autograder.learning.exploring import explore
from autograder.learning.exploring.drag_the_digit import given

from .hands import Keyboard, Touch, done, said

NAME = "drag-the-digit"


def test_its_tasks_can_be_done_by_keyboard_alone(opened, told):
    page = opened(NAME)
    hands = Keyboard(page)
    hands.press("about 40")
    hands.go("A 7, where it was written")
    for _ in range(3):
        page.keyboard.press("ArrowUp")
    assert done(page) == [True, False, False]
    page.keyboard.press("Home")
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    assert done(page) == [True, True, False]
    page.keyboard.press("Home")
    hands.go("Pixels: shuffled")
    page.keyboard.press(" ")
    assert done(page) == [True, True, True]
    assert told == []


def test_its_tasks_can_be_done_by_touch_alone_on_a_phone(opened, told):
    page = opened(NAME, width=320, has_touch=True)
    hands = Touch(page)
    hands.press("about 40")
    hands.set("Move it: down", -3)
    hands.press("Put it back")
    hands.set("Move it: right", 4)
    hands.press("Put it back")
    page.get_by_label("shuffled", exact=True).tap()
    assert done(page) == [True, True, True]
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert told == []


def test_it_is_dragged_by_whole_pixels(opened):
    page = opened(NAME, link="digit=14")
    box = page.locator(".board").bounding_box()
    cell = box["width"] / 28
    page.mouse.move(box["x"] + 100, box["y"] + 100)
    page.mouse.down()
    page.mouse.move(box["x"] + 100 + 5 * cell, box["y"] + 100 - 2 * cell, steps=4)
    page.mouse.up()
    page.mouse.move(box["x"], box["y"])
    assert said(page).startswith("A 7, moved 2 up and 5 right: the fully connected network reads ")
    page.wait_for_url(re.compile("#down=-2&right=5$"))


def test_one_can_draw_by_keys_and_by_hand(opened, told):
    page = opened(NAME, link="digit=20")
    Keyboard(page).go("Your digit")
    for key in (" ", "ArrowDown", " ", "ArrowDown", " "):
        page.keyboard.press(key)
    box = page.locator(".board").bounding_box()
    page.mouse.move(box["x"] + 100, box["y"] + 100)
    page.mouse.down()
    page.mouse.move(box["x"] + 150, box["y"] + 100, steps=6)
    page.mouse.up()
    page.wait_for_url(re.compile("drawn=([0-9]+(%2C|,)){14,}"))
    page.get_by_role("button", name="Wipe the drawing").click()
    page.wait_for_url(re.compile("#digit=20$"))
    assert told == []


def test_networks_of_lessons_01_and_06_are_read_as_they_were_trained(opened):
    rng = np.random.default_rng(0)
    lesson_01 = {
        "w1": rng.normal(size=(5, 784)).astype("float32"),
        "b1": np.zeros(5, "float32"),
        "w2": rng.normal(size=(10, 5)).astype("float32"),
        "b2": np.zeros(10, "float32"),
    }
    layers = [
        ("conv", {"filters": 2, "kernel": 5}),
        ("relu", {}),
        ("flatten", {}),
        ("fully_connected", {"units": 10}),
    ]
    params = [
        {"weights": rng.normal(size=(2, 1, 5, 5)), "bias": np.zeros(2)},
        {},
        {},
        {"weights": rng.normal(size=(10, 2 * 28 * 28)), "bias": np.zeros(10)},
    ]
    data = given(lesson_01, (layers, params))
    assert [(one["frame"], one["brightest"], one["flat"]) for one in data["networks"]] == [
        (0, 1.0, True),
        (2, 255 / 80, False),
    ]
    assert len(data["networks"][0]["right"]) == 9


THREE_SCORES = (
    [("fully_connected", {"units": 3})],
    [{"weights": np.ones((3, 1024)), "bias": np.ones(3)}],
)


@pytest.mark.parametrize(
    ("network", "words"),
    [
        (7, "cannot show this network as LeNet"),
        (THREE_SCORES, "it does not give ten scores"),
        (([("local_response_norm", {})], [{}]), "it has local_response_norm rows"),
    ],
)
def test_what_is_no_network_of_digits_is_said_and_the_courses_stand_in(network, words, capsys):
    explore(NAME, None, network)
    said = capsys.readouterr().out
    assert words in said
    assert "opens with the course's" in said
    assert "Drag the digit: Move a digit" in said
