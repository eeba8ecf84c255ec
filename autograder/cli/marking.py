"""The command `mark`: one question, all students, on one page of this machine."""

from __future__ import annotations

import argparse
import webbrowser
from typing import TYPE_CHECKING

from .options import Command, add_class, add_database, places
from .output import tell_failures

if TYPE_CHECKING:
    from autograder.classroom.marking.server import MarkingServer

MARK = """\
  autograder mark 02-filters why-filters-share
  autograder mark 02-filters why-filters-share --class ../spring --no-browser

The page is there for this machine alone until you press Ctrl-C. It shows no names. Marks stand
where formgrader writes them; the pages of those who were marked are written at the end."""


def add_commands(command: Command) -> None:
    """Add `mark`."""
    sub = command(mark, "mark one question for all students, side by side", MARK)
    sub.add_argument("lesson", metavar="LESSON")
    sub.add_argument("question", metavar="QUESTION", help="its id, as in the table of grades")
    add_class(sub)
    add_database(sub)
    sub.add_argument("--no-browser", action="store_true", help="only print the address to open")


def mark(options: argparse.Namespace) -> int:
    folder, lesson = places(options)

    from autograder.classroom.gradebook import ClassGradebook
    from autograder.classroom.marking import Marking, question_of
    from autograder.classroom.marking.server import MarkingServer
    from autograder.lessons.compiling import compile_lesson

    question = question_of(lesson, compile_lesson(lesson), options.question)
    with ClassGradebook(folder, options.db) as book:
        with MarkingServer(Marking(book, lesson, question)) as server:
            serve(server, browser=not options.no_browser)
        return tell_failures(book.write_pages_due(lesson))


def serve(server: MarkingServer, browser: bool) -> None:
    """Serve until Ctrl-C."""
    print(f"Mark here, and press Ctrl-C when you are done:\n{server.url}", flush=True)
    if browser:
        webbrowser.open(server.url)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        print("\nMarks are recorded; the pages of those who were marked are being written.")
