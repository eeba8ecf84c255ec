"""One Chromium for all explorers, and pages that hold one each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from autograder.figures.explorers import document
from autograder.learning.exploring import given
from tests.chromium import chromium

ADDRESS = "https://explorer.example/"
"""Answered by the test itself: nothing leaves the machine."""

PATIENCE = 240_000
"""Milliseconds for anything to happen, on a machine that is busy."""

Opening = Callable[..., Page]


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def told() -> list[str]:
    """What pages asked of the network beyond themselves, and what went wrong in them."""
    return []


@pytest.fixture
def opened(browser, told) -> Iterator[Opening]:
    """Open an explorer: `opened("place-the-window", function, link="height=5", width=320)`."""
    contexts = []

    def open_page(name: str, function: Any = None, *, link: str = "", **options: Any) -> Page:
        size = {"width": options.pop("width", 900), "height": 800}
        contexts.append(browser.new_context(viewport=size, **options))
        page = contexts[-1].new_page()
        page.set_default_timeout(PATIENCE)
        listen(page, told)
        text = document(name, given(name, function))
        page.route("**/*", lambda route: route.fulfill(body=text, content_type="text/html"))
        page.goto(f"{ADDRESS}#{link}" if link else ADDRESS)
        page.locator("main h1").wait_for()
        return page

    yield open_page
    for context in contexts:
        context.close()


def listen(page: Page, told: list[str]) -> None:
    """Keep what a page asks for beside itself, and its errors."""
    page.on("console", lambda message: told.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: told.append(f"error: {error}"))
    page.on(
        "request",
        lambda request: None if request.url.startswith(ADDRESS) else told.append(request.url),
    )


@pytest.fixture
def module(browser) -> Iterator[Callable[[str], Page]]:
    """A page that holds a module's exports as `module`, to be asked for numbers."""
    context = browser.new_context()

    def load(text: str) -> Page:
        page = context.new_page()
        page.evaluate(
            """async (text) => {
              const file = new Blob([text], { type: "text/javascript" });
              window.module = await import(URL.createObjectURL(file));
            }""",
            text,
        )
        return page

    yield load
    context.close()
