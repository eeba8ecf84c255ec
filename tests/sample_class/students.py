"""What it takes to describe a class: who hands in what, and what must come of it."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from autograder.classroom.folder import ClassFolder
from autograder.lessons.compiling import compile_lesson
from autograder.lessons.course import Lesson
from autograder.lessons.roles import role_of
from autograder.lessons.written import Written, WrittenFiles

LESSONS_OWN = {"": "the lesson's own answers"}
"""Answers of a student who wrote what the lesson's author wrote, but for what is added to them."""


def blank(*exercises: str) -> dict[str, None]:
    """Answers that were never begun: `LESSONS_OWN | blank("relu")`."""
    return dict.fromkeys(exercises)


@dataclass(frozen=True)
class Student:
    """One member of the class, and how the notebook differs from the one that was given out.

    Parameters
    ----------
    answers : dict
        Source of each exercise's cell by its id; what is missing or None stays as it was given
        out. The empty key stands for the lesson's own answers.
    words : str
        The answer to the written question.
    change : callable
        What else was done to the notebook before it was handed in.
    damage : callable
        What happened to the file's text on the way.
    """

    answers: Mapping[str, str | None] = field(default_factory=dict)
    words: str = ""
    change: Callable[[NotebookNode], None] = lambda notebook: None
    damage: Callable[[str], str] = lambda text: text

    def answer(self, exercise: str, own: str) -> str | None:
        """The source of an exercise's cell, where the lesson's own answer is `own`."""
        return self.answers.get(exercise, own if "" in self.answers else None)


@dataclass(frozen=True)
class Assignment:
    """One lesson, handed in by a class.

    Parameters
    ----------
    students : dict
        Who handed in, by name.
    points : str
        The grades they must get: a table with the exercises in its first line, by the beginning of
        their ids, in the lesson's order. An exercise that nobody answers in a way of their own
        needs no column: who has the lesson's answer gets all its points, who has none gets none.
    feedback : dict
        What a student reads in the page that comes back.
    looks : tuple of str
        Whose work needs a look; all others' needs none.
    unread : tuple of str
        Whose words to the written question nobody gets to read.
    """

    students: Mapping[str, Student]
    points: str
    feedback: Mapping[str, str]
    looks: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()

    def expected(self, worth: Mapping[str, float]) -> dict[str, dict[str, float]]:
        """The points of every student for the lesson's exercises, each of which is worth some."""
        by_hand = self._by_hand(list(worth))
        return {name: self._plain(name, worth) | by_hand.get(name, {}) for name in self.students}

    def columns(self, exercises: Sequence[str]) -> list[str]:
        """The exercises that have a column, of all that the lesson asks, in order."""
        left = iter(exercises)
        found = (
            next((exercise for exercise in left if exercise.startswith(begin)), begin)
            for begin in self._table()[0]
        )
        return list(found)

    def in_ways_of_their_own(self, exercise: str) -> list[str]:
        """Who answers an exercise in other words than the lesson does."""
        return [name for name, student in self.students.items() if student.answers.get(exercise)]

    def _table(self) -> list[list[str]]:
        return [line.split() for line in self.points.strip("\n").splitlines()]

    def _by_hand(self, exercises: Sequence[str]) -> dict[str, dict[str, float]]:
        columns = self.columns(exercises)
        return {
            name: dict(zip(columns, map(float, points), strict=True))
            for name, *points in self._table()[1:]
        }

    def _plain(self, name: str, worth: Mapping[str, float]) -> dict[str, float]:
        """All points for the lesson's own answers, and none for what was not begun."""
        student = self.students[name]
        return {
            exercise: points * (name not in self.unread and bool(student.answer(exercise, "own")))
            for exercise, points in worth.items()
        }

    def to_mark(self) -> set[str]:
        """Whose answer to the written question waits for somebody to read it."""
        wrote = {name for name, student in self.students.items() if student.words}
        return wrote.difference(self.unread)


def delete(*names: str) -> Callable[[NotebookNode], None]:
    def change(notebook: NotebookNode) -> None:
        notebook.cells = [cell for cell in notebook.cells if cell.id not in names]

    return change


def add_cells(notebook: NotebookNode) -> None:
    """Notes, a helper and an experiment of the student's own."""
    middle = len(notebook.cells) // 2
    notebook.cells.insert(middle, new_code_cell("import sys\nprint('check', file=sys.stderr)"))
    notebook.cells.insert(1, new_markdown_cell("Reminder: hand in by Friday"))
    notebook.cells.append(new_code_cell("cross_correlate2d(np.eye(5), np.eye(2)).shape"))


def cut_in_half(text: str) -> str:
    return text[: len(text) // 2]


def write_submissions(folder: Path, lesson: Lesson, assignment: Assignment) -> Written:
    """Write what the class handed in for one lesson to `folder/submitted/`."""
    files = WrittenFiles(folder, folder / ".written" / f"{lesson.name}.json")
    compiled = compile_lesson(lesson)
    own = {cell.id: without_marks(cell.source) for cell in compiled.instructor.cells}
    for name, student in assignment.students.items():
        notebook = copy.deepcopy(compiled.student)
        for cell in notebook.cells:
            if role_of(cell) == "exercise":
                cell.source = student.answer(cell.id, own[cell.id]) or cell.source
            elif role_of(cell) == "question":
                cell.source = student.words or cell.source
        student.change(notebook)
        path = ClassFolder(folder).submitted / name / lesson.name / f"{lesson.name}.ipynb"
        files.write(path, student.damage(nbformat.writes(notebook)).encode(), keep_in=folder)
    return files.save()


def without_marks(source: str) -> str:
    return "\n".join(line for line in source.splitlines() if "### " not in line)
