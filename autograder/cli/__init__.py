"""The `autograder` command. Thin: a file for each group of commands."""

from __future__ import annotations

import argparse
import io
import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from . import (
    author,
    collecting,
    comparing,
    disputing,
    doctor,
    instructor,
    learner,
    marking,
    releasing,
    returning,
    teaching,
)

GROUPS = (
    *(learner, collecting, instructor, marking, disputing, returning),
    *(comparing, doctor, releasing, teaching, author),
)

GO_ON = {"grade": " What was graded is recorded; run it again, and it goes on."}
"""What is said when a command was stopped, after that."""

NOT_IN_THIS_LANGUAGE = (
    "a name cannot be written in the language that this terminal is set to: "
    "set PYTHONUTF8=1, and run it again."
)

DISTRIBUTION = "cnn-course-autograder"
"""What the package is called where packages are installed from: `autograder` is somebody else's."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit status: 0 if it did its whole job, 1 if not.

    Errors that a person can mend are one sentence on stderr.
    """
    write_on_any_console()
    options = parser().parse_args(arguments)
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # it ends as Ctrl-C would end it
    from autograder.classroom.shown import shown_lines
    from autograder.lessons.errors import ClassroomError

    try:
        return options.run(options)
    except BrokenPipeError:  # whoever read what was printed has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (ClassroomError, OSError) as error:
        print(f"autograder {options.command}: {shown_lines(sentence_of(error))}", file=sys.stderr)
    except UnicodeEncodeError:
        print(f"autograder {options.command}: {NOT_IN_THIS_LANGUAGE}", file=sys.stderr)
    except KeyboardInterrupt:
        print(
            f"autograder {options.command}: stopped.{GO_ON.get(options.command, '')}",
            file=sys.stderr,
        )
    return 1


def sentence_of(error: Exception) -> str:
    """What went wrong; of a file by the name that it has when it is written."""
    from autograder.lessons.files import ASIDE

    if file := file_in_the_way(error):
        return f"{file} is a file, where a folder is to be: move it away, and run it again."
    if isinstance(error, FileNotFoundError) and not error.filename:
        return "The folder that you are in is gone: change to another, and run it again."
    if isinstance(error, OSError) and error.filename and error.strerror:
        return f"{str(error.filename).replace(ASIDE, '')}: {error.strerror}."
    return str(error)


def file_in_the_way(error: Exception) -> Path | None:
    """The file that stands where a folder should be, if that is what went wrong."""
    if not isinstance(error, NotADirectoryError | FileExistsError) or not error.filename:
        return None
    path = Path(str(error.filename))
    return next((one for one in (path, *path.parents) if one.is_file()), None)


def write_on_any_console() -> None:
    """Let consoles that lack a sign we use write one that is much like it."""
    from autograder.inside.showing import FALLBACK

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=FALLBACK)


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    top = argparse.ArgumentParser(
        prog="autograder",
        description="Build the lessons of the course, and grade what students hand in.",
        epilog="Each command has its own --help with examples.",
    )
    top.add_argument("--version", action=Version, nargs=0, help="say which version this is")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)

    def command(
        run: Callable[[argparse.Namespace], int], summary: str, examples: str
    ) -> argparse.ArgumentParser:
        """Add the command that `run` is named after."""
        sub = commands.add_parser(
            run.__name__.rstrip("_"),
            help=summary,
            description=summary[0].upper() + summary[1:] + ".",
            epilog=f"examples:\n{examples}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        sub.set_defaults(run=run)
        return sub

    for group in GROUPS:
        group.add_commands(command)
    return top


class Version(argparse.Action):
    """Print the distribution and its version, which are looked up only here: it takes a while."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import PackageNotFoundError, version

        try:
            print(f"{DISTRIBUTION} {version(DISTRIBUTION)}")
        except PackageNotFoundError:
            print(f"{DISTRIBUTION}, which is not installed here: run `make setup`")
        parser.exit()
