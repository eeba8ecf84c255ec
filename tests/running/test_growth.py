"""What is done with a submission outside its sandbox takes time in proportion to it, or is stopped.

A search that grows by the square takes sixteen times as long over four times as much. What is
allowed here is ten times, and a fifth of a second for what is too short to be measured.
"""

from __future__ import annotations

import ast
import json
import re
from time import process_time

import pytest
from nbconvert.filters.ansi import ansi2html
from nbconvert.filters.strings import strip_files_prefix
from nbformat.v4 import new_markdown_cell, new_notebook

from autograder.lessons.notebooks import output_of
from autograder.running import student_code
from autograder.running.cells_to_run import names_in
from autograder.running.handling import TooMuchWork, bounded
from autograder.running.page import words_html
from autograder.running.page_code import code_html
from autograder.running.page_parts import parts_of
from autograder.running.sanitize import sanitize_markup, sanitize_outputs, sanitize_verdict

SHORT = 0.2
"""Seconds that are too short to be measured."""

PIECES = [
    *("\n", " ", "\t", "\\", "\\ ", "\\\n", "a", "a.", "a,", "0", "é", "\U0001f600"),
    *("(", "[", "{", "'", '"', '"""', "f'{", "-", "not ", "*", "_", "`", "```", "~", "|"),
    *("<", "<a ", "<img ", "<b>", "</b>", "<!--", "&", "&#", "#", "$", "$$", "$\\", "!["),
    *("](", "[a](", "[^1]", "> ", "- ", "1. ", "http://a ", "\\href", "\x1b", "\x1b[", "\x1b[1m"),
    *("%", "%%a ", "!x ", "? ", "; ", "=", "=\n", "@a\n", "if a:\n", "lambda:", "|a|\n|-|\n"),
]
"""What is repeated. Each is tried alone, and before a sign that means something to IPython."""


def headings(text: str) -> object:
    return parts_of(new_notebook(cells=[new_markdown_cell(f"# {text}", id="own")]), "02")


def printed(text: str) -> str:
    (output,) = sanitize_outputs([output_of("stream", name="stdout", text=text)])
    return ansi2html(output.text)


def compared(text: str) -> None:
    student_code.additions("import numpy as np\n\nx = 1\n", text)
    student_code.writes(text, "x")
    student_code.words_in_code(text)


def answered(text: str) -> str:
    return strip_files_prefix(words_html(new_markdown_cell(sanitize_markup(text))))


STEPS = {
    "a verdict is cleaned": (lambda text: sanitize_verdict({"text/plain": text}), 25_000),
    "names are looked for": (names_in, 25_000),
    "an answer is compared with what was given": (compared, 10_000),
    "what was printed is shown": (printed, 25_000),
    "an answer is cleaned and shown": (answered, 4_000),
    "a long answer is cleaned and shown": (lambda text: answered(text * 6), 4_000),
    "code is coloured": (code_html, 4_000),
    "headings are looked for": (headings, 20_000),
}


def seconds(step, text: str) -> float:
    start = process_time()
    step(text)
    return process_time() - start


def out_of_proportion(step, little, much, times: float = 10) -> str:
    """How long a step takes over little and over much, if that is more than so many times as long.

    What takes less than a fifth of a second over much is not tried over little.
    """
    short = long = 0.0
    # What is loaded at its first use takes its time once; a square takes it each time.
    for _ in range(3):
        if (long := seconds(step, much)) < SHORT:
            return ""
        if long < times * (short := seconds(step, little)) + SHORT:
            return ""
    return f"{short:.2f} s, {long:.2f} s"


@pytest.mark.parametrize("name", STEPS)
def test_nothing_grows_by_the_square(name):
    step, size = STEPS[name]
    for piece in PIECES:
        for end in ("", "%"):
            little, much = ((piece * size)[:length] + end for length in (size, 4 * size))
            said = out_of_proportion(step, little, much)
            assert not said, f"{piece!r} {end!r}: {said}"


def test_a_search_is_stopped_in_its_middle():
    said = r"reading it took more than 0\.2 s of the processor"
    with pytest.raises(TooMuchWork, match=said), bounded("reading it", 0.2):
        re.search(r"(a|a)*b", "a" * 40)
    with bounded("reading it", 0.2), bounded("one part of it", 9.0):
        assert json.loads("[1]") == [1]


def test_what_takes_too_much_memory_is_stopped_and_all_of_it_is_there_again():
    said = "reading it took more than 64 MiB of memory: look at it alone"
    with (
        pytest.raises(TooMuchWork, match=f"^{said}$"),
        bounded("reading it", memory=64 << 20),
        bounded("one part of it", memory=1 << 40),
    ):
        bytes(128 << 20)
    assert len(bytes(128 << 20)) == 128 << 20


def test_python_that_stumbles_over_parsing_two_at_a_time_tries_again(monkeypatch):
    said = iter([SystemError("AST constructor recursion depth mismatch"), ast.parse("x = 1")])

    def parse(source):
        if isinstance(came := next(said), Exception):
            raise came
        return came

    monkeypatch.setattr(student_code.ast, "parse", parse)
    assert student_code.parsed("x = 1").body
