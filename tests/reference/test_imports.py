"""What the reference imports: nothing of ours but itself, and nothing in a circle."""

import ast
import importlib.util
import subprocess
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

NAME = "autograder.reference"
FOLDER = Path(importlib.util.find_spec(NAME).origin).parent


def name_of(path: Path) -> str:
    parts = path.relative_to(FOLDER).with_suffix("").parts
    return ".".join((NAME, *parts)).removesuffix(".__init__")


MODULES = {name_of(path): path for path in FOLDER.rglob("*.py")}


def imported(module: str, text: str) -> set[str]:
    """Full names of all that a module imports, wherever in it."""
    package = module if MODULES[module].name == "__init__.py" else module.rpartition(".")[0]
    names = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            names |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            dots = "." * node.level + (node.module or "")
            base = importlib.util.resolve_name(dots, package)
            submodules = {f"{base}.{name.name}" for name in node.names} & MODULES.keys()
            names |= submodules or {base}
    return names


IMPORTS = {name: imported(name, path.read_text("utf-8")) for name, path in MODULES.items()}


def circle(graph: dict[str, set[str]]) -> list[str]:
    """A circle of imports, if there is one."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return error.args[1]
    return []


def test_no_module_imports_itself_in_a_circle():
    assert len(IMPORTS) > 30
    assert circle(IMPORTS) == []


def test_a_circle_would_be_found():
    name = f"{NAME}.layers.kind"
    back = imported(name, "def later():\n    from .conv import Conv")
    assert set(circle({**IMPORTS, name: back})) == {name, f"{NAME}.layers.conv"}


@pytest.mark.parametrize("module", MODULES)
def test_a_module_uses_numpy_the_standard_library_and_the_reference(module):
    allowed = sys.stdlib_module_names | {"numpy"}
    foreign = {name for name in IMPORTS[module] if name.partition(".")[0] not in allowed}
    assert {name for name in foreign if name not in MODULES} == set()


def test_fast_forms_know_nothing_of_layers():
    for module, names in IMPORTS.items():
        if module.startswith(f"{NAME}.fast"):
            assert not {name for name in names if name.startswith(f"{NAME}.layers")}, module


def test_importing_the_reference_loads_nothing_else_of_ours():
    program = (
        f"import sys, {NAME}\n"
        "print(*(name for name in sys.modules if name.startswith('autograder.')))"
    )
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    loaded = done.stdout.split()
    assert f"{NAME}.layers.conv" in loaded
    assert [name for name in loaded if name not in MODULES] == []


@pytest.mark.parametrize("path", MODULES.values(), ids=MODULES)
def test_a_module_is_not_too_long(path):
    assert len(path.read_text("utf-8").splitlines()) <= 400
