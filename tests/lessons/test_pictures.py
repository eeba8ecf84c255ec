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


DRAWS = {"grid": 2, "rows_of_pictures": 2, "stages": 3, "filtered": 3}
"""Functions that draw pictures under titles, and which of their arguments is the alt."""


def alts(lesson: str) -> list[tuple[str, set[str]]]:
    """For each such picture, its alt and the other words it is drawn with."""
    text = (NOTEBOOKS / lesson / f"{lesson}.ipynb").read_text(encoding="utf-8")
    code = [cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"]
    nodes = [node for cell in code for node in ast.walk(ast.parse("".join(cell["source"])))]
    found = []
    for call in (node for node in nodes if isinstance(node, ast.Call)):
        at = DRAWS.get(ast.unparse(call.func).rpartition(".")[2], len(call.args))
        named = [key.value for key in call.keywords if key.arg == "alt"]
        for alt in [*named, *call.args[at : at + 1]]:
            others = [*call.args, *(key.value for key in call.keywords)]
            found.append((words_of(alt), {words_of(one) for one in others if one is not alt}))
    return found


def words_of(node: ast.AST) -> str:
    """All that is written in an expression as text."""
    texts = [one.value for one in ast.walk(node) if isinstance(one, ast.Constant)]
    return "".join(text for text in texts if isinstance(text, str))


def test_an_alt_says_in_words_what_is_to_be_seen():
    found = [one for lesson in LESSONS for one in alts(lesson)]
    assert len(found) > 20
    for alt, others in found:
        assert len(alt.split()) >= 8
        assert not any(alt in other for other in others)
