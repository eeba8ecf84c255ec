"""A table shows the same rows as text and as a drawing."""

import xml.etree.ElementTree as ET

import numpy as np

from autograder.figures.matrices import Panel, draw_panels
from autograder.figures.tables import Column, draw_table, stacked

COLUMNS = [
    Column("row", ["3", "4"]),
    Column("layer", ["conv & pool", "flatten"], "input"),
    Column("yours", ["760", "8"], "yours", ring=(1,)),
    Column("expected", ["760", "0"], "expected"),
]


def words_of(svg):
    return [element.text for element in ET.fromstring(svg).iter() if element.tag.endswith("text")]


def test_text_is_aligned_and_rings_are_brackets():
    assert draw_table(COLUMNS, "One row is off.", skipped=[-1, 1]).text == (
        " row  layer        yours  expected\n"
        " ⋮\n"
        " 3    conv & pool  760    760\n"
        " 4    flatten      [8]    0\n"
        " ⋮\n"
        "\n"
        "One row is off."
    )


def test_the_drawing_holds_every_cell_the_caption_and_one_ring():
    drawing = draw_table(COLUMNS, "One row is off.", skipped=[-1])
    found = words_of(drawing.svg)
    for column in COLUMNS:
        assert {column.title, *column.cells} <= set(found)
    assert "One row is off." in found
    assert drawing.svg.count('class="ring"') == 1
    assert "[8]" in ET.fromstring(drawing.svg).find("{http://www.w3.org/2000/svg}desc").text


def test_a_long_cell_is_cut():
    drawing = draw_table([Column("layer", ["x" * 200], "input")])
    assert max(map(len, drawing.text.splitlines())) < 70


def test_pictures_are_stacked_without_overlap():
    table = draw_table(COLUMNS)
    matrix = draw_panels([Panel("x", np.ones((2, 2)))])
    both = stacked([table, matrix])
    root = ET.fromstring(both.svg)
    parts = [child for child in root if child.tag.endswith("svg")]
    assert [float(part.get("y")) for part in parts] == [0.0, float(parts[0].get("height"))]
    assert float(root.get("height")) == sum(float(part.get("height")) for part in parts)
    assert both.text == f"{table.text}\n\n{matrix.text}"
