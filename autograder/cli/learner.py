"""Commands for learners."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from .options import Command, add_limits, limits_of

START = """\
  autograder start 02-filters       your own copy: my-course/02-filters/02-filters.ipynb
  autograder start                  of every lesson
  autograder start --to ~/cnn       in another folder

What you have begun stays as it is, and no build writes to your copy."""

CHECK = """\
  autograder check my-course/02-filters/02-filters.ipynb
  autograder check my-copy.ipynb --lesson 02-filters

The exit status is 0 if every exercise passes its check, and 1 if not."""


def add_commands(command: Command) -> None:
    """Add `start` and `check`."""
    sub = command(start, "make a copy of a lesson that is your own", START)
    sub.add_argument("lessons", nargs="*", metavar="LESSON", help="by default all")
    sub.add_argument(
        "--to", type=Path, metavar="DIR", help="by default my-course, beside notebooks/"
    )

    sub = command(check, "run a notebook's own checks, offline", CHECK)
    sub.add_argument("notebook", type=Path, metavar="NOTEBOOK")
    sub.add_argument("--lesson", help="by default the notebook's name")
    sub.add_argument("--json", action="store_true", help="one JSON object a line, on stdout")
    add_limits(sub)


def start(options: argparse.Namespace) -> int:
    from autograder.lessons.course import Course
    from autograder.lessons.own_copy import MY_COURSE, own_copy

    course = Course.find()
    folder = options.to or course.root / MY_COURSE
    for lesson in [course.lesson(name) for name in options.lessons] or course.lessons():
        copied = own_copy(lesson, folder)
        place = folder / lesson.name / lesson.student.name
        print(f"{place}  ({'yours now' if place in copied else 'yours already, left as it is'})")
    return 0


def check(options: argparse.Namespace) -> int:
    from autograder.running.as_given_out import find_lesson
    from autograder.running.selfcheck import check_notebook

    lesson = find_lesson(options.lesson or options.notebook.stem, options.notebook)
    checked, looks = check_notebook(lesson, options.notebook, limits_of(options))
    all_right = bool(checked) and all(one.right for one in checked)
    if options.json:
        for one in checked:
            print(json.dumps({"exercise": one.exercise, "right": one.right, "says": one.says}))
        return 0 if all_right else 1
    for one in checked:
        print(f"  {'right' if one.right else '-----'}  {one.says or one.exercise}")
    for look in looks:
        print(f"Mind: {look.rstrip('.')}.")
    print(f"{sum(one.right for one in checked)} of {len(checked)} exercises pass their check.")
    return 0 if all_right else 1
