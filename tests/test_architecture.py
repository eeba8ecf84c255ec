"""The house: each package imports only from the floors below it, and nothing runs in a circle."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from pkgutil import resolve_name

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "autograder"

FLOORS = {
    "datasets": 0,
    "reference": 0,
    "figures": 0,
    "sandbox": 0,
    "inside": 1,
    "exercises": 2,
    "judging": 3,
    "watching": 3,
    "learning": 4,
    "lessons": 4,
    "running": 5,
    "classroom": 6,
    "cli": 7,
}

MOST_LINES = {"exercises": 450}
"""Lines that a file of a package may have at most, where it is not 400."""

FILES = sorted(PACKAGE.rglob("*.py"))


def name_of(path: Path) -> str:
    """A file's module: `running.marks`, or `running` for a package's own file."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


MODULES = {name_of(path): path for path in FILES}


def imports(path: Path) -> Iterator[str]:
    """The modules of the package that a file imports, wherever in it."""
    package = ["autograder", *path.relative_to(PACKAGE).parts[:-1]]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            home = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*home, *([node.module] if node.module else [])])
            yield from (f"{module}.{name.name}" for name in node.names)


def uses(path: Path) -> set[str]:
    """The same, each as the module that is really read."""
    found = set()
    for name in imports(path):
        if name.startswith("autograder."):
            short = name.removeprefix("autograder.")
            found.add(short if short in MODULES else short.rpartition(".")[0])
    return found - {"", name_of(path)}


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_nothing_is_imported_up_a_floor(path):
    home = name_of(path).partition(".")[0]
    for used in uses(path):
        other = used.partition(".")[0]
        if home and other != home:
            assert FLOORS[other] < FLOORS[home], f"{name_of(path)} imports {used}, up a floor"


@pytest.mark.parametrize("home", ["reference", "figures", "sandbox", "datasets"])
def test_the_ground_floor_imports_nothing_else_of_ours(home):
    for name, path in MODULES.items():
        if name.partition(".")[0] == home:
            assert {used.partition(".")[0] for used in uses(path)} <= {home}


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_no_file_is_too_long_to_be_read_in_one_go(path):
    lines = len(path.read_text(encoding="utf-8").splitlines())
    most = MOST_LINES.get(name_of(path).partition(".")[0], 400)
    assert lines <= most, f"{name_of(path)} has {lines} lines, {most} at most: part it by its jobs"


def test_no_import_runs_in_a_circle():
    graph = {name: {used for used in uses(path) if used} for name, path in MODULES.items() if name}
    done: set[str] = set()

    def visit(name: str, way: tuple[str, ...]) -> None:
        assert name not in way, " → ".join([*way[way.index(name) :], name])
        if name in done:
            return
        for used in graph.get(name, ()):
            # A package's own file may name its modules, which import each other and not it.
            if not name.startswith(f"{used}."):
                visit(used, (*way, name))
        done.add(name)

    for name in graph:
        visit(name, ())


BESIDE = sorted(path for folder in ("benchmarks", "site") for path in (ROOT / folder).rglob("*.py"))


@pytest.mark.parametrize("path", BESIDE, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_what_programs_beside_the_package_take_from_it_is_there(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("autograder"):
            for name in node.names:
                resolve_name(f"{node.module}.{name.name}")
