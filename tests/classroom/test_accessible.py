"""Every page of the grading day, as axe-core sees it: light, dark and on a phone."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_output
from playwright.sync_api import Browser, Page

from autograder.classroom.class_page import class_page
from autograder.classroom.dispute_report import dispute_page
from autograder.classroom.folder import ClassFolder
from autograder.classroom.similarity import Work, similar_pairs
from autograder.classroom.similarity.page import pairs_page
from autograder.classroom.term_page import term_page
from autograder.exercises import find
from autograder.judging import judge
from autograder.lessons.course import Course, Lesson
from autograder.running.page import page_of
from tests.accessibility import serious_faults
from tests.chromium import chromium

from .test_class_page import GRADES, TERM, WRONG
from .test_dispute import dispute, folder
from .test_marking_page import MINUTES
from .test_similarity import LONG, OTHERS, renamed

__all__ = ["folder"]  # a fixture

SHOTS = os.environ.get("SHOTS")
"""A folder for pictures of all pages, to be looked at."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


def of_a_dispute(lesson: Lesson, folder: ClassFolder) -> str:
    return dispute_page(dispute(lesson, folder, "student-0001"), lesson.name)


def of_pairs(*_: object) -> str:
    works = [Work("ada", {"long": LONG, "short": OTHERS[0]}), Work("bob", {"mine": renamed(LONG)})]
    works += [Work("cleo", {"a": OTHERS[0]}), Work("dan", {"b": OTHERS[0]})]
    pairs = similar_pairs(works)
    assert pairs
    return pairs_page("02-filters", pairs, len(works))


def of_a_student(*_: object) -> str:
    """A page with a named mistake and its picture, full points, none, and a mark to come."""
    lesson = Course.find().lesson("02-filters")
    notebook = nbformat.read(lesson.student, as_version=4)
    verdict = judge("convolve2d", find("convolve2d").mistakes[0].answer)
    shown = verdict._repr_mimebundle_()
    points = {}
    for number, cell in enumerate(notebook.cells):
        if cell.id == "convolve2d-check":
            cell.outputs = [new_output("display_data", shown)]
        if cell.metadata.get("nbgrader", {}).get("grade"):
            most = cell.metadata.nbgrader.points
            points[cell.id] = (0.0, most, most / 2)[number % 3]
    points["why-filters-share"] = None
    return page_of(notebook, lesson.name, "ada", points, ["edge-filters"])


PAGES = {
    "report": lambda *_: class_page("02-filters", GRADES, WRONG, ["zoe"]),
    "term": lambda *_: term_page(TERM),
    "dispute": of_a_dispute,
    "pairs": of_pairs,
    "student": of_a_student,
}

WAYS = [("light", 1200), ("dark", 1200), ("light", 320), ("dark", 320)]


def opened(browser: Browser, path: Path, told: list[str]) -> Page:
    page = browser.new_page()
    page.set_default_timeout(MINUTES)
    page.on("console", lambda message: told.append(message.text))
    page.on("request", lambda one: told.append(one.url) if one.url.startswith("http") else None)
    page.goto(path.as_uri())
    return page


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_no_serious_fault_in_any_light_or_width(name, lesson, folder, tmp_path, browser):
    file, told = tmp_path / "page.html", []
    file.write_text(PAGES[name](lesson, folder), encoding="utf-8")
    page = opened(browser, file, told)
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    for scheme, wide in WAYS:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": wide, "height": 900})
        if SHOTS:
            page.screenshot(path=Path(SHOTS, f"{name}-{scheme}-{wide}.png"), full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= wide, (scheme, wide)
        assert serious_faults(page) == [], (scheme, wide)
    page.close()
    assert told == [], json.dumps(told)
