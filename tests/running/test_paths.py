"""What a page says of an error names modules, and no folder of the grader's machine."""

from __future__ import annotations

import sys
import sysconfig
from time import process_time

import pytest

from autograder.lessons.notebooks import output_of
from autograder.running.paths import without_paths
from autograder.running.sanitize import sanitize_outputs

SITE = sysconfig.get_path("purelib")

PATHS = {
    f"{SITE}/numpy/linalg/_linalg.py:561, in inv": "numpy.linalg._linalg:561, in inv",
    "/home/ada/.venv/lib/python3.12/site-packages/numpy/__init__.py": "numpy",
    "/usr/lib/python3/dist-packages/numpy/core/x.py:3": "numpy.core.x:3",
    "/usr/lib/python3.11/json/decoder.py:355": "json.decoder:355",
    "/usr/lib/python3.13t/threading.py": "threading",
    "/usr/lib/python3.11/lib-dynload/_ssl.cpython-311-x86_64-linux-gnu.so": "_ssl",
    "~/.local/lib/python3.11/site-packages/scipy/signal/a.py": "scipy.signal.a",
    f"{sys.base_prefix}/lib/python3.11/ast.py:50": "ast:50",
    "/course/autograder/inside/stub.py:42": "autograder.inside.stub:42",
    "/tmp/ipykernel_31/2405.py:2: RuntimeWarning": "your cell:2: RuntimeWarning",
}


@pytest.mark.parametrize(("path", "name"), PATHS.items())
def test_a_module_goes_by_its_name(path, name):
    assert without_paths(f'File "{path}"') == f'File "{name}"'
    assert without_paths(f"\x1b[32m{path}\x1b[39m") == f"\x1b[32m{name}\x1b[39m"
    (error,) = sanitize_outputs(
        [output_of("error", ename="E", evalue=path, traceback=[f"File {path}"])]
    )
    assert (error.evalue, error.traceback) == (name, [f"File {name}"])


@pytest.mark.parametrize(
    "text", ["3/4 of 1/2", "https://numpy.org/doc/a.py", "a/b.py", "course/notes.py", "~/x", "//"]
)
def test_what_is_no_module_stays(text):
    assert without_paths(text) == text


@pytest.mark.parametrize("piece", ["/", "/a", "~/", "/course/", "/python3.1/", "/x.py", "/a.a.a."])
def test_the_search_takes_time_in_proportion(piece):
    started = process_time()
    without_paths(piece * 200_000)
    assert process_time() - started < 60
