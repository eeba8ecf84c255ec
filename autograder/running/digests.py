"""What a verdict rests on beside the submission: a digest of each, another one if it changed.

A grade stands until what it rests on has changed: the exercise itself (its cases, tolerances,
properties and mistakes), the right answer in the reference, the judge. Which source files those are
is read off their imports.
"""

from __future__ import annotations

import ast
import hashlib
import json
import platform
from collections.abc import Iterable
from functools import cache
from importlib.metadata import version
from pathlib import Path

from nbformat import NotebookNode

from autograder.datasets import data_folder
from autograder.exercises import UnknownExercise, find, package_of
from autograder.lessons.compiling import Compiled
from autograder.lessons.course import Lesson

from .marks import checks_due
from .sources import PACKAGE, ROOT, Use, path_of, rests_on, source_of, uses_in

JUDGE = (
    "judging/**/*.py",
    "inside/**/*.py",
    "exercises/__init__.py",
    "exercises/model.py",
    "exercises/spaces.py",
    "running/*.py",
)
"""Files of the judge, of what crosses the wall to it, and of what decides what is run."""

NO_JUDGES = (
    "digests",
    "nbgrader_autograde",
    "page",
    "page_code",
    "page_parts",
    "pictures",
    "proving",
    "sanitize",
    "selfcheck",
    "sources",
    "version",
)
"""Modules of `autograder.running` that no points hang on."""

AT_HOME = ("learning", "watching", "running.execution", "running.marks")
"""Packages and modules that come into play when a lesson runs at home."""

LIBRARIES = ("numpy", "matplotlib", "ipykernel", "ipython", "nbclient", "pillow")

EVERYTHING = ""
"""Stands for what all exercises of a lesson rest on, where others have an exercise's id."""

DATASETS = f"{PACKAGE}.datasets"


def digests_of(master: NotebookNode) -> dict[str, str]:
    """For every exercise that a lesson asks, a digest of what its verdict rests on.

    Parameters
    ----------
    master : NotebookNode
        Of the lesson.

    Returns
    -------
    dict from str to str
        By the exercise's id; under `EVERYTHING` what all of them rest on: the judge, and what of
        this package the lesson's own cells use.
    """
    asked = sorted({name for name, _ in checks_due(master).values()})
    shared = _digest([judge_digest(), modules_digest(_used_in(master))])
    return {EVERYTHING: shared, **{name: exercise_digest(name) for name in asked}}


@cache
def exercise_digest(name: str) -> str:
    """A digest of all source files that an exercise rests on, and of the data if it uses them."""
    try:
        exercise = find(name)
    except UnknownExercise:
        return ""
    module = f"{PACKAGE}.exercises.{package_of(exercise.lesson)}.{exercise.function_name}"
    truth = getattr(exercise.reference, "__module__", None)
    named = getattr(exercise.reference, "__name__", None)
    return modules_digest(frozenset({(module, None), *([(truth, named)] if truth else [])}))


@cache
def modules_digest(uses: frozenset[Use]) -> str:
    """A digest of the text of all modules of ours that come into play."""
    modules = rests_on((module, name) for module, name in uses if path_of(module))
    texts = [f"{module}\n{source_of(module).text}" for module in modules]
    return _digest([*texts, *([_data_digest()] if DATASETS in modules else [])])


@cache
def judge_digest() -> str:
    """A digest of what judges all exercises alike."""
    package = ROOT / PACKAGE
    files = {path for pattern in JUDGE for path in package.glob(pattern)}
    files -= {package / "running" / f"{name}.py" for name in NO_JUDGES}
    return _digest(
        f"{path.relative_to(package)}\n{path.read_text(encoding='utf-8')}" for path in sorted(files)
    )


def proof_digest(lesson: Lesson, compiled: Compiled) -> str:
    """A digest of all that decides whether a lesson passes its own checks: its text does not."""
    kept = [text for made in (compiled.instructor, compiled.master) for text in _what_runs(made)]
    beside = [f"{relative} {file_digest(path)}" for path, relative in lesson.extra_files()]
    at_home = modules_digest(frozenset((f"{PACKAGE}.{name}", None) for name in AT_HOME))
    return _digest([*kept, *beside, *digests_of(compiled.master).values(), at_home, versions()])


def _what_runs(notebook: NotebookNode) -> list[str]:
    """The code of a notebook and what nbgrader knows of it, cell by cell."""
    return [
        f"{json.dumps(cell.metadata, sort_keys=True)}\n{cell.source}"
        for cell in notebook.cells
        if cell.cell_type == "code"
    ]


def versions() -> str:
    """The Python and the packages that a notebook's results may hang on."""
    return " ".join([platform.python_version(), *(f"{name} {version(name)}" for name in LIBRARIES)])


def file_digest(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


@cache
def _data_digest() -> str:
    files = sorted(path for path in data_folder().iterdir() if path.suffix != ".md")
    return _digest(f"{path.name} {file_digest(path)}" for path in files)


def _used_in(master: NotebookNode) -> frozenset[Use]:
    """What of this package the cells of a lesson use; `check` and its like are the judge's."""
    uses: set[Use] = set()
    for cell in master.cells:
        if cell.cell_type == "code":
            try:
                uses |= set(uses_in(ast.parse(cell.source)))
            except SyntaxError:
                continue  # a cell with IPython's own words
    return frozenset(use for use in uses if use[0] != PACKAGE)


def _digest(texts: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for text in texts:
        digest.update(hashlib.sha256(text.encode()).digest())
    return digest.hexdigest()
