"""A learner's first hour in JupyterLab, in a real browser: wrong, helped, right, and remembered.

The suite walks one lesson. `WALK=all`, or the names of lessons, walks others too; with
`WALK_PICTURES=FOLDER` pictures are kept of what was seen, light and dark.
"""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page

from autograder.exercises import LESSONS, Exercise, of_lesson
from autograder.judging import judge
from autograder.learning import record
from autograder.learning.progressing import standings
from autograder.learning.solutions import code_of
from tests import SOONER
from tests.chromium import chromium

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"

ASKED = os.environ.get("WALK", "02-filters").split()
WALKED = LESSONS if ASKED == ["all"] else tuple(ASKED)

PICTURES = os.environ.get("WALK_PICTURES")

TOKEN = "walk"
PATIENCE = 240_000
"""Milliseconds for anything to appear, on a machine that is busy."""

KERNEL_IS_READY = """() => {
  const kernel = window.jupyterapp?.shell?.currentWidget?.sessionContext?.session?.kernel;
  return kernel?.connectionStatus === "connected" && kernel.status === "idle";
}"""
"""What is run before that is dropped without a word."""


@dataclass(frozen=True)
class Walk:
    """A lesson as it is walked: only the cells that are needed, with all the browser is slow.

    Parameters
    ----------
    first : Exercise
        The lesson's first of which a mistake has a picture: a table's rows and a value have none.
    cells : list of dict
        Code that is given before it, the exercise, its check, and the progress.
    """

    first: Exercise
    cells: list[dict]

    @property
    def lesson(self) -> str:
        return self.first.lesson

    @property
    def given(self) -> int:
        """How many cells stand before the exercise."""
        return [cell["id"] for cell in self.cells].index(self.first.id)

    @property
    def wrong(self) -> str:
        """A wrong answer to type, which is the first mistake of the catalogue."""
        imported = "from autograder.exercises import find"
        return (
            f'{imported}\n{self.first.function_name} = find("{self.first.id}").mistakes[0].answer'
        )

    @property
    def told(self) -> str:
        """Words of that mistake's sentence that stand together on the page."""
        parts = re.split(r"[`“”\"]", self.first.mistakes[0].sentence)
        return max(parts, key=len).strip()

    def passed(self, count: int) -> str:
        return f"{count} of {len(of_lesson(self.lesson))} checks passed"


def has_picture(exercise: Exercise) -> bool:
    """Whether the mistake that is typed for an exercise is drawn."""
    return judge(exercise.id, exercise.mistakes[0].answer).picture is not None


def role_of(cell: dict) -> str:
    """The role of a cell, as far as it matters here."""
    said = cell["metadata"].get("nbgrader", {})
    return "given" if said.get("locked") and not said.get("grade") else ""


def walk_through(lesson: str) -> Walk:
    first = next(one for one in of_lesson(lesson) if has_picture(one))
    text = (NOTEBOOKS / lesson / f"{lesson}.ipynb").read_text(encoding="utf-8")
    code = [cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"]
    at = next(number for number, cell in enumerate(code) if cell["id"] == first.id)
    looks = {f"{one.id}-look" for one in of_lesson(lesson)}
    given = [cell for cell in code[:at] if role_of(cell) == "given" and cell["id"] not in looks]
    check = [cell for cell in code if cell["id"] == f"{first.id}-check"]
    progress = [cell for cell in code if "".join(cell["source"]).startswith("progress(")]
    return Walk(first, [*given, code[at], *check, *progress])


@pytest.fixture(params=WALKED)
def walk(request) -> Walk:
    return walk_through(request.param)


@pytest.fixture
def folder(walk: Walk, tmp_path: Path) -> Path:
    """A learner's course: one lesson, and a cell of the learner's own at its end."""
    file = NOTEBOOKS / walk.lesson / f"{walk.lesson}.ipynb"
    own = {"cell_type": "code", "id": "6f2b91aa", "metadata": {}, "outputs": []}
    own |= {"execution_count": None, "source": "# mine"}
    lesson = json.loads(file.read_text(encoding="utf-8")) | {"cells": [*walk.cells, own]}
    place = tmp_path / "my-course" / walk.lesson
    place.mkdir(parents=True)
    (place / file.name).write_text(json.dumps(lesson), encoding="utf-8")
    return tmp_path / "my-course"


@pytest.fixture
def server(folder, tmp_path) -> Iterator[str]:
    """JupyterLab in the learner's course, with settings of its own; its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    home = {name: str(tmp_path / name) for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR")}
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1"]
    options = [
        "--expose-app-in-browser",
        f"--port={port}",
        f"--IdentityProvider.token={TOKEN}",
        "--ServerApp.port_retries=0",
    ]
    log = (tmp_path / "lab.log").open("wb")
    with (
        log,
        subprocess.Popen(
            [*command, *options],
            cwd=folder,
            env={**os.environ, **SOONER, **home},
            stdout=log,
            stderr=log,
        ) as process,
    ):
        yield f"http://127.0.0.1:{port}"
        process.terminate()


@pytest.fixture
def page(server) -> Iterator[Page]:
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 1200, "height": 1000})
        page.set_default_timeout(PATIENCE)
        yield page


def open_lesson(page: Page, server: str, walk: Walk) -> None:
    """Open the lesson; a server that has just started is asked until it answers."""
    request = page.context.request
    for _ in range(120):
        try:
            request.get(f"{server}/api?token={TOKEN}")
            break
        except Exception:
            page.wait_for_timeout(1000)
    page.goto(f"{server}/lab?token={TOKEN}")
    page.goto(f"{server}/lab/tree/{walk.lesson}/{walk.lesson}.ipynb?reset")
    page.locator(".jp-CodeCell").nth(len(walk.cells)).wait_for()
    page.wait_for_function(KERNEL_IS_READY)


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


def pictured(page: Page, walk: Walk, number: int, name: str) -> None:
    """Keep pictures of a cell and its output, if they are wanted, in both themes."""
    for theme in ("Light", "Dark") if PICTURES else ():
        change = "window.jupyterapp.commands.execute('apputils:change-theme', {theme: %r})"
        page.evaluate(change % f"JupyterLab {theme}")
        page.locator(f"body[data-jp-theme-name='JupyterLab {theme}']").wait_for(state="attached")
        page.locator("#jupyterlab-splash").wait_for(state="detached")
        page.locator(".jp-CodeCell").nth(number).scroll_into_view_if_needed()
        page.screenshot(path=Path(PICTURES or "", f"{walk.lesson}-{name}-{theme.lower()}.png"))


def test_a_learner_is_told_the_mistake_helped_and_remembered(page, server, folder, walk):
    exercise = walk.given
    check, progress, own = range(exercise + 1, exercise + 4)
    open_lesson(page, server, walk)
    for number in range(exercise):
        run(page, number)
    run(page, exercise, walk.wrong)
    run(page, check)
    see(page, check, walk.told)
    output = page.locator(".jp-CodeCell").nth(check).locator(".jp-Cell-outputArea")
    output.locator("svg, img").first.wait_for()
    pictured(page, walk, check, "mistake")
    run(page, own, f'from autograder import hint\nhint("{walk.first.id}")')
    see(page, own, f"Hint 1 of 3 for {walk.first.id}")
    pictured(page, walk, own, "hint")
    run(page, progress)
    see(page, progress, walk.passed(0))
    run(page, exercise, code_of(walk.first))
    run(page, check)
    run(page, progress)
    see(page, progress, walk.passed(1))
    page.keyboard.press("Control+s")
    pictured(page, walk, progress, "progress")
    for session in page.context.request.get(f"{server}/api/sessions?token={TOKEN}").json():
        page.context.request.delete(f"{server}/api/sessions/{session['id']}?token={TOKEN}")
    open_lesson(page, server, walk)
    for number in range(exercise):
        run(page, number)
    run(page, progress)
    see(page, progress, walk.passed(1))
    assert standings(folder / record.FILE)[walk.first.id].passed
