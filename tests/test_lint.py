"""What `make lint` says, beside the other tests and not before them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def run(*command: str) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).parent / command[0]
    return subprocess.run([program, *command[1:]], cwd=ROOT, capture_output=True, text=True)


@pytest.mark.proved("benchmarks", "docs", "hatch_build.py", "site", "tests", "tools")
@pytest.mark.parametrize("asked", [("check", "."), ("format", "--check", ".")])
def test_ruff_has_nothing_to_say(asked):
    done = run("ruff", *asked)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.proved(only=["autograder"])
def test_the_types_are_right():
    done = run("basedpyright")
    assert done.returncode == 0, done.stdout + done.stderr
