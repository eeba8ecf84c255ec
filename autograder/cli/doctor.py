"""The command `doctor`: what is enforced on this machine, and what is not."""

from __future__ import annotations

import argparse

from .options import Command, add_class, print_json

DOCTOR = """\
  autograder doctor                      this machine, and the course's own folder
  autograder doctor --class ../spring    before a class is graded there
  autograder doctor --json

The exit status is 0 only if nothing is missing without which no class should be graded."""


def add_commands(command: Command) -> None:
    """Add `doctor`."""
    sub = command(
        doctor, "show what protects this machine while it grades, and what to mend", DOCTOR
    )
    add_class(sub)
    sub.add_argument("--json", action="store_true", help="one JSON object a line, on stdout")


def doctor(options: argparse.Namespace) -> int:
    from autograder.classroom.doctor import findings, is_safe
    from autograder.classroom.folder import ClassFolder
    from autograder.classroom.machine import this_machine
    from autograder.lessons.course import Course
    from autograder.lessons.errors import ClassroomError

    folder = ClassFolder(options.folder or Course.find().root)
    if not folder.root.is_dir():
        raise ClassroomError(f"There is no folder {folder.root}.")
    machine = this_machine(folder)
    rows = findings(machine)
    if options.json:
        print_json({"versions": machine.versions})
        for row in rows:
            print_json(row.as_json())
    else:
        print(", ".join(f"{name} {number}" for name, number in machine.versions.items() if number))
        print("\n".join(line for row in rows for line in row.lines()))
    return 0 if is_safe(rows) else 1
