"""The package inside the wall: what is there, and what is not."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from autograder.datasets import load_digits
from autograder.lessons.roles import nbgrader_metadata
from autograder.lessons.stub_package import reference_used, write_stub_package


@pytest.fixture(scope="module")
def stub(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("wall") / "stub"
    write_stub_package(
        folder, {"convolution", "columns", "shifts", "winograd", "blocks", "geometry"}
    )
    return folder


def inside(stub: Path, program: str):
    """What a program prints, as JSON, that finds the package as it is inside."""
    done = subprocess.run(
        [sys.executable, "-P", "-c", f"import json\n{program}"],
        cwd=stub,
        env={"PYTHONPATH": str(stub)},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def test_the_names_that_lessons_import_are_there(stub):
    assert inside(
        stub,
        "from autograder import check, look, progress, watch\n"
        "from autograder.figures import style\n"
        "import autograder.datasets, autograder.figures.matrices\n"
        "look('relu'); progress('02-filters'); watch(len, [1])\n"
        "print(json.dumps(len(autograder.datasets.imagenet_classes())))",
    ) == len(Path("data/imagenet-classes.txt").read_text().splitlines())


def test_no_exercise_and_no_answer_is_there(stub):
    files = {str(path.relative_to(stub / "autograder")) for path in stub.rglob("*.py")}
    folders = {name.partition("/")[0] for name in files if "/" in name}
    assert folders == {"figures", "inside", "reference"}
    assert {name for name in files if name.startswith("reference")} == {
        f"reference/{name}.py"
        for name in ("__init__", "blocks", "columns", "convolution", "geometry", "shifts")
    } | {"reference/winograd.py"}
    assert "Mistake(" not in "".join(path.read_text() for path in stub.rglob("*.py"))


def test_what_is_allowed_of_the_reference_works(stub):
    program = (
        "import numpy as np\n"
        "from autograder.reference.convolution import conv2d_forward\n"
        "x = conv2d_forward(np.ones((1, 1, 3, 3)), np.ones((1, 1, 3, 3)), np.zeros(1))\n"
        "print(json.dumps(x.tolist()))"
    )
    assert inside(stub, program) == [[[[9.0]]]]


def test_the_digits_that_count_are_not_there(stub):
    there = Path(stub, "data", "digits.npz")
    with np.load(there, allow_pickle=False) as file:
        known = {name: file[name] for name in file.files}
    ours = load_digits()
    kept = {image.tobytes() for image in ours["held_out_images"]}
    for name in ("images", "held_out_images"):
        assert not kept & {image.tobytes() for image in known[name]}
    shapes = inside(
        stub,
        "from autograder.datasets import load_digits\n"
        "print(json.dumps({k: list(v.shape) for k, v in load_digits().items()}))",
    )
    assert shapes == {name: list(array.shape) for name, array in ours.items()}


def lesson(source: str, role: str | None = "given"):
    cell = new_code_cell(source, id="setup")
    if role:
        cell.metadata["nbgrader"] = nbgrader_metadata({"role": role, "id": "setup"}, "code", "here")
    return new_notebook(cells=[cell])


@pytest.mark.parametrize(
    ("source", "modules"),
    [
        ("import numpy as np\nfrom autograder import check", set()),
        ("from autograder.reference.losses import softmax", {"losses"}),
        ("import autograder.reference.activations", {"activations", "geometry", "images"}),
        ("from autograder.reference.linear import relu", None),
    ],
)
def test_a_lesson_says_what_of_the_reference_may_be_used(source, modules):
    used = reference_used(lesson(source))
    if modules is None:
        assert {"linear", "activations", "geometry", "losses", "images"} <= used
        assert not used & {"networks", "accounting", "architectures", "training"}
    else:
        assert used == modules


def test_only_a_cell_that_students_cannot_change_can_say_so():
    source = "from autograder.reference.networks import forward"
    assert reference_used(lesson(source, None)) == set()
