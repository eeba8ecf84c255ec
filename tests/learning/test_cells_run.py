"""In a notebook a check says which cell did not run, and "not written yet" of nothing else."""

from __future__ import annotations

import subprocess
import sys

import pytest

SHELL = """\
import sys
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance(colors="NoColor")
for cell in sys.stdin.read().split("---\\n"):
    print("CELL")
    shell.run_cell(cell, store_history=True)
"""
START = "import numpy as np\nfrom autograder import check\n"
STUB = "def convolve2d(image, kernel):\n    raise NotImplementedError()\n"
CHECK = 'check("convolve2d", convolve2d)\n'


def said(*cells: str) -> str:
    """What the last of some cells shows."""
    done = subprocess.run(
        [sys.executable, "-c", SHELL],
        input="---\n".join((START, *cells)),
        capture_output=True,
        text=True,
        check=True,
    )
    return " ".join(done.stdout.rpartition("CELL")[2].split())


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ([STUB], "not written yet. Put your code in place of `raise NotImplementedError()`."),
        (
            [STUB, "def convolve2d(image, kernel):\n    return image image\n"],
            "the cell with `convolve2d` has a syntax error in line 2 (invalid syntax): "
            "none of it has run.",
        ),
        (
            [STUB, "nmupy.seterr()\ndef convolve2d(image, kernel):\n    return image\n"],
            "the cell with `convolve2d` stopped before `convolve2d` was defined "
            "(NameError: name 'nmupy' is not defined).",
        ),
        (
            [STUB, "import torchh\ndef convolve2d(image, kernel):\n    return image\n"],
            "the cell with `convolve2d` stopped before `convolve2d` was defined, because there is "
            "no module `torchh` here.",
        ),
        (
            ["convolve2d = None\n"],
            "`convolve2d` is None, where your function should be. Does a line say "
            "`convolve2d = …`? Take it out, and run the cell with your function again.",
        ),
        (
            [],
            "`convolve2d` is not defined yet. Run the cell with it first; after a restart, "
            "run every cell.",
        ),
        (
            ["def convolve2d(image, kernel):\n    return image image\n"],
            "the cell with `convolve2d` has a syntax error in line 2 (invalid syntax): "
            "none of it has run.",
        ),
        (
            [STUB.replace("convolve2d", "mine"), "def convolve2d(a, b):\n    return mine(a, b)\n"],
            "it calls `mine`, which is not written yet. Write that first.",
        ),
        (
            ["def convolve2d(a, b):\n    out = a * 2\n    raise NotImplementedError()\n"],
            "your code comes to a `raise NotImplementedError()`. Take that line out, or write "
            "what is to stand in its place.",
        ),
    ],
)
def test_a_check_says_why_there_is_no_answer(cells, sentence):
    assert f"Error: convolve2d: {sentence}" in said(*cells, CHECK).replace("WrongAnswer", "Error")


def test_what_was_mended_is_judged_again():
    broken, mended = "def convolve2d(:\n", "def convolve2d(image, kernel):\n    return image\n"
    assert "syntax error" in said(broken, CHECK)
    assert "syntax error" not in said(broken, mended, CHECK)


def test_an_error_after_the_function_is_no_reason():
    shown = said("def convolve2d(image, kernel):\n    return image\nnmupy.seterr()\n", CHECK)
    assert "stopped" not in shown
    assert "WrongAnswer: convolve2d: " in shown


def test_other_missing_names_are_shown_as_ever():
    shown = said("unknown + 1\n")
    assert "Traceback" in shown
    assert "NameError: name 'unknown' is not defined" in shown
