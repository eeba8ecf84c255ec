"""The one writer into nbgrader's gradebook."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import exc

from autograder.classroom.class_page import Wrong
from autograder.classroom.folder import ClassFolder
from autograder.classroom.grades import NO_PAGE, Failure, Grade
from autograder.classroom.grades import reason_of as why
from autograder.lessons.compiling import Compiled
from autograder.lessons.course import Lesson
from autograder.lessons.errors import ClassroomError

from .address import address, reason_of
from .comparing import Differences, compare_lesson
from .feedback import write_page
from .files import executed_notebook, page_file, write_files
from .history import history_lines
from .ids import Ids, ids_of
from .late import Late, LatePolicy, ask_for_pages, keep_penalties, lateness, write_dates
from .marking import MarkRow, read_marks, write_mark
from .opening import is_begun, opened, telling_what_bars
from .overruling import overrule
from .reading import Recorded, Run, read_grades, read_runs, read_verdicts, read_wrong
from .recording import Result, record_results
from .registering import register_lesson
from .submissions import graded_in_nbgrader
from .tables import CLASS, PAGES_DUE

NOT_HANDED_IN = "there is nothing in submitted/ any more: the grade is from before"
"""What is said of who was graded, and has been renamed or taken away since."""

OF_ONE = frozenset(
    (errno.EEXIST, errno.EISDIR, errno.ELOOP, errno.ENAMETOOLONG, errno.ENOTDIR, errno.ENOTEMPTY)
)
"""What the system says where something else lies in the place of one student's files."""


class ClassGradebook:
    """The gradebook of a class; a context manager.

    Parameters
    ----------
    folder : ClassFolder
    url : str, optional
        Of the database, as SQLAlchemy writes it; by default a file in the folder.
    new : bool
        Whether to begin one where there is none.

    Raises
    ------
    ClassroomError
        If there is no gradebook, or it cannot be opened.
    """

    def __init__(self, folder: ClassFolder, url: str | None = None, *, new: bool = False) -> None:
        self.folder = folder
        self.url, self.name = address(folder, url)
        self.late = LatePolicy(folder)
        self._ids: dict[str, Ids] = {}
        self._orders: dict[str, dict[str, int]] = {}
        with telling_what_bars(self.name):
            is_file = self.name == str(folder.gradebook)
            if not new and not (folder.gradebook.is_file() if is_file else is_begun(self.url)):
                raise ClassroomError(
                    f"Nothing has been graded into {self.name} yet: run `autograder grade` first."
                )
            self._book = opened(self.url)

    def __enter__(self) -> ClassGradebook:
        return self

    def __exit__(self, *_: object) -> None:
        self._book.close()

    @contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        with self._telling("read"), self._book.engine.connect() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        """A transaction: all of it, or nothing."""
        with self._telling("written to"), self._book.engine.begin() as connection:
            yield connection

    @contextmanager
    def _telling(self, done: str) -> Iterator[None]:
        """Say in a sentence what the database refuses, or that it has gone."""
        try:
            yield
        except (exc.OperationalError, exc.InternalError, exc.ProgrammingError) as error:
            raise ClassroomError(
                f"The gradebook {self.name} cannot be {done}: {reason_of(error)}. "
                "What was recorded stays; mend that and grade again."
            ) from None

    def register(self, lesson: Lesson, compiled: Compiled) -> list[str]:
        """Record a lesson and its graded cells, as `nbgrader generate_assignment` does.

        Returns
        -------
        list of str
            A sentence for each change of the lesson that touches marks already given.
        """
        with self._writing() as connection:
            changes = register_lesson(connection, lesson, compiled.master)
        self._ids.pop(lesson.name, None)
        cells = enumerate(compiled.master.cells)
        self._orders[lesson.name] = {cell.id: place for place, cell in cells}
        return list(changes.sentences(lesson.name))

    def class_seed(self) -> str:
        """The secret that the hidden cases of this class are drawn from, made when first asked."""
        found = self._seed()
        if found is None:
            found = secrets.token_hex(16)
            try:
                with self._writing() as connection:
                    connection.execute(sa.insert(CLASS).values(name="seed", value=found))
            except exc.IntegrityError:  # another grader was quicker
                found = self._seed() or found
        return found

    def _seed(self) -> str | None:
        with self._reading() as connection:
            return connection.scalar(sa.select(CLASS.c.value).where(CLASS.c.name == "seed"))

    def runs(self, lesson: Lesson) -> dict[str, Run]:
        """What of a lesson has been graded, by student: only what nbgrader has the points of."""
        ids = self._ids_of(lesson)
        with self._reading() as connection:
            return read_runs(connection, lesson, graded_in_nbgrader(connection, ids))

    def digests(self, lesson: Lesson) -> dict[str, str]:
        """What of a lesson has been graded: for each student, the digest of what it was."""
        return {student: run.digest for student, run in self.runs(lesson).items()}

    def record(self, lesson: Lesson, results: Sequence[Result]) -> list[Failure]:
        """Record submissions: first their files, then, in one transaction, their points.

        Returns
        -------
        list of Failure
            Those whose page could not be made once more.

        Raises
        ------
        ClassroomError
            If nothing can be recorded. Whatever else is raised is one submission's.
        """
        try:
            for result in results:
                write_files(self.folder, lesson, result)
        except OSError as error:
            if error.errno in OF_ONE:
                raise
            raise ClassroomError(
                f"What came of the submissions cannot be written in {self.folder.root}: "
                f"{error.strerror}. What was recorded stays; mend that and grade again."
            ) from None
        try:
            self._record(lesson, results)
        except exc.IntegrityError:  # who grades another lesson of the class made the same rows
            self._record(lesson, results)
        return self.write_pages_due(lesson)

    def _record(self, lesson: Lesson, results: Sequence[Result]) -> None:
        ids = self._ids_of(lesson)
        with self._writing() as connection:
            record_results(connection, lesson, ids, results)
            write_dates(connection, lesson, self.late.dates)
            names = [result.submission.student for result in results]
            late = lateness(connection, lesson, self.late, names)
            keep_penalties(connection, lesson, late)
            # The page that was made with the run says nothing of it.
            ask_for_pages(connection, lesson, [n for n, one in late.items() if one.penalty])

    def _ids_of(self, lesson: Lesson) -> Ids:
        if lesson.name not in self._ids:
            with self._reading() as connection:
                self._ids[lesson.name] = ids_of(connection, lesson)
        return self._ids[lesson.name]

    def ask_for_missing_pages(self, lesson: Lesson, students: Sequence[str]) -> None:
        """Have the pages written again that somebody has taken away."""
        names = [
            name
            for name in students
            if self.has_notebook(lesson, name) and not self.page(lesson, name).is_file()
        ]
        if names:
            with self._writing() as connection:
                ask_for_pages(connection, lesson, names)

    def write_pages_due(self, lesson: Lesson) -> list[Failure]:
        """Write the pages that need nbgrader: a person gave something, or the page is gone.

        Returns
        -------
        list of Failure
            Those whose page could not be made. It stays due.
        """
        failures: list[Failure] = []
        here = PAGES_DUE.c.lesson == lesson.name
        with self._reading() as connection:
            due = list(connection.scalars(sa.select(PAGES_DUE.c.student).where(here)))
        for student in sorted(due):
            # They may have been taken away meanwhile, from the folder or from nbgrader's tables.
            try:
                if self.has_notebook(lesson, student) and self.grades(lesson, [student]):
                    self.write_feedback(lesson, student)
            except Exception as error:
                failures.append(Failure(student, why(error), NO_PAGE))
                continue
            with self._writing() as connection:
                connection.execute(sa.delete(PAGES_DUE).where(here, PAGES_DUE.c.student == student))
        return failures

    def grades(
        self,
        lesson: Lesson,
        students: Sequence[str] | None = None,
        failures: list[Failure] | None = None,
    ) -> list[Grade]:
        """What the gradebook says of those who handed in a lesson, by name; by default of all.

        Those of whom it says what cannot be read are added to `failures`.
        """
        with self._reading() as connection:
            failed = [] if failures is None else failures
            order = self._orders.get(lesson.name) or lesson.order_of_cells()
            grades = read_grades(connection, lesson, students, failed, order)
            late = lateness(connection, lesson, self.late, students)
        return [self._with_folder(_with_penalty(one, late[one.student])) for one in grades]

    def keep_penalties(self, lesson: Lesson) -> None:
        """See to it that nbgrader takes off for handing in late what is taken off here."""
        if self.late.dates.rows:
            with self._writing() as connection:
                write_dates(connection, lesson, self.late.dates)
        with self._reading() as connection:
            late = lateness(connection, lesson, self.late)
        if any(one.penalty != one.kept for one in late.values()):
            with self._writing() as connection:
                keep_penalties(connection, lesson, late)

    def _with_folder(self, grade: Grade) -> Grade:
        """Say so if somebody who was graded has nothing in `submitted/` any more."""
        place = self.folder.submitted / grade.student / grade.lesson
        if os.path.lexists(place) or not self.folder.submitted.is_dir():
            return grade
        return replace(grade, handed_in=False, looks=(NOT_HANDED_IN, *grade.looks))

    def wrong(self, lesson: Lesson) -> list[Wrong]:
        """What the judge said of the answers to a lesson that are wrong."""
        with self._reading() as connection:
            rows = read_wrong(connection, lesson)
        return [
            Wrong(row.student, row.exercise, row.mistake, row.facets, row.message) for row in rows
        ]

    def verdicts(self, lesson: Lesson) -> list[Recorded]:
        """What the judge said of all answers to a lesson."""
        with self._reading() as connection:
            return read_verdicts(connection, lesson)

    def history(self, student: str) -> list[str]:
        """What a student has handed in for all lessons, what it earned, and marks by hand."""
        with self._reading() as connection:
            return list(history_lines(connection, student))

    def differences(self, lesson: Lesson, compiled: Compiled) -> Differences:
        """How a lesson differs from what is registered of it."""
        with self._reading() as connection:
            return compare_lesson(connection, lesson, compiled.master)

    def marks(self, lesson: Lesson, question: str) -> dict[str, MarkRow]:
        """What a person gave for the answers to a question, by student."""
        with self._reading() as connection:
            return read_marks(connection, lesson, question)

    def write_mark(self, lesson: Lesson, row: MarkRow, points: float | None, comment: str) -> None:
        """Record a mark and a comment for one answer, as Formgrader does."""
        with self._writing() as connection:
            write_mark(connection, lesson, row, points, comment)

    def overrule(
        self, lesson: Lesson, student: str, exercise: str, points: float, why: str
    ) -> list[Failure]:
        """Record a mark that a person gives in place of the check's, and write the page anew."""
        with self._writing() as connection:
            overrule(connection, lesson, student, exercise, points, why)
        self.keep_penalties(lesson)
        return self.write_pages_due(lesson)

    def has_notebook(self, lesson: Lesson, student: str) -> bool:
        """Whether the notebook that has run is where it was written."""
        return executed_notebook(self.folder, lesson, student).is_file()

    def page(self, lesson: Lesson, student: str) -> Path:
        """Where the feedback for a student lies."""
        return page_file(self.folder, lesson, student)

    def write_feedback(self, lesson: Lesson, student: str) -> Path:
        """Make the page a student gets back, as `nbgrader generate_feedback` does."""
        write_page(self.folder, self.url, lesson, student)
        return self.page(lesson, student)


def _with_penalty(grade: Grade, late: Late) -> Grade:
    """A grade, less what is taken off for handing in late."""
    if not late.penalty:
        return grade
    points = max(0.0, grade.points - late.penalty)
    return replace(grade, points=points, penalty=late.penalty, looks=(late.look, *grade.looks))
