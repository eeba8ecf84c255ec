"""Matching, pictures, files, formulas, losses and verdicts: time in proportion to what there is.

Each is tried on a thousand, ten thousand and a hundred thousand characters of every repetition that
may be hostile to it, or on as many things. Ten times as much may take twenty-five times as long,
and a fifth of a second for what is too short to be measured; by the square it would be a hundred.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder import judge
from autograder.judging.explaining.undefined import names_defined, why_undefined
from autograder.lessons.course import Lesson
from autograder.lessons.notebooks import output_of
from autograder.lessons.roles import nbgrader_metadata
from autograder.running import files_beside, losses
from autograder.running.execution import Execution
from autograder.running.formulas import MOST_CHARACTERS, set_formula
from autograder.running.handed_cells import HandedCell
from autograder.running.handed_in import Submission
from autograder.running.matching import match
from autograder.running.pictures import without_pictures
from autograder.running.rebuild import rebuild

from .test_growth import PIECES, out_of_proportion, seconds

SIZES = (1_000, 10_000, 100_000)

OF_PYTHON = ("def ", "def a\n", "def a():\n", "class a\n", "async ", "a:", "a: b", "a=\n", "!pip ")
OF_COMMANDS = ("!a -m ", "%a -m pip", " (line 1)", "(line ", "(", " (", "No module named '", "'a' ")
OF_PICTURES = (
    *("![](attachment:", "![a](attachment:(a)", "![a](attachment:a)", "<img src=attachment:"),
    *("<img src=a>", "]: attachment:a\n", "]: <attachment:a", "![a](a", "![a](a)", "(((", "%28"),
)
OF_FORMULAS = (
    *(
        "\\left(",
        "\\right)",
        "\\frac",
        "\\frac{",
        "^",
        "_",
        "a^",
        "a_",
        "\\\\",
        "&",
        "}",
        "\\text{",
    ),
    *("\\sqrt", "\\sqrt[", "\\begin{matrix}", "\\begin{array}{", "\\limits", "\\over ", "\\hline"),
    *(
        "\\prime",
        "\\left",
        "\\big",
        "\\not",
        "\\underset{a}",
        "\\substack{",
        "\\binom",
        "\\hspace{",
    ),
)


def matched(text: str) -> None:
    """A notebook of one cell of each kind with the text, and of many cells that are like others."""
    given = [new_code_cell("x = None", id="x"), new_markdown_cell("Why?", id="why")]
    given[0].metadata["nbgrader"] = nbgrader_metadata(
        {"role": "exercise", "id": "x"}, "code", "here"
    )
    match(tuple(HandedCell(k, text, ()) for k in ("code", "markdown")), new_notebook(cells=given))


def pictured(text: str) -> None:
    cell = HandedCell("markdown", f"attachment:{text}", (), (("a", "a"),))
    without_pictures(Submission("", "", (cell, HandedCell("markdown", f"![{text}", ()))))


def lost(text: str) -> None:
    names_defined(text)
    why_undefined("x", "SyntaxError", text)
    why_undefined("x", "ImportError", text)
    notebook = new_notebook(cells=[new_code_cell(text, id="own")])
    error = output_of("error", ename=text, evalue=text, traceback=[])
    notebook.cells[0].outputs = [error]
    losses.explain_losses(Execution(notebook, {}, (), 0.0, 0), {"x": "x"})


STEPS = {
    "a notebook is matched": (matched, (*PIECES, *OF_PYTHON)),
    "pictures in a text": (pictured, (*PIECES, *OF_PICTURES)),
    "losses are explained": (lost, (*PIECES, *OF_PYTHON, *OF_COMMANDS)),
}


def grows(step: Callable[[Any], Any], made: Callable[[int], Any], sizes=SIZES) -> str:
    """How a step grows by more than it may from one size to the next; nothing if it does not."""
    for little, much in pairwise(sizes):
        if said := out_of_proportion(step, made(little), made(much), 2.5 * (much / little)):
            return f"{little:,} and {much:,}: {said}"
    return ""


def repeated(piece: str, end: str = "") -> Callable[[int], str]:
    return lambda size: (piece * size)[:size] + end


@pytest.mark.parametrize("name", STEPS)
def test_no_repetition_takes_time_by_its_square(name):
    step, pieces = STEPS[name]
    for piece in pieces:
        for end in ("", "%", " }"):
            said = grows(step, repeated(piece, end))
            assert not said, f"{piece!r} and {end!r}: {said}"


def test_a_formula_takes_time_in_proportion_and_is_of_bounded_length():
    setting = set_formula.__wrapped__
    for piece in (*PIECES, *OF_FORMULAS):
        for end in ("", "}", "a"):
            said = grows(
                setting, repeated(piece, end), (MOST_CHARACTERS // 10, MOST_CHARACTERS - 1)
            )
            assert not said, f"{piece!r} and {end!r}: {said}"
    assert seconds(setting, "\\sqrt" * 100_000) < 0.2


def cells_like(text: str) -> Callable[[int], tuple[HandedCell, ...]]:
    return lambda size: tuple(HandedCell("code", text, ("x",)) for _ in range(size))


@pytest.mark.parametrize("text", ["x = None", "x = 1", "Why?", "y = 1", ""])
def test_many_cells_that_may_be_the_same_are_matched_in_proportion(text):
    given = [new_code_cell("x = None", id="x"), new_markdown_cell("Why?", id="why")]
    given += [new_code_cell(f"check('x', x)  # {n}", id=f"c{n}") for n in range(20)]
    lesson = new_notebook(cells=given)
    for made in (cells_like(text), lambda size: [*cells_like(text)(size // 2), *no_ids(size // 2)]):
        assert not grows(lambda cells: match(tuple(cells), lesson), made, (30, 300, 3_000))


def no_ids(size: int) -> list[HandedCell]:
    return [HandedCell("markdown", f"an answer {n}", ()) for n in range(size)]


@pytest.mark.parametrize("text", ["def relu(x):\n    return x\n", "Why?\n", "%", "check('relu')\n"])
def test_a_notebook_is_rebuilt_in_proportion(text, filters: Lesson):
    import nbformat

    given = nbformat.read(filters.student, as_version=4)
    ids = [cell.id for cell in given.cells]

    def submission(size: int) -> Submission:
        cells = (HandedCell("code", text * 10, (ids[n % len(ids)],)) for n in range(size))
        return Submission("ada", filters.name, tuple(cells))

    assert not grows(lambda one: rebuild(given, given, one), submission, (100, 1_000))


def test_files_beside_a_notebook_are_looked_for_in_proportion(tmp_path):
    def folder(size: int):
        place = tmp_path / str(size)
        place.mkdir(exist_ok=True)
        for number in range(size):
            (place / f"part{number}.py").write_text(f"import part{number + 1}\n" + "# a\n" * 9)
        return place

    def looked_for(place) -> None:
        files_beside.files_used(place, "import part0\n")
        files_beside.files_beside(place)

    assert not grows(looked_for, folder, (30, 300, 2_000))
    found = files_beside.files_used(tmp_path / "300", "import part0\n")
    assert [path.name for path, _ in found] == [f"part{n}.py" for n in range(20)]


RETURNED = {
    "a list": lambda n: [0] * n,
    "lists": lambda n: [[0]] * n,
    "a text": lambda n: "\\" * n,
    "texts": lambda n: ["a(line "] * n,
    "a dict": lambda n: {f"k{number}": number for number in range(n)},
    "a dict with numbers for keys": lambda n: dict.fromkeys(range(n), "x"),
    "a long key": lambda n: {"\\" * n: 1},
    "arrays": lambda n: [np.zeros(2)] * n,
    "a row of numbers": np.zeros,
    "no numbers": lambda n: np.full((n, 1), np.nan),
    "rows": lambda n: [("conv", (1, 2, 3), 4)] * n,
    "layers": lambda n: [("conv", {"num_filters": 1, "kernel_size": 1})] * n,
}


@pytest.mark.parametrize("what", RETURNED)
@pytest.mark.parametrize("exercise", ["conv2d-naive", "layer-shapes", "conv2d-backward"])
def test_a_verdict_takes_time_in_proportion_to_what_is_returned(exercise, what):
    for hidden in (False, True):
        said = grows(
            lambda value, hidden=hidden: judge(exercise, lambda *_: value, hidden),
            RETURNED[what],
            (50, 500),
        )
        assert not said, said


@pytest.mark.parametrize("text", ["(line ", "takes ", "missing 1 required ", " ", "\\", "'"])
def test_a_verdict_takes_time_in_proportion_to_what_is_raised(text):
    def refusing(size: int) -> Callable:
        def answer(*_):
            raise TypeError((text * size)[:size])

        return answer

    said = grows(lambda answer: judge("conv2d-naive", answer), refusing)
    assert not said, said


def test_a_giant_whole_number_is_wrong_and_breaks_nothing():
    for value in (10**100_000, -(10**100_000)):
        verdict = judge("lenet-parameter-count", value)
        assert not verdict.passed
        assert "giant whole number" in verdict.message
        assert not judge("conv2d-naive", lambda *_, v=value: [v]).passed
