"""What several commands for instructors say in the same words."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from .options import print_json, roster_of

if TYPE_CHECKING:
    from rich.console import Console

    from autograder.classroom.folder import ClassFolder
    from autograder.classroom.gradebook import ClassGradebook
    from autograder.classroom.grades import Failure, Grade
    from autograder.classroom.rules import Rules
    from autograder.lessons.course import Course, Lesson


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


def tell_failures(failures: Sequence[Failure]) -> int:
    """Say of each student what could not be done and why; the exit status."""
    from autograder.classroom.shown import shown

    for failure in failures:
        print(f"{failure.what}: {failure.student!r}: {shown(failure.reason)}.", file=sys.stderr)
    return 1 if failures else 0


def current_grades(book: ClassGradebook, lesson: Lesson, failures: list[Failure]) -> list[Grade]:
    """The grades of a lesson, with those that groups share.

    nbgrader's late penalties are made the same, where that may be.
    """
    from autograder.lessons.course import Course
    from autograder.lessons.errors import ClassroomError

    rules = class_rules(book.folder, Course(lesson.root))

    with suppress(ClassroomError):  # who may only read a gradebook is shown the same
        book.keep_penalties(lesson)
    return rules.shared(lesson.name, book.grades(lesson, failures=failures))


def class_rules(folder: ClassFolder, course: Course) -> Rules:
    """What `course.toml` of a class says."""
    from autograder.classroom.rules import read_rules

    roster = roster_of(folder, None)
    students = [person.id for person in roster.people] if roster else None
    return read_rules(folder, [lesson.name for lesson in course.lessons()], students)
