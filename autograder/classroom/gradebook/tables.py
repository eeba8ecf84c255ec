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

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from nbgrader import api

OURS = sa.MetaData()


def _column(name: str, kind: Any) -> sa.Column:
    """A column that says something in every row."""
    return sa.Column(name, kind, nullable=False)


def _of_submissions(name: str, of: Sequence[str], *columns: sa.Column) -> sa.Table:
    """A table of what is known of submissions, or of what `of` names in each."""
    keys = [sa.Column(key, sa.String(128), primary_key=True) for key in ("student", "lesson", *of)]
    return sa.Table(name, OURS, *keys, *columns)


RUNS = _of_submissions(
    "autograder_run",
    (),
    _column("digest", sa.String(64)),
    sa.Column("seed", sa.BigInteger),
    sa.Column("seconds", sa.Float),
    _column("looks", sa.Text),
)

EXERCISES = _of_submissions("autograder_exercise", ["exercise"], _column("digest", sa.String(64)))

VERDICTS = _of_submissions(
    "autograder_verdict",
    ["cell"],
    _column("exercise", sa.String(128)),
    _column("hidden", sa.Boolean),
    _column("passed", sa.Boolean),
    _column("points", sa.Float),
    _column("mistake", sa.Text),
    _column("facets", sa.Text),
    _column("message", sa.Text),
    sa.Column("seed", sa.BigInteger),
)

ANSWERS = _of_submissions(
    "autograder_answer",
    ["cell"],
    _column("digest", sa.String(64)),
    sa.Column("marked", sa.String(64)),
)

ATTEMPTS = _of_submissions(
    "autograder_attempt",
    (),
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("handed_in", sa.DateTime),
    _column("graded", sa.DateTime),
    _column("points", sa.Float),
    _column("latest", sa.Boolean),
)

DROPPED = _of_submissions(
    "autograder_dropped",
    ["cell"],
    _column("dropped", sa.DateTime),
    sa.Column("max_score", sa.Float),
    sa.Column("auto_score", sa.Float),
    sa.Column("manual_score", sa.Float),
    sa.Column("extra_credit", sa.Float),
    sa.Column("needs_manual_grade", sa.Boolean),
    sa.Column("auto_comment", sa.Text),
    sa.Column("manual_comment", sa.Text),
)

PAGES_DUE = _of_submissions("autograder_page", ())

CLASS = sa.Table(
    "autograder_class",
    OURS,
    sa.Column("name", sa.String(32), primary_key=True),
    _column("value", sa.Text),
)

STUDENT, ASSIGNMENT, NOTEBOOK = (t.__table__ for t in (api.Student, api.Assignment, api.Notebook))
SUBMISSION, HANDED = api.SubmittedAssignment.__table__, api.SubmittedNotebook.__table__
POINTS, COMMENT = api.Grade.__table__, api.Comment.__table__
CELL, GRADED_CELL = api.BaseCell.__table__, api.GradeCell.__table__
ANSWER_CELL, TASK_CELL = api.SolutionCell.__table__, api.TaskCell.__table__
SOURCE, COURSE = api.SourceCell.__table__, api.Course.__table__

HANDED_IN = SUBMISSION.join(ASSIGNMENT, ASSIGNMENT.c.id == SUBMISSION.c.assignment_id).join(
    HANDED, HANDED.c.assignment_id == SUBMISSION.c.id
)
"""What students handed in, with its lesson and its notebook."""

POINTS_OF_CELLS = HANDED_IN.join(POINTS, POINTS.c.notebook_id == HANDED.c.id).join(
    CELL, CELL.c.id == POINTS.c.cell_id
)
"""The points that were given, each with the cell that they are for."""


def insert(connection: sa.Connection, table: sa.Table, rows: list[dict]) -> None:
    """Insert rows, if there are any."""
    if rows:
        connection.execute(sa.insert(table), rows)
