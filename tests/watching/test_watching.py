"""A film shows what the function itself reads and writes, not what it should."""

import io
import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from nbconvert import LatexExporter
from nbformat.v4 import new_code_cell, new_notebook, new_output
from numpy import zeros
from numpy.lib.stride_tricks import as_strided, sliding_window_view
from PIL import Image, ImageColor

from autograder.figures import style
from autograder.figures.pixels import png
from autograder.figures.sliding import slide
from autograder.watching import watch
from autograder.watching.watching import film
from tests.chromium import chromium

IMAGE = np.array([[1.0, 2, 0, 3], [0, 1, 5, -2], [4, 0, 1, 1]])
KERNEL = np.array([[1.0, 0], [2, -1]])


def by_windows(image, kernel):
    height, width = kernel.shape
    result = np.zeros((image.shape[0] - height + 1, image.shape[1] - width + 1))
    for i in range(result.shape[0]):
        for j in range(result.shape[1]):
            result[i, j] = np.sum(image[i : i + height, j : j + width] * kernel)
    return result


def by_numbers(image, kernel):
    result = zeros((2, 3))
    for i, row in enumerate(result):
        for j in range(len(row)):
            for a in range(2):
                for b in range(2):
                    result[i, j] += image[i + a][j + b] * kernel[a, b]
    return result


def by_list(image, kernel):
    rows = range(image.shape[0] - 1)
    columns = range(image.shape[1] - 1)
    return np.array([[(image[i : i + 2, j : j + 2] * kernel).sum() for j in columns] for i in rows])


def by_list_of_numbers(image, kernel):
    def at(i, j):
        return sum(image[i + a, j + b] * kernel[a, b] for a in range(2) for b in range(2))

    return [[at(i, j) for j in range(3)] for i in range(2)]


WRITES = """ at work: 6 steps.
  1. reads [0:2, 0:2] of image and all of kernel, writes 0 to [0, 0] of the result
  2. reads [0:2, 1:3] of image and all of kernel, writes -1 to [0, 1] of the result
  3. reads [0:2, 2:4] of image and all of kernel, writes 12 to [0, 2] of the result
  …
  6. reads [1:3, 2:4] of image and all of kernel, writes 6 to [1, 2] of the result"""
READS = """ at work: 6 steps.
  1. reads [0:2, 0:2] of image and all of kernel
  2. reads [0:2, 1:3] of image and all of kernel
  3. reads [0:2, 2:4] of image and all of kernel
  …
  6. reads [1:3, 2:4] of image and all of kernel"""


@pytest.mark.parametrize(
    ("function", "story"),
    [
        (by_windows, WRITES),
        (by_numbers, WRITES),
        (by_list, READS),
        (by_list_of_numbers, READS),
    ],
)
def test_loops_are_told_window_by_window(function, story):
    assert film(function, IMAGE, KERNEL).text == function.__name__ + story


def by_einsum(image, kernel):
    return np.einsum("ijab,ab->ij", sliding_window_view(image, kernel.shape), kernel)


def by_matrix_product(image, kernel):
    windows = sliding_window_view(image, kernel.shape).reshape(-1, kernel.size)
    return (windows @ kernel.ravel()).reshape(2, 3)


@pytest.mark.parametrize("function", [by_einsum, by_matrix_product])
def test_a_vectorised_call_is_said_to_read_everything_at_once(function):
    assert film(function, IMAGE, KERNEL).text == (
        f"{function.__name__} at work: 1 step.\n"
        "It reads all of image and kernel at once: a vectorized call, whose steps happen inside "
        "NumPy.\n"
        "  1. reads all of image and all of kernel"
    )


def padded_by_numpy(image, kernel):
    return by_windows(np.pad(image, 1), kernel)


def padded_by_hand(image, kernel):
    padded = np.zeros((image.shape[0] + 2, image.shape[1] + 2))
    padded[1:-1, 1:-1] = image
    return by_windows(padded, kernel)


def turned(image, kernel):
    return by_windows(image.T.copy(), kernel)


@pytest.mark.parametrize("function", [padded_by_numpy, padded_by_hand])
def test_what_is_read_of_a_padded_copy_is_shown_in_the_image(function):
    said = film(function, IMAGE, KERNEL).text.splitlines()
    assert said[0] == f"{function.__name__} at work: 20 steps."
    assert (
        said[1] == "  1. reads [0, 0] of image and all of kernel, writes -1 to [0, 0] of the result"
    )
    assert "reads [2, 3] of image" in said[-1]


def test_what_is_read_of_a_transposed_copy_is_shown_in_the_image():
    assert "2. reads [1:3, 0:2] of image" in film(turned, IMAGE, KERNEL).text


def test_one_loop_less_is_one_step_for_a_row():
    def rows(x):
        result = np.empty_like(x)
        for i in range(len(x)):
            result[i] = x[i] * 2
        return result

    said = film(rows, IMAGE).text
    assert "1. reads [0, 0:4] of x, writes [0, 0:4] of the result" in said
    assert said.startswith("rows at work: 3 steps.")


def test_channels_and_filters_have_sheets_of_their_own():
    def layer(x, weights):
        result = np.zeros((1, 2, 2, 2))
        for f in range(2):
            for i in range(2):
                for j in range(2):
                    result[0, f, i, j] = (x[0, :, i : i + 2, j : j + 2] * weights[f]).sum()
        return result

    shown = film(layer, np.arange(18.0).reshape(1, 2, 3, 3), np.ones((2, 2, 2, 2)))
    assert "1. reads [0, 0:2, 0:2, 0:2] of x and [0, 0:2, 0:2, 0:2] of weights" in shown.text
    for title in ("x[0, 1]", "weights[1, 0]", "result[0, 1]"):
        assert f">{title}</text>" in shown.svg


def test_a_function_that_stops_is_shown_until_then():
    def too_far(x):
        result = np.zeros(3)
        for i in range(3):
            result[i] = x[i + 1]
        return result

    assert film(too_far, np.array([1.0, 2, 3])).text == (
        "too_far at work: 2 steps.\n"
        "  1. reads [1] of x, writes 2 to [0] of the result\n"
        "  2. reads [2] of x, writes 3 to [1] of the result\n"
        "Then it raised IndexError (index 3 is out of bounds for axis 0 with size 3)."
    )


def test_what_can_not_be_seen_is_said():
    def behind(x):
        return as_strided(x, (2, 2), x.strides * 2).sum()

    def stub(x):
        raise NotImplementedError

    assert film(behind, np.ones(3)).startswith("behind was not seen reading a cell.")
    assert film(stub, np.ones(3)) == "stub is not written yet, so there is nothing to watch."


def test_watching_changes_neither_arguments_nor_numpy_nor_the_result():
    image = IMAGE.copy()

    def writes(image):
        image[0, 0] = 99
        return image

    film(writes, image)
    np.testing.assert_array_equal(image, IMAGE)
    assert type(by_windows(IMAGE, KERNEL)) is np.ndarray
    assert zeros is np.zeros


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((3,), "watch needs an array among the arguments, such as np.array([[1, 2], [3, 4]]): "),
        ((np.ones((30, 30)),), "x is too large to be drawn: 30×30. Watch one of at most 400"),
    ],
)
def test_what_makes_no_film_is_refused(arguments, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        watch(lambda x: x, *arguments)


def test_watch_prints_in_a_terminal(capsys):
    watch(by_windows, IMAGE, KERNEL)
    assert capsys.readouterr().out == "by_windows" + WRITES + "\n"


def test_the_film_is_self_contained_and_its_strip_is_a_drawing():
    shown = film(by_windows, IMAGE, KERNEL)
    ET.fromstring(shown.svg)
    assert "http" not in shown.html.replace("http://www.w3.org/2000/svg", "")
    assert shown._repr_mimebundle_().keys() == {"text/html", "image/png", "text/plain"}


def test_a_film_is_printed_as_pixels_and_needs_no_program_for_drawings(monkeypatch):
    monkeypatch.setenv("PATH", "")
    bundle = film(by_windows, IMAGE, KERNEL)._repr_mimebundle_()
    cell = new_code_cell("watch(...)", outputs=[new_output("display_data", data=bundle)])
    paper, files = LatexExporter().from_notebook_node(new_notebook(cells=[cell]))
    (name,) = files["outputs"]
    assert name.endswith(".png")
    assert name in paper


def test_the_pixels_of_a_film_show_its_strip():
    shown = film(by_windows, IMAGE, KERNEL)
    strip = ET.fromstring(shown.svg)
    with Image.open(io.BytesIO(png(shown.svg))) as image:
        wanted = [round(2 * float(strip.get(side))) for side in ("width", "height")]
        assert list(image.size) == wanted
        colours = [colour for _, colour in image.convert("RGB").getcolors()]
    for colour in (style.CARD, style.INK, style.LINE, style.MARK):
        near = [np.abs(np.subtract(one, ImageColor.getrgb(colour))).max() for one in colours]
        assert min(near) <= 12, colour


@pytest.fixture(scope="module")
def browser():
    with chromium() as browser:
        yield browser


def test_two_films_on_a_page_play_apart(browser):
    page = browser.new_page(reduced_motion="reduce")
    errors = []
    page.on("pageerror", lambda error: errors.append(error))
    page.set_content("".join(film(by_windows, IMAGE, KERNEL).html for _ in range(2)))
    counts = page.locator("[data-part=count]")
    assert counts.all_inner_texts() == ["1 of 6", "1 of 6"]
    page.locator("[data-part=next]").first.click()
    page.locator("[data-part=next]").first.click()
    page.locator("[data-part=slider]").last.fill("5")
    assert counts.all_inner_texts() == ["3 of 6", "6 of 6"]
    assert page.locator("[data-part=words]").last.inner_text() == (
        "reads [1:3, 2:4] of image and all of kernel, writes 6 to [1, 2] of the result"
    )
    page.locator("[data-part=back]").first.click()
    assert counts.first.inner_text() == "2 of 6"
    assert not errors
    page.close()


def test_reduced_motion_waits_for_the_reader_and_others_see_it_play(browser):
    for motion, label in (("reduce", "play"), ("no-preference", "pause")):
        page = browser.new_page(reduced_motion=motion)
        page.set_content(film(by_windows, IMAGE, KERNEL).html)
        assert page.locator("[data-part=play]").get_attribute("aria-label") == label
        page.close()


def test_the_films_of_the_lessons_have_the_same_controls(browser):
    output = IMAGE[:2, :2]
    page = browser.new_page(reduced_motion="reduce")
    page.set_content(slide(IMAGE, KERNEL, output, "Watch.").html)
    seen = page.locator("[data-frame][visibility=visible]")
    assert seen.count() == 1
    page.locator("[data-part=next]").click()
    assert page.locator("[data-part=count]").inner_text() == "2 of 4"
    assert page.locator("[data-frame]").nth(1).get_attribute("visibility") == "visible"
    assert seen.count() == 1
    assert not page.locator("[data-part=still]").is_visible()
    page.close()


def test_without_scripts_the_strip_is_seen(browser):
    page = browser.new_context(java_script_enabled=False).new_page()
    page.set_content(film(by_windows, IMAGE, KERNEL).html)
    assert page.locator("[data-part=still] img").is_visible()
    assert not page.locator("[data-part=film]").is_visible()
    page.close()
