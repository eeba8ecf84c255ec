"""Small lessons to build and grade, and the real ones, built once for all tests."""

from __future__ import annotations

import io
import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import chdir, redirect_stderr, redirect_stdout
from functools import cache
from pathlib import Path
from warnings import catch_warnings, simplefilter

import pytest

from autograder.cli import main
from autograder.exercises import Exercise, find
from autograder.lessons.build import build
from autograder.lessons.course import Lesson

SMALL_LESSON = '''\
# %% [markdown]
r"""
# Count the numbers

A layer learns its weights and its biases.
"""

# %% role="given" id="small-setup"
from autograder import check

# %% [markdown]
r"""
## One layer
"""

# %% role="exercise" id="conv-parameter-count"
def conv_parameter_count(in_channels, kernel_size, num_filters, bias=True):
    """Count what a layer learns."""
    ### BEGIN SOLUTION
    kh, kw = (kernel_size,) * 2 if isinstance(kernel_size, int) else kernel_size
    return num_filters * (in_channels * kh * kw + int(bias))
    ### END SOLUTION

# %% role="check" id="conv-parameter-count-check" points=1
check("conv-parameter-count", conv_parameter_count)

# %% role="test" id="conv-parameter-count-test" points=3
# 3 points, run after you hand in.
### BEGIN HIDDEN TESTS
check("conv-parameter-count", conv_parameter_count, hidden=True)
### END HIDDEN TESTS

# %%
number = 760

# %% [markdown] role="question" id="why-small" points=2
r"""
Why are filters small?

### BEGIN SOLUTION
Neighbouring pixels tell most about each other.
### END SOLUTION
"""
'''


@pytest.fixture
def small_catalogue() -> tuple[Exercise, ...]:
    return (find("conv-parameter-count"),)


@pytest.fixture
def write_lesson(tmp_path: Path) -> Callable[..., Lesson]:
    """Write the small lesson as a course of its own, with some of its text replaced."""

    def write(*changes: tuple[str, str]) -> Lesson:
        text = SMALL_LESSON
        for old, new in changes:
            assert text.count(old) == 1, f"{old!r} is to be replaced once"
            text = text.replace(old, new)
        lesson = Lesson("01-small", tmp_path / "course")
        lesson.source.parent.mkdir(parents=True, exist_ok=True)
        (lesson.root / "notebooks").mkdir(exist_ok=True)
        lesson.source.write_text(text, encoding="utf-8")
        return lesson

    return write


def small_lesson(root: Path) -> Lesson:
    """Write the small lesson as a course of its own, as far as grading needs it built."""
    lesson = Lesson("01-small", root)
    lesson.source.parent.mkdir(parents=True)
    lesson.source.write_text(SMALL_LESSON, encoding="utf-8")
    lesson.student.parent.mkdir(parents=True)
    lesson.student.write_text(json.dumps({"cells": []}))
    return lesson


@pytest.fixture
def lesson(tmp_path: Path) -> Lesson:
    return small_lesson(tmp_path / "course")


@pytest.fixture(scope="session")
def course(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Lesson]:
    """The real lessons by name, each built when first asked for, in a course of their own."""
    checkout = Path(__file__).resolve().parents[1]
    root = tmp_path_factory.mktemp("course")
    shutil.copy(checkout / "nbgrader_config.py", root)
    (root / "notebooks").mkdir()

    @cache
    def lesson(name: str) -> Lesson:
        shutil.copytree(
            checkout / "solutions" / name,
            root / "solutions" / name,
            ignore=shutil.ignore_patterns("*.ipynb"),
        )
        built = Lesson(name, root)
        build(built)
        return built

    return lesson


@pytest.fixture(scope="session")
def filters(course: Callable[[str], Lesson]) -> Lesson:
    """The real lesson 02-filters."""
    return course("02-filters")


def autograder(*arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run the `autograder` command in this process, which has imported it."""
    return in_this_process([*map(str, arguments)], cwd)


def autograder_itself(*arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run the `autograder` command as people do, in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "autograder.cli", *map(str, arguments)],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
    )


def in_this_process(command: list[str], cwd: Path) -> subprocess.CompletedProcess[str]:
    said, complaint = (io.TextIOWrapper(io.BytesIO(), "utf-8") for _ in range(2))
    ends = signal.getsignal(signal.SIGTERM)
    try:
        with chdir(cwd), redirect_stdout(said), redirect_stderr(complaint), catch_warnings():
            simplefilter("ignore")
            status = main(command)
    except SystemExit as ended:
        status = ended.code
    finally:
        signal.signal(signal.SIGTERM, ends)
    return subprocess.CompletedProcess(command, status, text_of(said), text_of(complaint))


def text_of(stream: io.TextIOWrapper) -> str:
    stream.flush()
    return stream.buffer.getvalue().decode()
