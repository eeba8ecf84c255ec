"""`place-the-window`: its tasks by key and by touch, what it says, and one's own function in it."""

from __future__ import annotations

import pytest

from autograder.reference import cross_correlate2d
from autograder.reference.geometry import conv_output_size

from .hands import Keyboard, Touch, done, said

NAME = "place-the-window"


def three_tasks(hands: Keyboard | Touch, page) -> None:
    hands.press("2")
    settings = {
        "Picture: height": 16,
        "Picture: width": 11,
        "Window: height": 4,
        "Window: width": 3,
        "Stride: down": 2,
        "Stride: across": 2,
    }
    for name, value in settings.items():
        hands.set(name, value)
    assert done(page) == [True, False, False]
    hands.set("Picture: height", 13)
    hands.set("Window: height", 3)
    for stride in (1, 2, 5, 10):
        hands.set("Stride: down", stride)
    assert done(page) == [True, True, False]
    pads = {"Padding: top": 2, "Padding: bottom": 2, "Padding: left": 1, "Padding: right": 1}
    for name, value in {
        "Window: height": 5,
        "Stride: down": 1,
        "Stride: across": 1,
        **pads,
    }.items():
        hands.set(name, value)
    assert done(page) == [True, True, True]


def test_its_tasks_can_be_done_by_keyboard_alone(opened, told):
    page = opened(NAME)
    three_tasks(Keyboard(page), page)
    assert told == []


def test_its_tasks_can_be_done_by_touch_alone_on_a_phone(opened, told):
    page = opened(NAME, width=320, has_touch=True)
    three_tasks(Touch(page), page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert told == []


def test_arrows_move_the_window_and_the_state_is_said(opened):
    page = opened(NAME, link="height=7&width=7&kernelHeight=3&kernelWidth=3&down=2&across=2")
    keyboard = Keyboard(page)
    keyboard.go("Map")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("End")
    assert "At row 1, column 2 of the map, the window covers rows 2 to 4" in said(page)
    keyboard.go("Padded picture")
    page.keyboard.press("Home")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowDown")
    assert said(page).endswith("The pixel at row 2, column 2 feeds 4 numbers of the map.")


def test_a_pinned_window_stays_where_it_is_until_it_is_let_go(opened):
    page = opened(NAME, link="height=7&width=7&kernelHeight=3&kernelWidth=3&down=1&across=1")
    cells = page.locator('svg[aria-label^="Map"]')
    box = cells.bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.5)
    page.mouse.move(box["x"] + 4, box["y"] + 4)
    assert "At row 2, column 2" in said(page)
    Keyboard(page).press("Map")
    page.mouse.move(box["x"] + 5, box["y"] + 5)
    assert "At row 0, column 0" in said(page)


def test_what_is_left_over_is_hatched_and_written(opened):
    page = opened(NAME, link="height=6&width=7&kernelHeight=3&kernelWidth=3&down=2&across=2")
    assert page.locator(".cell.unread").count() == 7
    laws = page.locator(".laws").inner_text()
    assert "(6 + 0 + 0 − 3)/2 + 1 = 2.5 is not a whole number: remainder 1" in laws
    assert said(page).endswith("No window reads 1 row.")


def test_a_window_that_is_too_large_is_said_to_be(opened):
    page = opened(NAME, link="height=2&width=7&kernelHeight=3&kernelWidth=3&down=1&across=1")
    assert said(page) == "The window does not fit into the padded picture: there is no map."


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (False, "conv_output_size(6, 3, 0, 2) raised ValueError ="),
        (True, "rounded(6, 3, 0, 2) returned 2 ≠"),
    ],
)
def test_ones_own_output_size_is_held_against_the_right_one(wrong, words, opened):
    def rounded(size, kernel, pad, stride):
        return (size + 2 * pad - kernel) // stride + 1

    link = "height=6&width=7&kernelHeight=3&kernelWidth=3&down=2&across=2"
    page = opened(NAME, rounded if wrong else conv_output_size, link=link)
    laws = page.locator(".laws").inner_text()
    assert words in laws
    assert "(7, 3, 0, 2) returned 3 =" in laws


def test_ones_own_map_is_held_against_the_right_one(opened):
    def halved(image, kernel):
        result = cross_correlate2d(image, kernel)
        result[0, 0] /= 2
        return result

    link = "height=5&width=5&kernelHeight=3&kernelWidth=3&down=1&across=1"
    page = opened(NAME, halved, link=link)
    assert page.get_by_text("halved: yours ≠").is_visible()
    assert page.locator(".cell.wrong").count() == 1
    page.get_by_label("more down").click()
    assert page.get_by_text("it was tried at stride 1").is_visible()
