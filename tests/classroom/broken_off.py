"""A class whose grading can be broken off: `python -m tests.classroom.broken_off FOLDER COUNT`.

FOLDER holds the course and the class. The work on a submission is a stand-in that takes no kernel
and gives points by the student's name and the seed.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from autograder.classroom.course import ClassFolder, Lesson
from autograder.classroom.grading import Options, grade_class
from autograder.classroom.runs import Graded, Task

GRADED = ("conv-parameter-count-check", "conv-parameter-count-test", "why-small")


def work(task: Task) -> Graded:
    time.sleep(0.02)
    number = int(task.submission.student.removeprefix("student-"))
    points = dict(zip(GRADED, (number % 2, (number % 4) * 0.75, None), strict=True))
    notebook = json.dumps({"cells": [], "student": number, "seed": task.seed})
    looks = ("look here",) if number % 7 == 0 else ()
    return Graded(notebook, points, (), looks, f"<p>{number}</p>", task.seed, {"run": 0.02})


def main(root: Path, count: int) -> None:
    lesson, folder = Lesson("01-small", root), ClassFolder(root / "class")
    students = [f"student-{number:04}" for number in range(count)]
    for grade in grade_class(lesson, folder, students, Options(workers=2), work=work):
        print(grade.student, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
