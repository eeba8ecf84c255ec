"""The command `compare`: who wrote the same as whom."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from .options import Command, add_class, places
from .output import class_rules

if TYPE_CHECKING:
    from autograder.classroom.folder import ClassFolder
    from autograder.classroom.similarity import Pair
    from autograder.lessons.course import Lesson

COMPARE = """\
  autograder compare 02-filters
  autograder compare 02-filters --class ../spring

Variables may have other names and lines another layout. What the lesson gives, its answers, ways
that many write, and those who hand in as a group (course.toml) are left out. Being alike is no
proof."""


def add_commands(command: Command) -> None:
    """Add `compare`."""
    sub = command(compare, "show who wrote the same as whom, side by side", COMPARE)
    sub.add_argument("lesson", metavar="LESSON")
    add_class(sub)


def compare(options: argparse.Namespace) -> int:
    from autograder.classroom.shown import shown
    from autograder.classroom.similarity import Work, similar_pairs
    from autograder.classroom.similarity.page import pairs_page
    from autograder.classroom.similarity.reading import known_works, works_of
    from autograder.classroom.submissions import find_students
    from autograder.lessons.compiling import compile_lesson
    from autograder.lessons.files import write_aside

    folder, lesson = places(options)
    students, _ = find_students(folder, lesson)
    compiled = compile_lesson(lesson)
    found = list(works_of(folder, lesson, compiled, students))
    works = [one for one in found if isinstance(one, Work)]
    pairs = apart(folder, lesson, similar_pairs(works, known_works(lesson, compiled)))
    page = folder.root / "reports" / f"{lesson.name}-compare.html"
    write_aside(page, pairs_page(lesson.name, pairs, len(works)))
    for pair in pairs:
        print(shown(f"{pair.student} and {pair.other}: {pair.share:.0%} alike"))
    print(f"{len(pairs)} {'pair' if len(pairs) == 1 else 'pairs'} among {len(works)} students")
    print(f"Page       {page}")
    unread = [one for one in found if not isinstance(one, Work)]
    for one in unread:
        print(f"Not compared: {one.student!r}: {shown(one.unreadable)}.", file=sys.stderr)
    return 1 if unread else 0


def apart(folder: ClassFolder, lesson: Lesson, pairs: Sequence[Pair]) -> list[Pair]:
    """Those who do not hand in as one group."""
    from autograder.lessons.course import Course

    rules = class_rules(folder, Course(lesson.root))
    return [one for one in pairs if not rules.are_a_group(lesson.name, one.student, one.other)]
