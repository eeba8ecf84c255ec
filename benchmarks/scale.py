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
from pathlib import Path

from autograder.classroom.course import ClassFolder, Lesson
from autograder.classroom.grading import Options, grade_class
from autograder.classroom.runs import Graded, Task

LESSON = '''\
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


def stand_in(task: Task) -> Graded:
    """What a run would give back."""
    notebook = json.dumps({"cells": [], "nbformat": 4, "nbformat_minor": 5, "metadata": {}})
    points = {"relu-check": 1.0, "relu-test": 3.0}
    return Graded(notebook, points, (), (), "<p>right</p>" * 2000, task.seed, {"run": 0.0})


def resident() -> float:
    """Resident memory of this process, MiB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


def grade(count: int) -> dict[str, float]:
    """Grade `count` submissions; what one of them took of this process."""
    root = Path(tempfile.mkdtemp(prefix="scale-"))
    try:
        lesson, folder = Lesson("01-trivial", root), ClassFolder(root / "class")
        lesson.source.parent.mkdir(parents=True)
        lesson.source.write_text(LESSON)
        notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}
        students = [f"student-{number:05}" for number in range(count)]
        for student in students:
            place = folder.submitted / student / lesson.name
            place.mkdir(parents=True)
            (place / f"{lesson.name}.ipynb").write_text(json.dumps(notebook))
        memory, ready = 0.0, None
        start, busy = time.perf_counter(), time.process_time()
        grades = grade_class(lesson, folder, students, Options(workers=2), work=stand_in)
        for number, _ in enumerate(grades):
            if ready is None:
                ready = time.perf_counter()
            if number == 100:
                memory = resident()
        seconds, busy = time.perf_counter() - start, time.process_time() - busy
        grown = resident() - memory if count > 100 else 0.0
        return {"seconds": seconds, "busy": busy, "grown": grown}
    finally:
        shutil.rmtree(root)


def main() -> str:
    """The table."""
    lines = [
        "| submissions | in all | of this process, each | memory from the 100th on |",
        "|---:|---:|---:|---:|",
    ]
    for count in SIZES:
        took = grade(count)
        lines.append(
            f"| {count:,} | {took['seconds']:.1f} s | {1000 * took['busy'] / count:.1f} ms "
            f"| {took['grown']:+.0f} MiB |"
        )
        print(lines[-1], file=sys.stderr)
    return "\n".join(lines)
