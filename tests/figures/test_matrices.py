"""Small matrices as drawings and as text."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from base64 import b64decode
from html import unescape

import numpy as np
import pytest

from autograder.figures.matrices import Panel, Picture, draw_panels
from autograder.figures.numerals import format_number
from autograder.figures.sliding import film, slide
from autograder.figures.style import LINE

SVG = "{http://www.w3.org/2000/svg}"


def parts(picture: Picture, tag: str, kind: str = "") -> list[ElementTree.Element]:
    root = ElementTree.fromstring(picture.svg)
    return [e for e in root.iter(SVG + tag) if not kind or e.get("class") == kind]


def words(picture: Picture) -> list[str]:
    return ["".join(e.itertext()) for e in parts(picture, "text")]


def centre_of(picture: Picture, number: str) -> tuple[float, float]:
    """The middle of the cell that shows `number`."""
    (text,) = [e for e in parts(picture, "text") if "".join(e.itertext()) == number]
    return float(text.get("x")), float(text.get("y")) - 5


def fills(picture: Picture) -> list[str]:
    """The colours of the cells, in reading order."""
    return [e.get("fill") for e in parts(picture, "rect") if e.get("stroke") == LINE]


def numbered(height: int, width: int) -> np.ndarray:
    """Every cell says where it is: 305 stands in row 3, column 5."""
    return 100 * np.arange(height)[:, np.newaxis] + np.arange(width)


@pytest.mark.parametrize("cell", [(0, 0), (2, 1), (1, 4)])
def test_the_ring_is_round_the_cell_that_was_named(cell):
    picture = draw_panels([Panel("yours", numbered(3, 5), "yours", ring=(cell,))])
    (ring,) = parts(picture, "ellipse", "ring")
    assert centre_of(picture, str(100 * cell[0] + cell[1])) == (
        float(ring.get("cx")),
        float(ring.get("cy")),
    )


def test_the_window_covers_its_cells_and_no_more():
    picture = draw_panels([Panel("image", numbered(6, 7), window=(2, 1, 3, 4))])
    (window,) = parts(picture, "rect", "window")
    left, top = float(window.get("x")), float(window.get("y"))
    right, bottom = left + float(window.get("width")), top + float(window.get("height"))
    inside = {
        number
        for number in map(str, numbered(6, 7).ravel())
        if left < centre_of(picture, number)[0] < right
        and top < centre_of(picture, number)[1] < bottom
    }
    assert inside == set(map(str, numbered(6, 7)[2:5, 1:5].ravel()))


def test_wrong_cells_are_marked_except_where_the_ring_is():
    wrong = ((0, 0), (1, 2), (2, 2))
    picture = draw_panels([Panel("yours", numbered(3, 3), "yours", ring=((0, 0),), wrong=wrong)])
    assert len(parts(picture, "path")) == 2


def test_text_form():
    picture = draw_panels(
        [
            Panel("image", np.array([[1.0, 2.5], [-30.0, 0.0]]), window=(0, 0, 2, 1)),
            Panel("yours", np.array([7]), "yours", ring=((0, 0),), before="→", note="too much"),
        ],
        caption="What to see.",
    )
    assert picture.text == (
        "image 2×2\n"
        "     1   2.50\n"
        "   -30      0\n"
        "  window: rows 0 to 1, columns 0 to 0\n"
        "\n"
        "→ yours 1\n"
        " [7]\n"
        "  too much\n"
        "\n"
        "What to see."
    )
    assert str(picture) == picture.text


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0, "0"),
        (-0.0, "0"),
        (True, "True"),
        (np.float32(0.1), "0.100"),
        (-2.0, "-2"),
        (2.01, "2.01"),
        (999.7, "1000"),
        (1234.5, "1234"),
        (123456, "123456"),
        (12345678, "1.23e7"),
        (-1e300, "-1.00e300"),
        (0.00012345, "1.23e-4"),
        (float("nan"), "nan"),
        (float("-inf"), "-inf"),
        (3 + 4j, "(3+4j)"),
        (None, "None"),
        (10**400, "100000000"),
    ],
)
def test_numbers_are_written_short(value, written):
    assert format_number(value) == written


def test_rounding_noise_is_not_shown_but_small_numbers_are():
    noisy = draw_panels([Panel("yours", np.array([[9.0, 1e-14, 3.0000000001]]), "yours")])
    assert noisy.text.splitlines()[1].split() == ["9", "0", "3"]
    small = draw_panels([Panel("yours", np.array([[1e-14, 3e-14]]), "yours")])
    assert small.text.splitlines()[1].split() == ["1.00e-14", "3.00e-14"]


def test_a_number_that_rounds_to_a_whole_one_does_not_pass_for_it():
    assert format_number(3.0004, scale=9.0) == "3.00"


def test_not_a_number_is_grey_and_infinity_has_a_sign():
    picture = draw_panels([Panel("yours", np.array([[np.nan, -np.inf, np.inf, 0.0]]), "yours")])
    assert words(picture)[1:] == ["nan", "−∞", "∞", "0"]
    assert len(set(fills(picture))) == 4


def test_sign_is_in_the_hue_and_size_in_the_depth():
    picture = draw_panels([Panel("kernel", np.array([[-4.0, -1.0, 0.0, 1.0, 4.0]]), "filter")])
    colours = [[int(fill[i : i + 2], 16) for i in (1, 3, 5)] for fill in fills(picture)]
    red, _, blue = zip(*colours, strict=True)
    assert red[0] > blue[0]
    assert blue[4] > red[4]
    assert blue[0] < blue[1] < blue[2]
    assert red[4] < red[3] < red[2]


def test_yours_is_coloured_on_the_scale_of_the_expected():
    seen = []
    for theirs in (np.array([[2.0, 1000.0]]), np.array([[2.0, 4.0]])):
        picture = draw_panels(
            [Panel("yours", theirs, "yours"), Panel("expected", np.array([[2.0, 4.0]]), "expected")]
        )
        seen.append(fills(picture))
    assert seen[0] == seen[1]


def test_masked_cells_stay_blank():
    values = np.ma.masked_array(numbered(1, 3) + 7, [[False, True, True]])
    picture = draw_panels([Panel("feature map", values, "output")])
    assert words(picture) == ["feature map1×3", "7"]
    assert picture.text.splitlines()[1].split() == ["7", "·", "·"]


@pytest.mark.parametrize("shape", [(40, 5), (3, 200), (60, 70)])
def test_large_arrays_are_elided_round_the_ring(shape):
    cell = (shape[0] - 2, shape[1] - 3)
    panel = Panel("yours", numbered(*shape), "yours", ring=(cell,), window=(*cell, 2, 2))
    picture = draw_panels([panel])
    assert str(100 * cell[0] + cell[1]) in words(picture)
    assert "…" in words(picture)
    assert f"[{100 * cell[0] + cell[1]}]" in picture.text
    assert len(words(picture)) <= 1 + 13 * 13
    assert len(parts(picture, "ellipse", "ring")) == 1


def test_twelve_by_twelve_is_shown_whole():
    assert "…" not in words(draw_panels([Panel("image", numbered(12, 12))]))


@pytest.mark.parametrize("values", [5, np.array(5.0), [5], [[5]]])
def test_scalars_and_rows_are_drawn(values):
    assert words(draw_panels([Panel("bias", values, "filter")]))[-1] == "5"


def test_nothing_to_draw_is_said_in_the_frame():
    assert "not written yet" in words(
        draw_panels([Panel("yours", None, "yours", note="not written yet")])
    )
    assert "empty" in words(draw_panels([Panel("yours", np.zeros((0, 3)), "yours")]))


def test_wide_pictures_go_on_in_a_second_row():
    panels = [Panel(f"matrix {i}", numbered(2, 9)) for i in range(4)]
    picture = draw_panels(panels)
    titles = [e for e in parts(picture, "text") if "".join(e.itertext()).startswith("matrix")]
    assert len({e.get("y") for e in titles}) > 1
    width = float(ElementTree.fromstring(picture.svg).get("width"))
    assert all(float(e.get("x")) < width for e in titles)
    assert width < 1000


def test_words_from_outside_are_escaped_and_nothing_can_run():
    evil = '<script>alert("1")</script>'
    picture = draw_panels([Panel(evil, np.array([[1]]), note=evil, before=evil)], evil, evil)
    assert "<script" not in picture.svg
    assert not [e for e in ElementTree.fromstring(picture.svg).iter() if "script" in e.tag]
    assert evil in words(picture)[1]


def test_alt_text_reaches_the_page():
    picture = draw_panels([Panel("image", numbered(2, 2))], alt="A two by two matrix.")
    root = ElementTree.fromstring(picture.svg)
    assert root.get("role") == "img"
    assert root.find(SVG + "title").text == "A two by two matrix."
    told = draw_panels([Panel("image", numbered(2, 2))])
    assert "100" in ElementTree.fromstring(told.svg).find(SVG + "desc").text


def test_same_panels_same_bytes_and_inputs_untouched():
    values = np.random.default_rng(0).normal(size=(4, 6))
    before = values.copy()
    panels = [Panel("image", values, window=(0, 0, 2, 2))]
    assert draw_panels(panels).svg == draw_panels(panels).svg
    assert np.array_equal(values, before)


def test_notebooks_get_html_and_text():
    picture = draw_panels([Panel("image", numbered(2, 2))])
    assert picture._repr_mimebundle_() == {"text/html": picture.html, "text/plain": picture.text}


def test_a_drawing_is_an_image_of_the_page_so_that_it_is_seen_in_notebooks_of_strangers():
    picture = draw_panels([Panel("image", numbered(2, 2))], alt="Two & two\nnumbers <4")
    (alt,) = re.findall('alt="(.*?)"', picture.html, re.DOTALL)
    (data,) = re.findall('base64,([^"]+)', picture.html)
    assert unescape(alt) == "Two & two\nnumbers <4"
    assert b64decode(data).decode() == picture.svg
    assert "<svg" not in picture.html


def test_what_cannot_be_drawn_is_refused():
    with pytest.raises(ValueError, match=r"\(2, 3, 4\)"):
        draw_panels([Panel("image", np.zeros((2, 3, 4)))])
    with pytest.raises(ValueError, match="photo"):
        draw_panels([Panel("image", np.zeros((2, 3)), kind="photo")])


def test_a_film_has_a_frame_for_each_number_and_its_last_stands_for_it():
    image, kernel = numbered(3, 4), np.array([[1, 0], [0, 1]])
    output = image[:2, :3] + image[1:, 1:]
    picture = slide(image, kernel, output, "Watch.")
    assert picture.player.count('<g data-frame visibility="hidden">') == 6
    assert 'max="5"' in picture.player
    assert f"[{output[1, 2]}]" in picture.text


def test_frames_of_a_film_lie_on_each_other():
    wide = [draw_panels([Panel("a", np.ma.masked_less([[n, 12345]], n))]) for n in (1, 2)]
    sizes = set(re.findall('<rect[^>]* width="([^"]+)" height="([^"]+)"', film(wide).player))
    assert 0 < len(sizes) <= 3
