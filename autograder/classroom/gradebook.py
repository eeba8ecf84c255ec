"""The one writer into nbgrader's gradebook, and the folders that nbgrader reads beside it.

Everything is stored where nbgrader stores it, by the rules nbgrader has: points given by hand and
comments stay when a submission is graded again. Three tables stand beside nbgrader's, which does
not mind them. `autograder_run` says of each submission what was graded, in the same transaction as
its points: so it is graded or not, whenever the power goes. `autograder_page` says whose page has
yet to be written with what a person gave. `autograder_class` keeps the number that all hidden cases
of a class are drawn from.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from time import sleep
from uuid import uuid4

import sqlalchemy as sa
from nbgrader import api
from nbgrader.api import Gradebook
from nbgrader.converters import GenerateFeedback
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import SaveCells
from nbgrader.utils import parse_utc
from traitlets.config import PyFileConfigLoader

from autograder.classroom.folder import ClassFolder
from autograder.lessons.compiling import Compiled
from autograder.lessons.course import Lesson
from autograder.lessons.errors import ClassroomError
from autograder.lessons.files import write_aside
from autograder.lessons.roles import exercise_of
from autograder.running.grade_submission import Graded
from autograder.running.handed_in import Submission
from autograder.running.page import NO_ANSWER
from autograder.sandbox.scratch import scratch_folder

from .grades import Grade

READ_ONLY = 0o444
"""nbgrader's own permissions for what was graded."""

PATIENCE = "15"
"""Seconds that a database server may take to answer."""

OURS = sa.MetaData()

RUNS = sa.Table(
    "autograder_run",
    OURS,
    sa.Column("student", sa.String(128), primary_key=True),
    sa.Column("lesson", sa.String(128), primary_key=True),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("seed", sa.BigInteger),
    sa.Column("seconds", sa.Float),
    sa.Column("looks", sa.Text, nullable=False),
)

PAGES_DUE = sa.Table(
    "autograder_page",
    OURS,
    sa.Column("student", sa.String(128), primary_key=True),
    sa.Column("lesson", sa.String(128), primary_key=True),
)

CLASS = sa.Table(
    "autograder_class",
    OURS,
    sa.Column("name", sa.String(32), primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)

STUDENT, ASSIGNMENT, NOTEBOOK = (t.__table__ for t in (api.Student, api.Assignment, api.Notebook))
SUBMISSION, HANDED = api.SubmittedAssignment.__table__, api.SubmittedNotebook.__table__
POINTS, COMMENT = api.Grade.__table__, api.Comment.__table__
CELL, GRADED_CELL = api.BaseCell.__table__, api.GradeCell.__table__


@dataclass(frozen=True)
class Result:
    """A submission and what came of it, ready to be recorded."""

    submission: Submission
    digest: str
    graded: Graded


@dataclass
class _Ids:
    """The ids that nbgrader gave to a lesson and its cells."""

    assignment: str
    notebook: str
    graded: dict[str, str] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)


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
        self._ids: dict[str, _Ids] = {}
        try:
            is_file = self.name == str(folder.gradebook)
            if not new and not (folder.gradebook.is_file() if is_file else self._is_begun()):
                raise ClassroomError(
                    f"Nothing has been graded into {self.name} yet: run `autograder grade` first."
                )
            try:
                self._book = _opened(self.url)
            except (sa.exc.ProgrammingError, sa.exc.IntegrityError):
                sleep(1)  # another grader makes the same tables just now
                self._book = _opened(self.url)
        except ModuleNotFoundError as error:
            raise ClassroomError(
                f"The gradebook {self.name} cannot be opened without the Python package "
                f"{error.name}: install it with pip install 'cnn-course-autograder[postgresql]'."
            ) from None
        except (sa.exc.DBAPIError, sa.exc.ArgumentError) as error:
            raise ClassroomError(
                f"The gradebook {self.name} cannot be opened: {_reason(error)}."
            ) from None

    def __enter__(self) -> ClassGradebook:
        return self

    def __exit__(self, *_: object) -> None:
        self._book.close()

    def _is_begun(self) -> bool:
        """Whether something has been graded into the database, which this leaves as it is."""
        engine = sa.create_engine(self.url)
        try:
            return sa.inspect(engine).has_table(RUNS.name)
        finally:
            engine.dispose()

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
                f"The gradebook {self.name} cannot be {done}: {_reason(error)}. "
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
            with self._telling("written to"), _hushed():
                self._book.update_or_create_assignment(lesson.name)
                SaveCells().preprocess(compiled.master, resources)
        except RuntimeError:
            raise ClassroomError(
                f"{lesson.name} has other graded cells than when it was first graded in "
                f"{self.name}: move that gradebook away, or build the lesson of that time."
            ) from None
        except api.InvalidEntry as error:
            raise ClassroomError(
                f"The gradebook {self.name} cannot be written to: {_first_line(error)}."
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
                self._write_files(lesson, result)
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

    def write_pages_due(self, lesson: Lesson) -> None:
        """Write the pages of those whom a person has given something, and who were graded again."""
        here = PAGES_DUE.c.lesson == lesson.name
        with self._reading() as connection:
            due = list(connection.scalars(sa.select(PAGES_DUE.c.student).where(here)))
        for student in sorted(due):
            if self._executed(lesson, student).is_file():  # it may have been taken away meanwhile
                self.write_feedback(lesson, student)
            with self._writing() as connection:
                connection.execute(sa.delete(PAGES_DUE).where(here, PAGES_DUE.c.student == student))

    def _record(self, lesson: Lesson, results: Sequence[Result]) -> None:
        ids = self._ids_of(lesson)
        with self._writing() as connection:
            known = self._make_submissions(connection, ids, [r.submission for r in results])
            for result in results:
                self._set_points(connection, ids, known[result.submission.student], result.graded)
            names = [result.submission.student for result in results]
            connection.execute(
                sa.delete(RUNS).where(RUNS.c.lesson == lesson.name, RUNS.c.student.in_(names))
            )
            connection.execute(
                sa.insert(RUNS), [self._run_row(lesson, result) for result in results]
            )
            connection.execute(
                sa.delete(PAGES_DUE).where(
                    PAGES_DUE.c.lesson == lesson.name, PAGES_DUE.c.student.in_(names)
                )
            )
            marked = _marked_by_hand(connection, lesson, names)
            rows = [{"student": name, "lesson": lesson.name} for name in sorted(marked)]
            _insert(connection, PAGES_DUE, rows)

    def _write_files(self, lesson: Lesson, result: Result) -> None:
        student, graded = result.submission.student, result.graded
        executed = self._executed(lesson, student)
        place = executed.parent
        write_aside(executed, graded.notebook, READ_ONLY)
        for path, relative in lesson.extra_files():
            (place / relative).parent.mkdir(parents=True, exist_ok=True)
            (place / relative).unlink(missing_ok=True)
            shutil.copyfile(path, place / relative)
        if _time(result.submission.timestamp):
            write_aside(place / "timestamp.txt", result.submission.timestamp, READ_ONLY)
        write_aside(self.page(lesson, student), graded.page)
        log = {"student": student, "lesson": lesson.name, "seed": graded.seed}
        log |= {"looks": graded.looks, "seconds": graded.phases, "kernels": graded.kernels}
        write_aside(
            self.folder.logs / lesson.name / f"{student}.json", json.dumps(log, indent=1) + "\n"
        )

    def _executed(self, lesson: Lesson, student: str) -> Path:
        """Where a notebook lies that has run."""
        return self.folder.autograded / student / lesson.name / f"{lesson.name}.ipynb"

    def page(self, lesson: Lesson, student: str) -> Path:
        """Where the feedback for a student lies."""
        return self.folder.feedback / student / lesson.name / f"{lesson.name}.html"

    def _run_row(self, lesson: Lesson, result: Result) -> dict:
        seconds = result.graded.phases.get("run")
        return {
            "student": result.submission.student,
            "lesson": lesson.name,
            "digest": result.digest,
            "seed": result.graded.seed,
            "seconds": None if seconds is None else round(seconds, 2),
            "looks": json.dumps(result.graded.looks),
        }

    def _ids_of(self, lesson: Lesson) -> _Ids:
        if lesson.name not in self._ids:
            with self._reading() as connection:
                found = connection.execute(
                    sa.select(ASSIGNMENT.c.id, NOTEBOOK.c.id)
                    .join(NOTEBOOK, NOTEBOOK.c.assignment_id == ASSIGNMENT.c.id)
                    .where(ASSIGNMENT.c.name == lesson.name)
                ).one()
                ids = _Ids(*found)
                cells = connection.execute(
                    sa.select(CELL.c.id, CELL.c.name, CELL.c.type).where(
                        CELL.c.notebook_id == ids.notebook
                    )
                )
                for number, name, kind in cells:
                    if kind == "GradeCell":
                        ids.graded[name] = number
                    elif kind == "SolutionCell":
                        ids.answers[name] = number
            self._ids[lesson.name] = ids
        return self._ids[lesson.name]

    def _make_submissions(
        self, connection: sa.Connection, ids: _Ids, submissions: Sequence[Submission]
    ) -> dict[str, str]:
        """Make what is missing of students and submissions; the handed-in notebooks' ids."""
        names = [submission.student for submission in submissions]
        there = set(connection.scalars(sa.select(STUDENT.c.id).where(STUDENT.c.id.in_(names))))
        _insert(connection, STUDENT, [{"id": name} for name in names if name not in there])
        rows = connection.execute(
            sa.select(SUBMISSION.c.student_id, SUBMISSION.c.id, HANDED.c.id)
            .join(HANDED, HANDED.c.assignment_id == SUBMISSION.c.id)
            .where(SUBMISSION.c.assignment_id == ids.assignment, SUBMISSION.c.student_id.in_(names))
        )
        before = {student: (submission, handed) for student, submission, handed in rows}
        new_ones: dict[sa.Table, list[dict]] = {SUBMISSION: [], HANDED: [], POINTS: [], COMMENT: []}
        known: dict[str, str] = {}
        for submission in submissions:
            when = _time(submission.timestamp)
            if submission.student in before:
                number, known[submission.student] = before[submission.student]
                connection.execute(
                    sa.update(SUBMISSION).where(SUBMISSION.c.id == number).values(timestamp=when)
                )
                continue
            number, handed = uuid4().hex, uuid4().hex
            known[submission.student] = handed
            new_ones[SUBMISSION].append(
                {
                    "id": number,
                    "assignment_id": ids.assignment,
                    "student_id": submission.student,
                    "timestamp": when,
                }
            )
            new_ones[HANDED].append(
                {
                    "id": handed,
                    "assignment_id": number,
                    "notebook_id": ids.notebook,
                    "flagged": False,
                }
            )
            for table, cells in ((POINTS, ids.graded), (COMMENT, ids.answers)):
                for cell in cells.values():
                    row = {"id": uuid4().hex, "notebook_id": handed, "cell_id": cell}
                    if table is POINTS:
                        row["needs_manual_grade"] = True
                    new_ones[table].append(row)
        for table, rows in new_ones.items():
            _insert(connection, table, rows)
        return known

    def _set_points(
        self, connection: sa.Connection, ids: _Ids, handed: str, graded: Graded
    ) -> None:
        needs = sa.case(
            # What a person gave stands, and is to be looked at again.
            (POINTS.c.manual_score.is_not(None), True),
            else_=sa.bindparam("unknown"),
        )
        connection.execute(
            sa.update(POINTS)
            .where(POINTS.c.notebook_id == handed, POINTS.c.cell_id == sa.bindparam("cell"))
            .values(auto_score=sa.bindparam("points"), needs_manual_grade=needs),
            [
                {
                    "cell": number,
                    "points": graded.points[name],
                    "unknown": graded.points[name] is None,
                }
                for name, number in ids.graded.items()
            ],
        )
        answers = [
            {"cell": number, "comment": NO_ANSWER if name in graded.untouched else None}
            for name, number in ids.answers.items()
        ]
        if answers:
            connection.execute(
                sa.update(COMMENT)
                .where(COMMENT.c.notebook_id == handed, COMMENT.c.cell_id == sa.bindparam("cell"))
                .values(auto_comment=sa.bindparam("comment")),
                answers,
            )

    def grades(self, lesson: Lesson, students: Sequence[str] | None = None) -> list[Grade]:
        """What the gradebook says of those who handed in a lesson, by name; by default of all."""
        chosen = ASSIGNMENT.c.name == lesson.name
        if students is not None:
            chosen &= SUBMISSION.c.student_id.in_(students)
        query = (
            sa.select(
                SUBMISSION.c.student_id,
                CELL.c.name,
                api.Grade.score,
                POINTS.c.needs_manual_grade,
                GRADED_CELL.c.max_score,
            )
            .select_from(SUBMISSION)
            .join(ASSIGNMENT, ASSIGNMENT.c.id == SUBMISSION.c.assignment_id)
            .join(HANDED, HANDED.c.assignment_id == SUBMISSION.c.id)
            .join(POINTS, POINTS.c.notebook_id == HANDED.c.id)
            .join(CELL, CELL.c.id == POINTS.c.cell_id)
            .join(GRADED_CELL, GRADED_CELL.c.id == CELL.c.id)
            .where(chosen)
        )
        with self._reading() as connection:
            rows: dict[str, list] = {}
            for student, *row in connection.execute(query):
                rows.setdefault(student, []).append(row)
            runs = {
                run.student: run
                for run in connection.execute(sa.select(RUNS).where(RUNS.c.lesson == lesson.name))
                if run.student in rows
            }
        order = lesson.order_of_cells()
        return [
            _grade(
                student,
                lesson,
                sorted(rows[student], key=lambda row: (order.get(row[0], 0), row[0])),
                runs,
            )
            for student in sorted(rows)
        ]

    def write_feedback(self, lesson: Lesson, student: str) -> Path:
        """Make the page a student gets back, as `nbgrader generate_feedback` does."""
        course = CourseDirectory(root=str(self.folder.root.resolve()), db_url=self.url)
        course.assignment_id = lesson.name
        course.student_id = student
        try:
            _Feedback(coursedir=course, force=True).start()
        except NbGraderException as error:
            raise ClassroomError(f"No feedback could be made for {student!r}: {error}") from None
        return self.page(lesson, student)


def _marked_by_hand(connection: sa.Connection, lesson: Lesson, students: Sequence[str]) -> set[str]:
    """Which of these students a person has given points or comments."""
    points = sa.or_(POINTS.c.manual_score.is_not(None), POINTS.c.extra_credit.is_not(None))
    found: set[str] = set()
    for table, given in ((POINTS, points), (COMMENT, COMMENT.c.manual_comment.is_not(None))):
        found |= set(
            connection.scalars(
                sa.select(SUBMISSION.c.student_id)
                .join(HANDED, HANDED.c.assignment_id == SUBMISSION.c.id)
                .join(ASSIGNMENT, ASSIGNMENT.c.id == SUBMISSION.c.assignment_id)
                .join(table, table.c.notebook_id == HANDED.c.id)
                .where(
                    ASSIGNMENT.c.name == lesson.name, SUBMISSION.c.student_id.in_(students), given
                )
                .distinct()
            )
        )
    return found


def _insert(connection: sa.Connection, table: sa.Table, rows: list[dict]) -> None:
    if rows:
        connection.execute(sa.insert(table), rows)


def _grade(student: str, lesson: Lesson, rows: list, runs: Mapping) -> Grade:
    exercises: dict[str, float] = {}
    to_mark = []
    for cell, score, needs_a_person, _ in rows:
        name = exercise_of(cell)
        exercises[name] = exercises.get(name, 0.0) + score
        if needs_a_person and name not in to_mark:
            to_mark.append(name)
    run = runs.get(student)
    return Grade(
        student=student,
        lesson=lesson.name,
        points=sum(exercises.values()),
        max_points=sum(most for *_, most in rows),
        exercises=exercises,
        to_mark=tuple(to_mark),
        looks=tuple(json.loads(run.looks)) if run else (),
        seed=run.seed if run else None,
        seconds=run.seconds if run else None,
    )


@contextmanager
def _tools_on_path() -> Iterator[None]:
    """Let nbgrader find `alembic`, which it runs for a new gradebook, in an unactivated `.venv`."""
    before = os.environ.get("PATH", os.defpath), tempfile.tempdir
    with scratch_folder() as folder:
        os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), before[0]])
        tempfile.tempdir = folder
        try:
            yield
        finally:
            os.environ["PATH"], tempfile.tempdir = before


@contextmanager
def _hushed() -> Iterator[None]:
    """Leave it to us to say what the database has against a change: nbgrader shows its stack."""
    before, api.app_log.disabled = api.app_log.disabled, True
    try:
        yield
    finally:
        api.app_log.disabled = before


def _opened(url: str) -> Gradebook:
    """A database with all tables that are needed."""
    with _tools_on_path():
        book = Gradebook(url)
        _note_version(book.engine)
    OURS.create_all(book.engine)
    return book


def _note_version(engine: sa.Engine) -> None:
    """Note which version the tables are, if nbgrader was killed between making them and that."""
    versions = sa.Table("alembic_version", sa.MetaData(), sa.Column("version_num", sa.String(32)))
    versions.create(engine, checkfirst=True)
    with engine.begin() as connection:
        if connection.scalar(sa.select(versions)) is None:
            connection.execute(sa.insert(versions).values(version_num=api.get_alembic_version()))


def address(folder: ClassFolder, url: str | None) -> tuple[str, str]:
    """Where the gradebook of a class is: as a URL, and as it may be shown, without a password.

    Parameters
    ----------
    folder : ClassFolder
    url : str or None
        Of a database, if the gradebook is no file in the folder; by default the one that nbgrader
        is told of there.
    """
    url = url or _configured(folder)
    if url is None:
        return f"sqlite:///{folder.gradebook.resolve()}", str(folder.gradebook)
    try:
        place = sa.make_url(url)
    except (sa.exc.ArgumentError, ValueError):
        place = None  # and what is wrong may be the password
    if place is None or (place.host and "@" in f"{place.host}{place.database}"):
        raise ClassroomError(
            "The URL of the gradebook cannot be read: write it as "
            "postgresql+psycopg://USER:PASSWORD@HOST/NAME, with %40 for @ and %2F for / in a "
            "password, or leave the password to a file ~/.pgpass."
        )
    shown = place.difference_update_query(["password"]).render_as_string()
    if place.drivername.startswith("postgresql") and "connect_timeout" not in place.query:
        place = place.update_query_dict({"connect_timeout": PATIENCE})
    return place.render_as_string(hide_password=False), shown


def _configured(folder: ClassFolder) -> str | None:
    """The database that `nbgrader_config.py` in the class's folder names."""
    file = folder.root / "nbgrader_config.py"
    if not file.is_file():
        return None
    try:
        config = PyFileConfigLoader(file.name, str(folder.root)).load_config()
    except Exception as error:
        raise ClassroomError(f"{file} cannot be read: {_first_line(error)}.") from None
    url = config.CourseDirectory.get("db_url")
    return url if isinstance(url, str) else None


def _reason(error: Exception) -> str:
    return _first_line(getattr(error, "orig", None) or error)


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0].rstrip(".")


def _time(timestamp: str) -> datetime | None:
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
