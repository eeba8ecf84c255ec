"""The command `collect`: from a platform's download to `submitted/`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from .options import Command, add_class, places, print_json, roster_of
from .output import wide_console

if TYPE_CHECKING:
    from autograder.classroom.collecting import Collected

COLLECT = """\
  autograder collect 02-filters submissions.zip          what Canvas or Moodle let you download
  autograder collect 02-filters clones/ late.zip         clones or folders of students, and more
  autograder collect 02-filters /srv/nbgrader/exchange/cnn/inbound
  autograder collect 02-filters submissions.zip --roster students.csv --class ../spring

A notebook is known by its cells, whatever its file is called. The list of the class is students.csv
in the class's folder, as Canvas, Moodle or GitHub Classroom exports it. Nothing that was collected
before is overwritten: a newer notebook takes its place, and the older one is kept in collected/."""


def add_commands(command: Command) -> None:
    """Add `collect`."""
    sub = command(collect, "collect what was handed in, from a platform's zip or a folder", COLLECT)
    sub.add_argument("lesson", metavar="LESSON")
    sub.add_argument("places", type=Path, nargs="+", metavar="PLACE")
    add_class(sub)
    sub.add_argument(
        "--roster",
        type=Path,
        metavar="FILE",
        help="the list of the class; by default students.csv in its folder",
    )
    sub.add_argument("--json", action="store_true", help="one JSON object a line, on stdout")


def collect(options: argparse.Namespace) -> int:
    from autograder.classroom import collecting

    folder, lesson = places(options)
    roster = roster_of(folder, options.roster)
    collected = collecting.collect(lesson, folder, options.places, roster)
    if options.json:
        for row in collected.rows:
            print_json(vars(row))
    else:
        show(collected, lesson.name, roster is not None)
    return 1 if collected.count("not taken") or not collected.rows else 0


def show(collected: Collected, lesson: str, with_roster: bool) -> None:
    """Print what became of each file, and who is missing."""
    from rich.table import Table
    from rich.text import Text

    from autograder.classroom.collecting.collect import SAYS
    from autograder.classroom.shown import shown

    table = Table(header_style="bold")
    for name in ("Student", "File", "", "Why"):
        table.add_column(name, overflow="fold", no_wrap=not name)
    for row in collected.rows:
        cells = (row.student, row.file, SAYS[row.what], row.why)
        table.add_row(*(Text(shown(cell)) for cell in cells))
    console = wide_console()
    console.print(table)
    print(summary(collected, lesson))
    if collected.missing:
        names = ", ".join(map(shown, collected.missing))
        print(f"Nothing yet from {len(collected.missing)}: {names}")
    if not with_roster:
        print("No list of students: they are called as in the files. See `collect --help`.")


def summary(collected: Collected, lesson: str) -> str:
    """How many of the files were taken."""
    parts = {
        "taken": collected.count("taken", "newer taken"),
        "collected before": collected.count("known"),
        "older": collected.count("older"),
        "not taken": collected.count("not taken"),
    }
    said = ", ".join(f"{count} {what}" for what, count in parts.items() if count)
    return f"{lesson}: {said or 'nothing was found'}"
