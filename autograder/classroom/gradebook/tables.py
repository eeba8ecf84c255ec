"""The tables of a gradebook: nbgrader's, as SQLAlchemy sees them, and ours beside them.

`autograder_run` says of each submission what was graded, in the same transaction as its points: so
it is graded or not, whenever the power goes. `autograder_page` says whose page has yet to be
written with what a person gave. `autograder_class` keeps the number that all hidden cases of a
class are drawn from.
"""

from __future__ import annotations

import sqlalchemy as sa
from nbgrader import api

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


def insert(connection: sa.Connection, table: sa.Table, rows: list[dict]) -> None:
    """Insert rows, if there are any."""
    if rows:
        connection.execute(sa.insert(table), rows)
