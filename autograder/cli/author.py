"""Commands for authors."""

from __future__ import annotations

import argparse

from .options import Command, build_lines

BUILD = """\
  autograder build                  build every lesson
  autograder build 02-filters       build one
  autograder build --no-run         only check the text and write; prove nothing by running"""

NEW = """\
  autograder new lesson 09-after-vgg            begin a lesson
  autograder new exercise 02-filters my-blur    begin an exercise of a lesson"""


def add_commands(command: Command) -> None:
    """Add `build` and `new`."""
    sub = command(build, "turn lesson sources into notebooks, or say why not", BUILD)
    sub.add_argument("lessons", nargs="*", metavar="LESSON", help="by default all")
    sub.add_argument("--no-run", action="store_true", help="do not run the lessons")
    sub = command(new, "write the files of a new lesson or exercise, for you to fill in", NEW)
    kinds = sub.add_subparsers(dest="kind", metavar="KIND", required=True)
    kind = kinds.add_parser("lesson", help="begin a lesson; files that are there stay as they are")
    kind.add_argument("lesson", metavar="NN-name", help="its name, as in 09-after-vgg")
    kind = kinds.add_parser("exercise", help="begin an exercise of a lesson")
    kind.add_argument("lesson", metavar="LESSON", help="the lesson that asks it")
    kind.add_argument("exercise", metavar="ID", help="its function's name, with hyphens")


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


def new(options: argparse.Namespace) -> int:
    from autograder.lessons.course import Course
    from autograder.lessons.skeletons import new_exercise, new_lesson

    course = Course.find()
    cells = ""
    if options.kind == "lesson":
        written = new_lesson(course, options.lesson)
    else:
        path, cells = new_exercise(course, options.lesson, options.exercise)
        written = [path]
    for path in written:
        print(f"wrote {path.relative_to(course.root)}")
    if cells:
        source = course.lesson(options.lesson).source.relative_to(course.root)
        print(f"\nPut these cells into {source}, where the lesson asks it:\n\n{cells}")
    print("`pytest tests/lessons/test_omissions.py` says what is still to be filled in.")
    return 0
