"""What there is to compare: what students wrote, what the lesson gives, how many write."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from nbformat import NotebookNode

from autograder.classroom.folder import ClassFolder
from autograder.classroom.submissions import read_submission
from autograder.lessons.compiling import Compiled
from autograder.lessons.course import Lesson
from autograder.running.handed_in import Submission

from .pairs import Work


def works_of(
    folder: ClassFolder, lesson: Lesson, compiled: Compiled, students: Iterable[str]
) -> Iterator[Work | Submission]:
    """What each student wrote; a submission that cannot be read, as it is."""
    given = {"".join(cell.source).strip() for cell in compiled.student.cells}
    for student in students:
        submission = read_submission(folder, lesson, student)
        yield submission if submission.unreadable else _own(submission, given)


def _own(submission: Submission, given: set[str]) -> Work:
    """What a student wrote: the cells that are not as the lesson gave them."""
    work = Work(submission.student, {}, {})
    for cell in submission.cells:
        if cell.source.strip() and cell.source.strip() not in given:
            name = next(iter(cell.ids), "") or f"cell {cell.number}"
            cells = work.code if cell.cell_type == "code" else work.words
            cells[name] = cell.source  # type: ignore[index]
    return work


def known_works(lesson: Lesson, compiled: Compiled) -> Iterator[Work]:
    """What is nobody's own: the lesson as given out, its answers, and ways that many write."""
    for notebook in (compiled.student, compiled.instructor):
        yield _of_notebook(notebook)
    bank = bank_of(lesson)
    if bank.is_file():
        yield Work("", {"": bank.read_text(encoding="utf-8")})


def bank_of(lesson: Lesson) -> Path:
    """Where a course keeps right answers in other ways of writing."""
    folder = f"lesson_{lesson.name.replace('-', '_')}"
    return lesson.root / "tests" / "lessons" / folder / "right.py"


def _of_notebook(notebook: NotebookNode) -> Work:
    texts: dict[str, dict[str, str]] = {"code": {}, "markdown": {}}
    for cell in notebook.cells:
        texts.setdefault(cell.cell_type, {})[cell.id] = "".join(cell.source)
    return Work("", texts["code"], texts["markdown"])
