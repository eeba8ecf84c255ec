"""What several commands are told in the same words."""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autograder.classroom.collecting import Roster
    from autograder.classroom.folder import ClassFolder
    from autograder.lessons.course import Lesson
    from autograder.lessons.written import Written
    from autograder.running.limits import Limits


MOST_WORKERS, MOST_SEED, MOST_SECONDS = 1_000, (1 << 63) - 1, 86_400
"""The largest numbers that make sense; a day is longer than any lesson takes."""

MOST_WORDS = 5_000
"""Characters of a sentence that a student reads."""

Command = Callable[..., argparse.ArgumentParser]
"""`command(run, summary, examples)` adds the command that `run` is named after."""


def add_class(sub: argparse.ArgumentParser) -> None:
    """Add `--class`."""
    sub.add_argument(
        "--class",
        dest="folder",
        type=Path,
        metavar="DIR",
        help="the folder of the class, which holds submitted/; by default the course's own",
    )


def add_students(sub: argparse.ArgumentParser) -> None:
    """Add `--student`."""
    sub.add_argument("--student", nargs="+", default=[], metavar="S", help="only these students")


def add_database(sub: argparse.ArgumentParser) -> None:
    """Add `--db`."""
    sub.add_argument(
        "--db",
        metavar="URL",
        help="the gradebook, if it is no file: postgresql+psycopg://USER@HOST/NAME",
    )


def add_limits(sub: argparse.ArgumentParser) -> None:
    """Add `--cell-seconds` and `--notebook-seconds`."""
    sub.add_argument(
        "--cell-seconds", type=seconds, metavar="S", help="most a cell may run; by default 20"
    )
    sub.add_argument(
        "--notebook-seconds",
        type=seconds,
        metavar="S",
        help="most a notebook may run; by default 300",
    )


def count(text: str) -> int:
    """A whole number from 1 to `MOST_WORKERS`, from the command line."""
    return whole(text, 1, MOST_WORKERS, "how many work side by side")


def seed(text: str) -> int:
    """What cases are drawn from, from the command line."""
    return whole(text, 0, MOST_SEED, "a seed")


def whole(text: str, least: int, most: int, what: str) -> int:
    """A whole number between two others, from the command line."""
    try:
        number = int(text)
    except ValueError:
        number = None
    if number is None or not least <= number <= most:
        raise argparse.ArgumentTypeError(
            f"{what} is a whole number from {least} to {most}, not {text[:40]!r}"
        )
    return number


def seconds(text: str) -> float:
    """A time limit, from the command line."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 < number <= MOST_SECONDS:
        raise argparse.ArgumentTypeError(
            f"a time limit is a number of seconds above 0 and up to {MOST_SECONDS}, "
            f"not {text[:40]!r}"
        )
    return number


def points(text: str) -> float:
    """Points that a person gives, from the command line."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 <= number < math.inf:
        raise argparse.ArgumentTypeError(f"points are a number from 0 on, not {text[:40]!r}")
    return number


def words_for_a_student(text: str) -> str:
    """Words that a student reads, from the command line."""
    from autograder.classroom.shown import shown_lines

    said = shown_lines(text.strip())
    if not said or len(said) > MOST_WORDS:
        raise argparse.ArgumentTypeError(
            f"the student reads a sentence: write one, of at most {MOST_WORDS:,} characters"
        )
    return said


def places(options: argparse.Namespace) -> tuple[ClassFolder, Lesson]:
    """The class and the lesson that a command is about."""
    from autograder.classroom.folder import ClassFolder
    from autograder.lessons.course import Course

    course = Course.find()
    return ClassFolder(options.folder or course.root), course.lesson(options.lesson)


def roster_of(folder: ClassFolder, named: Path | None) -> Roster | None:
    """The list of a class, if there is one."""
    from autograder.classroom.collecting import read_roster
    from autograder.classroom.collecting.roster import FILE

    if named is None and not (folder.root / FILE).exists():
        return None
    return read_roster(named or folder.root / FILE)


def limits_of(options: argparse.Namespace) -> Limits:
    from autograder.running.limits import Limits

    given = {
        "cell_seconds": options.cell_seconds,
        "notebook_seconds": options.notebook_seconds,
    }
    return Limits(**{name: value for name, value in given.items() if value is not None})


def build_lines(lesson: Lesson, written: Written) -> list[str]:
    """What a build wrote, and what a person had written there: nothing, if nothing changed."""
    names = ", ".join(str(path.relative_to(lesson.root)) for path in written.changed)
    wrote = [f"{lesson.name}: wrote {names}"] if names else []
    return wrote + written.kept_sentences(lesson.root)


def print_json(data: dict) -> None:
    """Print a JSON object on a line. If nobody reads any more (`… | head -1`), work goes on."""
    try:
        print(json.dumps(data), flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
