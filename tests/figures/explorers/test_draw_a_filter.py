"""`draw-a-filter`: its tasks by key and by touch, what it says, and one's own function in it."""

from __future__ import annotations

import pytest

from autograder.reference import cross_correlate2d

from .hands import Keyboard, Touch, done, said

NAME = "draw-a-filter"
BRUSH = "Filter: paint with"
SHEET = "Filter: Enter paints"


def three_tasks(hands: Keyboard | Touch, page) -> None:
    hands.press("0")
    for column, weight in ((0, -1), (1, 2), (2, -1)):
        for row in range(3):
            hands.cell(SHEET, row, column, weight, BRUSH)
    assert done(page) == [True, False, False]
    hands.choose("A result to match: result", "A")
    hands.press("all 0" if isinstance(hands, Touch) else "Ready filters: all 0")
    for column, weight in ((0, 1), (2, -1)):
        hands.cell(SHEET, 1, column, weight, BRUSH)
    assert done(page) == [True, True, False]
    descend = "Descend 1,000 steps"
    hands.press(descend if isinstance(hands, Touch) else f"A result to match: {descend}")
    page.wait_for_function("() => document.querySelectorAll('.tasks .done').length === 3")


def test_its_tasks_can_be_done_by_keyboard_alone(opened, told):
    page = opened(NAME)
    three_tasks(Keyboard(page), page)
    assert told == []


def test_its_tasks_can_be_done_by_touch_alone_on_a_phone(opened, told):
    page = opened(NAME, width=320, has_touch=True, reduced_motion="reduce")
    three_tasks(Touch(page), page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert told == []


def test_three_channels_have_three_slices_and_one_sum(opened):
    page = opened(NAME, link="picture=chelsea")
    assert page.locator('svg[aria-label^="Filter"]:visible').count() == 3
    assert "the sum of the three" in page.locator(".stage").inner_text()
    assert "red" in said(page) and "blue" in said(page)
    page.get_by_label("three channels").uncheck()
    assert page.locator('svg[aria-label^="Filter"]:visible').count() == 1


def test_a_sketch_is_drawn_by_key_and_filtered(opened):
    page = opened(NAME, link="picture=sketch&row=3&column=4")
    Keyboard(page).press("Picture 24×24")
    assert said(page).startswith("Filter of 3×3. At row 3, column 4 of the map the response is 0.")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowLeft")
    assert "At row 2, column 3 of the map the response is 255." in said(page)


def test_a_larger_filter_keeps_what_was_painted(opened):
    page = opened(NAME, link="weights=1,2,3,4,5,6,7,8,9")
    page.get_by_role("group", name="Filter", exact=True).get_by_label("more width").click()
    texts = page.locator('svg[aria-label^="Filter"]:visible g.cell').all_text_contents()
    assert " ".join(texts) == "1 2 3 0 4 5 6 0 7 8 9 0"


@pytest.mark.parametrize("wrong", [False, True])
def test_ones_own_map_is_held_against_the_right_one(wrong, opened):
    def shifted(image, kernel):
        return cross_correlate2d(image, kernel) + 1

    page = opened(NAME, shifted if wrong else cross_correlate2d, link="row=0")
    name = "shifted" if wrong else "cross_correlate2d"
    assert page.get_by_text(f"{name}: {'≠' if wrong else '='} the map shown").is_visible()
    assert page.get_by_text("yours: shifted").is_visible() == wrong
    page.get_by_role("button", name="all 0").click()
    assert page.get_by_text("was tried with the ready filters").is_visible()
