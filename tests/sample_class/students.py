"""Who is in the class, and how each notebook differs from the one that was given out."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from autograder.classroom.build import compile_lesson
from autograder.classroom.course import ClassFolder, Lesson

from . import answers as wrote

LESSON = "02-filters"
QUESTION = "why-filters-share"
WORDS = (
    "The same edge can be anywhere in a photo, so one filter serves everywhere. With fewer weights."
)


@dataclass(frozen=True)
class Student:
    """One member of the class.

    Parameters
    ----------
    answers : dict
        Source of each exercise's cell by its id; what is missing stays as it was given out. The
        empty key stands for the lesson's own answers.
    words : str
        The answer to the written question.
    change : callable
        What else was done to the notebook before it was handed in.
    damage : callable
        What happened to the file's text on the way.
    """

    answers: dict[str, str] = field(default_factory=dict)
    words: str = ""
    change: Callable[[NotebookNode], None] = lambda notebook: None
    damage: Callable[[str], str] = lambda text: text


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


LESSONS_OWN = {"": "the lesson's own answers"}

CLASS = {
    "ada-okafor": Student(LESSONS_OWN, WORDS),
    "bruno-silva": Student(wrote.LOOPS, WORDS),
    "chen-wei": Student(wrote.WINDOWS, WORDS),
    "dana-petrova": Student(wrote.FOURIER, WORDS),
    "emil-larsen": Student(),
    "farah-haddad": Student(wrote.LOOPS | wrote.FLIPPED, WORDS),
    "goran-novak": Student(wrote.WINDOWS | wrote.SQUARE),
    "hana-sato": Student(wrote.WINDOWS | wrote.BIAS_INSIDE, WORDS),
    "ines-moreau": Student(wrote.LOOPS | wrote.ONE_IMAGE, WORDS),
    "jamal-brooks": Student(wrote.FOURIER | wrote.ALWAYS_BIAS),
    "katya-ivanova": Student(LESSONS_OWN | wrote.EXCHANGED, WORDS),
    "liam-murphy": Student(LESSONS_OWN | wrote.SYNTAX_ERROR, WORDS),
    "mia-fischer": Student(LESSONS_OWN | wrote.ENDLESS, WORDS),
    "noor-rahman": Student(LESSONS_OWN, WORDS, change=delete("conv2d-naive-test")),
    "oskar-lind": Student(LESSONS_OWN | wrote.NOISY, WORDS, change=add_cells),
    "pia-costa": Student(LESSONS_OWN, WORDS, damage=lambda text: text[: len(text) // 2]),
}


def write_class(folder: Path, lesson: Lesson) -> None:
    """Write what the class handed in to `folder/submitted/`."""
    compiled = compile_lesson(lesson)
    own = {cell.id: without_marks(cell.source) for cell in compiled.instructor.cells}
    for name, student in CLASS.items():
        notebook = copy.deepcopy(compiled.student)
        for cell in notebook.cells:
            if cell.id == QUESTION and student.words:
                cell.source = student.words
            elif cell.id in student.answers:
                cell.source = student.answers[cell.id]
            elif cell.metadata.get("nbgrader", {}).get("solution") and "" in student.answers:
                cell.source = own[cell.id] if cell.cell_type == "code" else cell.source
        student.change(notebook)
        path = ClassFolder(folder).submitted / name / lesson.name / f"{lesson.name}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(student.damage(nbformat.writes(notebook)), encoding="utf-8")


def without_marks(source: str) -> str:
    return "\n".join(line for line in source.splitlines() if "### " not in line)
