"""Commands for instructors."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from .grading import GRADE, add_grade, grade
from .options import (
    Command,
    add_class,
    add_database,
    add_students,
    places,
    points,
    print_json,
    roster_of,
    words_for_a_student,
)
from .output import class_rules, current_grades, show_grades, tell_failures, wide_console

if TYPE_CHECKING:
    from autograder.classroom.class_page import Wrong
    from autograder.classroom.collecting.roster import Roster
    from autograder.classroom.folder import ClassFolder
    from autograder.classroom.grades import Failure, Grade
    from autograder.lessons.course import Course, Lesson


FEEDBACK = """\
  autograder feedback 02-filters    once written answers are marked in Formgrader
  autograder feedback 02-filters --student ada bob"""

REPORT = """\
  autograder report 02-filters
  autograder report 02-filters --class ../spring --json
  autograder report --term                  all lessons that have been graded, on one page"""

HISTORY = """\
  autograder history ada                    all that ada handed in, what it earned, marks by hand
  autograder history ada --class ../spring"""

OVERRULE = """\
  autograder overrule 02-filters ada conv2d-naive --points 4 --why "Right, and better than ours."

The mark stays when the class is graded again, as long as the answer is the same."""

EXPORT = """\
  autograder export > grades.csv
  autograder export --totals                 what all lessons add up to, a row a student
  autograder export --class ../spring --to grades.csv

How lessons add up is what course.toml in the class's folder says: weights, how many of the lowest
do not count, extra credit, groups. Without it a lesson weighs as much as it has points."""


def add_commands(command: Command) -> None:
    """Add `grade`, `feedback`, `report`, `history`, `overrule` and `export`."""
    add_grade(command(grade, "grade what a class handed in for a lesson", GRADE))

    sub = command(feedback, "write the pages that students get back once more", FEEDBACK)
    sub.add_argument("lesson", metavar="LESSON")
    add_class(sub)
    add_students(sub)
    add_database(sub)

    sub = command(report, "show the grades of a lesson, and what needs a look", REPORT)
    sub.add_argument("lesson", metavar="LESSON", nargs="?")
    sub.add_argument("--term", action="store_true", help="report on all lessons together")
    add_class(sub)
    add_database(sub)
    sub.add_argument("--json", action="store_true", help="one JSON object a line, on stdout")

    sub = command(history, "show what a student handed in, and what each earned", HISTORY)
    sub.add_argument("student", metavar="STUDENT")
    add_class(sub)
    add_database(sub)

    sub = command(overrule, "give points by hand in place of a check's, and say why", OVERRULE)
    for name in ("lesson", "student", "exercise"):
        sub.add_argument(name, metavar=name.upper())
    sub.add_argument("--points", type=points, required=True, metavar="N")
    sub.add_argument(
        "--why",
        type=words_for_a_student,
        required=True,
        metavar="TEXT",
        help="what the student reads",
    )
    add_class(sub)
    add_database(sub)

    sub = command(export, "write all grades of a class as CSV", EXPORT)
    add_class(sub)
    add_database(sub)
    sub.add_argument("--to", type=Path, metavar="FILE", help="by default stdout")
    sub.add_argument("--totals", action="store_true", help="a row a student, over all lessons")


def feedback(options: argparse.Namespace) -> int:
    folder, lesson = places(options)

    from autograder.classroom.gradebook import ClassGradebook
    from autograder.classroom.grades import NO_PAGE, Failure, reason_of
    from autograder.classroom.report import grade_line

    from .progress_bar import progress

    failures: list[Failure] = []
    with ClassGradebook(folder, options.db) as book:
        grades = book.grades(lesson, options.student or None, failures)
        refuse_unknown(options.student, grades, lesson)
        refuse_none(grades, failures, lesson)
        with progress(len(grades), f"feedback for {lesson.name}") as (begin, done):
            for one in grades:
                begin(one.student)
                try:
                    done(str(book.write_feedback(lesson, one.student)), one.student)
                except Exception as error:  # the others get theirs
                    failures.append(Failure(one.student, reason_of(error), NO_PAGE))
                    done(grade_line(failures[-1]), one.student)
    return tell_failures(failures)


def refuse_unknown(wanted: Sequence[str], grades: Sequence[Grade], lesson: Lesson) -> None:
    """Refuse the name of somebody who has no grade."""
    from autograder.lessons.errors import ClassroomError

    known = {grade.student for grade in grades}
    for student in wanted:
        if student not in known:
            raise ClassroomError(
                f"{student!r} has no grade for {lesson.name} yet: "
                f"run `autograder grade {lesson.name} --student {student}` first."
            )


def refuse_none(grades: Sequence[Grade], failures: Sequence[Failure], lesson: Lesson) -> None:
    """Refuse a lesson of which nobody has a grade."""
    from autograder.lessons.errors import ClassroomError

    if not grades and not failures:
        raise ClassroomError(
            f"Nobody has a grade for {lesson.name} yet: run `autograder grade {lesson.name}` first."
        )


def report(options: argparse.Namespace) -> int:
    from autograder.lessons.errors import ClassroomError

    if options.term == (options.lesson is not None):
        raise ClassroomError("Say which lesson, or --term for all: `autograder report 02-filters`.")
    if options.term:
        return report_term(options)
    folder, lesson = places(options)

    from autograder.classroom.gradebook import ClassGradebook

    failures: list[Failure] = []
    with ClassGradebook(folder, options.db) as book:
        grades = current_grades(book, lesson, failures)
        refuse_none(grades, failures, lesson)
        page = None if options.json else write_report(folder, lesson, grades, book.wrong(lesson))
    show_grades(grades, lesson, folder, options)
    if page is not None:
        print(f"Report     {page}")
    return max(tell_failures(failures), int(page is None and not options.json))


def write_report(
    folder: ClassFolder, lesson: Lesson, grades: list[Grade], wrong: list[Wrong]
) -> Path | None:
    """Write the report as a page, where that may be; where it is."""
    from autograder.classroom.class_page import class_page

    missing = not_there(roster_of(folder, None), grades)
    page = class_page(lesson.name, grades, wrong, missing)
    return write_page(folder.root / "reports" / f"{lesson.name}.html", page)


def not_there(roster: Roster | None, grades: Sequence[Grade]) -> list[str]:
    """Students of the list of the class who have no grade."""
    there = {grade.student for grade in grades}
    return [one.id for one in roster.people if one.id not in there] if roster else []


def write_page(place: Path, page: str) -> Path | None:
    """Write a page, where that may be; where it is."""
    from autograder.lessons.files import write_aside

    try:
        write_aside(place, page)
    except OSError as error:
        print(f"The page {place} cannot be written: {error.strerror}.", file=sys.stderr)
        return None
    return place


def report_term(options: argparse.Namespace) -> int:
    """Report on all lessons that have been graded."""
    from autograder.classroom.folder import ClassFolder
    from autograder.classroom.gradebook import ClassGradebook
    from autograder.classroom.report import term_table
    from autograder.classroom.term_page import LessonOfTerm, term_page
    from autograder.lessons.course import Course

    course = Course.find()
    folder = ClassFolder(options.folder or course.root)
    rules, roster = class_rules(folder, course), roster_of(folder, None)
    failures: list[Failure] = []
    lessons: list[LessonOfTerm] = []
    with ClassGradebook(folder, options.db) as book:
        for lesson in course.lessons():
            if grades := current_grades(book, lesson, failures):
                missing = not_there(roster, grades)
                lessons.append(LessonOfTerm(lesson.name, grades, book.wrong(lesson), missing))
    if options.json:
        for one in lessons:
            for grade in one.grades:
                print_json(grade.as_json())
        return tell_failures(failures)
    wide_console().print(term_table(lessons))
    page = write_page(folder.root / "reports" / "term.html", term_page(lessons, rules))
    if page is not None:
        print(f"Report     {page}")
    return max(tell_failures(failures), int(page is None))


def history(options: argparse.Namespace) -> int:
    from autograder.classroom.folder import ClassFolder
    from autograder.classroom.gradebook import ClassGradebook
    from autograder.lessons.course import Course
    from autograder.lessons.errors import ClassroomError

    folder = ClassFolder(options.folder or Course.find().root)
    with ClassGradebook(folder, options.db) as book:
        lines = book.history(options.student)
    if not lines:
        raise ClassroomError(f"Nothing of {options.student!r} has been graded in {folder.root}.")
    print("\n".join(lines))
    return 0


def overrule(options: argparse.Namespace) -> int:
    folder, lesson = places(options)

    from autograder.classroom.gradebook import ClassGradebook

    with ClassGradebook(folder, options.db) as book:
        failures = book.overrule(
            lesson, options.student, options.exercise, options.points, options.why
        )
    print(f"{options.student}: {options.exercise} has {options.points:g} points now.")
    return tell_failures(failures)


def export(options: argparse.Namespace) -> int:
    from autograder.classroom.folder import ClassFolder
    from autograder.classroom.gradebook import ClassGradebook
    from autograder.lessons.course import Course
    from autograder.lessons.written import WrittenFiles

    course = Course.find()
    folder = ClassFolder(options.folder or course.root)
    failures: list[Failure] = []
    with ClassGradebook(folder, options.db) as book:
        lessons = course.lessons()
        grades = [one for each in lessons for one in current_grades(book, each, failures)]
    text = exported(folder, course, grades, options.totals)
    if options.to is None:
        print(text, end="")
        return tell_failures(failures)
    file = options.to.resolve()
    files = WrittenFiles(Path(file.anchor), folder.logs / "exports.json")
    files.write(file, text.encode())
    for sentence in files.save().kept_sentences(file.parent):
        print(sentence, file=sys.stderr)
    return tell_failures(failures)


def exported(folder: ClassFolder, course: Course, grades: Sequence[Grade], totals: bool) -> str:
    """The grades of a class as CSV: by lesson, or added up."""
    from autograder.classroom.report import grade_csv
    from autograder.classroom.totals import most_points, totals_csv, uncounted
    from autograder.classroom.totals import totals as added_up

    if not totals:
        return grade_csv(grades)
    rules, roster = class_rules(folder, course), roster_of(folder, None)
    for lesson in uncounted(rules, grades):
        print(f"{lesson} does not count: course.toml gives it no weight.", file=sys.stderr)
    students = [person.id for person in roster.people] if roster else []
    return totals_csv(added_up(rules, grades, students), list(most_points(grades)))
