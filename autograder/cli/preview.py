"""What `grade --preview` and `grade --regrade` show."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from .output import tell_failures, wide_console

if TYPE_CHECKING:
    from autograder.classroom.folder import ClassFolder
    from autograder.classroom.grading import Options
    from autograder.classroom.preview import Preview
    from autograder.lessons.course import Lesson


def add_preview(sub: argparse.ArgumentParser) -> None:
    """Add `--preview`, `--regrade` and `--yes`."""
    sub.add_argument(
        "--preview", action="store_true", help="say whose points would change; write nothing"
    )
    sub.add_argument(
        "--regrade", action="store_true", help="say it, and write it if --yes is said too"
    )
    sub.add_argument("--yes", action="store_true", help="with --regrade: write it")


def show_preview(
    folder: ClassFolder, lesson: Lesson, students: Sequence[str], options: Options
) -> int:
    """Print what grading would change, and why."""
    from autograder.classroom.preview import preview

    found = preview(lesson, folder, students, options)
    for reason in found.reasons:
        print(f"{reason}.")
    if found.moves:
        wide_console().print(table_of(found))
    count = len(found.moves)
    said = f"would change for {count} of {found.looked_at}" if count else "would not change"
    print(f"{lesson.name}: points {said}. Nothing was written.")
    return tell_failures(found.failures)


def table_of(found: Preview):
    """A row for each student whose points would change."""
    from rich.table import Table
    from rich.text import Text

    from autograder.classroom.shown import shown
    from autograder.running.page_marks import number

    table = Table(header_style="bold")
    for name in ("Student", "Now", "Then", "By", "What"):
        table.add_column(name, overflow="fold")
    for move in found.moves:
        old, new = (number(one.points) if one else "–" for one in (move.before, move.after))
        cells = (shown(move.student), old, new, f"{move.by:+.4g}", "\n".join(move.details))
        table.add_row(*map(Text, cells))
    return table
