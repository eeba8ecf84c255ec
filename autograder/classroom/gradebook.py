"""The one writer into nbgrader's gradebook, and the folders that nbgrader reads beside it.

Everything is stored where nbgrader stores it, by the rules nbgrader has: points given by hand and
comments stay when a submission is graded again.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy
from nbformat import NotebookNode
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters import GenerateFeedback
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import SaveCells
from nbgrader.utils import compute_checksum, is_solution, parse_utc

from .build import Compiled, notebook_text
from .course import ClassFolder, Lesson
from .errors import ClassroomError
from .files import write_aside
from .grades import Grade
from .roles import exercise_of

READ_ONLY = 0o444
"""nbgrader's own permissions for what was graded."""


class ClassGradebook:
    """The gradebook of a class; a context manager.

    Parameters
    ----------
    folder : ClassFolder
    new : bool
        Whether to begin one where there is none.

    Raises
    ------
    ClassroomError
        If there is no gradebook, or it cannot be opened.
    """

    def __init__(self, folder: ClassFolder, *, new: bool = False) -> None:
        if not new and not folder.gradebook.is_file():
            raise ClassroomError(
                f"Nothing has been graded in {folder.root} yet: run `autograder grade` first."
            )
        self.folder = folder
        self.url = f"sqlite:///{folder.gradebook.resolve()}"
        try:
            with _tools_on_path():
                self._book = Gradebook(self.url)
        except sqlalchemy.exc.DatabaseError as error:
            raise ClassroomError(
                f"The gradebook {folder.gradebook} cannot be opened: {error.orig}."
            ) from None

    def __enter__(self) -> ClassGradebook:
        return self

    def __exit__(self, *_: object) -> None:
        self._book.close()

    def register(self, lesson: Lesson, compiled: Compiled) -> None:
        """Record a lesson and its graded cells, as `nbgrader generate_assignment` does."""
        self._book.update_or_create_assignment(lesson.name)
        resources = {
            "nbgrader": {"notebook": lesson.name, "assignment": lesson.name, "db_url": self.url}
        }
        try:
            SaveCells().preprocess(compiled.master, resources)
        except RuntimeError:
            raise ClassroomError(
                f"{lesson.name} has other graded cells than when it was first graded in "
                f"{self.folder.gradebook}: move that file away, or build the lesson of that time."
            ) from None

    def record(
        self,
        lesson: Lesson,
        student: str,
        notebook: NotebookNode,
        points: Mapping[str, float | None],
        timestamp: str = "",
    ) -> None:
        """Record one submission: its graded notebook, and its points.

        Parameters
        ----------
        lesson : Lesson
        student : str
        notebook : NotebookNode
            What goes to `autograded/`.
        points : mapping
            For every graded cell by its id; `None` where a person has to mark it.
        timestamp : str
            When it was handed in, if that is known.
        """
        place = self.folder.autograded / student / lesson.name
        write_aside(place / f"{lesson.name}.ipynb", notebook_text(notebook), READ_ONLY)
        for path, relative in lesson.extra_files():
            (place / relative).parent.mkdir(parents=True, exist_ok=True)
            (place / relative).unlink(missing_ok=True)
            shutil.copyfile(path, place / relative)
        when = _time(timestamp)
        if when:
            write_aside(place / "timestamp.txt", timestamp, READ_ONLY)
        try:
            self._book.update_or_create_student(student)
            with warnings.catch_warnings():
                # nbgrader builds a submission before it is in the session, on purpose.
                warnings.simplefilter("ignore", sqlalchemy.exc.SAWarning)
                self._book.update_or_create_submission(lesson.name, student, timestamp=when)
            self._set_points(lesson, student, notebook, points)
            self._book.db.commit()
        except sqlalchemy.exc.SQLAlchemyError:
            self._book.db.rollback()
            raise

    def _set_points(
        self,
        lesson: Lesson,
        student: str,
        notebook: NotebookNode,
        points: Mapping[str, float | None],
    ) -> None:
        handed = self._book.find_submission_notebook(lesson.name, lesson.name, student)
        for grade in handed.grades:
            grade.auto_score = points[grade.name]
            # What a person gave stands, and is to be looked at again.
            grade.needs_manual_grade = grade.manual_score is not None or grade.auto_score is None
        cells = {cell.id: cell for cell in notebook.cells if is_solution(cell)}
        for comment in handed.comments:
            cell = cells[comment.name]
            untouched = cell.metadata.nbgrader.get("checksum") == compute_checksum(cell)
            comment.auto_comment = "No response." if untouched else None

    def grades(self, lesson: Lesson) -> list[Grade]:
        """What the gradebook says of everybody who handed in a lesson, by name."""
        try:
            submissions = self._book.assignment_submissions(lesson.name)
        except MissingEntry:
            submissions = []
        return sorted(
            (self._grade(lesson, submission) for submission in submissions),
            key=lambda grade: grade.student,
        )

    def grade(self, lesson: Lesson, student: str) -> Grade:
        """What the gradebook says of one student's submission."""
        return self._grade(lesson, self._book.find_submission(lesson.name, student))

    def _grade(self, lesson: Lesson, submission) -> Grade:
        handed = submission.notebooks[0]
        student = submission.student.id
        notebook = _read_back(self.folder.autograded / student / lesson.name, lesson)
        order = {cell.get("id"): place for place, cell in enumerate(notebook["cells"])}
        exercises: dict[str, float] = {}
        to_mark = []
        for grade in sorted(handed.grades, key=lambda grade: order.get(grade.name, 0)):
            name = exercise_of(grade.name)
            exercises[name] = exercises.get(name, 0.0) + grade.score
            if grade.needs_manual_grade and name not in to_mark:
                to_mark.append(name)
        notes = notebook["metadata"].get("autograder", {})
        return Grade(
            student=student,
            lesson=lesson.name,
            points=handed.score,
            max_points=handed.max_score,
            exercises=exercises,
            to_mark=tuple(to_mark),
            looks=tuple(notes.get("looks", ())),
            seed=notes.get("seed"),
            seconds=notes.get("seconds"),
        )

    def write_feedback(self, lesson: Lesson, student: str) -> Path:
        """Make the page a student gets back, as `nbgrader generate_feedback` does."""
        course = CourseDirectory(root=str(self.folder.root.resolve()), db_url=self.url)
        course.assignment_id = lesson.name
        course.student_id = student
        try:
            _Feedback(coursedir=course, force=True).start()
        except NbGraderException as error:
            raise ClassroomError(f"No feedback could be made for {student!r}: {error}") from None
        return self.folder.feedback / student / lesson.name / f"{lesson.name}.html"


@contextmanager
def _tools_on_path() -> Iterator[None]:
    """Let nbgrader find `alembic`, which it runs for a new gradebook, in an unactivated `.venv`."""
    before = os.environ.get("PATH", os.defpath)
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), before])
    try:
        yield
    finally:
        os.environ["PATH"] = before


def _time(timestamp: str):
    try:
        return parse_utc(timestamp) if timestamp else None
    except (ValueError, OverflowError):
        return None


class _Feedback(GenerateFeedback):
    """nbgrader's pages for one named student: nbgrader itself takes names for patterns."""

    def init_notebooks(self) -> None:
        course = self.coursedir
        place = Path(self._format_source(course.assignment_id, course.student_id))
        self.assignments = {str(place): [str(place / f"{course.assignment_id}.ipynb")]}


def _read_back(place: Path, lesson: Lesson) -> dict:
    """The graded notebook in `place`, or an empty one if it was taken away."""
    try:
        return json.loads((place / f"{lesson.name}.ipynb").read_text(encoding="utf-8"))
    except OSError:
        return {"cells": [], "metadata": {}}
