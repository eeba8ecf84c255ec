"""Temporary folders that go with their process, and those of killed ones with the next."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from autograder.sandbox.scratch import PREFIX, held, sweep

from .test_sandbox import CHECKOUT

PROGRAM = """
from autograder.sandbox.scratch import scratch_folder
folder = scratch_folder()
print(folder.name, flush=True)
input()
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def start(place: Path) -> tuple[subprocess.Popen, Path]:
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        cwd=CHECKOUT,
        env={**os.environ, "TMPDIR": str(place)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    return process, Path(process.stdout.readline().strip())


def test_a_killed_process_leaves_what_the_next_takes_away(place):
    process, folder = start(place)
    sweep()
    assert folder.is_dir()
    process.kill()
    process.communicate()
    assert folder.is_dir()
    process, other = start(place)
    assert not folder.parent.exists()
    assert other.is_dir()
    process.communicate("\n")
    assert list(place.iterdir()) == []


def swept(program: str, folder: Path) -> int:
    """How a process that was begun with a folder ends, if it may once all is swept."""
    wait = "import sys; print(flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [program, "-c", wait, "--bind", f"{folder}/work"],
        executable=sys.executable,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        process.stdout.readline()
        sweep()
        process.stdin.close()
        return process.wait()


@pytest.mark.parametrize(
    ("program", "ends"), [("bwrap", True), ("/usr/bin/bwrap", True), ("ls", False)]
)
def test_a_wall_that_was_left_half_made_is_ended_with_its_folder(place, program, ends):
    abandoned = place / f"{PREFIX}abandoned"
    abandoned.mkdir()
    assert (swept(program, abandoned) == -signal.SIGKILL) == ends
    assert not abandoned.exists()


def test_a_wall_whose_folder_is_held_stands(place):
    process, folder = start(place)
    assert swept("bwrap", folder) == 0
    process.communicate("\n")


def test_what_only_looks_like_one_of_ours_stays(place):
    (place / "autograder").mkdir()
    (place / f"{PREFIX}file").touch()
    (place / f"{PREFIX}link").symlink_to(place / "autograder")
    sweep()
    assert len(list(place.iterdir())) == 3


def test_one_at_a_time_holds_a_folder(tmp_path):
    with held(tmp_path) as ours, held(tmp_path) as theirs:
        assert (ours, theirs) == (True, False)
    with held(tmp_path) as ours:
        assert ours
