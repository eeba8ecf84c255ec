"""A cell shows what its last line gives: a picture before that would be seen by nobody."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

from autograder.exercises import LESSONS

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"

DRAWN = ("grid(", "curves(", "draw_table(", "figures.")


def statements(lesson: str) -> list[tuple[str, list[str]]]:
    """The expressions of each code cell that stand before its last statement."""
    text = (NOTEBOOKS / lesson / f"{lesson}.ipynb").read_text(encoding="utf-8")
    code = [cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"]
    return [
        (cell["id"], [ast.unparse(one) for one in body[:-1] if isinstance(one, ast.Expr)])
        for cell in code
        for body in [ast.parse("".join(cell["source"])).body]
    ]


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_picture_is_the_last_that_its_cell_gives(lesson):
    lost = [
        (name, one) for name, said in statements(lesson) for one in said if one.startswith(DRAWN)
    ]
    assert lost == []
