"""A learner's first hour as an ordinary user, in a folder of any name, with nothing but it."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.anybody import CHECKOUT, as_anybody

HOUR = """
import os, socket, sys
from pathlib import Path

try:
    socket.create_connection(("192.0.2.1", 80), timeout=5)
    raise SystemExit("there is a network")
except OSError:
    pass
try:
    Path(sys.argv[1], "README.md").write_text("mine")
    raise SystemExit("the course can be written to")
except OSError:
    pass

from autograder.cli import main

assert main(["start", "02-filters", "--to", "내 수업"]) == 1  # a name that LC_ALL=C does not know
own = Path.cwd() / "my lessons"
assert main(["start", "02-filters", "--to", str(own)]) == 0
assert main(["update", "--in", str(own)]) == 0
os.chdir(own / "02-filters")

import numpy as np
from autograder import WrongAnswer, ask, catch, check, guess, hint, look, progress, solution, watch

def relu(x):
    return abs(x)

look("relu", relu)
guess("how many", 3)
try:
    check("relu", relu)
except WrongAnswer:
    hint("relu")
solution("relu")
check("relu", lambda x: np.maximum(x, 0))
watch(relu, np.array([1.0, -2.0]))
progress()
assert main(["progress"]) == 0
assert main(["hint", "relu"]) == 0
assert (own / "my-progress.jsonl").is_file()
print("THE HOUR IS OVER")
"""


def test_an_ordinary_user_learns_without_a_network_in_a_folder_of_any_name(tmp_path):
    home = tmp_path / "my course 한글"
    home.mkdir()
    (home / "hour.py").write_text(HOUR, encoding="utf-8")
    bare = {"HOME": str(home), "LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    done = subprocess.run(
        [
            *as_anybody(home, "--unshare-net", "--chdir", str(home)),
            *(sys.executable, "hour.py", str(CHECKOUT)),
        ],
        env={"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1", **bare},
        capture_output=True,
        check=False,
    )
    said = done.stderr.decode(errors="replace")
    assert "autograder start: a name cannot be written in the language that this" in said
    assert done.stdout.splitlines()[-1:] == [b"THE HOUR IS OVER"], said
