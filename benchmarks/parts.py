"""What the grader adds to a submission, part by part, and beside another tree's.

`python -m benchmarks.parts` measures this tree; with the folders of others, each with a `.venv` of
its own, all in turn, on the same class. Linux's `perf` counts the processor time of each process,
so it matters little what else the machine does meanwhile.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import statistics
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

from autograder.lessons.course import Course

from .grading import KERNELS, Run, in_rounds, kernel_seconds, timed
from .measure import table

SOME = 7, 35
"""Submissions, as many of each kind. What the more take longer is not the start."""

ROUNDS = 3

PARTS = {
    "reading the file": ("read",),
    "rebuilding the notebook, finding what has to run": ("rebuild",),
    "judging: drawing, asking, comparing, saying why": ("judge",),
    "starting a kernel, talking with it, ending it": ("run", "judge"),
    "the notebook that is recorded": ("finish", "page"),
    "the page": ("page",),
    "the rest": ("whole", "rebuild", "run", "finish"),
    "watches over time and memory": ("threads", "whole"),
}
"""Of the grader's own process: what is counted, and which parts of that are others."""

RESULT = Path(__file__).parent / "results" / "parts.md"


def main(others: list[str]) -> str:
    """Measure this tree and others: a table of milliseconds for each submission."""
    if not shutil.which("perf"):
        sys.exit("What each part takes is counted by Linux's `perf`, which is not on the PATH.")
    trees = {"this tree": Course.find().root, **{Path(one).name: Path(one) for one in others}}
    with tempfile.TemporaryDirectory(prefix="parts-") as name:
        commands = {
            (tree, *key): command
            for number, (tree, root) in enumerate(trees.items())
            for key, command in runs(root.absolute(), Path(name, str(number))).items()
        }
        rounds = in_rounds(ROUNDS, commands)
    found = {tree: milliseconds(tree, rounds) for tree in trees}
    rows = [
        {"ms of the processor": part, **{tree: f"{found[tree][part]:.1f}" for tree in trees}}
        for part in found["this tree"]
    ]
    where = f"{os.cpu_count()} cores, Python {platform.python_version()}"
    return f"{table(rows)}\n\nMedians of {ROUNDS} rounds in which all take turns; {where}.\n"


WRITE = "import sys, pathlib, benchmarks.grading as g; " + (
    "[g.write_class(pathlib.Path(sys.argv[1], n), int(n)) for n in sys.argv[2:]]"
)
"""Writes classes in a folder, each in one that is called by its size."""


def runs(root: Path, folder: Path) -> dict[tuple, partial[Run]]:
    """What is run in a tree, on classes that it has written itself."""
    python, here = str(root / ".venv/bin/python"), Path(__file__).parent
    timed([python, "-c", WRITE, str(folder), *map(str, SOME)], root, root)
    own = [python, "-m", "benchmarks.grading", str(folder / str(max(SOME)))]
    commands: dict[tuple, list[str]] = {("own",): own}
    for count in SOME:
        parts = [str(here / "by_part.py"), str(folder / str(count)), str(count)]
        commands["parts", count] = [python, "-P", *parts]
    for count in KERNELS:
        commands["kernels", count] = [python, "-P", str(here / "kernels.py"), str(count)]
    return {key: partial(timed, command, root, root) for key, command in commands.items()}


def told(run: Run) -> Any:
    """What a command said in the end, below what libraries may have warned of."""
    return json.loads(run.said.strip().splitlines()[-1])


def milliseconds(tree: str, rounds: dict[Any, list[Run]]) -> dict[str, float]:
    """For each submission, by part; and what that is of a kernel in which nothing is run."""
    few, many = ([(told(run), run) for run in rounds[tree, "parts", n]] for n in SOME)

    def each(value: Any) -> float:
        more = [value(*b) - value(*a) for a, b in zip(few, many, strict=True)]
        return 1000 * statistics.median(more) / (max(SOME) - min(SOME))

    def part(names: tuple[str, ...]) -> float:
        return each(lambda said, _: said[names[0]] - sum(said[name] for name in names[1:]))

    own = 1000 * statistics.median(told(run) for run in rounds[tree, "own"])
    kernel = each(lambda said, run: run.processor - said["threads"] - said["read"]) - own
    found = {name: part(names) for name, names in PARTS.items()}
    found["the kernel, beside the submission's own code"] = kernel
    empty = 1000 * kernel_seconds({key[1:]: some for key, some in rounds.items() if key[0] == tree})
    added = sum(found.values())
    return {
        **found,
        "**what the grader adds**": added,
        "the submission's own code": own,
        "a kernel in which nothing is run": empty,
        "what the grader adds, in such kernels": added / empty,
        "calls of the student's functions, a number": part(("calls",)) / 1000,
    }


if __name__ == "__main__":
    text = main(sys.argv[1:])
    RESULT.write_text(text)
    print(text)
