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

PACKAGE = Path(__file__).parents[1]

SHOWN = ("datasets.py", "figures", "inside")
"""What of the package every notebook finds."""

ENTRANCE = """\
from autograder.inside.stub import *
from autograder.inside.stub import __all__
"""
"""The package's own `__init__.py` inside; those of its folders are empty."""

REFERENCE = "autograder.reference."

KINDS = "layers"
"""The package of the reference in which each kind of layer says all about itself."""

TRAINING = ("forward_training", "backward", "running", "step", "written_out")
"""What a kind of layer still can inside: its shapes, counts and scores are what lessons ask for."""

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
    for name in SHOWN:
        here, there = PACKAGE / name, inside / name
        there.parent.mkdir(parents=True, exist_ok=True)
        if here.is_dir():
            shutil.copytree(here, there, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(here, there)
    for module in reference:
        _write_module(inside, module)
    for package in (path for path in inside.iterdir() if path.is_dir()):
        (package / "__init__.py").write_text("", encoding="utf-8")
    (inside / "__init__.py").write_text(ENTRANCE, encoding="utf-8")
    data = folder / "data"
    data.mkdir()
    for path in data_folder().iterdir():
        if path.name != DIGITS:
            (data / path.name).symlink_to(path)
    _write_digits_to_learn_from(data / DIGITS)


def _write_module(inside: Path, module: str) -> None:
    """Write a module of the reference into the package as it is inside."""
    path = inside / module_file(REFERENCE + module).relative_to(PACKAGE)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_text_inside(module), encoding="utf-8")


def _write_digits_to_learn_from(path: Path) -> None:
    """Write the digits without those that count. Some of the others stand for them."""
    digits = load_digits()
    known = {"images": digits["images"], "labels": digits["labels"]}
    some = np.random.default_rng(0).permutation(len(known["labels"]))[:HELD_OUT]
    np.savez(
        path,
        allow_pickle=False,
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
        for module in modules_imported(ast.parse(cell.source))
    }
    found: set[str] = set()
    while wanted:
        module = wanted.pop()
        found.add(module)
        wanted |= modules_imported(ast.parse(_text_inside(module)), REFERENCE + module) - found
    return frozenset(found)


def modules_imported(tree: ast.Module, home: str = "") -> set[str]:
    """The modules of the reference that a program imports, and the packages that they are in.

    `home` is the full name of the program if it is a module itself.
    """
    package = (
        home if not home or module_file(home).name == "__init__.py" else home.rpartition(".")[0]
    )
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            dots = "." * node.level + (node.module or "")
            base = importlib.util.resolve_name(dots, package) if node.level and package else dots
            names.update((base, *(f"{base}.{name.name}" for name in node.names)))
    modules = {name for name in names if name.startswith(REFERENCE) and module_file(name).is_file()}
    packages = {name.rpartition(".")[0] for name in modules} - {REFERENCE.rstrip(".")}
    return {name.removeprefix(REFERENCE) for name in modules | packages}


def module_file(module: str) -> Path:
    """Where a module of the package is written, if it is one; or a package of it."""
    path = PACKAGE.parent.joinpath(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def _text_inside(module: str) -> str:
    """A module of the reference as it is inside: kinds of layers without what lessons ask for."""
    text = module_file(REFERENCE + module).read_text(encoding="utf-8")
    if module.partition(".")[0] != KINDS:
        return text
    tree = ast.parse(text)
    for kind in (node for node in tree.body if isinstance(node, ast.ClassDef)):
        kind.body = [part for part in kind.body if not _is_asked_for(part)] or [ast.Pass()]
    return ast.unparse(tree)


def _is_asked_for(part: ast.stmt) -> bool:
    return (
        isinstance(part, ast.FunctionDef)
        and not part.name.startswith("_")
        and part.name not in TRAINING
    )
