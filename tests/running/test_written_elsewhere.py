"""What a student wrote counts wherever it stands, or its loss is told in a sentence: real runs.

Each row of `ROWS` does one thing to a submission with 32 of 32 automatic points. `points` is what
it must still earn, `waits` whether the written answer must wait for a person's mark, and `looks`
what must be said.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import nbformat
import pytest

from autograder.lessons.compiling import Compiled, compile_lesson
from autograder.lessons.course import Course
from autograder.running.grade_submission import Assignment, Graded, Task, perform
from autograder.running.handed_in import HandedCell, Submission

from .as_handed_in import LESSON, answers

QUESTION, SETUP = "why-filters-share", "filters-setup"
FIRST, SECOND, THIRD = "cross-correlate2d", "convolve2d", "apply-filter"
UNTOUCHED = "YOUR ANSWER HERE"
WORDS = "An edge looks the same everywhere."

ADDED = "what was added to a read-only cell is kept in a cell of the student's own: "
BESIDE = f"{QUESTION}: the answer stood beside the question's own cell, and was put into it"
GRADED = "where notebooks are graded"


class Notebook:
    """The cells of a right submission whose written question is untouched."""

    def __init__(self) -> None:
        self.cells = [
            HandedCell(
                cell.cell_type,
                cell.source if cell.id == QUESTION else answers().get(cell.id, cell.source),
                (cell.id,),
            )
            for cell in compiled().student.cells
        ]

    def at(self, name: str) -> int:
        return next(i for i, cell in enumerate(self.cells) if name in cell.ids)

    def change(self, name: str, change: Callable[[str], str]) -> None:
        at = self.at(name)
        cell = self.cells[at]
        self.cells[at] = HandedCell(cell.cell_type, change(cell.source), cell.ids)

    def add(self, at: int, source: str, kind: str = "code") -> None:
        self.cells.insert(at, HandedCell(kind, source, ("of-my-own",)))

    def take(self, name: str) -> str:
        """Delete a cell; its text."""
        return self.cells.pop(self.at(name)).source


@cache
def compiled() -> Compiled:
    return compile_lesson(Course.find().lesson(LESSON))


@cache
def assignment() -> bytes:
    return pickle.dumps(Assignment.of(Course.find().lesson(LESSON), compiled()))


def graded(notebook: Notebook) -> Graded:
    submission = Submission("ada", LESSON, tuple(notebook.cells))
    return perform(Task(assignment(), submission, seed=7))


@dataclass(frozen=True)
class Row:
    change: Callable[[Notebook], None]
    points: float = 32
    waits: bool = False
    looks: tuple[str, ...] = ()


ROWS: dict[str, Row] = {}


def row(name: str, *looks: str, points: float = 32, waits: bool = False) -> Callable:
    def add(change: Callable[[Notebook], None]) -> Callable[[Notebook], None]:
        assert name not in ROWS
        ROWS[name] = Row(change, points, waits, looks)
        return change

    return add


# --- what was added to read-only cells ----------------------------------------------------------


def use_math(notebook: Notebook) -> None:
    notebook.change(FIRST, lambda s: s.replace("    (height", "    math.sqrt(4)\n    (height", 1))


@row("an import added to the set-up cell", f"changed and set back: {SETUP}", ADDED + SETUP)
def import_at_the_end(notebook: Notebook) -> None:
    notebook.change(SETUP, lambda s: s + "\nimport math")
    use_math(notebook)


@row("an import at the top of the set-up cell", ADDED + SETUP)
def import_at_the_top(notebook: Notebook) -> None:
    notebook.change(SETUP, lambda s: "import math\n" + s)
    use_math(notebook)


@row("an import added to a line of the set-up cell", ADDED + SETUP)
def import_in_a_line(notebook: Notebook) -> None:
    notebook.change(SETUP, lambda s: s.replace("import numpy as np", "import numpy as np, math"))
    use_math(notebook)


@row("a helper function and a magic added to the set-up cell", ADDED + SETUP)
def helper_in_setup(notebook: Notebook) -> None:
    helper = "class math:\n    @staticmethod\n    def sqrt(x):\n        return x**0.5\n"
    notebook.change(SETUP, lambda s: f"%matplotlib inline\n{s}\n{helper}")
    use_math(notebook)


@row("an answer written into its check", ADDED + f"{FIRST}-check")
def answer_in_check(notebook: Notebook) -> None:
    answer = answers()[FIRST]
    notebook.change(FIRST, lambda s: s.partition('"""')[0] + "    raise NotImplementedError()")
    notebook.change(f"{FIRST}-check", lambda s: f"{answer}\n\n{s}")


@row("a print added to a test", ADDED + f"{FIRST}-test")
def print_in_test(notebook: Notebook) -> None:
    notebook.change(f"{FIRST}-test", lambda s: s + f"\nprint({FIRST.replace('-', '_')})")


@row("a check replaced by another", f"changed and set back: {SECOND}-check", points=28)
def replaced_check(notebook: Notebook) -> None:
    notebook.change(SECOND, lambda s: "def convolve2d(image, kernel):\n    return image")
    notebook.change(f"{SECOND}-check", lambda s: "def check(*_):\n    pass\ncheck(1, 2)")


# --- words beside the question ------------------------------------------------------------------


@row("words in a text cell below the question", BESIDE, waits=True)
def words_below(notebook: Notebook) -> None:
    notebook.add(notebook.at(QUESTION) + 1, WORDS, "markdown")


@row("words in a text cell above the question", BESIDE, waits=True)
def words_above(notebook: Notebook) -> None:
    notebook.add(notebook.at(QUESTION), WORDS, "markdown")


@row("words in a raw cell", BESIDE, waits=True)
def words_raw(notebook: Notebook) -> None:
    notebook.add(notebook.at(QUESTION) + 1, WORDS, "raw")


@row("words in a code cell's comments", BESIDE, waits=True)
def words_in_comments(notebook: Notebook) -> None:
    notebook.add(notebook.at(QUESTION) + 1, f"# {WORDS}")


@row("words in a code cell, as they are", BESIDE, waits=True)
def words_as_code(notebook: Notebook) -> None:
    notebook.add(notebook.at(QUESTION) + 1, WORDS)


@row("words in a string", BESIDE, waits=True)
def words_in_a_string(notebook: Notebook) -> None:
    notebook.add(notebook.at(QUESTION) + 1, f'"""{WORDS}"""')


@row("words below the question's prompt, in its cell", BESIDE, waits=True)
def words_in_the_prompt(notebook: Notebook) -> None:
    at = notebook.at(QUESTION) - 1
    notebook.change(notebook.cells[at].ids[0], lambda s: f"{s}\n\n{WORDS}")


@row("words in a new cell, the question's own deleted", waits=True)
def words_instead(notebook: Notebook) -> None:
    at = notebook.at(QUESTION)
    notebook.take(QUESTION)
    notebook.add(at, WORDS, "markdown")


@row("a cell of plain code beside the question")
def code_beside(notebook: Notebook) -> None:
    notebook.add(notebook.at(QUESTION) + 1, "print(1 + 1)")


# --- answers in other cells ---------------------------------------------------------------------


def taken(exercise: str) -> str:
    name = exercise.replace("-", "_")
    return f"{exercise}: its own cell holds no answer; `{name}` is taken from another cell"


@row("an answer in a new cell, its own deleted")
def instead(notebook: Notebook) -> None:
    at = notebook.at(SECOND)
    notebook.add(at, notebook.take(SECOND))


@row("two answers in one cell", taken(SECOND))
def two_in_one(notebook: Notebook) -> None:
    second = notebook.take(SECOND)
    notebook.change(FIRST, lambda s: f"{s}\n\n{second}")


@row("an answer in an earlier cell, its own untouched", taken(SECOND))
def earlier(notebook: Notebook) -> None:
    notebook.add(notebook.at(FIRST), answers()[SECOND])
    stub = next(cell.source for cell in compiled().student.cells if cell.id == SECOND)
    notebook.change(SECOND, lambda s: stub)


@row("an answer at the end, with a helper")
def at_the_end(notebook: Notebook) -> None:
    notebook.take(SECOND)
    notebook.add(len(notebook.cells), "def turned(kernel):\n    return kernel[::-1, ::-1]")
    notebook.add(
        len(notebook.cells),
        "def convolve2d(image, kernel):\n    return cross_correlate2d(image, turned(kernel))",
    )


@row("a helper at the end, for an answer in its own cell")
def helper_at_the_end(notebook: Notebook) -> None:
    notebook.add(len(notebook.cells), "def turned(kernel):\n    return kernel[::-1, ::-1]")
    notebook.change(
        SECOND,
        lambda s: (
            "def convolve2d(image, kernel):\n    return cross_correlate2d(image, turned(kernel))"
        ),
    )


@row("an answer defined under a condition", taken(SECOND))
def conditional(notebook: Notebook) -> None:
    at = notebook.at(SECOND)
    body = notebook.take(SECOND).replace("\n", "\n    ")
    notebook.add(at, f"if np:\n    {body}")


@row("an answer that is a name for another function")
def another_name(notebook: Notebook) -> None:
    at = notebook.at(SECOND)
    source = notebook.take(SECOND).replace("def convolve2d", "def mine")
    notebook.add(at, f"%precision 3\n{source}\nconvolve2d = mine")


# --- names that students take -------------------------------------------------------------------


for taking in (
    "check = True",
    "look = progress = 3",
    "np = 3",
    "np, check = 1, 2",
    "def check(*a):\n    return a",
    "class look: ...",
    "del check, np",
    "from autograder import *",
    "import math as np",
    "for np in range(3): pass",
):
    row(f"a cell that says {taking!r}")(
        lambda notebook, taking=taking: notebook.add(notebook.at(FIRST), taking)
    )


@row("a helper called check")
def own_check(notebook: Notebook) -> None:
    notebook.add(notebook.at(FIRST), "def check(image):\n    return np.asarray(image)")
    notebook.change(
        FIRST, lambda s: s.replace("    (height", "    image = check(image)\n    (height", 1)
    )


# --- what is not there where notebooks are graded -----------------------------------------------

LOST = f"{FIRST}, {SECOND}, {THIRD}, conv2d-naive, gradient-magnitude, conv-as-matrix"


@row(
    "a module that is not there, in an answer",
    f"there is no module `torch` {GRADED} (cell '{FIRST}'); lost by it: {LOST}",
    points=8,
)
def torch_in_an_answer(notebook: Notebook) -> None:
    notebook.change(FIRST, lambda s: f"import torch\n{s}")


@row(
    "a module that is not there, in a cell of one's own",
    f"there is no module `tensorflow` {GRADED} (cell 'added_1'); lost by it: {SECOND}",
    points=28,
)
def tensorflow_used(notebook: Notebook) -> None:
    notebook.add(notebook.at(SECOND), "import tensorflow as tf")
    notebook.change(
        SECOND, lambda s: f"{s}\n\n_ = convolve2d\n\ndef convolve2d(a, b):\n    tf.zeros"
    )


@row(
    "a module that is not there, inside a function",
    f"there is no module `torch` {GRADED} (cell '{SECOND}'); lost by it: {SECOND}",
    points=28,
)
def torch_inside(notebook: Notebook) -> None:
    notebook.change(SECOND, lambda s: "def convolve2d(a, b):\n    import torch")


@row("Google's drive", f"there is no module `google` {GRADED} (cell 'added_1')")
def drive(notebook: Notebook) -> None:
    notebook.add(0, "from google.colab import drive\ndrive.mount('/content')")


for install in ("%pip install torch", "!pip install torch", "!python -m pip install -q torch"):
    row(f"{install} in an answer", f"nothing can be installed {GRADED} (cell '{SECOND}')")(
        lambda notebook, line=install: notebook.change(SECOND, lambda s: f"{line}\n{s}")
    )


# --- cells that did not run to where the answer is ----------------------------------------------


@row("a syntax error in an answer", points=28)
def syntax_error(notebook: Notebook) -> None:
    notebook.change(SECOND, lambda s: "def convolve2d(image, kernel):\n    return image image")


@row(
    "an exception before an answer is defined",
    f"{SECOND}: the cell with `convolve2d` stopped before `convolve2d` was defined "
    "(NameError: name 'nmupy' is not defined).",
    points=28,
)
def name_error(notebook: Notebook) -> None:
    notebook.change(SECOND, lambda s: f"nmupy.seterr(all='ignore')\n{s}")


@row(
    "an exception before a helper is defined",
    "cell 'added_1' stopped (ZeroDivisionError: division by zero); lost by it: convolve2d",
    points=28,
)
def helper_lost(notebook: Notebook) -> None:
    notebook.add(notebook.at(SECOND), "1 / 0\ndef turned(kernel):\n    return kernel[::-1, ::-1]")
    notebook.change(
        SECOND,
        lambda s: (
            "def convolve2d(image, kernel):\n    return cross_correlate2d(image, turned(kernel))"
        ),
    )


@row(
    "an answer under another name",
    f"{SECOND}: `convolve2d` is not defined by any cell of the notebook that ran.",
    points=28,
)
def misspelled(notebook: Notebook) -> None:
    notebook.change(SECOND, lambda s: s.replace("def convolve2d", "def convolve_2d"))


@pytest.mark.parametrize("name", ROWS)
def test_it_counts_or_its_loss_is_told(name):
    wanted, notebook = ROWS[name], Notebook()
    wanted.change(notebook)
    came = graded(notebook)
    automatic = sum(points or 0 for name, points in came.points.items() if name != QUESTION)
    assert automatic == wanted.points, came.looks
    assert came.points[QUESTION] == (None if wanted.waits else 0)
    assert (QUESTION in came.untouched) is not wanted.waits
    for look in wanted.looks:
        assert look in came.looks
        assert look.partition("`")[0][:40] in came.page


def test_words_beside_a_question_are_shown_in_it():
    notebook = Notebook()
    words_below(notebook)
    shown = nbformat.reads(graded(notebook).notebook, as_version=4)
    cell = next(cell for cell in shown.cells if cell.id == QUESTION)
    assert cell.source == f"{UNTOUCHED}\n\n{WORDS}"


def test_a_check_whose_answer_did_not_run_says_so_on_the_page():
    notebook = Notebook()
    syntax_error(notebook)
    page = graded(notebook).page
    assert page.count("has a syntax error in line 2") == 1  # once for check and test
    assert "name &#39;convolve2d&#39; is not defined" not in page


def test_what_a_notebook_shows_is_the_lessons_own_call():
    notebook = Notebook()
    notebook.add(notebook.at(FIRST), "check = np = True")
    shown = nbformat.reads(graded(notebook).notebook, as_version=4)
    sources = {cell.id: cell.source for cell in shown.cells}
    assert sources[f"{FIRST}-check"] == 'check("cross-correlate2d", cross_correlate2d)'
    assert not any(name.startswith("imported_again") for name in sources)
