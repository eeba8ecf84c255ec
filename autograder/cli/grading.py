"""The command `grade`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .options import (
    add_class,
    add_database,
    add_limits,
    add_students,
    build_lines,
    count,
    limits_of,
    places,
    print_json,
    roster_of,
    seed,
)
from .output import show_grades, tell_failures
from .preview import add_preview, show_preview

if TYPE_CHECKING:
    from autograder.classroom.folder import ClassFolder
    from autograder.classroom.grades import Failure, Grade
    from autograder.classroom.grading import Options
    from autograder.lessons.course import Lesson

    from .progress_bar import Phases

GRADE = """\
  autograder grade 02-filters                       everything in submitted/
  autograder grade 02-filters --class ../spring     another class
  autograder grade 02-filters --student ada         one student, or more: --student ada bob
  autograder grade 02-filters --json > grades.jsonl
  autograder grade 02-filters --force --profile     run everything again; where does time go?
  autograder grade 02-filters --scheduler tls://head:8786 --db postgresql+psycopg://me@head/class
  autograder grade 02-filters --preview             whose points would change, and why
  autograder grade 02-filters --regrade --yes       the same, and then writes it
  autograder grade 02-filters --no-sandbox          only for code that you trust

What was graded and has not changed is not run again. Stop it when you like; it goes on later."""


def add_grade(sub: argparse.ArgumentParser) -> None:
    """Add what `grade` may be told."""
    sub.add_argument("lesson", metavar="LESSON")
    add_class(sub)
    add_students(sub)
    sub.add_argument("--seed", type=seed, metavar="N", help="draw everybody's hidden cases from N")
    sub.add_argument(
        "--force", action="store_true", help="run what has not changed since it was graded too"
    )
    sub.add_argument("--workers", type=count, metavar="N", help="by default one for each core")
    sub.add_argument(
        "--scheduler", metavar="ADDRESS", help="have a Dask cluster do it: tls://HOST:8786"
    )
    sub.add_argument(
        "--insecure-scheduler",
        action="store_true",
        help="use a scheduler without certificates: whoever reaches it can do whatever you can",
    )
    add_database(sub)
    add_preview(sub)
    sub.add_argument("--profile", action="store_true", help="say where the time went")
    sub.add_argument(
        "--no-sandbox",
        action="store_true",
        help="let the code that was handed in do whatever you can; noted in every result",
    )
    sub.add_argument("--json", action="store_true", help="one JSON object a line, on stdout")
    add_limits(sub)


@dataclass
class Outcome:
    """What came of grading a class."""

    phases: Phases
    grades: list[Grade] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)


def grade(options: argparse.Namespace) -> int:
    # Before NumPy comes: the judge's sums are small, and threads that wait for more eat a core.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    if not (options.no_sandbox or options.scheduler):
        refuse_without_a_sandbox()

    from autograder.classroom.submissions import find_students

    folder, lesson = places(options)
    students, strays = find_students(folder, lesson, options.student)
    strays += dates_for_nobody(folder, lesson, students)
    if options.preview or options.regrade:
        status = show_preview(folder, lesson, students, how_to_grade(options))
        if options.preview or not options.yes:
            return status
    make_ready(folder, lesson)
    outcome = grade_all(folder, lesson, students, options)
    if not options.json:
        show_grades(outcome.grades, lesson, folder, options)
    if options.profile:
        print(f"{outcome.phases.table()}\n{outcome.phases.kernels()}", file=sys.stderr)
    for sentence in [*outcome.changes, *(f"Not looked at: {stray}" for stray in strays)]:
        print(f"{sentence}.", file=sys.stderr)
    return tell_failures(outcome.failures)


def dates_for_nobody(folder: ClassFolder, lesson: Lesson, students: Sequence[str]) -> list[str]:
    """What to say of rows of dates.csv for a student whom nobody knows; refuse one of no lesson."""
    from autograder.classroom.dates import FILE, read_dates
    from autograder.lessons.course import Course

    dates = read_dates(folder)
    dates.refuse_unknown_lessons([one.name for one in Course(lesson.root).lessons()])
    roster = roster_of(folder, None)
    known = {*students, *(one.id for one in roster.people)} if roster else {*students}
    return [
        f"the row of {FILE} for {student!r}, since nobody is called so"
        for student in dates.strangers(lesson.name, known)
        if not (folder.submitted / student).exists()
    ]


def refuse_without_a_sandbox() -> None:
    """Refuse to grade on a machine that cannot contain strangers' code."""
    from autograder.lessons.errors import ClassroomError
    from autograder.sandbox.requirements import missing

    if reason := missing():
        raise ClassroomError(reason)


def make_ready(folder: ClassFolder, lesson: Lesson) -> None:
    """Build the lesson where its notebooks are not those of its source; let Formgrader find it."""
    from autograder.classroom.formgrader import write_settings
    from autograder.lessons import build
    from autograder.lessons.course import Course

    write_settings(folder, Course(lesson.root))
    for line in build_lines(lesson, build.make_ready(lesson)):
        print(line, file=sys.stderr)


def how_to_grade(options: argparse.Namespace) -> Options:
    """What the command line says of how the class is graded."""
    from autograder.classroom.grading import Options

    return Options(
        limits_of(options),
        options.seed,
        not options.no_sandbox,
        options.workers,
        options.scheduler,
        options.db,
        options.force,
        not options.student,
        options.insecure_scheduler,
    )


def grade_all(
    folder: ClassFolder, lesson: Lesson, students: Sequence[str], options: argparse.Namespace
) -> Outcome:
    """Grade submissions, and tell each as it comes."""
    from autograder.classroom.grades import Grade
    from autograder.classroom.grading import grade_class
    from autograder.classroom.report import grade_line

    from .progress_bar import Phases, progress

    outcome, coming = Outcome(Phases()), set(students)
    with progress(len(students), f"grading {lesson.name}") as (begin, done):
        for result in grade_class(
            lesson,
            folder,
            students,
            how_to_grade(options),
            begin,
            outcome.phases.add,
            told=outcome.changes.append,
        ):
            if result.student in coming:
                coming.remove(result.student)
                done(grade_line(result), result.student)
            if not isinstance(result, Grade):
                outcome.failures.append(result)
                continue
            outcome.grades.append(result)
            if options.json:
                print_json(result.as_json())
    outcome.grades.sort(key=lambda one: one.student)
    return outcome
