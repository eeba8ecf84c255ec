"""A class whose grading can be broken off: `python -m tests.classroom.broken_off FOLDER COUNT`.

FOLDER holds the course and the class. Unless `--real` asks for kernels, the work on a submission is
a stand-in that gives points by the student's name and the seed. What is begun is noted in a file.
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import signal
import sys
import time
from pathlib import Path

import sqlalchemy as sa
from nbgrader.api import Gradebook

from autograder.classroom.folder import ClassFolder
from autograder.classroom.grading import Options, grade_class
from autograder.lessons.course import Lesson
from autograder.lessons.errors import ClassroomError
from autograder.lessons.notebooks import notebook_text
from autograder.running.grade_submission import Graded, Task, perform
from autograder.running.rebuild import rebuild

NAME = "01-small"
GRADED = ("conv-parameter-count-check", "conv-parameter-count-test", "why-small")


def students(count: int) -> list[str]:
    return [f"student-{number:04}" for number in range(count)]


def hand_in(folder: ClassFolder, lesson: Lesson, count: int, version: int = 0) -> None:
    """Hand in notebooks, of which every fourth holds a right answer and every fifth none."""
    for number, student in enumerate(students(count)):
        place = folder.submitted / student / lesson.name
        place.mkdir(parents=True, exist_ok=True)
        cells = [
            {
                "cell_type": "code",
                "id": "conv-parameter-count",
                "metadata": {},
                "source": "def conv_parameter_count("
                "in_channels, kernel_size, num_filters, bias=True):\n"
                "    kh, kw = (kernel_size,) * 2 if isinstance(kernel_size, int) else kernel_size\n"
                f"    return num_filters * (in_channels * kh * kw + int(bias)) + {number % 4}\n",
            }
        ]
        notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}}
        notebook |= {"cells": cells if number % 5 else [], "number": number, "version": version}
        (place / f"{lesson.name}.ipynb").write_text(json.dumps(notebook))


def file_url(folder: ClassFolder) -> str:
    """Of the gradebook in the folder of a class."""
    return f"sqlite:///{folder.gradebook}"


def mark(url: str, count: int) -> None:
    """Give points and comments by hand to a few students, as Formgrader does."""
    with Gradebook(url) as book:
        for number, student in enumerate(students(count)[1 : count // 2 : 1 + count // 6]):
            marked = book.find_grade("why-small", NAME, NAME, student)
            marked.manual_score, marked.needs_manual_grade = number % 5 / 2, False
            raised = book.find_grade("conv-parameter-count-test", NAME, NAME, student)
            raised.extra_credit = 0.25
            comment = book.find_comment("why-small", NAME, NAME, student)
            comment.manual_comment = f"Well said, “{student}”."
        book.db.commit()


def work(task: Task) -> Graded:
    """What a run might give, without one. The first student's page is a long one."""
    note(task)
    time.sleep(float(os.environ.get("WORK_SECONDS", "0")))
    return graded(task, int(task.submission.student.removeprefix("student-")))


def graded(task: Task, number: int) -> Graded:
    """What came of it for the student with a number."""
    compiled = pickle.loads(task.assignment).compiled
    notebook = rebuild(compiled.master, compiled.student, task.submission).notebook
    points = dict(zip(GRADED, (number % 2, (number % 4) * 0.75, None), strict=True))
    looks = ("look here",) if number % 7 == 0 else ()
    page = f"<p>{number}, {task.seed}</p>" * (1 if number else 50_000)
    untouched = GRADED[2:] if number % 5 == 0 else ()
    text, phases = notebook_text(notebook), {"run": 0.02}
    return Graded(text, points, untouched, looks, page, task.seed, phases, ("warm",))


def really(task: Task) -> Graded:
    note(task)
    return perform(task)


def note(task: Task) -> None:
    """Write down for whom work was begun."""
    if notes := os.environ.get("NOTES"):
        with Path(notes).open("a") as file:
            file.write(f"{task.submission.student}\n")


TABLES = {
    "course": "select id from course",
    "version": "select version_num from alembic_version",
    "assignment": "select name, duedate, course_id from assignment",
    "notebook": "select a.name, n.name, n.kernelspec from notebook n "
    "join assignment a on a.id = n.assignment_id",
    "cells": "select b.name, b.type, g.max_score, g.cell_type from base_cell b "
    "left join grade_cells g on g.id = b.id",
    "sources": "select name, cell_type, locked, source, checksum from source_cell",
    "students": "select id, first_name, last_name, email from student",
    "submissions": "select s.student_id, s.timestamp, s.extension, n.flagged, "
    "n.late_submission_penalty from submitted_assignment s "
    "join submitted_notebook n on n.assignment_id = s.id",
    "points": "select s.student_id, b.name, g.auto_score, g.manual_score, g.extra_credit, "
    "g.needs_manual_grade from grade g join base_cell b on b.id = g.cell_id "
    "join submitted_notebook n on n.id = g.notebook_id "
    "join submitted_assignment s on s.id = n.assignment_id",
    "comments": "select s.student_id, b.name, c.auto_comment, c.manual_comment from comment c "
    "join base_cell b on b.id = c.cell_id join submitted_notebook n on n.id = c.notebook_id "
    "join submitted_assignment s on s.id = n.assignment_id",
    "runs": "select student, lesson, digest, seed, looks from autograder_run",
}
"""All that a gradebook says; ids and times left out."""


def contents(url: str) -> dict[str, list[tuple]]:
    """What a gradebook says, table by table."""
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        found = {
            name: sorted((plain(row) for row in connection.execute(sa.text(query))), key=repr)
            for name, query in TABLES.items()
        }
    engine.dispose()
    return found


def plain(row: sa.Row) -> tuple:
    """A row as every database gives it: SQLite knows neither truth nor time."""
    return tuple(
        int(value) if isinstance(value, bool) else str(value) if hasattr(value, "year") else value
        for value in row
    )


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("root", type=Path)
    parser.add_argument("count", type=int)
    parser.add_argument("--db")
    parser.add_argument("--scheduler")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--real", action="store_true")
    given = parser.parse_args()
    # As the command does; and Ctrl-C too, which tests that run in the background would not hear.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.default_int_handler)
    lesson, folder = (
        Lesson(os.environ.get("LESSON", NAME), given.root),
        ClassFolder(given.root / "class"),
    )
    options = Options(
        workers=given.workers, database=given.db, scheduler=given.scheduler, insecure=True
    )
    names, doing = students(given.count), really if given.real else work
    try:
        for grade in grade_class(lesson, folder, names, options, work=doing):
            print(grade.student, flush=True)
    except ClassroomError as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit("stopped")
    return 0


if __name__ == "__main__":
    sys.exit(main())
