"""A learner's own course begins with a page: progress, what is next, a map of the lessons."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from autograder.learning.welcome import welcome_notebook
from tests.small_course import autograder

CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.fixture
def own(tmp_path: Path) -> Path:
    folder = tmp_path / "내 강의 one"
    done = autograder("start", "--to", folder, cwd=CHECKOUT)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == f"Begin with {folder / 'welcome.ipynb'}."
    return folder


def test_it_is_a_notebook_whose_links_lead_to_every_lesson(own):
    notebook = nbformat.read(own / "welcome.ipynb", as_version=4)
    nbformat.validate(notebook)
    text = "\n".join(cell.source for cell in notebook.cells)
    links = [line.rpartition("](")[2][:-1] for line in text.splitlines() if line.startswith("- [")]
    assert links == [f"{lesson.name}/{lesson.name}.ipynb" for lesson in sorted(own.glob("0*"))]
    assert len(links) >= 8
    assert all((own / link).is_file() for link in links)
    assert "- [02 · " in text
    assert "[02 · 02-filters]" not in text


def test_it_shows_ones_progress_and_what_comes_next(own):
    kept = {"what": "check", "exercise": "flatten-images", "passed": True}
    (own / "my-progress.jsonl").write_text(json.dumps(kept) + "\n")
    (code,) = [
        cell.source
        for cell in nbformat.read(own / "welcome.ipynb", as_version=4).cells
        if cell.cell_type == "code"
    ]
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=own,
        env={**os.environ, "PYTHONIOENCODING": "cp1252"},
        capture_output=True,
        check=True,
    )
    shown = done.stdout.decode("cp1252")
    assert "01-fully-connected-limits     1 of " in shown
    assert "Next: linear-scores in 01-fully-connected-limits" in shown


def test_what_was_written_into_it_stays(own):
    (own / "welcome.ipynb").write_text("mine")
    autograder("start", "--to", own, cwd=CHECKOUT)
    assert (own / "welcome.ipynb").read_text() == "mine"


def test_a_title_cannot_break_its_link():
    cells = json.loads(welcome_notebook({"a": "x](y) [z"}))["cells"]
    assert "- [a · x)(y) (z](a/a.ipynb)" in cells[2]["source"]


def test_make_learn_opens_it():
    done = subprocess.run(
        ["make", "-n", "learn"], cwd=CHECKOUT, capture_output=True, text=True, check=True
    )
    assert "bin/autograder start\n" in done.stdout
    assert "my-course/welcome.ipynb" in done.stdout
