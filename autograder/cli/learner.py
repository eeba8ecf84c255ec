"""Commands for learners."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from .options import Command, add_limits, limits_of

CHECK = """\
  autograder check notebooks/02-filters/02-filters.ipynb
  autograder check my-copy.ipynb --lesson 02-filters"""


def add_commands(command: Command) -> None:
    """Add `check`."""
    sub = command(check, "run a notebook's own checks, offline", CHECK)
    sub.add_argument("notebook", type=Path, metavar="NOTEBOOK")
    sub.add_argument("--lesson", help="by default the notebook's name")
    sub.add_argument("--json", action="store_true", help="one JSON object a line, on stdout")
    add_limits(sub)


def check(options: argparse.Namespace) -> int:
    from autograder.lessons.course import Course
    from autograder.running.selfcheck import check_notebook

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
