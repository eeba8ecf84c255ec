"""Pages to look things up in: exercises and mistakes, and a summary of each lesson.

All of it is made from the catalogue, the lessons' sources and `docs/`; nothing here is written
twice.
"""

from __future__ import annotations

from pathlib import Path

from autograder.exercises import LESSONS, of_lesson
from autograder.lessons.files import write_aside

from .keeping import drawn
from .mistakes import exercise_page, index_page
from .summaries import sheet, sheets_page

__all__ = ["write_pages"]


def write_pages(folder: Path, answers: bool) -> None:
    """Write all pages of this kind, as MyST Markdown.

    Parameters
    ----------
    folder : Path
        Gets `mistakes/index.md`, `mistakes/LESSON/EXERCISE.md`, `summaries/index.md` and
        `summaries/LESSON.md`.
    answers : bool
        Whether right answers stand on the pages, each behind "Try first".
    """
    write(folder / "mistakes" / "index.md", index_page())
    for lesson in LESSONS:
        for exercise in of_lesson(lesson):
            path = folder / "mistakes" / lesson / f"{exercise.id}.md"
            write(path, exercise_page(exercise, drawn(exercise), answers))
        write(folder / "summaries" / f"{lesson}.md", sheet(lesson))
    write(folder / "summaries" / "index.md", sheets_page())


def write(path: Path, text: str) -> None:
    """Write a page, and leave one alone that says the same: what is made of it stays as it is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_aside(path, text)
