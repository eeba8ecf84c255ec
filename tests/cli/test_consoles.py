"""Consoles that lack a sign we use get one that is much like it."""

import os
import subprocess
import sys

import pytest

ONE_CHECK = """
from autograder import check
check("lenet-parameter-count", 61_706)
"""


@pytest.mark.parametrize(
    ("encoding", "sign"),
    [("ascii", b"+"), ("cp1252", b"+"), ("cp949", b"+"), ("utf-8", "✓".encode())],
)
def test_a_check_in_a_console(encoding, sign):
    done = subprocess.run(
        [sys.executable, "-c", ONE_CHECK],
        env={**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"},
        capture_output=True,
        check=True,
    )
    assert done.stdout.strip() == sign + b" lenet-parameter-count: right."


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "cp949"])
def test_help_and_errors_of_the_command(encoding):
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    command = [sys.executable, "-m", "autograder.cli"]
    for arguments in (["--help"], ["grade", "--help"], ["report", "no-such-lesson…✓"]):
        done = subprocess.run([*command, *arguments], env=environment, capture_output=True)
        assert b"Traceback" not in done.stderr
        done.stdout.decode(encoding), done.stderr.decode(encoding)
    assert done.returncode == 1
