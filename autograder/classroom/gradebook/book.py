"""The one writer into nbgrader's gradebook."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from nbgrader import api
from nbgrader.preprocessors import SaveCells

from autograder.classroom.folder import ClassFolder
from autograder.classroom.grades import Grade
from autograder.lessons.compiling import Compiled
from autograder.lessons.course import Lesson
from autograder.lessons.errors import ClassroomError

from .address import address, first_line, reason_of
from .feedback import write_page
from .files import executed_notebook, page_file, write_files
from .ids import Ids, ids_of
from .opening import hushed, is_begun, opened, telling_what_bars
from .reading import read_grades
from .recording import Result, record_results
from .tables import CLASS, PAGES_DUE, RUNS


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
        self._ids: dict[str, Ids] = {}
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
        except (sa.exc.OperationalError, sa.exc.InternalError, sa.exc.ProgrammingError) as error:
            raise ClassroomError(
                f"The gradebook {self.name} cannot be {done}: {reason_of(error)}. "
                "What was recorded stays; mend that and grade again."
            ) from None

    def register(self, lesson: Lesson, compiled: Compiled) -> None:
        """Record a lesson and its graded cells, as `nbgrader generate_assignment` does."""
        resources = {
            "nbgrader": {"notebook": lesson.name, "assignment": lesson.name, "db_url": self.url}
        }
        with self._writing() as connection:  # a change of nothing, which nobody may who only reads
            connection.execute(sa.update(CLASS).where(CLASS.c.name == "").values(value=""))
        try:
            with self._telling("written to"), hushed():
                self._book.update_or_create_assignment(lesson.name)
                SaveCells().preprocess(compiled.master, resources)
        except RuntimeError:
            raise ClassroomError(
                f"{lesson.name} has other graded cells than when it was first graded in "
                f"{self.name}: move that gradebook away, or build the lesson of that time."
            ) from None
        except api.InvalidEntry as error:
            raise ClassroomError(
                f"The gradebook {self.name} cannot be written to: {first_line(error)}."
            ) from None

    def class_seed(self) -> str:
        """The secret that the hidden cases of this class are drawn from, made when first asked."""
        if (found := self._seed()) is None:
            found = secrets.token_hex(16)
            try:
                with self._writing() as connection:
                    connection.execute(sa.insert(CLASS).values(name="seed", value=found))
            except sa.exc.IntegrityError:  # another grader was quicker
                found = self._seed()
        return found

    def _seed(self) -> str | None:
        with self._reading() as connection:
            return connection.scalar(sa.select(CLASS.c.value).where(CLASS.c.name == "seed"))

    def digests(self, lesson: Lesson) -> dict[str, str]:
        """What of a lesson has been graded: for each student, the digest of what it was."""
        with self._reading() as connection:
            rows = connection.execute(
                sa.select(RUNS.c.student, RUNS.c.digest).where(RUNS.c.lesson == lesson.name)
            )
            return dict(map(tuple, rows))

    def record(self, lesson: Lesson, results: Sequence[Result]) -> None:
        """Record submissions: first their files, then, in one transaction, their points."""
        try:
            for result in results:
                write_files(self.folder, lesson, result)
        except OSError as error:
            raise ClassroomError(
                f"What came of the submissions cannot be written in {self.folder.root}: "
                f"{error.strerror}. What was recorded stays; mend that and grade again."
            ) from None
        try:
            self._record(lesson, results)
        except sa.exc.IntegrityError:  # who grades another lesson of the class made the same rows
            self._record(lesson, results)
        self.write_pages_due(lesson)

    def _record(self, lesson: Lesson, results: Sequence[Result]) -> None:
        ids = self._ids_of(lesson)
        with self._writing() as connection:
            record_results(connection, lesson, ids, results)

    def _ids_of(self, lesson: Lesson) -> Ids:
        if lesson.name not in self._ids:
            with self._reading() as connection:
                self._ids[lesson.name] = ids_of(connection, lesson)
        return self._ids[lesson.name]

    def write_pages_due(self, lesson: Lesson) -> None:
        """Write the pages of those whom a person has given something, and who were graded again."""
        here = PAGES_DUE.c.lesson == lesson.name
        with self._reading() as connection:
            due = list(connection.scalars(sa.select(PAGES_DUE.c.student).where(here)))
        for student in sorted(due):
            # It may have been taken away meanwhile.
            if executed_notebook(self.folder, lesson, student).is_file():
                self.write_feedback(lesson, student)
            with self._writing() as connection:
                connection.execute(sa.delete(PAGES_DUE).where(here, PAGES_DUE.c.student == student))

    def grades(self, lesson: Lesson, students: Sequence[str] | None = None) -> list[Grade]:
        """What the gradebook says of those who handed in a lesson, by name; by default of all."""
        with self._reading() as connection:
            return read_grades(connection, lesson, students)

    def page(self, lesson: Lesson, student: str) -> Path:
        """Where the feedback for a student lies."""
        return page_file(self.folder, lesson, student)

    def write_feedback(self, lesson: Lesson, student: str) -> Path:
        """Make the page a student gets back, as `nbgrader generate_feedback` does."""
        write_page(self.folder, self.url, lesson, student)
        return self.page(lesson, student)
