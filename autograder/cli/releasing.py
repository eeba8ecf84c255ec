"""The command `release`: what students get."""

from __future__ import annotations

import argparse
from pathlib import Path

from .options import Command

RELEASE = """\
  autograder release 02-filters --to week-2.zip
  autograder release 02-filters 03-padding-and-stride --to first-weeks.zip

The zip holds the notebooks with their files, how to set them up on each system, and a package that
checks on the open cases: without right answers, hidden cases and all that grades."""


def add_commands(command: Command) -> None:
    """Add `release`."""
    sub = command(release, "write a zip of lessons for students, without answers", RELEASE)
    sub.add_argument("lessons", nargs="+", metavar="LESSON")
    sub.add_argument("--to", type=Path, required=True, metavar="ZIP")


def release(options: argparse.Namespace) -> int:
    from autograder.classroom.release import release as write_release
    from autograder.lessons.course import Course
    from autograder.lessons.errors import ClassroomError

    course = Course.find()
    lessons = [course.lesson(name) for name in dict.fromkeys(options.lessons)]
    if options.to.exists():
        raise ClassroomError(f"{options.to} is there already: give another name, or move it away.")
    done = write_release(lessons, options.to)
    print(f"Wrote {done.path} ({done.size / 1e6:.1f} MB): {', '.join(done.lessons)}")
    if done.later:
        print(f"Checked only when they are graded: {', '.join(done.later)}")
    return 0
