"""A whole lesson with its answers, run on what students get and nothing else of the course.

The suite walks one lesson. `WALK=all`, or the names of lessons, walks others too.
"""

from __future__ import annotations

import os
import re
import zipfile
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, packages_distributions, requires
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode

from autograder.classroom.release import Released, release
from autograder.classroom.release.package import NEEDED
from autograder.exercises import LESSONS, of_lesson
from autograder.lessons.compiling import compile_lesson
from autograder.lessons.course import Course, Lesson
from autograder.lessons.roles import role_of

ASKED = os.environ.get("WALK", "03-padding-and-stride").split()
WALKED = LESSONS if ASKED == ["all"] else tuple(ASKED)

LATER = "this is checked after you hand in"
NOT_HERE = "needs more of the course than is installed here"

LEFT_OUT = {
    "06-lenet": {"drag-the-digit"},
    "07-alexnet-and-zfnet": {"where-does-it-look"},
    "08-vgg": {"where-does-it-look", "the-ledger"},
}
"""Explorers whose tasks are done with a network that the lesson asks for."""

ONLY_THESE = """
import sys

class OnlyThese:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {left_out!r}:
            raise ModuleNotFoundError(f"A release does not ask for {{name}}.", name=name)

sys.meta_path.insert(0, OnlyThese())
"""
"""Lets Python find only the packages that a student has."""


def installed_with(names: Iterable[str]) -> set[str]:
    """Distributions that come with some, by their names in small letters."""
    found, wanted = set(), list(names)
    while wanted:
        name = re.split(r"[^\w.-]", wanted.pop())[0].lower().replace("_", "-")
        if name not in found:
            found.add(name)
            try:
                wanted += [one for one in requires(name) or () if "extra ==" not in one]
            except PackageNotFoundError:  # for another system
                continue
    return found


def left_out() -> set[str]:
    """What is installed here, and not where a student follows SETUP.md."""
    there = installed_with([*NEEDED, "pip"])
    return {
        module
        for module, homes in packages_distributions().items()
        if module != "autograder" and not {h.lower().replace("_", "-") for h in homes} & there
    }


def unpacked(lesson: Lesson, root: Path) -> tuple[Released, Path]:
    """A release, and where its zip and its wheel lie unpacked."""
    done = release([lesson], root / "r.zip")
    with zipfile.ZipFile(done.path) as archive:
        archive.extractall(root)
    (wheel,) = (root / "course").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(root / "site")
    (root / "site" / "sitecustomize.py").write_text(ONLY_THESE.format(left_out=left_out()))
    return done, root / "course" / lesson.name


def solved(lesson: Lesson, folder: Path) -> NotebookNode:
    """The notebook of a release, as it is handed in by who has solved all."""
    answers = {cell.id: cell.source for cell in compile_lesson(lesson).instructor.cells}
    notebook = nbformat.read(folder / f"{lesson.name}.ipynb", 4)
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("solution"):
            cell.source = answers[cell.id]
    return notebook


def run(notebook: NotebookNode, folder: Path, root: Path) -> None:
    """Run a notebook as a student's Jupyter does, with the release and what it asks for alone."""
    client = NotebookClient(
        notebook, timeout=900, kernel_name="python3", resources={"metadata": {"path": folder}}
    )
    home = {name: str(root) for name in ("HOME", "IPYTHONDIR", "MPLCONFIGDIR")}
    alone = {"PYTHONPATH": str(root / "site"), "PYTHONSAFEPATH": "1", "JPY_SESSION_NAME": "x"}
    client.allow_errors = True
    client.execute(env={"PATH": os.environ["PATH"], **home, **alone})


def shown(cell: NotebookNode) -> str:
    """The text of all that a cell shows."""
    parts = [
        output.get("text", "") or output.get("data", {}).get("text/plain", "")
        for output in cell.outputs
    ]
    return " ".join("".join(parts).split())


def has_picture(cell: NotebookNode) -> bool:
    forms = {form for output in cell.outputs for form in output.get("data", ())}
    return bool(forms & {"text/html", "image/svg+xml", "image/png"})


def called(cell: NotebookNode, name: str) -> list[str]:
    """What a cell calls a function of the course with: its first argument, if that is a text."""
    return re.findall(rf'^{name}\("([\w-]+)"', cell.source, re.MULTILINE)


@pytest.mark.parametrize("name", WALKED)
def test_a_solved_lesson_runs_on_its_release_alone(name, tmp_path):
    lesson = Course.find().lesson(name)
    done, folder = unpacked(lesson, tmp_path)
    notebook = solved(lesson, folder)
    run(notebook, folder, tmp_path)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    wrong = [
        (cell.id, output.get("evalue") or output.text)
        for cell in code
        for output in cell.outputs
        if output.output_type == "error" or output.get("name") == "stderr"
    ]
    assert not wrong
    checks = {cell.id: shown(cell) for cell in code if role_of(cell) == "check"}
    later = {cell_id for cell_id, text in checks.items() if LATER in text}
    assert {one.id for one in of_lesson(name)} - set(done.later) <= {
        one.removesuffix("-check") for one in checks
    }
    assert later == {f"{one}-check" for one in done.later}
    assert [
        text for cell_id, text in checks.items() if cell_id not in later and "✓" not in text
    ] == []
    drawn = [c for c in code for one in called(c, "look") if one not in done.later]
    drawn += [c for c in code if re.search(r"^(watch|grid|curves|figures\.\w+)\(", c.source, re.M)]
    assert len(drawn) >= 10
    assert [cell.id for cell in drawn if not has_picture(cell)] == []
    explorers = {one: cell for cell in code for one in called(cell, "explore")}
    closed = {one for one, cell in explorers.items() if NOT_HERE in shown(cell)}
    assert closed == LEFT_OUT.get(name, set())
    assert all(has_picture(cell) for one, cell in explorers.items() if one not in closed)
