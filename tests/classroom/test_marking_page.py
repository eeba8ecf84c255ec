"""The page of `mark` in Chromium: by keyboard alone, and what it writes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from autograder.classroom.folder import ClassFolder
from autograder.classroom.gradebook import ClassGradebook
from autograder.lessons.course import Lesson
from tests.accessibility import serious_faults
from tests.chromium import chromium

from .test_marking import folder, served

__all__ = ["folder"]  # a fixture

MINUTES = 3 * 60_000


@pytest.fixture(scope="module")
def browser():
    with chromium() as browser:
        yield browser


def saved(page: Page, number: int) -> None:
    page.locator(f"#answer-{number} .said", has_text="Saved.").wait_for()


def opened(browser: Browser, url: str, told: list[str]) -> Page:
    page = browser.new_page(viewport={"width": 320, "height": 700}, color_scheme="dark")
    page.set_default_timeout(MINUTES)
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    page.goto(url)
    return page


def test_a_class_is_marked_by_keyboard(lesson: Lesson, folder: ClassFolder, browser: Browser):
    told: list[str] = []
    with served(lesson, folder) as server:
        order = server.marking._order
        page = opened(browser, server.url, told)
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= 320
        first = page.evaluate("document.activeElement.id").removeprefix("answer-")
        number = int(first)
        page.keyboard.press("1")
        page.keyboard.press("c")
        page.keyboard.type("Well said, 1.")
        page.keyboard.press("Escape")
        page.keyboard.press("Enter")
        saved(page, number)
        following = min(number + 1, len(order) - 1)
        assert page.evaluate("document.activeElement.id") == f"answer-{following}"
        kept = page.locator(f"#answer-{number} .kept button")
        assert kept.all_inner_texts() == ["Well said, 1."]
        page.locator(f"#points-{number}").fill("9")
        page.locator(f"#answer-{number}").get_by_text("Save, next").click()
        said = page.locator(f"#answer-{number} .said")
        assert said.inner_text() == "This question has from 0 to 2 points."
        if place := os.environ.get("SHOTS"):
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)
                for wide in (1200, 320):
                    page.set_viewport_size({"width": wide, "height": 900})
                    page.screenshot(path=Path(place, f"mark-{scheme}-{wide}.png"))
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert serious_faults(page) == [], scheme
        page.close()
    assert told == []
    with ClassGradebook(folder) as book:
        row = book.marks(lesson, "why-small")[order[number]]
    assert (row.points, row.comment, row.to_mark) == (2.0, "Well said, 1.", False)
