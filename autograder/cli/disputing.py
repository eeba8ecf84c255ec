"""The command `verdict`."""

from __future__ import annotations

import argparse
import os
import webbrowser

from .grading import refuse_without_a_sandbox
from .options import Command, add_class, add_database, places

VERDICT = """\
  autograder verdict 02-filters ada conv2d-naive           what her hidden test rested on
  autograder verdict 02-filters ada conv2d-naive --open    the same as a page, with its pictures

It shows hidden cases: it is for your eyes, not for the student's."""


def add_commands(command: Command) -> None:
    """Add `verdict`."""
    sub = command(verdict, "run a verdict again, and show the hidden case that fails", VERDICT)
    for name in ("lesson", "student", "exercise"):
        sub.add_argument(name, metavar=name.upper())
    sub.add_argument("--open", action="store_true", help="write it as a page too, and open that")
    add_class(sub)
    add_database(sub)
    sub.add_argument(
        "--no-sandbox",
        action="store_true",
        help="let the code that was handed in do whatever you can",
    )


def verdict(options: argparse.Namespace) -> int:
    # Before NumPy comes: the judge's sums are small, and threads that wait for more eat a core.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    if not options.no_sandbox:
        refuse_without_a_sandbox()

    from autograder.classroom.dispute import replay
    from autograder.classroom.dispute_report import dispute_lines, dispute_page
    from autograder.classroom.gradebook import ClassGradebook
    from autograder.lessons.files import write_aside

    folder, lesson = places(options)
    with ClassGradebook(folder, options.db) as book:
        found = replay(
            lesson, folder, book, options.student, options.exercise, not options.no_sandbox
        )
    for line in dispute_lines(found):
        print(line)
    if options.open:
        place = folder.root / "reports" / lesson.name / options.student / f"{options.exercise}.html"
        write_aside(place, dispute_page(found, lesson.name))
        print(f"Page       {place}")
        webbrowser.open(place.resolve().as_uri())
    return 0
