"""The `autograder` command. Thin: each subcommand imports what it needs when it runs."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

    from autograder.classroom.course import ClassFolder, Lesson
    from autograder.classroom.execution import Limits
    from autograder.classroom.grades import Grade

EXAMPLES = {
    "build": """
  autograder build                  build every lesson
  autograder build 02-filters       build one
  autograder build --no-run         only check the text and write; prove nothing by running""",
    "grade": """
  autograder grade 02-filters                       everything in submitted/
  autograder grade 02-filters --class ../spring     another class
  autograder grade 02-filters --student ada         one student, or more: --student ada bob
  autograder grade 02-filters --json > grades.jsonl
  autograder grade 02-filters --force --profile     run everything again; where does time go?
  autograder grade 02-filters --scheduler tcp://head:8786 --db postgresql+psycopg://me@head/class
  autograder grade 02-filters --no-sandbox          only for code that you trust

What was graded and has not changed is not run again. Stop it when you like; it goes on later.""",
    "check": """
  autograder check notebooks/02-filters/02-filters.ipynb
  autograder check my-copy.ipynb --lesson 02-filters""",
    "feedback": """
  autograder feedback 02-filters    once written answers are marked in Formgrader""",
    "report": """
  autograder report 02-filters
  autograder report 02-filters --class ../spring --json""",
    "export": """
  autograder export > grades.csv
  autograder export --class ../spring --to grades.csv""",
}


GO_ON = {"grade": " What was graded is recorded; run it again, and it goes on."}
"""What is said when a command was stopped, after that."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit status: 0 if it did its whole job, 1 if not.

    Errors that a person can mend are one sentence on stderr.
    """
    options = parser().parse_args(arguments)
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # it ends as Ctrl-C would end it
    from autograder.classroom.errors import ClassroomError

    try:
        return options.run(options)
    except (ClassroomError, OSError) as error:
        print(f"autograder {options.command}: {error}", file=sys.stderr)
    except KeyboardInterrupt:
        print(
            f"autograder {options.command}: stopped.{GO_ON.get(options.command, '')}",
            file=sys.stderr,
        )
    return 1


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    top = argparse.ArgumentParser(
        prog="autograder",
        description="Build the lessons of the course, and grade what students hand in.",
        epilog="Each command has its own --help with examples.",
    )
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)

    def command(name: str, run, summary: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(
            name,
            help=summary,
            description=summary[0].upper() + summary[1:] + ".",
            epilog="examples:" + EXAMPLES[name],
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        sub.set_defaults(run=run)
        return sub

    def a_class(sub: argparse.ArgumentParser) -> None:
        sub.add_argument(
            "--class",
            dest="folder",
            type=Path,
            metavar="DIR",
            help="the folder of the class, which holds submitted/; by default the course's own",
        )

    def database(sub: argparse.ArgumentParser) -> None:
        sub.add_argument(
            "--db",
            metavar="URL",
            help="the gradebook, if it is no file: postgresql+psycopg://USER@HOST/NAME",
        )

    def limits(sub: argparse.ArgumentParser) -> None:
        sub.add_argument(
            "--cell-seconds", type=float, metavar="S", help="most a cell may run; by default 20"
        )
        sub.add_argument(
            "--notebook-seconds",
            type=float,
            metavar="S",
            help="most a notebook may run; by default 300",
        )

    sub = command("build", build, "turn lesson sources into notebooks, or say why not")
    sub.add_argument("lessons", nargs="*", metavar="LESSON", help="by default all")
    sub.add_argument("--no-run", action="store_true", help="do not run the lessons")

    sub = command("grade", grade, "grade what a class handed in for a lesson")
    sub.add_argument("lesson", metavar="LESSON")
    a_class(sub)
    sub.add_argument("--student", nargs="+", default=[], metavar="S", help="only these students")
    sub.add_argument("--seed", type=int, metavar="N", help="draw everybody's hidden cases from N")
    sub.add_argument(
        "--force", action="store_true", help="run what has not changed since it was graded too"
    )
    sub.add_argument("--workers", type=count, metavar="N", help="by default one for each core")
    sub.add_argument(
        "--scheduler", metavar="ADDRESS", help="have a Dask cluster do it: tcp://HOST:8786"
    )
    database(sub)
    sub.add_argument("--profile", action="store_true", help="say where the time went")
    sub.add_argument(
        "--no-sandbox",
        action="store_true",
        help="let the code that was handed in do whatever you can; noted in every result",
    )
    sub.add_argument("--json", action="store_true", help="one JSON object a line, on stdout")
    limits(sub)

    sub = command("check", check, "run a notebook's own checks, offline")
    sub.add_argument("notebook", type=Path, metavar="NOTEBOOK")
    sub.add_argument("--lesson", help="by default the notebook's name")
    sub.add_argument("--json", action="store_true", help="one JSON object a line, on stdout")
    limits(sub)

    sub = command("feedback", feedback, "write the pages that students get back once more")
    sub.add_argument("lesson", metavar="LESSON")
    a_class(sub)
    database(sub)

    sub = command("report", report, "show the grades of a lesson, and what needs a look")
    sub.add_argument("lesson", metavar="LESSON")
    a_class(sub)
    database(sub)
    sub.add_argument("--json", action="store_true", help="one JSON object a line, on stdout")

    sub = command("export", export, "write all grades of a class as CSV")
    a_class(sub)
    database(sub)
    sub.add_argument("--to", type=Path, metavar="FILE", help="by default stdout")
    return top


def build(options: argparse.Namespace) -> int:
    from autograder.classroom.build import build as build_lesson
    from autograder.classroom.course import Course
    from autograder.classroom.progress import progress

    course = Course.find()
    lessons = [course.lesson(name) for name in options.lessons] or course.lessons()
    with progress(len(lessons), "building") as (begin, done):
        for lesson in lessons:
            begin(lesson.name)
            written = build_lesson(lesson, run=not options.no_run)
            names = ", ".join(str(path.relative_to(course.root)) for path in written)
            said = f"wrote {names}" if written else "nothing changed"
            done(f"{lesson.name}: {said}", lesson.name)
    return 0


def grade(options: argparse.Namespace) -> int:
    # Before NumPy comes: the judge's sums are small, and threads that wait for more eat a core.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

    from autograder.classroom.errors import ClassroomError
    from autograder.classroom.grades import Grade
    from autograder.classroom.grading import Options, grade_class, make_ready
    from autograder.classroom.progress import Phases, progress
    from autograder.classroom.report import grade_line
    from autograder.classroom.sandbox import missing
    from autograder.classroom.submissions import find_students

    folder, lesson = places(options)
    if not (options.no_sandbox or options.scheduler) and (reason := missing()):
        raise ClassroomError(reason)
    students, strays = find_students(folder, lesson, options.student)
    if make_ready(lesson):
        print(f"{lesson.name}: built", file=sys.stderr)
    how = Options(
        limits_of(options),
        options.seed,
        not options.no_sandbox,
        options.workers,
        options.scheduler,
        options.db,
        options.force,
    )
    grades: list[Grade] = []
    failures = []
    phases = Phases()
    with progress(len(students), f"grading {lesson.name}") as (begin, done):
        for result in grade_class(lesson, folder, students, how, begin, phases.add):
            done(grade_line(result), result.student)
            (grades if isinstance(result, Grade) else failures).append(result)
            if options.json and isinstance(result, Grade):
                print(json.dumps(result.as_json()), flush=True)
    grades.sort(key=lambda one: one.student)
    if not options.json:
        show_grades(grades, lesson, folder, options)
    if options.profile:
        print(f"{phases.table()}\n{phases.kernels()}", file=sys.stderr)
    for stray in strays:
        print(f"Not looked at: {stray}.", file=sys.stderr)
    for failure in failures:
        print(f"Not graded: {failure.student!a}: {failure.reason}", file=sys.stderr)
    return 1 if failures else 0


def check(options: argparse.Namespace) -> int:
    from autograder.classroom.course import Course
    from autograder.classroom.selfcheck import check_notebook

    lesson = Course.find().lesson(options.lesson or options.notebook.stem)
    checked, looks = check_notebook(lesson, options.notebook, limits_of(options))
    if options.json:
        for one in checked:
            print(json.dumps({"exercise": one.exercise, "right": one.right, "says": one.says}))
        return 0
    for one in checked:
        print(f"  {'right' if one.right else '-----'}  {one.says or one.exercise}")
    for look in looks:
        print(f"Mind: {look}.")
    print(f"{sum(one.right for one in checked)} of {len(checked)} exercises pass their check.")
    return 0


def feedback(options: argparse.Namespace) -> int:
    from autograder.classroom.gradebook import ClassGradebook
    from autograder.classroom.progress import progress

    folder, lesson = places(options)
    with ClassGradebook(folder, options.db) as book:
        grades = book.grades(lesson)
        with progress(len(grades), f"feedback for {lesson.name}") as (begin, done):
            for one in grades:
                begin(one.student)
                done(str(book.write_feedback(lesson, one.student)), one.student)
    return 0


def report(options: argparse.Namespace) -> int:
    from autograder.classroom.gradebook import ClassGradebook

    folder, lesson = places(options)
    with ClassGradebook(folder, options.db) as book:
        show_grades(book.grades(lesson), lesson, folder, options)
    return 0


def export(options: argparse.Namespace) -> int:
    from autograder.classroom.course import ClassFolder, Course
    from autograder.classroom.files import write_aside
    from autograder.classroom.gradebook import ClassGradebook
    from autograder.classroom.report import grade_csv

    course = Course.find()
    with ClassGradebook(ClassFolder(options.folder or course.root), options.db) as book:
        text = grade_csv([one for lesson in course.lessons() for one in book.grades(lesson)])
    if options.to:
        write_aside(options.to, text)
    else:
        print(text, end="")
    return 0


def count(text: str) -> int:
    """A whole number of at least 1, from the command line."""
    number = int(text)
    if number < 1:
        raise ValueError
    return number


def places(options: argparse.Namespace) -> tuple[ClassFolder, Lesson]:
    """The class and the lesson that a command is about."""
    from autograder.classroom.course import ClassFolder, Course

    course = Course.find()
    return ClassFolder(options.folder or course.root), course.lesson(options.lesson)


def limits_of(options: argparse.Namespace) -> Limits:
    from autograder.classroom.execution import Limits

    given = {
        "cell_seconds": options.cell_seconds,
        "notebook_seconds": options.notebook_seconds,
    }
    return Limits(**{name: value for name, value in given.items() if value is not None})


def show_grades(
    grades: Sequence[Grade], lesson: Lesson, folder: ClassFolder, options: argparse.Namespace
) -> None:
    """Print grades: as a table with where to find more, or as JSON lines."""
    if options.json:
        for one in grades:
            print(json.dumps(one.as_json()))
        return
    from autograder.classroom.gradebook import address
    from autograder.classroom.report import grade_table

    _, gradebook = address(folder, options.db)
    console = wide_console()
    console.print(grade_table(grades, f"{lesson.name}, {len(grades)} handed in"))
    print(f"Feedback   {folder.feedback}")
    print(f"Gradebook  {gradebook}  (mark written answers in JupyterLab: Nbgrader, Formgrader)")


def wide_console() -> Console:
    """A console as wide as the terminal; wide enough for a table where there is none."""
    from rich.console import Console

    console = Console()
    return console if console.is_terminal else Console(width=120)


if __name__ == "__main__":
    sys.exit(main())
