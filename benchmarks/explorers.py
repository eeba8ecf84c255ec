"""The explorers in Chromium: how much they weigh, and how long one waits for them."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Browser, Page

from autograder.figures.explorers import EXPLORERS, document
from autograder.learning.exploring import given
from tests.chromium import chromium

from .measure import table

ADDRESS = "https://explorer.example/"
OPENINGS = 11
CHANGES = 500

CHANGE = """async (count) => {
  const buttons = [...document.querySelectorAll(".stepper button")]
    .filter((button) => button.offsetParent);
  const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  const times = [];
  for (let i = 0; i < count; i++) {
    const button = buttons[(7 * i) % buttons.length];
    await frame();
    const start = performance.now();
    button.click();
    document.body.getBoundingClientRect();
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[Math.floor(0.95 * count)];
}"""
"""Press the buttons of the fields one after the other; the time until a change is laid out."""

PAINTED = """() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? null"""


def main() -> str:
    """Measure each explorer."""
    with chromium() as browser:
        rows = [measured(browser, name) for name in EXPLORERS]
    return table(rows)


def measured(browser: Browser, name: str) -> dict[str, Any]:
    """One explorer: its size, its first paint, and its changes."""
    firsts = sorted(first_paint(browser, name) for _ in range(OPENINGS))
    page, asked = opened(browser, name, open=True)
    change = page.evaluate(CHANGE, CHANGES)
    page.close()
    return {
        "explorer": name,
        "KB without data": len(document(name).encode()) / 1000,
        "first paint, ms (bar 200)": firsts[len(firsts) // 2],
        f"change, ms, 95 % of {CHANGES} (bar 50)": change,
        "requests and errors": len(asked),
    }


def first_paint(browser: Browser, name: str) -> float:
    """Milliseconds from the request to the first content that is seen."""
    page, _ = opened(browser, name)
    page.wait_for_function(f"({PAINTED})() !== null")
    time = page.evaluate(PAINTED)
    page.close()
    return time


def opened(browser: Browser, name: str, **data: Any) -> tuple[Page, list[str]]:
    """A page that holds an explorer, and what it asks for or complains about."""
    page, asked = browser.new_page(), []
    text = document(name, {**given(name), **data})
    page.route("**/*", lambda route: route.fulfill(body=text, content_type="text/html"))
    page.on("console", lambda message: asked.append(message.text))
    page.on("pageerror", lambda error: asked.append(str(error)))
    page.on("request", lambda each: each.url == ADDRESS or asked.append(each.url))
    page.goto(ADDRESS)
    return page, asked
