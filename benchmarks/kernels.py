"""Kernels in which nothing is run: so many, `python -m benchmarks.kernels 20`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from nbformat.v4 import new_notebook

from autograder.lessons.stub_package import write_stub_package
from autograder.running.execution import execute
from autograder.running.wall import Wall


def main(count: int) -> None:
    """Start so many, one after the other, forked from one zygote."""
    with tempfile.TemporaryDirectory(prefix="kernels-") as name:
        write_stub_package(Path(name), ())
        wall = Wall(Path(name))
        for _ in range(count):
            execute(new_notebook(), wall=wall)


if __name__ == "__main__":
    main(int(sys.argv[1]))
