"""Where the gradebook of a class is."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import exc
from traitlets.config.loader import Config, PyFileConfigLoader

from autograder.classroom.folder import ClassFolder
from autograder.lessons.errors import ClassroomError

CONNECT_SECONDS = "15"
"""Seconds that a database server may take to answer."""


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
    except (exc.ArgumentError, ValueError):
        place = None  # and what is wrong may be the password
    if place is None or (place.host and "@" in f"{place.host}{place.database}"):
        raise ClassroomError(
            "The URL of the gradebook cannot be read: write it as "
            "postgresql+psycopg://USER:PASSWORD@HOST/NAME, with %40 for @ and %2F for / in a "
            "password, or leave the password to a file ~/.pgpass."
        )
    shown = place.difference_update_query(["password"]).render_as_string()
    if place.drivername.startswith("postgresql") and "connect_timeout" not in place.query:
        place = place.update_query_dict({"connect_timeout": CONNECT_SECONDS})
    return place.render_as_string(hide_password=False), shown


def _configured(folder: ClassFolder) -> str | None:
    """The database that `nbgrader_config.py` in the class's folder names."""
    url = configuration(folder).CourseDirectory.get("db_url")
    return url if isinstance(url, str) else None


def configuration(folder: ClassFolder) -> Config:
    """What `nbgrader_config.py` in the class's folder says; empty if there is none.

    Raises
    ------
    ClassroomError
        If it cannot be read.
    """
    file = folder.root / "nbgrader_config.py"
    if not file.is_file():
        return Config()
    try:
        return PyFileConfigLoader(file.name, str(folder.root)).load_config()
    except Exception as error:
        raise ClassroomError(f"{file} cannot be read: {first_line(error)}.") from None


def reason_of(error: Exception) -> str:
    """What a database has against it, in its own words."""
    return first_line(getattr(error, "orig", None) or error)


def first_line(error: Exception) -> str:
    """The first line of what an error says."""
    return str(error).strip().partition("\n")[0].rstrip(".")
