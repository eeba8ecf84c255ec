"""Which of the reference a release holds: what its lessons import, and no answer of theirs."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

from autograder import reference
from autograder.lessons.stub_package import (
    PACKAGE,
    REFERENCE,
    module_file,
    modules_imported,
    reference_used,
)

HOME = REFERENCE.rstrip(".")


@dataclass(frozen=True)
class Parts:
    """Parts of the reference.

    Attributes
    ----------
    declared : frozenset of str
        Modules that exist while the lesson is graded, and as they are there.
    whole : frozenset of str
        Modules that cells of the lesson import which are not graded, with all that they import.
    names : mapping from str to str
        What such cells import from the reference itself, and the module of each.
    """

    declared: frozenset[str]
    whole: frozenset[str]
    names: dict[str, str]

    def __or__(self, other: Parts) -> Parts:
        whole = self.whole | other.whole
        return Parts(self.declared | other.declared, whole, self.names | other.names)


NOTHING = Parts(frozenset(), frozenset(), {})


def parts_used(lesson: NotebookNode) -> Parts:
    """The parts of the reference that the cells of a lesson import."""
    declared = reference_used(lesson)
    trees = [ast.parse(cell.source) for cell in lesson.cells if cell.cell_type == "code"]
    names = {name: _home(name) for tree in trees for name in _names_imported(tree)}
    modules = {module for tree in trees for module in modules_imported(tree)}
    more = (modules - declared) | set(names.values())
    return Parts(declared, _with_imports(more), names)


def _names_imported(tree: ast.Module) -> Iterator[str]:
    """What a program imports from the reference itself that is no module of it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == HOME:
            names = (one.name for one in node.names)
            yield from (name for name in names if not module_file(REFERENCE + name).is_file())


def _home(name: str) -> str:
    """The module of the reference in which something is defined."""
    module = getattr(getattr(reference, name), "__module__", HOME)
    return module.removeprefix(REFERENCE)


def _with_imports(modules: Iterable[str]) -> frozenset[str]:
    wanted, found = set(modules), set()
    while wanted:
        module = wanted.pop()
        found.add(module)
        tree = ast.parse(module_file(REFERENCE + module).read_text(encoding="utf-8"))
        wanted |= modules_imported(tree, REFERENCE + module) - found
    return frozenset(found)


def write_parts(inside: Path, parts: Parts) -> None:
    """Write what is not declared into the package; what is, stands there already."""
    for module in parts.whole:
        file = module_file(REFERENCE + module)
        path = inside / file.relative_to(PACKAGE)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.read_bytes())
    if parts.names:
        lines = [f"from .{module} import {name}" for name, module in sorted(parts.names.items())]
        entrance = inside / "reference" / "__init__.py"
        entrance.write_text("\n".join([*lines, ""]), encoding="utf-8")
