"""In a notebook a check says which cell did not run, and "not written yet" of nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from functools import cache

import pytest

from autograder.judging import judge
from autograder.learning.cells_run import about_unwritten

SHELL = """\
import json, os, sys
from IPython.core.interactiveshell import InteractiveShell
import matplotlib.pyplot
import autograder.judging.checking
for line in sys.stdin:
    if not os.fork():
        shell = InteractiveShell.instance(colors="NoColor")
        for cell in json.loads(line):
            print("CELL")
            shell.run_cell(cell, store_history=True)
        print("END", flush=True)
        os._exit(0)
    os.wait()
"""
"""Runs the cells of each line that it reads in a notebook of their own: it has imported all before
the first, which takes far longer than they do."""

START = "import numpy as np\nfrom autograder import check\n"
STUB = "def convolve2d(image, kernel):\n    raise NotImplementedError()\n"
CHECK = 'check("convolve2d", convolve2d)\n'


@pytest.fixture(scope="module")
def shell() -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", SHELL]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        yield process
        process.stdin.close()
    assert process.returncode == 0


@pytest.fixture
def said(shell):
    """What the last of some cells shows."""

    def run(*cells: str) -> str:
        print(json.dumps([START, *cells]), file=shell.stdin, flush=True)
        shown = "".join(iter(shell.stdout.readline, "END\n"))
        return " ".join(shown.rpartition("CELL")[2].split())

    return run


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
def test_a_check_says_why_there_is_no_answer(cells, sentence, said):
    assert f"Error: convolve2d: {sentence}" in said(*cells, CHECK).replace("WrongAnswer", "Error")


def test_what_was_mended_is_judged_again(said):
    broken, mended = "def convolve2d(:\n", "def convolve2d(image, kernel):\n    return image\n"
    assert "syntax error" in said(broken, CHECK)
    assert "syntax error" not in said(broken, mended, CHECK)


def test_an_error_after_the_function_is_no_reason(said):
    shown = said("def convolve2d(image, kernel):\n    return image\nnmupy.seterr()\n", CHECK)
    assert "stopped" not in shown
    assert "WrongAnswer: convolve2d: " in shown


def test_other_missing_names_are_shown_as_ever(said):
    shown = said("unknown + 1\n")
    assert "Traceback" in shown
    assert "NameError: name 'unknown' is not defined" in shown


VALUE = "zfnet_first_size = None  # not rounded\n# YOUR CODE HERE\nraise NotImplementedError()\n"
FUNCTION = "def zfnet_layers():\n    raise NotImplementedError()\nzfnet_layers()\n"


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        (
            VALUE,
            "zfnet-first-size: not written yet. Put your value in place of `None`, and take the "
            "line `raise NotImplementedError()` out.",
        ),
        (
            FUNCTION,
            "zfnet-layers: not written yet. Put your code in place of "
            "`raise NotImplementedError()`.",
        ),
        ("raise NotImplementedError()\n", ""),
    ],
)
def test_the_own_cell_of_an_answer_says_that_it_is_unwritten(cell, sentence, tmp_path, monkeypatch):
    (tmp_path / "07-alexnet-and-zfnet.ipynb").write_text('{"cells": []}', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(NotImplementedError) as raised:
        exec(compile(cell, "a cell", "exec"), {})
    assert about_unwritten(raised.value, cell) == sentence


def test_a_dict_of_nothing_is_not_written_yet():
    verdict = judge("zfnet-parameter-count", {"paper": None, "slides": None})
    assert verdict.message == (
        "zfnet-parameter-count: not written yet. Put your value in place of `None`."
    )


def test_a_stub_whose_result_is_kept_is_not_written_yet():
    @cache
    def capstone():
        """Design a network."""
        raise NotImplementedError()

    assert judge("capstone", capstone).message == (
        "capstone: not written yet. Put your code in place of `raise NotImplementedError()`."
    )
