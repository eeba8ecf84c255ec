"""Pages to look things up in: exercises and mistakes, and a summary of each lesson.

All of it is made from the catalogue, the lessons' sources and `docs/`; nothing here is written
twice.
"""

from __future__ import annotations

import re
from pathlib import Path

from autograder.exercises import LESSONS, of_lesson
from autograder.lessons.files import write_aside

from .computed import computed
from .keeping import drawn
from .mistakes import exercise_page, index_page, lesson_page
from .searching import NAME, all_found, data, errors_page
from .summaries import sheet, sheets_page

__all__ = ["write_pages"]

COMPUTED = ("claims", "errata")
"""Guides with computations, which are run here: what stands on the page is what they give now."""

TO_LESSON = re.compile(r"\[(?P<words>[^]]*)\]\((?:\.\./)+lessons/(?P<lesson>[\w-]+)\.ipynb[^)]*\)")


def write_pages(folder: Path, answers: bool) -> None:
    """Write all pages of this kind, as MyST Markdown.

    Parameters
    ----------
    folder : Path
        Gets `mistakes/index.md`, `mistakes/errors.md`, an `index.md` and a page for each exercise
        in `mistakes/LESSON/`, `summaries/index.md` and `summaries/LESSON.md`, and in `static/` what
        is searched for mistakes. The guides with computations, where they are there already, get
        what these give.
    answers : bool
        Whether right answers stand on the pages, each behind "Try first".
    """
    found = list(all_found())
    write(folder, "mistakes/index.md", index_page(data(found)))
    write(folder, "mistakes/errors.md", errors_page(found))
    write_aside(folder / "static" / NAME, data(found))
    for lesson in LESSONS:
        for exercise in of_lesson(lesson):
            page = exercise_page(exercise, drawn(exercise), answers)
            write(folder, f"mistakes/{lesson}/{exercise.id}.md", page)
        write(folder, f"mistakes/{lesson}/index.md", lesson_page(lesson))
        write(folder, f"summaries/{lesson}.md", sheet(lesson))
    write(folder, "summaries/index.md", sheets_page())
    for page in sorted((folder / "guides").glob("*.md")):
        if page.stem in COMPUTED:
            write_aside(page, computed(page.read_text(encoding="utf-8")))


def write(folder: Path, name: str, text: str) -> None:
    """Write a page; a link to a lesson that is not among the pages keeps its words alone."""

    def linked(found: re.Match) -> str:
        there = (folder / "lessons" / f"{found['lesson']}.ipynb").is_file()
        return found[0] if there else found["words"]

    write_aside(folder / name, TO_LESSON.sub(linked, text))
