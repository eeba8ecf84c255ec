"""Nonsense of all kinds: the grader reads it or refuses it, and does nothing else."""

from __future__ import annotations

import json
import os
import socket
from time import monotonic

import nbformat
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.inside.wire import HEADER, Wire, encode
from autograder.judging.outside import OutsideJudge
from autograder.lessons.compiling import compile_lesson
from autograder.lessons.course import Lesson
from autograder.running.handed_in import read_notebook
from autograder.running.rebuild import rebuild

from .ground import SOURCE

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "200"))

fuzz = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

trees = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
known = st.sampled_from(["relu", "relu-test", "relu-check", "why-layers", "hostile-setup", ""])
cells = st.fixed_dictionaries(
    {},
    optional={
        "cell_type": st.sampled_from(["code", "markdown", "raw", "heading"]) | trees,
        "source": st.text(max_size=30) | st.lists(st.text(max_size=9), max_size=3) | trees,
        "id": known | trees,
        "metadata": st.fixed_dictionaries(
            {},
            optional={"nbgrader": st.fixed_dictionaries({}, optional={"grade_id": known | trees})},
        )
        | trees,
        "outputs": trees,
    },
)
notebooks = st.fixed_dictionaries(
    {"nbformat": st.just(4) | trees, "cells": st.lists(cells | trees, max_size=8) | trees},
    optional={"metadata": trees, "nbformat_minor": trees},
)


@pytest.fixture(scope="module")
def lesson(tmp_path_factory) -> Lesson:
    lesson = Lesson("01-hostile", tmp_path_factory.mktemp("fuzz"))
    lesson.source.parent.mkdir(parents=True)
    lesson.source.write_text(SOURCE)
    return lesson


@pytest.fixture(scope="module")
def compiled(lesson):
    return compile_lesson(lesson)


@fuzz
@given(notebooks)
def test_any_notebook_is_rebuilt_or_refused(lesson, compiled, notebook):
    path = lesson.root / "01-hostile.ipynb"
    path.write_text(json.dumps(notebook))
    submission = read_notebook(path, lesson)
    rebuilt = rebuild(compiled.master, compiled.student, submission).notebook
    nbformat.validate(rebuilt)
    names = [cell.id for cell in rebuilt.cells]
    assert len(set(names)) == len(names)
    assert set(names) >= {cell.id for cell in compiled.master.cells}


@fuzz
@given(st.binary(max_size=300))
def test_any_file_is_refused_in_a_sentence(lesson, data):
    path = lesson.root / "01-hostile.ipynb"
    path.write_bytes(data)
    assert read_notebook(path, lesson).unreadable


REQUEST = {"check": "relu", "hidden": False, "callable": True, "value": None}

requests = st.fixed_dictionaries(
    {},
    optional={
        "check": st.sampled_from(["relu", "conv2d-naive", "lenet-parameter-count", "x"])
        | st.none(),
        "hidden": st.booleans() | st.integers() | st.text(max_size=3),
        "callable": st.booleans() | st.none(),
        "value": st.integers()
        | st.floats()
        | st.just(np.ones(3))
        | st.lists(st.none(), max_size=3),
    },
).map(encode)
answers = st.fixed_dictionaries(
    {},
    optional={
        "value": st.integers() | st.floats() | st.just(np.ones((2, 3))) | st.text(max_size=5),
        "error": st.text(max_size=9) | st.integers() | st.none(),
        "detail": st.text(max_size=9) | st.none(),
        "changed": st.lists(st.text(max_size=5), max_size=2).map(tuple) | st.integers(),
        "shared": st.lists(st.integers(), max_size=2),
        "printed": st.text(max_size=9) | st.integers(),
    },
).map(encode)
frames = st.lists(
    requests
    | answers
    | st.just(encode(REQUEST))
    | st.binary(max_size=60)
    | st.tuples(st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1)).map(
        lambda sizes: HEADER.pack(*sizes)
    ),
    max_size=4,
)


@pytest.fixture(scope="module")
def judge(tmp_path_factory):
    with OutsideJudge(tmp_path_factory.mktemp("j") / "judge", 1) as judge:
        yield judge


@fuzz
@given(frames)
def test_whatever_is_said_to_the_judge_it_comes_to_an_end(judge, frames):
    judge.begin(("relu", True), monotonic() + 5)
    with socket.socket(socket.AF_UNIX) as knocking:
        knocking.connect(judge.socket.getsockname())
        knocking.sendall(b"".join(frames))
        knocking.shutdown(socket.SHUT_WR)
        judge.serve()
    verdicts = judge.end()
    assert all(not verdict.passed for (name, _), verdict in verdicts.items() if name == "relu")


def test_a_right_answer_to_the_same_judge_passes(judge):
    judge.begin(("lenet-parameter-count", True), monotonic() + 5)
    request = {"check": "lenet-parameter-count", "hidden": True, "callable": False}
    with socket.socket(socket.AF_UNIX) as knocking:
        knocking.connect(judge.socket.getsockname())
        Wire(knocking).send({**request, "value": 61_706})
        judge.serve()
        assert Wire(knocking).receive()["passed"] is True
    assert judge.end()[("lenet-parameter-count", True)].passed
