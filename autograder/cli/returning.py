"""The command `return`: from the gradebook to the platform's grade file."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from .options import Command, add_class, add_database, places, roster_of
from .output import current_grades, tell_failures

RETURN = """\
  autograder return 02-filters               the platform's grade file, and a zip of the pages
  autograder return 02-filters --to moodle   where it cannot be told which platform it is
  autograder return 02-filters --scale       where the platform gives another maximum

Canvas: Grades, Import; and the assignment's Upload submissions. Moodle: Upload grading worksheet,
and Upload multiple feedback files in a zip."""


def add_commands(command: Command) -> None:
    """Add `return`."""
    sub = command(return_, "write grades and pages as the learning platform takes them", RETURN)
    sub.add_argument("lesson", metavar="LESSON")
    add_class(sub)
    add_database(sub)
    sub.add_argument("--to", choices=("canvas", "moodle"), default="", help="the platform")
    sub.add_argument("--roster", type=Path, metavar="FILE", help="by default the class's list")
    sub.add_argument("--scale", action="store_true", help="convert points to its maximum")
    sub.add_argument(
        "--unmarked", action="store_true", help="take points as they stand where a mark is missing"
    )


def return_(options: argparse.Namespace) -> int:
    folder, lesson = places(options)

    from autograder.classroom.gradebook import ClassGradebook
    from autograder.classroom.grades import Failure
    from autograder.classroom.returning import give_back
    from autograder.classroom.shown import shown
    from autograder.lessons.errors import ClassroomError

    roster = roster_of(folder, options.roster)
    failures: list[Failure] = []
    with ClassGradebook(folder, options.db) as book:
        grades = current_grades(book, lesson, failures)
    if not grades:
        raise ClassroomError(
            f"Nobody has a grade for {lesson.name} yet: run `autograder grade {lesson.name}` first."
        )
    how = {"platform": options.to, "scale": options.scale, "unmarked": options.unmarked}
    returned = give_back(folder, lesson, grades, roster, **how)
    print(f"{lesson.name}: {len(returned.lines)} grades for {returned.platform.capitalize()}")
    print(f"Grades     {returned.grades}\nPages      {returned.pages}")
    for sentence in [*returned.told, *returned.kept]:
        print(f"{shown(sentence).rstrip('.')}.", file=sys.stderr)
    return tell_failures(failures)
