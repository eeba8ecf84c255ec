"""Commands for learners."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.lessons.errors import ClassroomError

from .options import Command, add_limits, limits_of

if TYPE_CHECKING:
    from autograder.exercises import Exercise
    from autograder.lessons.course import Course

START = """\
  autograder start 02-filters       your own copy: my-course/02-filters/02-filters.ipynb
  autograder start                  of every lesson, and my-course/welcome.ipynb to begin with
  autograder start --to ~/cnn       in another folder

What you have begun stays as it is, and no build writes to your copy."""

CHECK = """\
  autograder check my-course/02-filters/02-filters.ipynb
  autograder check my-copy.ipynb --lesson 02-filters

The exit status is 0 if every exercise passes its check, and 1 if not. What it finds is kept in
my-progress.jsonl, in the folder of your lessons."""

PROGRESS = """\
  autograder progress               of the whole course, and what comes next
  autograder progress 02-filters    of one lesson
  autograder progress --in ~/cnn    of the lessons in another folder

It is read from my-progress.jsonl, which every check in your notebooks adds to."""

UPDATE = """\
  autograder update                                        all that you have begun
  autograder update my-course/02-filters/02-filters.ipynb  one notebook

Your answers and your own cells are laid into the new release. The old file is kept beside it."""

RECALL = """\
  autograder recall                       what is due today, of all lessons
  autograder recall 02-filters            of one lesson
  autograder recall --export cnn.apkg     the questions as a deck for Anki

How well you knew an answer says when it is asked again; that is kept in my-progress.jsonl. Some
questions have other numbers each time. It needs fsrs, and the export genanki: both come with
pip install 'cnn-course-autograder[learn]'."""

HINT = """\
  autograder hint conv2d-forward               where to look
  autograder hint conv2d-forward --number 3    a task like it, solved

In a notebook, hint("conv2d-forward") knows what you have written, and gives the next of three."""

SOLUTION = """\
  autograder solution conv2d-forward             once you have checked an answer of your own
  autograder solution conv2d-forward --anyway    at once"""


def add_commands(command: Command) -> None:
    """Add `start`, `check`, `progress`, `hint`, `solution`, `recall` and `update`."""
    sub = command(start, "make a copy of a lesson that is your own", START)
    sub.add_argument("lessons", nargs="*", metavar="LESSON", help="by default all")
    sub.add_argument(
        "--to", type=Path, metavar="DIR", help="by default my-course, beside notebooks/"
    )

    sub = command(check, "run a notebook's own checks, offline", CHECK)
    sub.add_argument("notebook", type=Path, metavar="NOTEBOOK")
    sub.add_argument("--lesson", help="by default the notebook's name")
    sub.add_argument("--json", action="store_true", help="one JSON object a line, on stdout")
    add_limits(sub)

    sub = command(progress, "show how far you have come, and what is next", PROGRESS)
    sub.add_argument("lesson", nargs="?", metavar="LESSON", help="by default the whole course")
    sub.add_argument(
        "--in", type=Path, dest="folder", metavar="DIR", help="by default my-course, or this folder"
    )
    sub.add_argument("--json", action="store_true", help="one JSON object a line, on stdout")

    sub = command(hint, "say where to look, for an exercise", HINT)
    sub.add_argument("exercise", metavar="ID")
    sub.add_argument("--number", type=int, choices=(1, 2, 3), default=1, help="by default 1")

    sub = command(solution, "show a right answer, after an honest try", SOLUTION)
    sub.add_argument("exercise", metavar="ID")
    sub.add_argument("--anyway", action="store_true", help="even if nothing was tried yet")

    sub = command(recall, "ask again what the lessons taught, when its time has come", RECALL)
    sub.add_argument("lesson", nargs="?", metavar="LESSON", help="by default all")
    sub.add_argument(
        "--in", type=Path, dest="folder", metavar="DIR", help="by default my-course, or this folder"
    )
    sub.add_argument("--export", type=Path, metavar="FILE", help="write a deck for Anki instead")

    sub = command(update, "bring your notebooks to the new release of their lessons", UPDATE)
    sub.add_argument("notebooks", nargs="*", type=Path, metavar="NOTEBOOK", help="by default all")
    sub.add_argument("--in", type=Path, dest="folder", metavar="DIR", help="by default my-course")


def start(options: argparse.Namespace) -> int:
    from autograder.lessons.course import Course
    from autograder.lessons.files import write_bytes_aside
    from autograder.lessons.own_copy import MY_COURSE, own_copy
    from autograder.running.updating import release_beside

    course = Course.find()
    folder = options.to or course.root / MY_COURSE
    for lesson in [course.lesson(name) for name in options.lessons] or course.lessons():
        copied = own_copy(lesson, folder)
        place = folder / lesson.name / lesson.student.name
        if place in copied:  # what a later update compares with
            write_bytes_aside(release_beside(place, lesson.name), lesson.student.read_bytes())
        print(f"{place}  ({'yours now' if place in copied else 'yours already, left as it is'})")
    if not options.lessons:
        print(f"Begin with {write_welcome(course, folder)}.")
    return 0


def write_welcome(course: Course, folder: Path) -> Path:
    """Write the notebook that a learner begins with, unless it is there; where it is."""
    from autograder.learning.welcome import NAME, title_of, welcome_notebook
    from autograder.lessons.files import write_aside

    if (folder / NAME).exists():
        return folder / NAME
    titles = {
        lesson.name: title_of(json.loads(lesson.student.read_text(encoding="utf-8")), lesson.name)
        for lesson in course.lessons()
    }
    write_aside(folder / NAME, welcome_notebook(titles))
    return folder / NAME


def check(options: argparse.Namespace) -> int:
    from autograder.learning.progressing import UNWRITTEN, keep_check
    from autograder.learning.record import file_beside
    from autograder.running.as_given_out import find_lesson
    from autograder.running.selfcheck import check_notebook

    refuse_missing(options.notebook)
    lesson = find_lesson(options.lesson or options.notebook.stem, options.notebook)
    checked, looks = check_notebook(lesson, options.notebook, limits_of(options))
    all_right = bool(checked) and all(one.right for one in checked)
    if file := file_beside(options.notebook.parent):
        for one in checked:
            keep_check(one.exercise, one.right, "", UNWRITTEN not in one.says, file)
    if options.json:
        for one in checked:
            print(json.dumps({"exercise": one.exercise, "right": one.right, "says": one.says}))
        return 0 if all_right else 1
    for one in checked:
        print(f"  {'right' if one.right else '-----'}  {one.says or one.exercise}")
    for look in looks:
        print(f"Mind: {look.rstrip('.')}.")
    print(f"{sum(one.right for one in checked)} of {len(checked)} exercises pass their check.")
    print(what_is_left([one.exercise for one in checked if not one.right]))
    return 0 if all_right else 1


def refuse_missing(notebook: Path) -> None:
    """Refuse a notebook that is not there, before its lesson is asked for."""
    if not notebook.is_file() and not notebook.is_symlink():
        raise ClassroomError(f"There is no notebook {notebook}.")


def what_is_left(exercises: list[str]) -> str:
    """What to do after a check of a whole notebook.

    >>> what_is_left(["relu", "dropout"])
    'Next: relu. In the notebook, hint("relu") says where to look.'
    """
    if not exercises:
        return "Next: hand it in, or go on to the next lesson (`autograder progress`)."
    return f'Next: {exercises[0]}. In the notebook, hint("{exercises[0]}") says where to look.'


def progress(options: argparse.Namespace) -> int:
    from autograder.exercises import UnknownExercise, catalogue, of_lesson
    from autograder.inside.showing import show
    from autograder.learning.progressing import of_course, of_one, standings
    from autograder.learning.record import own_file

    if options.folder is not None and not options.folder.is_dir():
        raise ClassroomError(f"There is no folder {options.folder}.")
    try:
        exercises = of_lesson(options.lesson) if options.lesson else catalogue().values()
    except UnknownExercise as error:
        raise ClassroomError(str(error)) from None
    file = own_file(options.folder)
    known = standings(file) if file else {}
    if options.json:
        for one in exercises:
            passed = known[one.id].passed if one.id in known else None
            print(json.dumps({"lesson": one.lesson, "exercise": one.id, "passed": passed}))
        return 0
    show(of_one(options.lesson, known) if options.lesson else of_course(known))
    print(f"\n{where_it_is_kept(file, bool(known))}")
    return 0


def where_it_is_kept(file: Path | None, known: bool) -> str:
    """Where a learner's progress is kept, or why there is none."""
    from autograder.learning.record import is_damaged

    if known:
        return f"Kept in {file}."
    if file and is_damaged(file):
        return f"Nothing in {file} can be read: move it away, and a new one will be begun."
    return "Nothing is kept yet: checks in a notebook will be."


def hint(options: argparse.Namespace) -> int:
    from autograder.inside.showing import show
    from autograder.learning.hints import card

    exercise = known_exercise(options.exercise)
    refuse_if_off("hints")
    show(card(exercise, options.number))
    return 0


def solution(options: argparse.Namespace) -> int:
    from autograder.inside.showing import show
    from autograder.learning.record import own_file
    from autograder.learning.solutions import card, has_tried

    exercise = known_exercise(options.exercise)
    refuse_if_off("solutions")
    if not options.anyway and not has_tried(exercise.id, own_file()):
        raise ClassroomError(
            f"No answer of yours to {exercise.id} has been checked yet: try it first, "
            "or say --anyway."
        )
    show(card(exercise))
    return 0


def refuse_if_off(name: str) -> None:
    """Refuse a kind of help that an instructor has switched off."""
    from autograder.learning.switches import OFF, is_on

    if not is_on(name):
        raise ClassroomError(OFF[name])


def recall(options: argparse.Namespace) -> int:
    from random import Random

    from autograder.learning.questions import all_questions
    from autograder.learning.recall import NoScheduler, NotKept, ask_all, cards, due, export
    from autograder.learning.record import FILE, own_file
    from autograder.lessons.own_copy import MY_COURSE

    here = options.folder or Path.cwd()
    if not here.is_dir():
        raise ClassroomError(f"There is no folder {here}.")
    around = [place for one in (here, *here.resolve().parents) for place in _with_lessons(one)]
    questions = [
        one for one in all_questions(around, Random()) if options.lesson in (None, one.lesson)
    ]
    if not questions:
        raise ClassroomError(
            f"No questions of {options.lesson or 'a lesson'} were found: run this in the folder of "
            "your lessons, or say where they are with --in."
        )
    beside = here / MY_COURSE if (here / MY_COURSE).is_dir() else here
    path = own_file(options.folder) or beside / FILE
    try:
        if options.export:
            print(f"{export(questions, options.export)} questions in {options.export}")
            return 0
        asked = due(questions, cards(path))
        done = ask_all(asked, path, input, print)
    except (NoScheduler, NotKept) as error:
        raise ClassroomError(str(error)) from None
    except OSError as error:
        raise ClassroomError(f"{error.filename}: {error.strerror}.") from None
    print(
        f"\n{done} of {len(asked)} asked." if asked else "Nothing is due today: come back tomorrow."
    )
    return 0


def _with_lessons(folder: Path) -> tuple[Path, ...]:
    """Where the lessons may be, from a folder: its own copies first."""
    from autograder.lessons.own_copy import MY_COURSE

    return folder, folder / MY_COURSE, folder / "notebooks"


def known_exercise(name: str) -> Exercise:
    from autograder.exercises import UnknownExercise, find

    try:
        return find(name)
    except UnknownExercise as error:
        raise ClassroomError(str(error)) from None


def update(options: argparse.Namespace) -> int:
    from autograder.lessons.course import Course
    from autograder.lessons.own_copy import MY_COURSE
    from autograder.running.updating import update_notebook

    course = Course.find()
    folder = options.folder or course.root / MY_COURSE
    begun = [folder / one.name / one.student.name for one in course.lessons()]
    paths = options.notebooks or [path for path in begun if path.is_file()]
    if not paths:
        raise ClassroomError(f"There is no notebook of a lesson in {folder}: run autograder start.")
    for path in paths:
        refuse_missing(path)
        done = update_notebook(path, course.lesson(path.stem))
        kept = f"updated; what it was before is in {done.kept.name}" if done.kept else "up to date"
        print(f"{path}  ({kept})")
    return 0
