"""The tables of a gradebook: nbgrader's, as SQLAlchemy sees them, and ours beside them.

`autograder_run` says of each submission what was graded, in the same transaction as its points: so
it is graded or not, whenever the power goes; `autograder_exercise` says what the verdicts rested
on, exercise by exercise. Neither decides anything where nbgrader's own rows are not there.
`autograder_verdict` keeps what the judge said of each check and test: the mistake it named, the
facets that failed (parted by commas), its sentence and its seed.
`autograder_answer` says which words were graded, and which were marked by a person.
`autograder_attempt` keeps what earlier submissions earned, and `autograder_dropped` what was given
for cells that a lesson has no more. `autograder_page` says whose page has yet to be written by
nbgrader. `autograder_class` keeps the number that all hidden cases of a class are drawn from.
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

EXERCISES = sa.Table(
    "autograder_exercise",
    OURS,
    sa.Column("student", sa.String(128), primary_key=True),
    sa.Column("lesson", sa.String(128), primary_key=True),
    sa.Column("exercise", sa.String(128), primary_key=True),
    sa.Column("digest", sa.String(64), nullable=False),
)

VERDICTS = sa.Table(
    "autograder_verdict",
    OURS,
    sa.Column("student", sa.String(128), primary_key=True),
    sa.Column("lesson", sa.String(128), primary_key=True),
    sa.Column("cell", sa.String(128), primary_key=True),
    sa.Column("exercise", sa.String(128), nullable=False),
    sa.Column("hidden", sa.Boolean, nullable=False),
    sa.Column("passed", sa.Boolean, nullable=False),
    sa.Column("points", sa.Float, nullable=False),
    sa.Column("mistake", sa.Text, nullable=False),
    sa.Column("facets", sa.Text, nullable=False),
    sa.Column("message", sa.Text, nullable=False),
    sa.Column("seed", sa.BigInteger),
)

ANSWERS = sa.Table(
    "autograder_answer",
    OURS,
    sa.Column("student", sa.String(128), primary_key=True),
    sa.Column("lesson", sa.String(128), primary_key=True),
    sa.Column("cell", sa.String(128), primary_key=True),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("marked", sa.String(64)),
)

ATTEMPTS = sa.Table(
    "autograder_attempt",
    OURS,
    sa.Column("student", sa.String(128), primary_key=True),
    sa.Column("lesson", sa.String(128), primary_key=True),
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("handed_in", sa.DateTime),
    sa.Column("graded", sa.DateTime, nullable=False),
    sa.Column("points", sa.Float, nullable=False),
    sa.Column("latest", sa.Boolean, nullable=False),
)

DROPPED = sa.Table(
    "autograder_dropped",
    OURS,
    sa.Column("student", sa.String(128), primary_key=True),
    sa.Column("lesson", sa.String(128), primary_key=True),
    sa.Column("cell", sa.String(128), primary_key=True),
    sa.Column("dropped", sa.DateTime, nullable=False),
    sa.Column("max_score", sa.Float),
    sa.Column("auto_score", sa.Float),
    sa.Column("manual_score", sa.Float),
    sa.Column("extra_credit", sa.Float),
    sa.Column("needs_manual_grade", sa.Boolean),
    sa.Column("auto_comment", sa.Text),
    sa.Column("manual_comment", sa.Text),
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
ANSWER_CELL, TASK_CELL = api.SolutionCell.__table__, api.TaskCell.__table__
SOURCE, COURSE = api.SourceCell.__table__, api.Course.__table__


def insert(connection: sa.Connection, table: sa.Table, rows: list[dict]) -> None:
    """Insert rows, if there are any."""
    if rows:
        connection.execute(sa.insert(table), rows)
