"""What a learner waits for: nothing is loaded before something needs it."""

import subprocess
import sys

import pytest

HEAVY = {
    *("scipy", "matplotlib", "PIL", "pandas", "torch", "numpy.ma", "numpy.testing"),
    *("jupytext", "nbconvert", "nbformat", "nbclient", "nbgrader", "jupyter_client"),
    *("distributed", "dask", "tornado", "sqlalchemy", "ipywidgets", "rich", "unittest"),
}
"""What takes long to load, and what no check of a learner's answer needs."""

IMPORT = "import autograder"
NAMES = "from autograder import check, look, progress"
WRONG = (
    f"{NAMES}\n"
    "def conv2d_naive(x, weights, bias): return x\n"
    "try: check('conv2d-naive', conv2d_naive)\n"
    "except AssertionError as wrong: assert 'shape' in str(wrong)\n"
    "else: raise SystemExit('a wrong answer was taken for right')"
)
RIGHT = (
    f"{NAMES}\n"
    "def relu(x): return x * (x > 0)\n"
    "check('relu', relu)\n"
    "from autograder.reference import conv2d_forward\n"
    "check('conv2d-naive', conv2d_forward)"
)
LOOK = f"{NAMES}\ndef conv2d_naive(x, weights, bias): return x\nlook('conv2d-naive', conv2d_naive)"


def loaded(program, folder):
    """The modules that a program has loaded at its end, in a Python of its own."""
    tell = "\nimport sys\nprint('\\nLOADED', *sys.modules)"
    command = [sys.executable, "-c", program + tell]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.rpartition("LOADED ")[2].split())


def test_importing_the_package_loads_only_itself(tmp_path):
    modules = loaded(IMPORT, tmp_path)
    assert {name for name in modules if name.startswith("autograder")} == {"autograder"}
    assert not modules & {"numpy", "IPython", *HEAVY}


def test_a_learners_functions_load_numpy_and_nothing_heavy(tmp_path):
    modules = loaded(NAMES, tmp_path)
    assert "numpy" in modules
    assert not modules & {"IPython", *HEAVY}


@pytest.mark.parametrize(
    "program", [WRONG, RIGHT, LOOK], ids=["a wrong answer", "right answers", "a look"]
)
def test_the_first_answer_loads_nothing_heavy(program, tmp_path):
    modules = loaded(program, tmp_path)
    assert "autograder.judging.checking" in modules
    assert not modules & HEAVY


def test_what_is_loaded_would_be_seen(tmp_path):
    assert "numpy.ma" in loaded(f"{WRONG}\nimport numpy\nnumpy.ma", tmp_path) & HEAVY
