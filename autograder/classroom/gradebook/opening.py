"""Opening a gradebook: a database with all tables that are needed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import sleep

import nbgrader
import sqlalchemy as sa
from nbgrader.api import Gradebook
from sqlalchemy import exc

from autograder.lessons.errors import ClassroomError

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
    _note_version(url)
    book = Gradebook(url)
    OURS.create_all(book.engine)
    return book


def _note_version(url: str) -> None:
    """Note which version a new gradebook's tables are, for which nbgrader would start a process.

    It is noted first: whoever is killed before the tables are made leaves nothing that is missed.
    """
    versions = sa.Table(
        "alembic_version", sa.MetaData(), sa.Column("version_num", sa.String(32), nullable=False)
    )
    engine = sa.create_engine(url)
    try:
        versions.create(engine, checkfirst=True)
        with engine.begin() as connection:
            if connection.scalar(sa.select(versions)) is None:
                connection.execute(sa.insert(versions).values(version_num=newest_version()))
    finally:
        engine.dispose()


def newest_version() -> str:
    """The version of the tables that nbgrader makes, as it knows them by."""
    from alembic.script import ScriptDirectory  # for a new gradebook alone

    scripts = ScriptDirectory(str(Path(nbgrader.__file__).parent / "alembic"))
    return str(scripts.get_current_head())
