"""Commands for authors."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING

from .options import Command, add_class, add_database, build_lines

if TYPE_CHECKING:
    from autograder.lessons.course import Course, Lesson

BUILD = """\
  autograder build                  build every lesson
  autograder build 02-filters       build one
  autograder build --force          prove what has not changed since it was proved, too
  autograder build --no-run         only check the text and write; prove nothing by running
  autograder build --class ../spring      a class that has handed in: say what changes for it

Where a class has handed in already, what is different from what its gradebook has is told:
exercises added, gone, worth other points or worded anew."""

NEW = """\
  autograder new lesson 09-after-vgg            begin a lesson
  autograder new exercise 02-filters my-blur    begin an exercise of a lesson"""


def add_commands(command: Command) -> None:
    """Add `build` and `new`."""
    sub = command(build, "turn lesson sources into notebooks, or say why not", BUILD)
    sub.add_argument("lessons", nargs="*", metavar="LESSON", help="by default all")
    proofs = sub.add_mutually_exclusive_group()
    proofs.add_argument("--no-run", action="store_true", help="do not run the lessons")
    proofs.add_argument(
        "--force", action="store_true", help="run lessons that have been proved before, too"
    )
    add_class(sub)
    add_database(sub)
    sub = command(new, "write the files of a new lesson or exercise, for you to fill in", NEW)
    kinds = sub.add_subparsers(dest="kind", metavar="KIND", required=True)
    kind = kinds.add_parser("lesson", help="begin a lesson; files that are there stay as they are")
    kind.add_argument("lesson", metavar="NN-name", help="its name, as in 09-after-vgg")
    kind = kinds.add_parser("exercise", help="begin an exercise of a lesson")
    kind.add_argument("lesson", metavar="LESSON", help="the lesson that asks it")
    kind.add_argument("exercise", metavar="ID", help="its function's name, with hyphens")


def build(options: argparse.Namespace) -> int:
    from autograder.lessons.course import Course

    from .progress_bar import progress

    course = Course.find()
    lessons = [course.lesson(name) for name in options.lessons] or course.lessons()
    how = partial(build_one, run=not options.no_run, again=options.force)
    workers = 1 if options.no_run else min(os.cpu_count() or 1, len(lessons))
    refusals = []
    with progress(len(lessons), "building") as (begin, done), side_by_side(workers) as for_each:
        for lesson in lessons:
            begin(lesson.name)
        for lesson, lines, refusal in for_each(how, lessons):
            done("\n".join(lines), lesson.name)
            refusals += refusal
    for refusal in refusals:
        print(f"autograder build: {refusal}", file=sys.stderr)
    for line in differences(course, lessons, options):
        print(line)
    return 1 if refusals else 0


def differences(
    course: Course, lessons: Iterable[Lesson], options: argparse.Namespace
) -> Iterator[str]:
    """What is different for a class that has handed in already."""
    from autograder.classroom.folder import ClassFolder

    folder = ClassFolder(options.folder or course.root)
    if options.db is None and not folder.gradebook.is_file():
        return
    from autograder.classroom.gradebook import ClassGradebook
    from autograder.lessons.compiling import compile_lesson
    from autograder.lessons.errors import LessonError

    with ClassGradebook(folder, options.db) as book:
        for lesson in lessons:
            with suppress(LessonError):  # which has been told
                found = book.differences(lesson, compile_lesson(lesson))
                yield from found.sentences(lesson.name)


def build_one(lesson: Lesson, run: bool, again: bool) -> tuple[Lesson, list[str], list[str]]:
    """Build a lesson: what was done, and why it was refused, if it was."""
    from autograder.lessons.build import build as build_lesson
    from autograder.lessons.errors import ClassroomError
    from autograder.running.proving import prove, prove_once

    try:
        if run:
            written = build_lesson(lesson, prove=prove if again else prove_once)
        else:
            written = build_lesson(lesson)
    except ClassroomError as error:
        return lesson, [f"{lesson.name}: refused"], [str(error)]
    return lesson, build_lines(lesson, written) or [f"{lesson.name}: nothing changed"], []


@contextmanager
def side_by_side(workers: int) -> Iterator[Callable[..., Iterable]]:
    """Something like `map`, with several processes at work; with one, it is `map`."""
    if workers == 1:
        yield map
        return
    from concurrent.futures import ProcessPoolExecutor, as_completed
    from multiprocessing import active_children

    with ProcessPoolExecutor(workers, initializer=leave_signals_to_the_command) as pool:
        try:
            yield lambda work, things: (
                future.result() for future in as_completed([pool.submit(work, t) for t in things])
            )
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            for process in active_children():
                process.terminate()
            raise


def leave_signals_to_the_command() -> None:
    """In a process of the pool: Ctrl-C is for the command to hear, which then ends the pool."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


def new(options: argparse.Namespace) -> int:
    from autograder.lessons.course import Course
    from autograder.lessons.skeletons import new_exercise, new_lesson

    course = Course.find()
    cells = ""
    if options.kind == "lesson":
        written = new_lesson(course, options.lesson)
    else:
        path, cells = new_exercise(course, options.lesson, options.exercise)
        written = [path]
    for path in written:
        print(f"wrote {path.relative_to(course.root)}")
    if cells:
        source = course.lesson(options.lesson).source.relative_to(course.root)
        print(f"\nPut these cells into {source}, where the lesson asks it:\n\n{cells}")
    print("`pytest tests/lessons/test_omissions.py` says what is still to be filled in.")
    return 0
