"""The lessons as students get them: short cells, one shape, nothing that should not be there."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from statistics import median

import nbformat
import pytest
from nbformat import NotebookNode

from autograder.exercises import of_lesson

ROOT = Path(__file__).resolve().parents[2]
LESSONS = sorted(path.name for path in (ROOT / "notebooks").glob("[0-9]*"))

lessons = pytest.mark.parametrize("lesson", LESSONS)


@cache
def notebook(lesson: str) -> NotebookNode:
    return nbformat.read(ROOT / "notebooks" / lesson / f"{lesson}.ipynb", as_version=4)


def sources(lesson: str, cell_type: str) -> list[str]:
    return [cell.source for cell in notebook(lesson).cells if cell.cell_type == cell_type]


def headings(lesson: str) -> list[str]:
    text = "\n".join(sources(lesson, "markdown"))
    return re.findall(r"^#{1,6} +(.+)$", text, re.MULTILINE)


def words(lesson: str) -> list[int]:
    """Words of each text cell; a formula counts for the pieces it is written in."""
    return [len(source.split()) for source in sources(lesson, "markdown")]


def lines(lesson: str) -> list[int]:
    """Lines of each code cell; blank ones inside count, since a cell is as long as it looks."""
    return [len(source.splitlines()) for source in sources(lesson, "code")]


def test_every_source_has_its_notebook():
    assert sorted(path.parent.name for path in ROOT.glob("solutions/*/*.py")) == LESSONS


@lessons
def test_text_comes_in_short_cells(lesson):
    assert median(words(lesson)) <= 60
    assert max(words(lesson)) <= 150


@lessons
def test_code_comes_in_short_cells(lesson):
    assert median(lines(lesson)) <= 8
    assert max(lines(lesson)) <= 25


@lessons
def test_every_mistake_points_to_a_heading_already_read(lesson):
    read = {h for one in LESSONS if one <= lesson for h in headings(one)}
    for exercise in of_lesson(lesson):
        for mistake in exercise.mistakes:
            assert exercise.heading(mistake) in read, f"{exercise.id}, {mistake.name}"


@lessons
def test_a_lesson_opens_with_its_title(lesson):
    first = notebook(lesson).cells[0]
    assert first.cell_type == "markdown"
    assert first.source.startswith("# ")
    titles = re.findall(r"^# .+$", "\n".join(sources(lesson, "markdown")), re.MULTILINE)
    assert len(titles) == 1


def anchors(lesson: str) -> set[str]:
    """What a link to a heading of a lesson names, in JupyterLab."""
    return {heading.replace(" ", "-") for heading in headings(lesson)}


@lessons
def test_a_lesson_leads_to_its_neighbors_and_to_sections_that_there_are(lesson):
    text = "\n".join(sources(lesson, "markdown"))
    links = re.findall(r"\]\(\.\./([\w-]+)/([\w-]+)\.ipynb(?:#([^)]*))?\)", text)
    assert len(links) == text.count("](../")
    at = LESSONS.index(lesson)
    linked = {other for other, _, _ in links}
    assert {*LESSONS[max(at - 1, 0) : at], *LESSONS[at + 1 : at + 2]} <= linked
    for other, file, section in links:
        assert file == other
        assert not section or section in anchors(other), f"{other} has no section {section}"


@lessons
def test_a_lesson_ends_with_questions_more_to_do_and_progress(lesson):
    questions, own, progress = notebook(lesson).cells[-3:]
    assert questions.source.startswith("## Five questions to recall\n")
    assert re.findall(r"^(\d+)\. ", questions.source, re.MULTILINE) == list("12345")
    assert own.source.startswith("## On your own\n")
    assert progress.source == f'progress("{lesson}")'


@lessons
def test_a_lesson_has_one_written_question(lesson):
    written = [
        cell.cell_type
        for cell in notebook(lesson).cells
        if cell.metadata.get("nbgrader", {}).get("grade") and cell.metadata.nbgrader.solution
    ]
    assert written == ["markdown"]


@lessons
def test_no_answer_is_left_in_a_lesson(lesson):
    text = nbformat.writes(notebook(lesson))
    for mark in ("BEGIN SOLUTION", "END SOLUTION", "HIDDEN TESTS", "MARK SCHEME"):
        assert mark not in text
    assert "hidden=True" not in re.sub(r"\s", "", text)
    assert all(not cell.get("outputs") for cell in notebook(lesson).cells)


@lessons
def test_nothing_in_a_lesson_is_fetched(lesson):
    fetching = r"https?://|ftp://|urlopen|urllib|requests\.|urlretrieve|!\s*(pip|curl|wget)|%pip"
    # A comment may say how to install what is missing: it does nothing by itself.
    code = re.sub(r"^ *#.*$", "", "\n".join(sources(lesson, "code")), flags=re.MULTILINE)
    assert not re.search(fetching, code)
    # A page may be named in a text; a picture or a frame of one would be fetched when it is opened.
    text = "\n".join(sources(lesson, "markdown"))
    assert not re.search(r"!\[[^\]]*\]\((https?:)?//|<(img|script|iframe|link)\b", text)
