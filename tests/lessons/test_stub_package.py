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
from autograder.reference.rows import KINDS


@pytest.fixture(scope="module")
def stub(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("wall") / "stub"
    given = lesson("from autograder.reference.convolution import conv2d_forward")
    write_stub_package(folder, reference_used(given))
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
        "from autograder import check, hint, look, progress, solution, watch\n"
        "from autograder.figures import style\n"
        "import autograder.datasets, autograder.figures.matrices\n"
        "look('relu'); hint('relu'); progress('02-filters'); watch(len, [1])\n"
        "print(json.dumps(len(autograder.datasets.imagenet_classes())))",
    ) == len(Path("data/imagenet-classes.txt").read_text().splitlines())


def test_no_exercise_and_no_answer_is_there(stub):
    files = {str(path.relative_to(stub / "autograder")) for path in stub.rglob("*.py")}
    folders = {name.partition("/")[0] for name in files if "/" in name}
    assert folders == {"figures", "inside", "reference"}
    assert {name for name in files if name.startswith("reference") and name.count("/") == 1} == {
        f"reference/{name}.py" for name in ("__init__", "convolution", "geometry", "minibatch")
    }
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


SHIFTS = ("fast.shifts", "fast.blocks", "fast.caches")


@pytest.mark.parametrize(
    ("source", "modules"),
    [
        ("import numpy as np\nfrom autograder import check", set()),
        ("from autograder.reference.losses import softmax", {"losses"}),
        ("import autograder.reference.images", {"images", "geometry"}),
        ("from autograder.reference.fast import shifts", {"fast", *SHIFTS, "geometry"}),
        ("import autograder.reference.fast.shifts as s", {"fast", *SHIFTS, "geometry"}),
        ("from autograder.reference import losses, optimizers", {"losses", "optimizers"}),
        ("from autograder.reference.nothing import x", set()),
        ("from autograder.reference.linear import relu", None),
    ],
)
def test_a_lesson_says_what_of_the_reference_may_be_used(source, modules):
    used = reference_used(lesson(source))
    if modules is None:
        assert {"linear", "layers", "layers.linear", "layers.kind", "geometry", "losses"} <= used
        assert not used & {"networks", "accounting", "architectures", "training"}
    else:
        assert used == modules


def test_only_a_cell_that_students_cannot_change_can_say_so():
    source = "from autograder.reference.networks import forward"
    assert reference_used(lesson(source, None)) == set()


def test_a_kind_of_layer_trains_inside_but_tells_nothing_that_lessons_ask_for(tmp_path):
    given = (
        "from autograder.reference.backpropagation import backward, forward_training\n"
        "from autograder.reference.rows import full_options"
    )
    write_stub_package(tmp_path / "stub", reference_used(lesson(given)))
    program = given + (
        "\nfrom autograder.reference.rows import KINDS\n"
        "import numpy as np\n"
        "rows = [('max_pool', {'size': 2}), ('fully_connected', {'units': 1}),\n"
        "    ('residual', {'rows': [('relu', {})]})]\n"
        "params = [{}, {'weights': np.array([[3.0]]), 'bias': np.zeros(1)}, {}]\n"
        "x = np.arange(4.0).reshape(1, 1, 2, 2)\n"
        "scores, tape = forward_training(rows, params, x, None)\n"
        "grads = backward(rows, params, tape, np.ones((1, 1)))\n"
        "public = {n for kind in KINDS.values() for n in dir(kind) if n[0] != '_'}\n"
        "methods = {n for n in public if any(callable(getattr(k, n)) for k in KINDS.values())}\n"
        "print(json.dumps([scores.item(), grads[1]['weights'].item(), sorted(methods),\n"
        "    full_options(rows[0]), len(KINDS)]))"
    )
    methods = ["backward", "forward_training", "running", "step", "written_out"]
    options = {"size": 2, "stride": None, "floor": False}
    assert inside(tmp_path / "stub", program) == [18.0, 6.0, methods, options, len(KINDS)]


def test_what_lessons_ask_of_tables_is_not_there(tmp_path):
    used = reference_used(lesson("from autograder.reference.backpropagation import backward"))
    assert not used & {"accounting", "networks", "architectures", "training"}
    write_stub_package(tmp_path / "stub", used)
    texts = "".join(path.read_text() for path in tmp_path.rglob("reference/**/*.py"))
    for name in (
        "shape_after",
        "shapes",
        "parameter_shapes",
        "multiply_adds",
        "initialize",
        "window",
    ):
        assert f"def {name}(" not in texts
