"""A learner's first hour in JupyterLab, in a real browser: wrong, helped, right, and remembered."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from autograder.exercises import find
from autograder.learning import record
from autograder.learning.progressing import standings
from autograder.learning.solutions import code_of

LESSON = "02-filters"
NOTEBOOK = Path(__file__).resolve().parents[2] / "notebooks" / LESSON / f"{LESSON}.ipynb"
FIRST = "cross-correlate2d"
KEPT = ("filters-setup", FIRST, f"{FIRST}-look", f"{FIRST}-check", "filters-progress")
"""The cells that the walk needs: with all of them the browser is slow."""

TOKEN = "walk"
PATIENCE = 240_000
"""Milliseconds for anything to appear, on a machine that is busy."""

FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]

RIGHT = code_of(find(FIRST))
FLIPPED = RIGHT.replace("* kernel)", "* kernel[::-1, ::-1])")


@pytest.fixture
def folder(tmp_path) -> Path:
    """A learner's course: one lesson, and a cell of the learner's own at its end."""
    lesson = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    lesson["cells"] = [cell for cell in lesson["cells"] if cell["id"] in KEPT]
    own = {"cell_type": "code", "id": "6f2b91aa", "metadata": {}, "outputs": []}
    lesson["cells"].append({**own, "execution_count": None, "source": "# mine"})
    place = tmp_path / "my-course" / LESSON
    place.mkdir(parents=True)
    (place / f"{LESSON}.ipynb").write_text(json.dumps(lesson), encoding="utf-8")
    return tmp_path / "my-course"


@pytest.fixture
def server(folder, tmp_path) -> Iterator[str]:
    """JupyterLab in the learner's course, with settings of its own; its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    home = {name: str(tmp_path / name) for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR")}
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1"]
    options = [f"--port={port}", f"--IdentityProvider.token={TOKEN}", "--ServerApp.port_retries=0"]
    log = (tmp_path / "lab.log").open("wb")
    with (
        log,
        subprocess.Popen(
            [*command, *options], cwd=folder, env={**os.environ, **home}, stdout=log, stderr=log
        ) as process,
    ):
        yield f"http://127.0.0.1:{port}"
        process.terminate()


@pytest.fixture
def page(server) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = browser.new_page(viewport={"width": 1200, "height": 1000})
        page.set_default_timeout(PATIENCE)
        yield page
        browser.close()


def open_lesson(page: Page, server: str) -> None:
    """Open the lesson; a server that has just started is asked until it answers."""
    request = page.context.request
    for _ in range(120):
        try:
            request.get(f"{server}/api?token={TOKEN}")
            break
        except Exception:
            page.wait_for_timeout(1000)
    page.goto(f"{server}/lab?token={TOKEN}")
    page.goto(f"{server}/lab/tree/{LESSON}/{LESSON}.ipynb?reset")
    page.locator(".jp-CodeCell").nth(len(KEPT)).wait_for()
    page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").first.wait_for()


def run(page: Page, number: int, text: str | None = None) -> None:
    """Run a code cell, with another text if one is given."""
    page.locator(".jp-CodeCell").nth(number).locator(".cm-content").click()
    if text is not None:
        page.keyboard.press("Control+a")
        page.keyboard.insert_text(text)
    page.keyboard.press("Control+Enter")


def see(page: Page, number: int, words: str) -> None:
    """Wait for words in a cell's output, be they text or what a picture shows."""
    output = page.locator(".jp-CodeCell").nth(number).locator(".jp-Cell-outputArea")
    output.locator(f':text("{words}"), img[alt*="{words}"]').first.wait_for()


def test_a_learner_is_told_the_mistake_helped_and_remembered(page, server, folder):
    setup, exercise, _, check, progress, own = range(len(KEPT) + 1)
    pictures = Path(os.environ.get("WALK_PICTURES", folder))
    open_lesson(page, server)
    run(page, setup)
    run(page, exercise, FLIPPED)
    run(page, check)
    see(page, check, "true convolution")
    page.screenshot(path=pictures / "mistake.png")
    run(page, own, f'from autograder import hint\nhint("{FIRST}")')
    see(page, own, f"Hint 1 of 3 for {FIRST}")
    page.screenshot(path=pictures / "hint.png")
    run(page, progress)
    see(page, progress, "0 of 8 checks passed")
    run(page, exercise, RIGHT)
    run(page, check)
    run(page, progress)
    see(page, progress, "1 of 8 checks passed")
    page.keyboard.press("Control+s")
    page.screenshot(path=pictures / "progress.png")
    for session in page.context.request.get(f"{server}/api/sessions?token={TOKEN}").json():
        page.context.request.delete(f"{server}/api/sessions/{session['id']}?token={TOKEN}")
    open_lesson(page, server)
    run(page, setup)
    run(page, progress)
    see(page, progress, "1 of 8 checks passed")
    assert standings(folder / record.FILE)[FIRST].passed
