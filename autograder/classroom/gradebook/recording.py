"""Recording what came of submissions, by nbgrader's own rules."""

from __future__ import annotations

import json
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import sqlalchemy as sa

from autograder.lessons.course import Lesson
from autograder.lessons.roles import exercise_of
from autograder.running.grade_submission import Graded
from autograder.running.handed_in import Submission
from autograder.running.page import NO_ANSWER

from .answers import answers_in, known_answers
from .attempts import keep_points, note_attempt
from .ids import Ids
from .reading import marked_by_hand
from .submissions import make_submissions
from .tables import (
    ANSWERS,
    COMMENT,
    EXERCISES,
    HANDED,
    PAGES_DUE,
    POINTS,
    RUNS,
    SUBMISSION,
    VERDICTS,
    insert,
)


@dataclass(frozen=True)
class Result:
    """A submission and what came of it, ready to be recorded.

    Parameters
    ----------
    submission : Submission
    digest : str
        Of what was handed in, and of what it was run with.
    graded : Graded
    exercises : mapping
        Digests of what the verdicts rest on, by exercise.
    untouched : container of str
        Exercises of which nothing has changed since they were last graded: their points stay.
    """

    submission: Submission
    digest: str
    graded: Graded
    exercises: Mapping[str, str] = field(default_factory=dict)
    untouched: Container[str] = ()

    @cached_property
    def answers(self) -> dict[str, str]:
        """For every graded cell, a digest of the answer that it is about."""
        return answers_in(self.graded)


@dataclass(frozen=True)
class Marks:
    """What nbgrader knows of one graded cell of one student."""

    auto_score: float | None = None
    manual_score: float | None = None
    extra_credit: float | None = None
    needs_manual_grade: bool = True

    @property
    def score(self) -> float:
        """As nbgrader counts it."""
        given = self.auto_score if self.manual_score is None else self.manual_score
        return 0.0 if given is None else given + (self.extra_credit or 0.0)


def record_results(
    connection: sa.Connection, lesson: Lesson, ids: Ids, results: Sequence[Result]
) -> None:
    """Record the points of submissions, and what was graded."""
    names = [result.submission.student for result in results]
    before = _Before.read(connection, lesson, ids, names)
    unchanged = [r.submission.student for r in results if before.is_same(r)]
    keep_points(connection, lesson, before.totals(), unchanged)
    known = make_submissions(connection, ids, [result.submission for result in results])
    moved = set()
    for result in results:
        student = result.submission.student
        marks = before.marks_now(result)
        _set_points(connection, ids, known[student], marks)
        _set_comments(connection, ids, known[student], result.graded)
        note_attempt(
            connection, lesson, result.submission, sum(one.score for one in marks.values())
        )
        if any(marks[name].auto_score != points for name, points in result.graded.points.items()):
            moved.add(student)
    for table, rows in (
        (RUNS, [run_row(lesson, result) for result in results]),
        (EXERCISES, _exercise_rows(lesson, results)),
        (VERDICTS, _verdict_rows(lesson, results)),
    ):
        replace_rows(connection, table, lesson, names, rows)
    answers = before.answer_rows(lesson, results)
    _forget_answers(connection, lesson, names, sorted({row["cell"] for row in answers}))
    insert(connection, ANSWERS, answers)
    # The page that was made with the run lacks what a person gave, and shows what did not count.
    marked = marked_by_hand(connection, lesson, names) | moved
    rows = [{"student": name, "lesson": lesson.name} for name in sorted(marked)]
    replace_rows(connection, PAGES_DUE, lesson, names, rows)


@dataclass(frozen=True)
class _Before:
    """What was recorded for some students, before something else is."""

    marks: Mapping[tuple[str, str], Marks]
    answers: Mapping[tuple[str, str], sa.Row]
    runs: Mapping[str, str]

    @classmethod
    def read(cls, connection: sa.Connection, lesson: Lesson, ids: Ids, names: list[str]) -> _Before:
        cells = {number: name for name, number in ids.graded.items()}
        query = (
            sa.select(
                SUBMISSION.c.student_id,
                POINTS.c.cell_id,
                POINTS.c.auto_score,
                POINTS.c.manual_score,
                POINTS.c.extra_credit,
                POINTS.c.needs_manual_grade,
            )
            .join(HANDED, HANDED.c.assignment_id == SUBMISSION.c.id)
            .join(POINTS, POINTS.c.notebook_id == HANDED.c.id)
            .where(
                SUBMISSION.c.assignment_id == ids.assignment,
                SUBMISSION.c.student_id.in_(names),
                POINTS.c.cell_id.in_(list(cells)),
            )
        )
        runs = connection.execute(
            sa.select(RUNS.c.student, RUNS.c.digest).where(
                RUNS.c.lesson == lesson.name, RUNS.c.student.in_(names)
            )
        )
        marks = {
            (student, cells[cell]): Marks(*row) for student, cell, *row in connection.execute(query)
        }
        return cls(marks, known_answers(connection, lesson, names), dict(map(tuple, runs)))

    def is_same(self, result: Result) -> bool:
        """Whether a submission is the one that was graded last, run with the same."""
        return self.runs.get(result.submission.student) == result.digest

    def totals(self) -> dict[str, float]:
        """The points by student, of those who have been graded."""
        found: dict[str, float] = {}
        for (student, _), marks in self.marks.items():
            if student in self.runs:
                found[student] = found.get(student, 0.0) + marks.score
        return found

    def marks_now(self, result: Result) -> dict[str, Marks]:
        """What every graded cell has now: what a person gave stands."""
        student = result.submission.student
        return {
            name: self._now(student, name, points, result)
            for name, points in result.graded.points.items()
        }

    def _now(self, student: str, name: str, points: float | None, result: Result) -> Marks:
        was = self.marks.get((student, name), Marks())
        if exercise_of(name) in result.untouched and was.auto_score is not None:
            points = was.auto_score
        waits = points is None
        if was.manual_score is not None:
            waits = self._marked(student, name, result) != result.answers[name]
        return Marks(points, was.manual_score, was.extra_credit, waits)

    def _marked(self, student: str, name: str, result: Result) -> str | None:
        """The digest of the answer that a person has marked; `None` if it is not known."""
        was = self.marks.get((student, name), Marks())
        row = self.answers.get((student, name))
        if was.manual_score is None:
            return None
        if was.needs_manual_grade:
            return row.marked if row else None
        if row:
            return row.digest
        return result.answers[name] if self.is_same(result) else None

    def answer_rows(self, lesson: Lesson, results: Iterable[Result]) -> list[dict]:
        """The rows of `autograder_answer` for these submissions."""
        return [
            {
                "student": result.submission.student,
                "lesson": lesson.name,
                "cell": name,
                "digest": answer,
                "marked": self._marked(result.submission.student, name, result),
            }
            for result in results
            for name, answer in result.answers.items()
        ]


def replace_rows(
    connection: sa.Connection,
    table: sa.Table,
    lesson: Lesson,
    names: Sequence[str],
    rows: list[dict],
) -> None:
    """Put rows in place of all those that a table of ours has for these students."""
    connection.execute(
        sa.delete(table).where(table.c.lesson == lesson.name, table.c.student.in_(names))
    )
    insert(connection, table, rows)


def _forget_answers(
    connection: sa.Connection, lesson: Lesson, names: Sequence[str], cells: list[str]
) -> None:
    """Make room for answers; those of cells that the lesson has no more stay, to come back."""
    here = sa.and_(ANSWERS.c.lesson == lesson.name, ANSWERS.c.student.in_(names))
    connection.execute(sa.delete(ANSWERS).where(here, ANSWERS.c.cell.in_(cells)))


def run_row(lesson: Lesson, result: Result) -> dict:
    """The row of `autograder_run` for a submission."""
    seconds = result.graded.phases.get("run")
    return {
        "student": result.submission.student,
        "lesson": lesson.name,
        "digest": result.digest,
        "seed": result.graded.seed,
        "seconds": None if seconds is None else round(seconds, 2),
        "looks": json.dumps(result.graded.looks),
    }


def _verdict_rows(lesson: Lesson, results: Sequence[Result]) -> list[dict]:
    return [
        {"student": result.submission.student, "lesson": lesson.name, **verdict}
        for result in results
        for verdict in result.graded.verdicts
    ]


def _exercise_rows(lesson: Lesson, results: Sequence[Result]) -> list[dict]:
    return [
        {
            "student": result.submission.student,
            "lesson": lesson.name,
            "exercise": exercise,
            "digest": digest,
        }
        for result in results
        for exercise, digest in result.exercises.items()
    ]


def _set_points(
    connection: sa.Connection, ids: Ids, handed: str, marks: Mapping[str, Marks]
) -> None:
    connection.execute(
        sa.update(POINTS)
        .where(POINTS.c.notebook_id == handed, POINTS.c.cell_id == sa.bindparam("cell"))
        .values(auto_score=sa.bindparam("points"), needs_manual_grade=sa.bindparam("waits")),
        [
            {
                "cell": number,
                "points": marks[name].auto_score,
                "waits": marks[name].needs_manual_grade,
            }
            for name, number in ids.graded.items()
        ],
    )


def _set_comments(connection: sa.Connection, ids: Ids, handed: str, graded: Graded) -> None:
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
