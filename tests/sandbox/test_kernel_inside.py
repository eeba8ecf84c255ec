"""What a forked kernel leaves out of IPython's way with a cell changes nothing for any cell."""

from __future__ import annotations

from types import SimpleNamespace

import nbformat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from IPython.core.async_helpers import _should_be_async
from IPython.core.inputtransformer2 import TransformerManager

from autograder.lessons.course import Course
from autograder.sandbox.inside.kernel import look_before_parsing

pytestmark = pytest.mark.proved  # on the cells of all lessons

SPECIAL = [
    "%matplotlib inline",
    "x = 1\n%time x",
    "if True:\n    %time x",
    "%%writefile a.txt\nword",
    "files = !ls",
    "files = \\\n    !ls",
    "found = %who_ls",
    "a, b = %who_ls\nc = 1",
    "!ls",
    "len?",
    "len??  ",
    "?len",
    "x = 1\nlen?\n",
    ", f a b",
    "; f a b",
    "/f a",
    "    x = 1\n    y = 2",
    ">>> x = 1\n... y = 2",
    "In [1]: x = 1",
    "(1\n%2)",
    "x = 7 % 2 != 1",
    "text = '''\n%time\n!ls\nlen?\n'''",
    "# what? %this !that",
    "f(a=\n  !ls)",
    "for x in y:\n    pass\n\n%time x",
    "'no end",
    "x = (1,",
    "",
    "\n\n",
    "\n" * 50_000,
]
WAITING = [
    "await f()",
    "async for x in y:\n    pass",
    "[x async for x in y]",
    "async def f():\n    await g()",
    "awaited = 1",
    "return await f()",
    "# await",
]
PIECES = [*"x1=%!?;,/()'#", "==", "  ", "\t", "\\\n", "\n", "\r\n", "\r", "\f", "\u2028", "\x0b"]


def untouched() -> SimpleNamespace:
    """The part of IPython's shell that prepares cells."""

    def should_run_async(raw_cell, *, transformed_cell=None, preprocessing_exc_tuple=None):
        return preprocessing_exc_tuple is None and _should_be_async(transformed_cell)

    return SimpleNamespace(
        input_transformer_manager=TransformerManager(), should_run_async=should_run_async
    )


def hastened() -> SimpleNamespace:
    shell = untouched()
    look_before_parsing(shell)
    return shell


def prepared(shell: SimpleNamespace, cell: str) -> tuple[str, bool] | str:
    """What a shell makes of a cell before it compiles it."""
    try:
        text = shell.input_transformer_manager.transform_cell(cell)
    except Exception as error:
        return repr(error)
    return text, shell.should_run_async(cell, transformed_cell=text)


@pytest.mark.parametrize("cell", SPECIAL + WAITING)
def test_what_python_does_not_know_is_still_seen(cell):
    assert prepared(hastened(), cell) == prepared(untouched(), cell)


def test_the_lessons_are_read_as_before():
    hasty, stock = hastened(), untouched()
    for lesson in Course.find().lessons():
        for cell in nbformat.read(lesson.student, 4).cells:
            if cell.cell_type == "code":
                assert prepared(hasty, cell.source) == prepared(stock, cell.source)


@settings(max_examples=500, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_whatever_is_typed_is_read_as_before(cell):
    assert prepared(hastened(), cell) == prepared(untouched(), cell)


def test_a_notebooks_own_syntax_is_obeyed():
    class Doubled:
        """Finds nothing, once."""

        asked = 0

        @classmethod
        def find(cls, tokens):
            cls.asked += 1

    shell = hastened()
    shell.input_transformer_manager.token_transformers.append(Doubled)
    prepared(shell, "x = 1")
    assert Doubled.asked
