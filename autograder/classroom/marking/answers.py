"""The answers to one question, and the marks that a person gives them: in nbgrader's own rows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from autograder.classroom.gradebook import ClassGradebook
from autograder.classroom.gradebook.files import executed_notebook
from autograder.classroom.gradebook.marking import MarkRow
from autograder.lessons.course import Lesson
from autograder.lessons.errors import ClassroomError

from .scheme import Question

MOST_COMMENT = 10_000
"""Characters."""


@dataclass(frozen=True)
class Answer:
    """One answer: its text, and what a person gave for it; `points` is None before that."""

    text: str
    points: float | None
    comment: str
    to_mark: bool

    def as_json(self) -> dict:
        """As plain data."""
        return asdict(self)


class Marking:
    """The answers of a class to one question, in an order that says nothing of who wrote them.

    Raises
    ------
    ClassroomError
        If nobody has an answer to it graded.
    """

    def __init__(self, book: ClassGradebook, lesson: Lesson, question: Question) -> None:
        self.book, self.lesson, self.question = book, lesson, question
        seed = book.class_seed()
        rows = self._rows()
        if not rows:
            raise ClassroomError(
                f"Nobody has an answer to {question.id} yet: "
                f"run `autograder grade {lesson.name}` first."
            )
        self._order = sorted(rows, key=lambda name: _mixed(f"{seed} {question.id} {name}"))

    def _rows(self) -> dict[str, MarkRow]:
        return self.book.marks(self.lesson, self.question.id)

    def answers(self) -> list[Answer]:
        """All answers; those of students who have gone meanwhile are empty."""
        rows = self._rows()
        return [self._answer(student, rows.get(student)) for student in self._order]

    def _answer(self, student: str, row: MarkRow | None) -> Answer:
        text = _text(executed_notebook(self.book.folder, self.lesson, student), self.question.id)
        if row is None:
            return Answer(text, None, "", False)
        return Answer(text, row.points, row.comment, row.to_mark)

    def comments(self) -> list[str]:
        """Comments that were given for this question, the most frequent first."""
        given = [row.comment for row in self._rows().values() if row.comment]
        return sorted(set(given), key=lambda text: (-given.count(text), text))

    def mark(self, number: int, points: object, comment: object, before: object) -> Answer:
        """Record what a person gives for an answer, as Formgrader would.

        Parameters
        ----------
        number : int
            The answer's place in `answers`.
        points : float or None
            None takes a mark back.
        comment : str
        before : list
            The points and the comment that the person saw.

        Raises
        ------
        ClassroomError
            If there is no such answer, no such mark, or another has marked it meanwhile.
        """
        if not isinstance(number, int) or not 0 <= number < len(self._order):
            raise ClassroomError("There is no such answer: load the page again.")
        given = _points(points, self.question.points)
        if not isinstance(comment, str) or len(comment) > MOST_COMMENT:
            raise ClassroomError(f"A comment is a text of {MOST_COMMENT:,} characters at most.")
        student = self._order[number]
        row = self._rows().get(student)
        if row is None or [row.points, row.comment] != before:
            raise ClassroomError(
                "Somebody else has marked this answer meanwhile: load the page again to see it."
            )
        self.book.write_mark(self.lesson, row, given, comment.strip())
        return self._answer(student, self._rows().get(student))


def _points(said: object, most: float) -> float | None:
    if said is None:
        return None
    if isinstance(said, bool) or not isinstance(said, int | float) or not 0 <= said <= most:
        raise ClassroomError(f"This question has from 0 to {most:g} points.")
    return float(said)


def _mixed(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()


def _text(file: Path, question: str) -> str:
    """What a student wrote, as it was graded."""
    return next(_texts(file, question), "")


def _texts(file: Path, question: str) -> Iterator[str]:
    try:
        cells = json.loads(file.read_text(encoding="utf-8"))["cells"]
    except (OSError, ValueError, KeyError, TypeError):
        return
    for cell in cells:
        if cell.get("id") == question:
            yield "".join(cell.get("source", ""))
