"""The package `autograder` as it is inside the wall.

A stranger's notebook imports the same names as at home, but what it finds is a stub: pictures,
data, the calls that a check makes, and those parts of the reference that its lesson says it may
use. No exercise, no right answer and no hidden case is there to be read.
"""

from __future__ import annotations

import ast
import importlib.util
import shutil
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from nbformat import NotebookNode

from autograder.datasets import HELD_OUT, data_folder, load_digits

from .roles import role_of

PACKAGE = Path(importlib.util.find_spec("autograder").origin).parent

SHOWN = ("datasets.py", "figures", "inside")
"""What of the package every notebook finds."""

ENTRANCE = """\
from autograder.inside.stub import __all__, check, look, progress, watch
"""
"""The package's own `__init__.py` inside; those of its folders are empty."""

REFERENCE = "autograder.reference."

DIGITS = "digits.npz"
"""The one data file that is not the same inside: it lacks what answers are tried on."""


def write_stub_package(folder: Path, reference: Iterable[str]) -> None:
    """Write the package into a new folder, with the data beside it, most of it as links.

    Parameters
    ----------
    folder : Path
        Which does not exist yet.
    reference : iterable of str
        Modules of the reference, with all that they import.
    """
    inside = folder / "autograder"
    for name in (*SHOWN, *(f"reference/{module}.py" for module in reference)):
        here, there = PACKAGE / name, inside / name
        there.parent.mkdir(parents=True, exist_ok=True)
        if here.is_dir():
            shutil.copytree(here, there, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(here, there)
    for package in (path for path in inside.iterdir() if path.is_dir()):
        (package / "__init__.py").write_text("", encoding="utf-8")
    (inside / "__init__.py").write_text(ENTRANCE, encoding="utf-8")
    data = folder / "data"
    data.mkdir()
    for path in data_folder().iterdir():
        if path.name != DIGITS:
            (data / path.name).symlink_to(path)
    _write_digits_to_learn_from(data / DIGITS)


def _write_digits_to_learn_from(path: Path) -> None:
    """Write the digits without those that count. Some of the others stand for them."""
    digits = load_digits()
    known = {"images": digits["images"], "labels": digits["labels"]}
    some = np.random.default_rng(0).permutation(len(known["labels"]))[:HELD_OUT]
    np.savez(
        path,
        **known,
        held_out_images=known["images"][some],
        held_out_labels=known["labels"][some],
    )


def reference_used(lesson: NotebookNode) -> frozenset[str]:
    """The modules of the reference that a lesson lets its students use, with all they import.

    A lesson says so by importing them in a cell that students cannot change.
    """
    wanted = {
        module
        for cell in lesson.cells
        if cell.cell_type == "code" and role_of(cell) == "given"
        for module in _imported(ast.parse(cell.source))
    }
    found: set[str] = set()
    while wanted:
        module = wanted.pop()
        found.add(module)
        tree = ast.parse((PACKAGE / "reference" / f"{module}.py").read_text(encoding="utf-8"))
        wanted |= set(_imported(tree)) - found
    return frozenset(found)


def _imported(tree: ast.Module) -> Iterable[str]:
    """The modules of the reference that a program imports, itself perhaps one of them."""
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(level=1, module=None, names=names):
                yield from (name.name for name in names)
            case ast.ImportFrom(level=1, module=str(module)):
                yield module
            case ast.ImportFrom(module=str(module)) if module.startswith(REFERENCE):
                yield module.removeprefix(REFERENCE)
            case ast.Import(names=names):
                for name in names:
                    if name.name.startswith(REFERENCE):
                        yield name.name.removeprefix(REFERENCE)
