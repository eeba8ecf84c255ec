"""`the-ledger`: its tasks by key and by touch, its cells, and what it copies out."""

from __future__ import annotations

from autograder.reference.accounting import format_table, parameter_counts
from autograder.reference.architectures import VGG_INPUT, alexnet_layers, vgg_layers
from autograder.reference.rows import full_options

from .hands import Keyboard, Touch, done

NAME = "the-ledger"


def test_its_tasks_can_be_done_by_keyboard_alone(opened, told):
    page = opened(NAME)
    hands = Keyboard(page)
    hands.press("14 times")
    hands.set("Compare: images in a batch", 57)
    assert done(page) == [False, False, True]
    hands.set("left input: height", 224)
    assert done(page) == [False, True, True]
    hands.go("right row 1: kind")
    for row in (33, 36):
        for _ in range(row - 1 if row == 33 else 3):
            page.keyboard.press("PageDown")
        hands.set(f"right row {row}: units", 100)
        page.keyboard.press("Shift+Tab")
    assert done(page) == [True, True, True]
    assert told == []


def test_its_tasks_can_be_done_by_touch_alone_on_a_phone(opened, told):
    page = opened(NAME, width=320, has_touch=True)
    Touch(page).press("14 times")
    field = page.get_by_label("images in a batch", exact=True)
    field.tap()
    field.fill("57")
    for cell, value in {"left input: width": "226", "right row 33: units": "32"}.items():
        page.get_by_label(cell, exact=True).tap()
        page.get_by_label(cell, exact=True).fill(value)
    assert done(page) == [True, True, True]
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert told == []


def test_vgg_must_keep_its_convolutions_and_its_thousand_scores(opened):
    page = opened(NAME)
    Keyboard(page).press("14 times")
    first = page.locator(".tasks li").first
    assert f"{sum(parameter_counts(vgg_layers(16), VGG_INPUT)):,} parameters" in first.inner_text()
    page.get_by_label("right row 39: units", exact=True).fill("10")
    assert "It must still end with 1,000 scores." in first.inner_text()
    page.get_by_label("right row 1: filters", exact=True).fill("32")
    assert done(page)[0] is False


def test_what_does_not_fit_is_said_in_the_references_words(opened):
    page = opened(NAME)
    Keyboard(page).press("14 times")
    page.get_by_label("left row 4: size", exact=True).fill("4")
    words = "row 3, max_pool on 96×55×55: size 55, kernel 4, pad 0, stride 2"
    assert words in page.locator(".left .problem").inner_text()
    shapes = page.locator(".left .lines .shape").all_inner_texts()
    assert shapes[:4] == ["96×55×55"] * 3 + ["–"]
    assert "does not fit" in page.locator(".totals").inner_text()


def test_rows_are_added_moved_and_removed_and_pairs_are_read(opened):
    page = opened(NAME)
    Keyboard(page).press("14 times")
    buttons = page.locator(".left .buttons")
    page.get_by_label("left row 3: kind", exact=True).click()
    for words in ("Add a row below", "Move it down", "Remove the row"):
        buttons.get_by_role("button", name=words).click()
    assert page.locator(".left .lines li").count() == len(alexnet_layers())
    page.get_by_label("left row 1: kernel", exact=True).fill("11×7")
    assert page.locator(".left .lines .shape").first.inner_text() == "96×55×56"
    page.get_by_label("left row 1: kernel", exact=True).fill("eleven")
    assert page.locator(".left [aria-invalid]").count() == 1
    assert page.locator(".left .lines .shape").first.inner_text() == "96×55×56"


def test_it_copies_out_the_table_that_lesson_06_writes(opened):
    rows = [("conv", {"filters": 4, "kernel": (3, 5), "pad": 1}), ("max_pool", {"size": 2})]
    page = opened(NAME, [*rows, ("fully_connected", {"units": 7})])
    Keyboard(page).press("14 times")
    page.get_by_label("left row 3: units", exact=True).fill("9")
    page.locator(".left .buttons").get_by_role("button", name="Copy as Python").click()
    made: dict = {}
    exec(page.locator(".left textarea").input_value(), made)
    assert made["layers"] == [*rows, ("fully_connected", {"units": 9})]
    assert made["input_shape"] == (1, 32, 32)
    assert all(map(full_options, made["layers"]))
    assert format_table(made["layers"], made["input_shape"])
