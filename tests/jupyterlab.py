"""JupyterLab in Chromium, as a learner has it: opened, run cell by cell, and looked at."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Locator, Page

from tests import SOONER
from tests.chromium import chromium

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"

TOKEN = "walk"

PATIENCE = 240_000
"""Milliseconds for anything to appear, on a machine that is busy."""

KERNEL_IS_READY = """() => {
  const kernel = window.jupyterapp?.shell?.currentWidget?.sessionContext?.session?.kernel;
  return kernel?.connectionStatus === "connected" && kernel.status === "idle";
}"""
"""What is run before that is dropped without a word."""


def code_cells(lesson: str) -> list[dict]:
    """A lesson's code cells, as a learner gets them."""
    text = (NOTEBOOKS / lesson / f"{lesson}.ipynb").read_text(encoding="utf-8")
    return [cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"]


def write_course(place: Path, lesson: str, cells: list[dict]) -> Path:
    """A learner's course of one lesson, with these cells only and one of the learner's own."""
    file = NOTEBOOKS / lesson / f"{lesson}.ipynb"
    own = {"cell_type": "code", "id": "6f2b91aa", "metadata": {}, "outputs": []}
    own |= {"execution_count": None, "source": "# mine"}
    notebook = json.loads(file.read_text(encoding="utf-8")) | {"cells": [*cells, own]}
    folder = place / "my-course"
    (folder / lesson).mkdir(parents=True)
    (folder / lesson / file.name).write_text(json.dumps(notebook), encoding="utf-8")
    return folder


@contextmanager
def served(folder: Path, settings: Path) -> Iterator[str]:
    """JupyterLab in a folder, with settings of its own; its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    home = {name: str(settings / name) for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR")}
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1"]
    options = [
        "--expose-app-in-browser",
        f"--port={port}",
        f"--IdentityProvider.token={TOKEN}",
        "--ServerApp.port_retries=0",
    ]
    environment = {**os.environ, **SOONER, **home}
    with (
        (settings / "lab.log").open("wb") as log,
        subprocess.Popen(
            [*command, *options], cwd=folder, env=environment, stdout=log, stderr=log
        ) as process,
    ):
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


@contextmanager
def opened() -> Iterator[Page]:
    """A page of Chromium that waits long enough."""
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 1200, "height": 1000})
        page.set_default_timeout(PATIENCE)
        yield page


def open_lesson(page: Page, server: str, lesson: str, cells: int) -> None:
    """Open a lesson of so many code cells, as soon as the server answers."""
    request = page.context.request
    for _ in range(120):
        try:
            request.get(f"{server}/api?token={TOKEN}")
            break
        except Exception:
            page.wait_for_timeout(1000)
    page.goto(f"{server}/lab?token={TOKEN}")
    page.goto(f"{server}/lab/tree/{lesson}/{lesson}.ipynb?reset")
    page.locator(".jp-CodeCell").nth(cells - 1).wait_for()
    page.wait_for_function(KERNEL_IS_READY)


def stop_kernels(page: Page, server: str) -> None:
    """End what runs, as whoever closes a notebook and shuts it down."""
    for session in page.context.request.get(f"{server}/api/sessions?token={TOKEN}").json():
        page.context.request.delete(f"{server}/api/sessions/{session['id']}?token={TOKEN}")


def run(page: Page, number: int, text: str | None = None) -> None:
    """Run a code cell, with another text if one is given."""
    page.locator(".jp-CodeCell").nth(number).locator(".cm-content").click()
    if text is not None:
        page.keyboard.press("Control+a")
        page.keyboard.insert_text(text)
    page.keyboard.press("Control+Enter")


def output(page: Page, number: int) -> Locator:
    """What stands below a code cell."""
    return page.locator(".jp-CodeCell").nth(number).locator(".jp-Cell-outputArea")


def see(page: Page, number: int, words: str) -> None:
    """Wait for words in a cell's output, be they text or what a picture shows."""
    output(page, number).locator(f':text("{words}"), img[alt*="{words}"]').first.wait_for()


def pictured(page: Page, number: int, folder: str | None, name: str) -> None:
    """Keep pictures of a cell and its output in a folder, if one is given, in both themes."""
    for theme in ("Light", "Dark") if folder else ():
        change = "window.jupyterapp.commands.execute('apputils:change-theme', {theme: %r})"
        page.evaluate(change % f"JupyterLab {theme}")
        page.locator(f"body[data-jp-theme-name='JupyterLab {theme}']").wait_for(state="attached")
        page.locator("#jupyterlab-splash").wait_for(state="detached")
        page.locator(".jp-CodeCell").nth(number).scroll_into_view_if_needed()
        page.screenshot(path=Path(folder or "", f"{name}-{theme.lower()}.png"))


def run_one_by_one(page: Page, count: int) -> None:
    """Run the first cells of a notebook as Shift+Enter does, each when the last has ended."""
    for _ in range(count):
        command(page, "notebook:run-cell-and-select-next")


def save(page: Page) -> None:
    command(page, "docmanager:save")


def command(page: Page, name: str) -> None:
    """Have JupyterLab do something, and wait until it is done."""
    page.evaluate("name => window.jupyterapp.commands.execute(name)", name)
