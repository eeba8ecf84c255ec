"""Large files are read in little memory, and honest ones lose nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator

import pytest

from autograder.lessons.course import Lesson
from autograder.running.handed_in import read_notebook
from autograder.running.large_files import bytes_of_text, in_ascii, without_outputs

from .test_growth import out_of_proportion

BYTES = 30_000_000
WIDE = "\U0001f600"
MOST_MEMORY = 150
"""MiB that reading a file of `BYTES` takes: the file, what is left of it, its text, its parts."""

READER = """
import os, re, sys
from pathlib import Path
from autograder.lessons.course import Lesson
from autograder.running.handed_in import read_notebook

def peak():
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) >> 10

for line in sys.stdin:
    if child := os.fork():
        assert os.waitpid(child, 0)[1] == 0
    else:
        path = Path(line.strip())
        before = peak()
        submission = read_notebook(path, Lesson("01-small", path.parent))
        print(peak() - before, len(submission.cells), submission.unreadable, sep="|", flush=True)
        os._exit(0)
"""
"""Reads each file that is named in its input, in a process without anything but what that needs."""


@pytest.fixture(scope="module")
def reader() -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-c", READER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
    ) as reader:
        yield reader
        reader.stdin.close()


def notebook(*cells: dict, **metadata: object) -> bytes:
    content = {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": cells}
    return json.dumps(content, ensure_ascii=False).encode()


def code(source: str, outputs: object = ()) -> dict:
    return {"cell_type": "code", "metadata": {}, "source": source, "outputs": outputs}


def printed(text: object) -> dict:
    return code("1", [{"output_type": "stream", "name": "stdout", "text": text}])


def with_one_wide(content: bytes) -> bytes:
    """A notebook with a long text where it says HERE; a `str` would take four times that."""
    return content.replace(b"HERE", b"x" * BYTES + WIDE.encode())


def with_more(text: bytes) -> bytes:
    """A notebook with something else of that JSON in it."""
    return notebook(code("1"))[:-1] + b', "x": ' + text + b"}"


PICTURES = {f"a{n}": {"image/png": "A" * 9_900_000} for n in range(3)}

TEXT = "x.ipynb holds more than 8 MB beside its outputs and pictures"
THINGS = "x.ipynb holds more than 1,000,000 things beside its outputs"

FILES = {
    "one wide character in an output": (lambda: with_one_wide(notebook(printed("HERE"))), ""),
    "a list in an output": (lambda: notebook(printed(["x "] * (BYTES // 6))), ""),
    "brackets in an output": (
        lambda: notebook(code("1", ["HERE"])).replace(
            b'"HERE"', b"[" * (BYTES // 2) + b"]" * (BYTES // 2)
        ),
        "",
    ),
    "one wide character in an answer": (lambda: with_one_wide(notebook(code("HERE"))), TEXT),
    "one wide character elsewhere": (lambda: with_one_wide(notebook(code("1"), x="HERE")), TEXT),
    "one wide character, escaped": (
        lambda: with_more(b'"' + b"x" * BYTES + b'\\ud83d\\ude00"'),
        TEXT,
    ),
    "wide characters": (
        lambda: notebook(code("HERE")).replace(b"HERE", WIDE.encode() * (BYTES // 4)),
        TEXT,
    ),
    "pictures below a wide character": (
        lambda: notebook(
            {"cell_type": "markdown", "source": WIDE, "metadata": {}, "attachments": PICTURES}
        ),
        "",
    ),
    "lists": (lambda: with_more(b"[" + b"[]," * (BYTES // 3) + b"[]]"), THINGS),
    "dicts": (lambda: with_more(b"[" + b'{"":0},' * 490_000 + b"0]"), ""),
    "outputs that begin, and do not end": (
        lambda: with_more(b'"outputs":[' * (BYTES // 11)),
        THINGS,
    ),
    "half a character": (
        lambda: notebook(code("xy"), x="A" * 9_000_000).replace(b"xy", b"x\xe9"),
        "x.ipynb is not a text file in UTF-8",
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_a_large_file_is_read_in_little_memory(name, tmp_path, reader):
    make, unreadable = FILES[name]
    path = tmp_path / "x.ipynb"
    path.write_bytes(make())
    reader.stdin.write(f"{path}\n")
    memory, cells, said = reader.stdout.readline().strip().split("|")
    assert said == unreadable
    assert int(cells) == (not unreadable)
    assert int(memory) < MOST_MEMORY


def test_a_large_notebook_keeps_all_but_its_outputs(tmp_path):
    source = 'print("naïve 😀 \\"outputs\\": [", [1], ["outputs"])\n\\'
    cells = [code(source, [{"text": ["]", '"', "\\"]}]), printed("x" * 9_000_000), code("last")]
    path = tmp_path / "x.ipynb"
    path.write_bytes(notebook(*cells))
    read = read_notebook(path, Lesson("01-small", tmp_path))
    assert [cell.source for cell in read.cells] == [source, "1", "last"]
    cells.append({"cell_type": "raw", "metadata": {}, "source": "é" * 1_000})
    path.write_bytes(notebook(*cells, pictures=["A" * 9_000_000]))
    read = read_notebook(path, Lesson("01-small", tmp_path))
    assert [cell.source for cell in read.cells] == [source, "1", "last", "é" * 1_000]


@pytest.mark.parametrize("step", [without_outputs, bytes_of_text, in_ascii])
@pytest.mark.parametrize(
    "piece",
    [
        *('"outputs":[', '"outputs":[]', '"outputs"', '"outputs" ', '"', '\\"', '"\\', "\\"),
        *('["', "[", "[]", "[[]", "[[]]", "]", '"",', '"x\\n', "é", 'é"', '"a"b"', "{", " "),
    ],
)
def test_nothing_there_grows_by_the_square(step, piece):
    little, much = (('{"outputs":[' + piece * n)[:n].encode() for n in (250_000, 1_000_000))
    assert not out_of_proportion(step, little, much)
