"""Commands for authors."""

from __future__ import annotations

import argparse

from .options import Command, build_lines

BUILD = """\
  autograder build                  build every lesson
  autograder build 02-filters       build one
  autograder build --no-run         only check the text and write; prove nothing by running"""


def add_commands(command: Command) -> None:
    """Add `build`."""
    sub = command(build, "turn lesson sources into notebooks, or say why not", BUILD)
    sub.add_argument("lessons", nargs="*", metavar="LESSON", help="by default all")
    sub.add_argument("--no-run", action="store_true", help="do not run the lessons")


def build(options: argparse.Namespace) -> int:
    from autograder.lessons.build import build as build_lesson
    from autograder.lessons.course import Course
    from autograder.running.proving import prove

    from .progress_bar import progress

    course = Course.find()
    lessons = [course.lesson(name) for name in options.lessons] or course.lessons()
    with progress(len(lessons), "building") as (begin, done):
        for lesson in lessons:
            begin(lesson.name)
            written = build_lesson(lesson) if options.no_run else build_lesson(lesson, prove=prove)
            lines = build_lines(lesson, written) or [f"{lesson.name}: nothing changed"]
            done("\n".join(lines), lesson.name)
    return 0
