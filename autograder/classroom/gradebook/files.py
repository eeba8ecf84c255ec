"""The files of a class beside its gradebook, where nbgrader would put them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from autograder.classroom.folder import ClassFolder
from autograder.lessons.course import Lesson
from autograder.lessons.files import write_aside

from .recording import Result
from .submissions import time_of

READ_ONLY = 0o444
"""nbgrader's own permissions for what was graded."""


def executed_notebook(folder: ClassFolder, lesson: Lesson, student: str) -> Path:
    """Where a notebook lies that has run."""
    return folder.autograded / student / lesson.name / f"{lesson.name}.ipynb"


def page_file(folder: ClassFolder, lesson: Lesson, student: str) -> Path:
    """Where the feedback for a student lies."""
    return folder.feedback / student / lesson.name / f"{lesson.name}.html"


def write_files(folder: ClassFolder, lesson: Lesson, result: Result) -> None:
    """Write what came of a submission: its notebook, its page and its log."""
    student, graded = result.submission.student, result.graded
    executed = executed_notebook(folder, lesson, student)
    place = executed.parent
    write_aside(executed, graded.notebook, READ_ONLY)
    for path, relative in lesson.extra_files():
        (place / relative).parent.mkdir(parents=True, exist_ok=True)
        (place / relative).unlink(missing_ok=True)
        shutil.copyfile(path, place / relative)
    if time_of(result.submission.timestamp):
        write_aside(place / "timestamp.txt", result.submission.timestamp, READ_ONLY)
    write_aside(page_file(folder, lesson, student), graded.page)
    log = {"student": student, "lesson": lesson.name, "seed": graded.seed}
    log |= {"looks": graded.looks, "seconds": graded.phases, "kernels": graded.kernels}
    write_aside(folder.logs / lesson.name / f"{student}.json", json.dumps(log, indent=1) + "\n")
