"""The commands `teaching` and `quiz`: what a teacher has in hand."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping
from pathlib import Path

from .options import Command, add_class, add_database, places

TEACHING = """\
  autograder teaching 02-filters                    aims, time, exercises, what goes wrong
  autograder teaching 02-filters --to filters.md    as a file of Markdown"""


QUIZ = """\
  autograder quiz 08-vgg --class ../spring --to vgg.md   vgg.md, and vgg-answers.md

What a lesson asks has one answer, which is found anywhere. These questions have numbers of the
class's own, drawn from its seed: the same each time for one class, others for another."""


def add_commands(command: Command) -> None:
    """Add `teaching` and `quiz`."""
    sub = command(teaching, "a lesson's page for the teacher: aims, time, mistakes", TEACHING)
    sub.add_argument("lesson", metavar="LESSON")
    sub.add_argument("--to", type=Path, metavar="FILE", help="write it there")
    sub = command(quiz, "questions for a number, with numbers of your class", QUIZ)
    sub.add_argument("lesson", metavar="LESSON")
    add_class(sub)
    add_database(sub)
    sub.add_argument("--to", type=Path, metavar="FILE", required=True)


def teaching(options: argparse.Namespace) -> int:
    from autograder.classroom.teaching import teaching_page
    from autograder.exercises import UnknownExercise
    from autograder.lessons.course import Course
    from autograder.lessons.errors import ClassroomError

    try:
        page = teaching_page(Course.find().lesson(options.lesson))
    except UnknownExercise as error:
        raise ClassroomError(str(error)) from None
    if options.to is None:
        print(page, end="")
    else:
        write_new({options.to: page})
    return 0


def quiz(options: argparse.Namespace) -> int:
    folder, lesson = places(options)

    from autograder.classroom.gradebook import ClassGradebook
    from autograder.classroom.question_sheet import question_sheet

    key = options.to.with_stem(f"{options.to.stem}-answers")
    refuse_there([options.to, key])
    with ClassGradebook(folder, options.db, new=True) as book:
        sheet = question_sheet(lesson.name, book.class_seed())
    write_new({options.to: sheet.questions, key: sheet.answers})
    return 0


def refuse_there(paths: Iterable[Path]) -> None:
    """Refuse to write over a file."""
    from autograder.lessons.errors import ClassroomError

    for path in paths:
        if path.exists():
            raise ClassroomError(f"{path} is there already: give another name, or move it away.")


def write_new(texts: Mapping[Path, str]) -> None:
    """Write files that are not there yet, and say so."""
    from autograder.lessons.files import write_aside

    refuse_there(texts)
    for path, text in texts.items():
        write_aside(path, text)
        print(f"Wrote {path}")
