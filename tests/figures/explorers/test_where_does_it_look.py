"""`where-does-it-look`: its tasks by key and by touch, what it says, and a network of one's own."""

from __future__ import annotations

from .hands import Keyboard, Touch, done, said

NAME = "where-does-it-look"


def test_its_tasks_can_be_done_by_keyboard_alone(opened, told):
    page = opened(NAME)
    hands = Keyboard(page)
    hands.press("163")
    hands.go("conv 96@11×11")
    for _ in range(12):
        page.keyboard.press("ArrowDown")
    assert "The border cuts" in page.locator(".tasks li").first.inner_text()
    hands.go("row 1, column 1")
    for key in ["ArrowDown", "ArrowRight"] * 5:
        page.keyboard.press(key)
    assert done(page) == [True, False, False]
    hands.choose("Network: rows of", "your")
    for _ in range(2):
        hands.press("Network: Add a row")
    for row in (1, 2, 3):
        hands.set(f"row {row} kernel", 3)
    assert done(page) == [True, True, False]
    hands.choose("Network: rows of", "VGG")
    hands.go("conv 64@3×3")
    for _ in range(21):
        page.keyboard.press("ArrowDown")
    assert done(page) == [True, True, True]
    assert told == []


def test_its_tasks_can_be_done_by_touch_alone_on_a_phone(opened, told):
    page = opened(NAME, width=320, has_touch=True)
    hands = Touch(page)
    hands.press("163")
    page.get_by_role("radio", name="conv 256@3×3").tap()
    assert "The border cuts" in page.locator(".tasks li").first.inner_text()
    page.locator(".picture").tap(position={"x": 140, "y": 140})
    assert done(page) == [True, False, False]
    hands.choose("Network: rows of", "your own rows")
    for _ in range(2):
        hands.press("Add a row")
    for row in (1, 2, 3):
        page.get_by_label(f"row {row} kernel").fill("3")
    hands.choose("Network: rows of", "VGG-16")
    page.get_by_role("radio", name="max pool").nth(3).tap()
    assert done(page) == [True, True, True]
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert told == []


def test_arrows_move_the_number_and_its_patch_is_said(opened):
    page = opened(NAME, link="network=AlexNet&row=12&down=6&across=6")
    Keyboard(page).go("row 7, column 7")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowDown")
    assert said(page) == (
        "AlexNet, conv 256@3×3: the number in row 8, column 1 sees 163 × 163 pixels, of which the "
        "border leaves 163 × 99: rows 49 to 211, columns 1 to 99. Its neighbor looks 16 pixels "
        "further."
    )


def test_pointing_at_a_pixel_tells_which_numbers_it_reaches(opened):
    page = opened(NAME, link="network=LeNet&row=0&down=14&across=14")
    box = page.locator(".picture").bounding_box()
    page.mouse.move(box["x"] + 2, box["y"] + 2)
    words = "The pixel in row 1, column 1 reaches 1 × 1 numbers of this map."
    assert page.locator(".map + p").inner_text() == words
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert "reaches 5 × 5 numbers" in page.locator(".map + p").inner_text()


def test_a_table_of_ones_own_comes_first(opened):
    rows = [("conv", {"filters": 2, "kernel": (3, 5)}), ("flatten", {})]
    page = opened(NAME, rows)
    Keyboard(page).press("3")
    assert page.get_by_label("rows of").input_value() == "yours"
    assert "sees 3 × 5 pixels" in said(page)


def test_a_spoiled_link_means_the_start(opened, told):
    opened(NAME, link="network=Nobody&row=99&down=-3&kernels=0,99&strides=&pads=7")
    opened(NAME, link="network=your%20own%20rows&kernels=&row=5&down=4000")
    large = "kernels=11,11,11,11,11,11,11,11,11&strides=4,4,4,4,4,4,4,4"
    opened(NAME, link=f"network=your%20own%20rows&{large}&row=8")
    assert told == []
