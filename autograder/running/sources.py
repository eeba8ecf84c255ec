"""Which source files a piece of this package rests on: imports, followed name by name.

Packages here gather names from their files: `from autograder import reference` and then
`reference.softmax` rests on `reference/losses.py`, where `softmax` is written, and not on whatever
else the package gathers. Where a package is used in a way that cannot be read off the text, all
that it imports counts.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

PACKAGE = "autograder"

ROOT = Path(__file__).parents[2]

NOT_FOLLOWED = (PACKAGE, f"{PACKAGE}.exercises")
"""Packages that find what is in them by name, when asked: their own files alone count."""

Use = tuple[str, str | None]
"""A module, and the name that is used of it; `None` for all of it."""


@dataclass(frozen=True)
class Source:
    """The text of one module of ours, which is parsed when it is asked for."""

    module: str
    path: Path
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def is_package(self) -> bool:
        return self.path.name == "__init__.py"


@cache
def path_of(module: str) -> Path | None:
    """The file of a module of ours; `None` if there is no such module."""
    place = ROOT.joinpath(*module.split("."))
    for path in (place / "__init__.py", place.with_suffix(".py")):
        if module.partition(".")[0] == PACKAGE and path.is_file():
            return path
    return None


@cache
def source_of(module: str) -> Source:
    """Read a module of ours.

    Raises
    ------
    ModuleNotFoundError
        If there is no such module.
    """
    path = path_of(module)
    if path is None:
        raise ModuleNotFoundError(module)
    return Source(module, path, path.read_text(encoding="utf-8"))


def rests_on(uses: Iterable[Use]) -> list[str]:
    """All modules of ours that come into play when these are used, by name.

    Examples
    --------
    >>> rests_on([("autograder.reference", "numerical_gradient")])
    ['autograder.reference.gradients']
    """
    wanted, seen, modules = set(uses), set(), set()
    while wanted:
        use = wanted.pop()
        if use in seen:
            continue
        seen.add(use)
        where, more = _resolved(*use)
        wanted |= more
        if where is not None and where not in modules:
            modules.add(where)
            if where not in NOT_FOLLOWED:
                wanted |= _uses_of(where)
    return sorted(modules)


def _resolved(module: str, name: str | None) -> tuple[str | None, set[Use]]:
    """The module in which a name is written, or what has to be looked at to find it."""
    if path_of(module) is None:
        return None, set()
    source = source_of(module)
    if name is None or not source.is_package:
        return module, set()
    if path_of(f"{module}.{name}"):
        return None, {(f"{module}.{name}", None)}
    gathered = _gathered(module)
    if name in gathered:
        return None, {gathered[name]}
    return module, set()


@cache
def _uses_of(module: str) -> frozenset[Use]:
    return frozenset(uses_in(source_of(module).tree, module))


@cache
def _gathered(module: str) -> dict[str, Use]:
    """What a package imports at its top, by the name it has there."""
    found: dict[str, Use] = {}
    source = source_of(module)
    for node in source.tree.body:
        if isinstance(node, ast.ImportFrom):
            base = _base(node, source.module, source.is_package)
            found |= {alias.asname or alias.name: (base, alias.name) for alias in node.names}
    return found


def uses_in(tree: ast.Module, module: str = "") -> Iterator[Use]:
    """What a module, or the code of a notebook, uses of ours.

    Parameters
    ----------
    tree : ast.Module
    module : str
        The name of the module; empty if the code is no module of ours.
    """
    packages: dict[str, str] = {}
    is_package = bool(module) and source_of(module).is_package
    nodes = list(ast.walk(tree))
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from ((alias.name, None) for alias in node.names if _is_ours(alias.name))
        elif isinstance(node, ast.ImportFrom):
            base = _base(node, module, is_package)
            for alias in node.names if _is_ours(base) else ():
                whole = f"{base}.{alias.name}"
                if (path := path_of(whole)) and path.name == "__init__.py":
                    packages[alias.asname or alias.name] = whole
                else:
                    yield base, None if alias.name == "*" else alias.name
    if packages:
        yield from _uses_of_packages(nodes, packages)


def _uses_of_packages(nodes: list[ast.AST], packages: dict[str, str]) -> Iterator[Use]:
    """What is used of the packages that a module has under a name."""
    named = set()
    for node in nodes:
        if not isinstance(node, ast.Attribute) or not isinstance(node.value, ast.Name):
            continue
        if node.value.id in packages:
            named.add(node.value)
            yield packages[node.value.id], node.attr
    for node in nodes:
        if isinstance(node, ast.Name) and node.id in packages and node not in named:
            yield packages[node.id], None


def _base(node: ast.ImportFrom, module: str, is_package: bool) -> str:
    """The module that a `from … import` names."""
    if not node.level:
        return node.module or ""
    parts = module.split(".")
    parts = parts[: len(parts) - node.level + is_package]
    return ".".join([*parts, *([node.module] if node.module else [])])


def _is_ours(module: str) -> bool:
    return module.partition(".")[0] == PACKAGE
