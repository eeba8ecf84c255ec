"""How the grader's own work grows with the class: synthetic submissions of a trivial lesson.

The runs are stand-ins that take no kernel, done by two workers of Dask; all else is real: reading,
handing out, the gradebook, the pages and logs.
"""

from __future__ import annotations

import json
import resource
import shutil
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from autograder.classroom.folder import ClassFolder
from autograder.classroom.grading import BATCH, Options, grade_class
from autograder.lessons.course import Lesson
from autograder.running.grade_submission import Graded, Task

from .grading import grade as grade_really
from .grading import output_of, write_class

TRIVIAL = '''\
# %% [markdown]
r"""
# A trivial lesson
"""

# %% role="given" id="setup"
from autograder import check

# %% role="exercise" id="relu"
def relu(x):
    ### BEGIN SOLUTION
    return x * (x > 0)
    ### END SOLUTION

# %% role="check" id="relu-check" points=1
check("relu", relu)

# %% role="test" id="relu-test" points=3
### BEGIN HIDDEN TESTS
check("relu", relu, hidden=True)
### END HIDDEN TESTS
'''

SIZES = (10, 100, 1000, 10_000)

FROM = 100
"""The submission from which on memory is looked at, and from which on nothing is new."""

RUNS = (10, 50)
"""Submissions of lesson 02 that are really run."""

MORE = 100_000
"""Submissions for which the figures are carried on."""


def stand_in(task: Task) -> Graded:
    """What a run would give back."""
    notebook = json.dumps({"cells": [], "nbformat": 4, "nbformat_minor": 5, "metadata": {}})
    points = {"relu-check": 1.0, "relu-test": 3.0}
    return Graded(notebook, points, (), (), "<p>right</p>" * 2000, task.seed, {"run": 0.0})


def resident() -> float:
    """Resident memory of this process, MiB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


@dataclass
class Taken:
    """What a class took of the process that grades it.

    Parameters
    ----------
    begin, processor : float
        Processor seconds until the first grade was there, and in all.
    wall : float
        Seconds.
    grown : float
        MiB of memory that came to it after the first submissions.
    """

    begin: float = 0.0
    processor: float = 0.0
    wall: float = 0.0
    grown: float = 0.0

    def each(self, count: int) -> float:
        """Processor seconds of a submission after the first ones, which are recorded together."""
        return (self.processor - self.begin) / (count - BATCH)


def grade(count: int) -> Taken:
    """Grade `count` submissions."""
    root = Path(tempfile.mkdtemp(prefix="scale-"))
    try:
        lesson, folder = Lesson("01-trivial", root), ClassFolder(root / "class")
        lesson.source.parent.mkdir(parents=True)
        lesson.source.write_text(TRIVIAL)
        notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}
        students = [f"student-{number:06}" for number in range(count)]
        for student in students:
            place = folder.submitted / student / lesson.name
            place.mkdir(parents=True)
            (place / f"{lesson.name}.ipynb").write_text(json.dumps(notebook))
        taken = Taken()
        start, busy = time.perf_counter(), time.process_time()
        grades = grade_class(lesson, folder, students, Options(workers=2), work=stand_in)
        for number, _ in enumerate(grades, 1):
            taken.processor = time.process_time() - busy
            if number == 1:
                taken.begin = taken.processor
            if number == FROM:
                before = resident()
        taken.wall = time.perf_counter() - start
        taken.grown = resident() - before if count >= FROM else 0.0
        return taken
    finally:
        shutil.rmtree(root)


def main() -> str:
    """Measure all, each class in a process of its own, and carry it on."""
    taken = {}
    for count in SIZES:
        taken[count] = Taken(**json.loads(output_of([__name__, str(count)])))
        print(f"{count:,}: {taken[count]}", file=sys.stderr)
    each = taken[SIZES[-1]].each(SIZES[-1])
    run = seconds_of_a_run()
    return "\n\n".join(
        [
            own_work(taken),
            f"The bars: 15 ms of this process for each submission, however many there are, and "
            f"100 MiB from the {FROM}th to the last.",
            f"A run of lesson 02, with all that belongs to it, takes one worker {run:.2f} s. From "
            f"these two figures, what {MORE:,} would take:",
            carried_on(run, each),
        ]
    )


def own_work(taken: dict[int, Taken]) -> str:
    lines = [
        "| submissions | in all, s | this process to the first grade, s | then, ms each | memory |",
        "| ---: | ---: | ---: | ---: | ---: |",
    ]
    for count, one in taken.items():
        each = f"{1000 * one.each(count):.1f}" if count > BATCH else ""
        grown = f"{one.grown:+.0f} MiB" if count > FROM else ""
        lines.append(f"| {count:,} | {one.wall:.1f} | {one.begin:.1f} | {each} | {grown} |")
    return "\n".join(lines)


def carried_on(run: float, each: float) -> str:
    """What many submissions take with so many workers, as long as one process can serve them."""
    lines = ["| workers | hours | what they wait for |", "| ---: | ---: | --- |"]
    for workers in (2, 8, 32, 128):
        runs, own = run * MORE / workers, each * MORE
        limit = "the runs" if runs > own else "the one process that records"
        lines.append(f"| {workers} | {max(runs, own) / 3600:.1f} | {limit} |")
    return "\n".join(lines)


def seconds_of_a_run() -> float:
    """What one worker takes longer for each submission more."""
    with tempfile.TemporaryDirectory(prefix="scale-") as name:
        few, many = (Path(name, str(count)) for count in RUNS)
        for folder, count in zip((few, many), RUNS, strict=True):
            write_class(folder, count)
        took = [grade_really(folder, workers=1).wall for folder in (few, many)]
    return (took[1] - took[0]) / (RUNS[1] - RUNS[0])


if __name__ == "__main__":
    print(json.dumps(asdict(grade(int(sys.argv[1])))))
