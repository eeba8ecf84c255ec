"""Opening a gradebook: a database with all tables that are needed."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import sleep

import sqlalchemy as sa
from nbgrader import api
from nbgrader.api import Gradebook
from sqlalchemy import exc

from autograder.lessons.errors import ClassroomError
from autograder.sandbox.scratch import scratch_folder

from .address import reason_of
from .tables import OURS, RUNS


def is_begun(url: str) -> bool:
    """Whether something has been graded into a database, which this leaves as it is."""
    engine = sa.create_engine(url)
    try:
        return sa.inspect(engine).has_table(RUNS.name)
    finally:
        engine.dispose()


@contextmanager
def telling_what_bars(name: str) -> Iterator[None]:
    """Say in a sentence why the gradebook called `name` cannot be opened."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise ClassroomError(
            f"The gradebook {name} cannot be opened without the Python package "
            f"{error.name}: install it with pip install 'cnn-course-autograder[postgresql]'."
        ) from None
    except (exc.DBAPIError, exc.ArgumentError) as error:
        raise ClassroomError(
            f"The gradebook {name} cannot be opened: {reason_of(error)}."
        ) from None


def opened(url: str) -> Gradebook:
    """A database with all tables that are needed."""
    try:
        return _with_tables(url)
    except (exc.ProgrammingError, exc.IntegrityError):
        sleep(1)  # another grader makes the same tables just now
        return _with_tables(url)


def _with_tables(url: str) -> Gradebook:
    with _tools_on_path():
        book = Gradebook(url)
        _note_version(book.engine)
    OURS.create_all(book.engine)
    return book


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


def _note_version(engine: sa.Engine) -> None:
    """Note which version the tables are, if nbgrader was killed between making them and that."""
    versions = sa.Table("alembic_version", sa.MetaData(), sa.Column("version_num", sa.String(32)))
    versions.create(engine, checkfirst=True)
    with engine.begin() as connection:
        if connection.scalar(sa.select(versions)) is None:
            connection.execute(sa.insert(versions).values(version_num=api.get_alembic_version()))
