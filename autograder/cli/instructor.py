"""Commands for instructors."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from .options import (
    Command,
    add_class,
    add_database,
    add_limits,
    build_lines,
    count,
    limits_of,
    places,
    print_json,
    seed,
)

if TYPE_CHECKING:
    from rich.console import Console

    from autograder.classroom.folder import ClassFolder
    from autograder.classroom.gradebook import ClassGradebook
    from autograder.classroom.grades import Failure, Grade
    from autograder.lessons.course import Lesson


GRADE = """\
  autograder grade 02-filters                       everything in submitted/
  autograder grade 02-filters --class ../spring     another class
  autograder grade 02-filters --student ada         one student, or more: --student ada bob
  autograder grade 02-filters --json > grades.jsonl
  autograder grade 02-filters --force --profile     run everything again; where does time go?
  autograder grade 02-filters --scheduler tls://head:8786 --db postgresql+psycopg://me@head/class
  autograder grade 02-filters --no-sandbox          only for code that you trust

What was graded and has not changed is not run again. Stop it when you like; it goes on later."""

FEEDBACK = """\
  autograder feedback 02-filters    once written answers are marked in Formgrader
  autograder feedback 02-filters --student ada bob"""

REPORT = """\
  autograder report 02-filters
  autograder report 02-filters --class ../spring --json"""

HISTORY = """\
  autograder history ada                    all that ada handed in, and what it earned
  autograder history ada --class ../spring"""

EXPORT = """\
  autograder export > grades.csv
  autograder export --class ../spring --to grades.csv"""


def add_commands(command: Command) -> None:
    """Add `grade`, `feedback`, `report`, `history` and `export`."""
    add_grade(command(grade, "grade what a class handed in for a lesson", GRADE))

    sub = command(feedback, "write the pages that students get back once more", FEEDBACK)
    sub.add_argument("lesson", metavar="LESSON")
    add_class(sub)
    add_students(sub)
    add_database(sub)

    sub = command(report, "show the grades of a lesson, and what needs a look", REPORT)
    sub.add_argument("lesson", metavar="LESSON")
    add_class(sub)
    add_database(sub)
    sub.add_argument("--json", action="store_true", help="one JSON object a line, on stdout")

    sub = command(history, "show what a student handed in, and what each earned", HISTORY)
    sub.add_argument("student", metavar="STUDENT")
    add_class(sub)
    add_database(sub)

    sub = command(export, "write all grades of a class as CSV", EXPORT)
    add_class(sub)
    add_database(sub)
    sub.add_argument("--to", type=Path, metavar="FILE", help="by default stdout")


def add_students(sub: argparse.ArgumentParser) -> None:
    """Add `--student`."""
    sub.add_argument("--student", nargs="+", default=[], metavar="S", help="only these students")


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
    sub.add_argument("--profile", action="store_true", help="say where the time went")
    sub.add_argument(
        "--no-sandbox",
        action="store_true",
        help="let the code that was handed in do whatever you can; noted in every result",
    )
    sub.add_argument("--json", action="store_true", help="one JSON object a line, on stdout")
    add_limits(sub)


def grade(options: argparse.Namespace) -> int:
    # Before NumPy comes: the judge's sums are small, and threads that wait for more eat a core.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    if not (options.no_sandbox or options.scheduler):
        refuse_without_a_sandbox()

    from autograder.classroom.formgrader import write_settings
    from autograder.classroom.grades import Grade
    from autograder.classroom.grading import Options, grade_class
    from autograder.classroom.report import grade_line
    from autograder.classroom.submissions import find_students
    from autograder.lessons.build import make_ready
    from autograder.lessons.course import Course

    from .progress_bar import Phases, progress

    folder, lesson = places(options)
    students, strays = find_students(folder, lesson, options.student)
    write_settings(folder, Course(lesson.root))
    for line in build_lines(lesson, make_ready(lesson)):
        print(line, file=sys.stderr)
    how = Options(
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
    grades: list[Grade] = []
    failures = []
    phases = Phases()
    changes: list[str] = []
    coming = set(students)
    with progress(len(students), f"grading {lesson.name}") as (begin, done):
        for result in grade_class(
            lesson, folder, students, how, begin, phases.add, told=changes.append
        ):
            if result.student in coming:
                coming.remove(result.student)
                done(grade_line(result), result.student)
            if not isinstance(result, Grade):
                failures.append(result)
                continue
            grades.append(result)
            if options.json:
                print_json(result.as_json())
    grades.sort(key=lambda one: one.student)
    if not options.json:
        show_grades(grades, lesson, folder, options)
    if options.profile:
        print(f"{phases.table()}\n{phases.kernels()}", file=sys.stderr)
    for change in changes:
        print(f"{change}.", file=sys.stderr)
    for stray in strays:
        print(f"Not looked at: {stray}.", file=sys.stderr)
    return tell_failures(failures)


def refuse_without_a_sandbox() -> None:
    """Refuse to grade on a machine that cannot contain strangers' code."""
    from autograder.lessons.errors import ClassroomError
    from autograder.sandbox.requirements import missing

    if reason := missing():
        raise ClassroomError(reason)


def feedback(options: argparse.Namespace) -> int:
    from autograder.classroom.gradebook import ClassGradebook
    from autograder.classroom.grades import NO_PAGE, Failure, reason_of
    from autograder.classroom.report import grade_line

    from .progress_bar import progress

    folder, lesson = places(options)
    failures: list[Failure] = []
    with ClassGradebook(folder, options.db) as book:
        grades = book.grades(lesson, options.student or None, failures)
        refuse_unknown(options.student, grades, lesson)
        with progress(len(grades), f"feedback for {lesson.name}") as (begin, done):
            for one in grades:
                begin(one.student)
                try:
                    done(str(book.write_feedback(lesson, one.student)), one.student)
                except Exception as error:  # the others get theirs
                    failures.append(Failure(one.student, reason_of(error), NO_PAGE))
                    done(grade_line(failures[-1]), one.student)
    return tell_failures(failures)


def refuse_unknown(wanted: Sequence[str], grades: Sequence[Grade], lesson: Lesson) -> None:
    """Refuse the name of somebody who has no grade."""
    from autograder.lessons.errors import ClassroomError

    known = {grade.student for grade in grades}
    for student in wanted:
        if student not in known:
            raise ClassroomError(
                f"{student!a} has no grade for {lesson.name} yet: "
                f"run `autograder grade {lesson.name} --student {student}` first."
            )


def report(options: argparse.Namespace) -> int:
    from autograder.classroom.gradebook import ClassGradebook

    folder, lesson = places(options)
    failures: list[Failure] = []
    with ClassGradebook(folder, options.db) as book:
        show_grades(current_grades(book, lesson, failures), lesson, folder, options)
    return tell_failures(failures)


def history(options: argparse.Namespace) -> int:
    from autograder.classroom.folder import ClassFolder
    from autograder.classroom.gradebook import ClassGradebook
    from autograder.lessons.course import Course
    from autograder.lessons.errors import ClassroomError

    folder = ClassFolder(options.folder or Course.find().root)
    with ClassGradebook(folder, options.db) as book:
        lines = book.history(options.student)
    if not lines:
        raise ClassroomError(f"Nothing of {options.student!a} has been graded in {folder.root}.")
    print("\n".join(lines))
    return 0


def export(options: argparse.Namespace) -> int:
    from autograder.classroom.folder import ClassFolder
    from autograder.classroom.gradebook import ClassGradebook
    from autograder.classroom.report import grade_csv
    from autograder.lessons.course import Course
    from autograder.lessons.written import WrittenFiles

    course = Course.find()
    folder = ClassFolder(options.folder or course.root)
    failures: list[Failure] = []
    with ClassGradebook(folder, options.db) as book:
        lessons = course.lessons()
        text = grade_csv([one for each in lessons for one in current_grades(book, each, failures)])
    if options.to is None:
        print(text, end="")
        return tell_failures(failures)
    file = options.to.resolve()
    files = WrittenFiles(Path(file.anchor), folder.logs / "exports.json")
    files.write(file, text.encode())
    for sentence in files.save().kept_sentences(file.parent):
        print(sentence, file=sys.stderr)
    return tell_failures(failures)


def tell_failures(failures: Sequence[Failure]) -> int:
    """Say of each student what could not be done and why; the exit status."""
    from autograder.classroom.shown import shown

    for failure in failures:
        print(f"{failure.what}: {failure.student!a}: {shown(failure.reason)}.", file=sys.stderr)
    return 1 if failures else 0


def current_grades(book: ClassGradebook, lesson: Lesson, failures: list[Failure]) -> list[Grade]:
    """The grades of a lesson; nbgrader's late penalties are made the same, where that may be."""
    from autograder.lessons.errors import ClassroomError

    with suppress(ClassroomError):  # who may only read a gradebook is shown the same
        book.keep_penalties(lesson)
    return book.grades(lesson, failures=failures)


def show_grades(
    grades: Sequence[Grade], lesson: Lesson, folder: ClassFolder, options: argparse.Namespace
) -> None:
    """Print grades: as a table with where to find more, or as JSON lines."""
    if options.json:
        for one in grades:
            print_json(one.as_json())
        return
    from autograder.classroom.formgrader import how_to_open
    from autograder.classroom.gradebook import address
    from autograder.classroom.report import grade_table

    _, gradebook = address(folder, options.db)
    console = wide_console()
    console.print(grade_table(grades, title(lesson, grades)))
    print(f"Feedback   {folder.feedback}")
    print(f"Gradebook  {gradebook}")
    if any(grade.to_mark for grade in grades):
        print(f"To mark    {how_to_open(folder)}  (then: Nbgrader, Formgrader)")


def title(lesson: Lesson, grades: Sequence[Grade]) -> str:
    """How many handed in a lesson, and how many of the grades have no submission any more."""
    there = sum(grade.handed_in for grade in grades)
    gone = len(grades) - there
    return f"{lesson.name}, {there} handed in" + (f", {gone} no longer" if gone else "")


def wide_console() -> Console:
    """A console as wide as the terminal; wide enough for a table where there is none."""
    from rich.console import Console

    console = Console()
    return console if console.is_terminal else Console(width=120)
