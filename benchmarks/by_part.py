"""What `benchmarks.parts` runs in a tree: submissions in this process, and what each part took.

It asks nothing of a tree that an older one had not. Called with a class's folder and a number of
submissions; prints seconds of processor time in this process, as JSON, and how often students'
functions were called.
"""

from __future__ import annotations

import json
import pickle
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from autograder.classroom.folder import ClassFolder
from autograder.classroom.submissions import find_students, read_submission
from autograder.judging.outside import OutsideJudge, RemoteAnswer
from autograder.lessons.compiling import compile_lesson
from autograder.lessons.course import Course
from autograder.running import grade_submission
from autograder.running.grade_submission import Assignment, Task, perform

LESSON = "02-filters"

PARTS = {
    "rebuild": "rebuild",
    "cells_to_run": "rebuild",
    "execute": "run",
    "finish": "finish",
    "page_of": "page",
}
"""Functions that `perform` calls, and the part that each is of."""

seconds: dict[str, float] = {}
"""Of processor time, by part; a part within another counts in both."""


def counted(
    part: str, function: Callable[..., Any], clock: Callable[[], float] = time.thread_time
) -> Callable[..., Any]:
    """A function whose processor time is added to a part, without that of other threads."""

    def counting(*arguments: Any, **options: Any) -> Any:
        start = clock()
        try:
            return function(*arguments, **options)
        finally:
            seconds[part] = seconds.get(part, 0.0) + clock() - start

    return counting


def counting_calls(ask_all: Callable[..., Any]) -> Callable[..., Any]:
    """What asks a student's function, with its calls counted."""

    def counting(answer: RemoteAnswer, several: Any) -> Any:
        seconds["calls"] = seconds.get("calls", 0.0) + len(several)
        return ask_all(answer, several)

    return counting


def main(folder: Path, count: int) -> None:
    """Grade so many submissions of a class, one after the other."""
    for name, part in PARTS.items():
        setattr(grade_submission, name, counted(part, getattr(grade_submission, name)))
    # A method, which its class is not declared to give up.
    OutsideJudge.serve = counted("judge", OutsideJudge.serve)  # type: ignore[method-assign]
    RemoteAnswer.ask_all = counting_calls(RemoteAnswer.ask_all)  # type: ignore[method-assign]
    lesson, handed = Course.find().lesson(LESSON), ClassFolder(folder)
    assignment = pickle.dumps(Assignment.of(lesson, compile_lesson(lesson)))
    read, whole = counted("read", read_submission), counted("whole", perform)
    whole = counted("threads", whole, time.process_time)
    for seed, student in enumerate(find_students(handed, lesson)[0][:count]):
        whole(Task(assignment, read(handed, lesson, student), seed))
    print(json.dumps(seconds))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
